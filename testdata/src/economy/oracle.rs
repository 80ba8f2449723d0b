//! Where stolen coins are, worked out naively from the definitions of the policies.
//!
//! Shares no line with the library's own propagator: whole blocks are walked from the first
//! to the last, and every output carries its satoshis as runs of dirty and clean ones.

use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Block, OutPoint, Transaction, TxOut, Txid};
use trace_core::taint::Policy;

use super::book::address_text;
use super::truth::{Destination, DestinationKind, Outcome, Totals};

/// Satoshis one after another: how many, and whether they are stolen.
type Runs = Vec<(u64, bool)>;

/// Where following stops.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops {
    /// Labels by address.
    pub(super) services: BTreeMap<String, String>,
    pub(super) mixes: BTreeSet<Txid>,
}

struct Oracle<'a> {
    policy: Policy,
    stops: &'a Stops,
    /// Every output that is not spent yet, tainted or not.
    unspent: BTreeMap<OutPoint, TxOut>,
    /// The tainted ones among them.
    tainted: BTreeMap<OutPoint, Runs>,
    found: Vec<Destination>,
}

/// Follows `seeds` through `blocks`.
pub(super) fn follow(
    blocks: &[Block],
    seeds: &[OutPoint],
    policy: Policy,
    stops: &Stops,
) -> Outcome {
    let mut oracle = Oracle {
        policy,
        stops,
        unspent: BTreeMap::new(),
        tainted: BTreeMap::new(),
        found: Vec::new(),
    };
    let mut position = BTreeMap::new();
    for transaction in blocks.iter().flat_map(|block| &block.txdata) {
        position.insert(transaction.compute_txid().to_string(), position.len());
        oracle.pass(transaction, seeds);
    }
    for (outpoint, runs) in std::mem::take(&mut oracle.tainted) {
        oracle.found(DestinationKind::Unspent, outpoint, dirty(&runs));
    }
    let mut destinations = oracle.found;
    destinations.sort_by_key(|destination| {
        let (txid, vout) = match destination.at.split_once(':') {
            Some((txid, vout)) => (txid, vout.parse().unwrap_or(u32::MAX)),
            None => (&*destination.at, u32::MAX),
        };
        (position.get(txid).copied(), vout)
    });
    Outcome {
        totals: totals(&destinations),
        destinations,
    }
}

impl Oracle<'_> {
    fn pass(&mut self, transaction: &Transaction, seeds: &[OutPoint]) {
        let txid = transaction.compute_txid();
        let mut inputs: Vec<Runs> = Vec::new();
        for input in &transaction.input {
            let spent = input.previous_output;
            let Some(output) = self.unspent.remove(&spent) else {
                continue;
            };
            let value_sat = output.value.to_sat();
            let runs = self.tainted.remove(&spent);
            if let (Some(runs), true) = (&runs, self.stops.mixes.contains(&txid)) {
                let address = address_text(output.script_pubkey.as_bytes());
                self.found.push(Destination {
                    kind: DestinationKind::Mix,
                    at: spent.to_string(),
                    address,
                    label: None,
                    mix: Some(txid.to_string()),
                    amount_sat: dirty(runs),
                });
                inputs.push(vec![(value_sat, false)]);
            } else {
                inputs.push(runs.unwrap_or_else(|| vec![(value_sat, false)]));
            }
        }
        let values: Vec<u64> = transaction
            .output
            .iter()
            .map(|output| output.value.to_sat())
            .collect();
        let spent_sat: u64 = inputs.iter().flatten().map(|(length, _)| length).sum();
        let created_sat: u64 = values.iter().sum();
        let mut shares = Vec::new();
        if inputs.iter().any(|runs| dirty(runs) > 0) {
            let mut takers = values.clone();
            takers.push(spent_sat - created_sat);
            shares = divide(self.policy, &inputs, &takers);
            let fee = shares.pop().unwrap_or_default();
            if dirty(&fee) > 0 {
                self.found.push(Destination {
                    kind: DestinationKind::Fee,
                    at: txid.to_string(),
                    address: None,
                    label: None,
                    mix: None,
                    amount_sat: dirty(&fee),
                });
            }
        }
        for (vout, output) in (0..).zip(&transaction.output) {
            let outpoint = OutPoint { txid, vout };
            self.unspent.insert(outpoint, output.clone());
            let share = if seeds.contains(&outpoint) {
                Some(vec![(output.value.to_sat(), true)])
            } else {
                shares.get(vout as usize).cloned()
            };
            if let Some(runs) = share.filter(|runs| dirty(runs) > 0) {
                self.arrive(outpoint, output, runs);
            }
        }
    }

    fn arrive(&mut self, outpoint: OutPoint, output: &TxOut, runs: Runs) {
        let address = address_text(output.script_pubkey.as_bytes()).unwrap_or_default();
        if self.stops.services.contains_key(&address) {
            self.found(DestinationKind::Service, outpoint, dirty(&runs));
        } else {
            self.tainted.insert(outpoint, runs);
        }
    }

    fn found(&mut self, kind: DestinationKind, outpoint: OutPoint, amount_sat: u64) {
        let output = self.unspent.get(&outpoint);
        let address = output.and_then(|output| address_text(output.script_pubkey.as_bytes()));
        let label = address
            .as_ref()
            .and_then(|address| self.stops.services.get(address));
        self.found.push(Destination {
            kind,
            at: outpoint.to_string(),
            label: label.cloned(),
            address,
            mix: None,
            amount_sat,
        });
    }
}

/// What each taker gets of the inputs' satoshis, the fee being the last taker.
fn divide(policy: Policy, inputs: &[Runs], takers: &[u64]) -> Vec<Runs> {
    let all: Runs = inputs.iter().flatten().copied().collect();
    let tainted_sat = dirty(&all);
    let total_sat: u64 = takers.iter().sum();
    let amounts = match policy {
        Policy::Fifo => return cut(&all, takers),
        Policy::Lifo => return cut(&backwards(&all), takers),
        Policy::Poison => takers.to_vec(),
        Policy::Haircut => haircut(tainted_sat, takers),
        Policy::DirtyFirst => fill(tainted_sat, takers, &in_order(takers)),
        Policy::Tiho => fill(tainted_sat, takers, &highest_first(takers)),
        Policy::CleanFirst => fill(total_sat - tainted_sat, takers, &in_order(takers))
            .into_iter()
            .zip(takers)
            .map(|(clean_sat, taker_sat)| taker_sat - clean_sat)
            .collect(),
    };
    amounts
        .into_iter()
        .zip(takers)
        .map(|(dirty_sat, taker_sat)| vec![(dirty_sat, true), (taker_sat - dirty_sat, false)])
        .collect()
}

/// First in, first out: the satoshis in their order, cut to the takers' lengths.
fn cut(all: &Runs, takers: &[u64]) -> Vec<Runs> {
    let mut queue = all.iter().copied();
    let mut head = (0, false);
    takers
        .iter()
        .map(|taker_sat| {
            let mut wanted = *taker_sat;
            let mut runs = Runs::new();
            while wanted > 0 {
                if head.0 == 0 {
                    head = queue.next().expect("inputs cover outputs and fee");
                }
                let taken = wanted.min(head.0);
                if taken > 0 {
                    runs.push((taken, head.1));
                }
                head.0 -= taken;
                wanted -= taken;
            }
            runs
        })
        .collect()
}

/// The same satoshis, the last one first.
fn backwards(all: &Runs) -> Runs {
    all.iter().rev().copied().collect()
}

/// To each in proportion, rounded down; what is left goes one by one to the largest
/// remainders, among equal ones to the first.
fn haircut(tainted_sat: u64, takers: &[u64]) -> Vec<u64> {
    let total = u128::from(takers.iter().sum::<u64>());
    let products: Vec<u128> = takers
        .iter()
        .map(|taker_sat| u128::from(*taker_sat) * u128::from(tainted_sat))
        .collect();
    let mut shares: Vec<u64> = products
        .iter()
        .map(|product| u64::try_from(product / total).expect("a share is below its taker"))
        .collect();
    let mut by_remainder: Vec<usize> = (0..takers.len()).collect();
    by_remainder.sort_by_key(|taker| {
        let remainder = products.get(*taker).map_or(0, |product| product % total);
        (u128::MAX - remainder, *taker)
    });
    let left = tainted_sat - shares.iter().sum::<u64>();
    let left = usize::try_from(left).expect("less than one for each taker is left");
    for taker in by_remainder.into_iter().take(left) {
        if let Some(share) = shares.get_mut(taker) {
            *share += 1;
        }
    }
    shares
}

/// Fills the takers one after another in `order` until the amount is used up.
fn fill(amount_sat: u64, takers: &[u64], order: &[usize]) -> Vec<u64> {
    let mut left_sat = amount_sat;
    let mut shares = vec![0; takers.len()];
    for taker in order {
        if let (Some(share), Some(taker_sat)) = (shares.get_mut(*taker), takers.get(*taker)) {
            *share = left_sat.min(*taker_sat);
            left_sat -= *share;
        }
    }
    shares
}

fn in_order(takers: &[u64]) -> Vec<usize> {
    (0..takers.len()).collect()
}

/// Outputs by descending value, the first of equal ones first; the fee last in any case.
fn highest_first(takers: &[u64]) -> Vec<usize> {
    let mut order = in_order(takers);
    let fee = order.pop();
    order.sort_by_key(|taker| (u64::MAX - takers.get(*taker).unwrap_or(&0), *taker));
    order.extend(fee);
    order
}

fn dirty(runs: &Runs) -> u64 {
    runs.iter()
        .filter(|(_, dirty)| *dirty)
        .map(|(length, _)| length)
        .sum()
}

fn totals(destinations: &[Destination]) -> Totals {
    let mut totals = Totals::default();
    for destination in destinations {
        *match destination.kind {
            DestinationKind::Unspent => &mut totals.unspent_sat,
            DestinationKind::Service => &mut totals.service_sat,
            DestinationKind::Mix => &mut totals.mix_sat,
            DestinationKind::Fee => &mut totals.fee_sat,
        } += destination.amount_sat;
    }
    totals
}

//! Where value went, by going through every transaction with what is tainted in a map.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use heuristics::mix::{self, MixVerdict};
use testdata::largest_remainder::deal;
use trace_core::model::{OutPoint, Txid};
use trace_core::taint::Policy;

use super::plain_chain::{PlainChain, PlainTransaction};

/// Satoshis that lie next to each other.
#[derive(Clone, Copy)]
struct Run {
    tainted: bool,
    sat: u64,
}

/// What an output holds. Under FIFO and LIFO all of it from its first satoshi to its last, else
/// only what is tainted.
type Held = Vec<Run>;

/// A walk over a whole chain.
pub(super) struct PlainTaint {
    policy: Policy,
    /// Whether it stops at mixes; if not, they are like anything else.
    stops: bool,
    /// What is unspent and tainted, with the number of the transaction that created it.
    tainted: BTreeMap<OutPoint, (usize, Held)>,
    /// What was found, by transaction, output, the fee being behind all of these.
    found: BTreeMap<(usize, u32), String>,
}

impl PlainTaint {
    pub(super) fn new(policy: Policy, stops: bool) -> Self {
        Self {
            policy,
            stops,
            tainted: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// Where the value of all outputs of `seed` is, a line for each place, in the order of the
    /// chain.
    pub(super) fn destinations(mut self, chain: &PlainChain, seed: Txid) -> String {
        for (number, transaction) in chain.transactions.iter().enumerate() {
            self.pass(number, transaction);
            if transaction.txid == seed {
                let outputs = transaction.outputs.iter();
                let whole = |sat| vec![Run { tainted: true, sat }];
                let held = outputs.map(|output| whole(output.value_sat)).collect();
                self.hold(number, transaction, held);
            }
        }
        for (outpoint, (number, held)) in std::mem::take(&mut self.tainted) {
            self.find("unspent", number, outpoint, &held);
        }
        self.found.into_values().collect()
    }

    fn pass(&mut self, number: usize, transaction: &PlainTransaction) {
        let mut inputs = Vec::new();
        let mut tainted = Vec::new();
        for input in &transaction.inputs {
            let value_sat = input.prevout.as_ref().map_or(0, |output| output.value_sat);
            let held = self.tainted.remove(&input.spends);
            if let Some((creator, held)) = &held {
                tainted.push((input.spends, *creator, held.clone()));
            }
            inputs.push((value_sat, held.map(|(_, held)| held)));
        }
        if tainted.is_empty() {
            return;
        }
        if self.stops && matches!(mix::detect(transaction), MixVerdict::Mix(_)) {
            for (outpoint, creator, held) in tainted {
                self.find("mix", creator, outpoint, &held);
            }
            return;
        }
        let mut takers: Vec<u64> = transaction.outputs.iter().map(|o| o.value_sat).collect();
        let inputs_sat: u64 = inputs.iter().map(|(value_sat, _)| value_sat).sum();
        takers.push(inputs_sat - takers.iter().sum::<u64>());
        let mut allotted = self.allot(&inputs, &takers);
        let fee_sat = tainted_sat(&allotted.pop().unwrap_or_default());
        if fee_sat > 0 {
            let line = format!("fee {} {fee_sat}\n", transaction.txid);
            self.found.insert((number, u32::MAX), line);
        }
        self.hold(number, transaction, allotted);
    }

    fn hold(&mut self, number: usize, transaction: &PlainTransaction, held: Vec<Held>) {
        let txid = transaction.txid;
        for (vout, held) in (0..).zip(held) {
            if tainted_sat(&held) > 0 {
                self.tainted.insert(OutPoint { txid, vout }, (number, held));
            }
        }
    }

    fn find(&mut self, kind: &str, creator: usize, outpoint: OutPoint, held: &Held) {
        let line = format!("{kind} {outpoint} {}\n", tainted_sat(held));
        self.found.insert((creator, outpoint.vout), line);
    }

    /// What each taker gets, the fee being the last.
    fn allot(&self, inputs: &[(u64, Option<Held>)], takers: &[u64]) -> Vec<Held> {
        let dirty_sat = inputs.iter().filter_map(|(_, held)| held.as_ref());
        let dirty_sat: u64 = dirty_sat.map(tainted_sat).sum();
        let all_sat: u64 = takers.iter().sum();
        let in_order = || 0..takers.len();
        let amounts = match self.policy {
            Policy::Fifo | Policy::Lifo => return cut(self.queue(inputs), takers),
            Policy::Poison => takers.to_vec(),
            Policy::Haircut => deal(dirty_sat, takers),
            Policy::DirtyFirst => serve(dirty_sat, takers, in_order()),
            Policy::CleanFirst => {
                let clean = serve(all_sat - dirty_sat, takers, in_order());
                let pairs = takers.iter().zip(clean);
                pairs.map(|(taker, clean)| taker - clean).collect()
            }
            Policy::Tiho => {
                // The fee is the last one, however large.
                let mut order: Vec<usize> = in_order().collect();
                let fee = order.pop();
                order.sort_by_key(|taker| Reverse(takers.get(*taker)));
                serve(dirty_sat, takers, order.into_iter().chain(fee))
            }
        };
        let tainted = |sat| vec![Run { tainted: true, sat }];
        amounts.into_iter().map(tainted).collect()
    }

    /// The satoshis of the inputs in the order in which they leave.
    fn queue(&self, inputs: &[(u64, Option<Held>)]) -> Held {
        let mut queue = Held::new();
        for (value_sat, held) in inputs {
            match held {
                Some(held) => queue.extend(held),
                None => queue.push(Run {
                    tainted: false,
                    sat: *value_sat,
                }),
            }
        }
        if self.policy == Policy::Lifo {
            queue.reverse();
        }
        queue
    }
}

/// Hands a queue out from its front.
fn cut(queue: Held, takers: &[u64]) -> Vec<Held> {
    let mut queue = queue.into_iter();
    let mut front = queue.next();
    let mut cut = Vec::new();
    for taker in takers {
        let mut held = Held::new();
        let mut wanted_sat = *taker;
        while wanted_sat > 0
            && let Some(run) = &mut front
        {
            let sat = wanted_sat.min(run.sat);
            wanted_sat -= sat;
            run.sat -= sat;
            match held.last_mut() {
                Some(last) if last.tainted == run.tainted => last.sat += sat,
                _ => held.push(Run { sat, ..*run }),
            }
            if run.sat == 0 {
                front = queue.next();
            }
        }
        cut.push(held);
    }
    cut
}

/// Fills takers one after the other.
fn serve(mut sat: u64, takers: &[u64], order: impl Iterator<Item = usize>) -> Vec<u64> {
    let mut served = vec![0; takers.len()];
    for place in order {
        if let (Some(part), Some(taker)) = (served.get_mut(place), takers.get(place)) {
            *part = sat.min(*taker);
            sat -= *part;
        }
    }
    served
}

fn tainted_sat(held: &Held) -> u64 {
    let tainted = held.iter().filter(|run| run.tainted);
    tainted.map(|run| run.sat).sum()
}

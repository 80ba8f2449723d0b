//! Where what was stolen is by FIFO, found by walking everything that the script moves.
//!
//! Shares no code with the propagator, and needs none of what that works out for itself: the
//! script says which transactions trade one asset for another, and in it nobody trades stolen
//! and other value of one asset together.

use std::collections::{BTreeMap, VecDeque};

use alloy_primitives::{Address, U256};
use serde::{Deserialize, Serialize};

use super::truth::{Kind, Move, TransactionTruth, Truth};
use crate::evm_node::FAUCET_ETHER;

/// The categories of labels at which following stops.
const SERVICES: &str = "exchange";
const MIXERS: &str = "mixer";

/// Some of what was stolen, where it is as of the last block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Destination {
    /// Which of the theft's transactions took it.
    pub seed: usize,
    /// What sort of place.
    pub kind: DestinationKind,
    /// The account; for a fee the one that paid it.
    pub account: Address,
    /// Of what, as in [`Move::asset`].
    pub asset: String,
    /// How much, in the asset's smallest unit, in decimal.
    pub amount: String,
}

/// What sort of place stolen value ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationKind {
    /// The account holds it.
    Held,
    /// The account is a labelled exchange's.
    Service,
    /// The account is a mixer.
    Mix,
    /// It was paid for gas.
    Fee,
    /// It was traded for another asset, or wrapped or unwrapped; that is stolen instead.
    Swapped,
}

/// An amount that came at once, and the seed it is of.
type Lot = (U256, Option<usize>);

#[derive(Default)]
struct Walk {
    /// By account and asset, what came first in front.
    pots: BTreeMap<(Address, String), VecDeque<Lot>>,
    ends: BTreeMap<(usize, DestinationKind, Address, String), U256>,
    stops: BTreeMap<Address, DestinationKind>,
}

/// Where everything that the theft took is: what each of its transactions brought to others is a
/// seed. `fees` are what each transaction of the economy paid for gas, in wei, in the order of
/// the chain: that is for a node to say. Sorted.
pub fn follow(truth: &Truth, fees: &[U256]) -> Vec<Destination> {
    let mut walk = Walk::default();
    for label in &truth.labels {
        let kind = match &*label.category {
            SERVICES => DestinationKind::Service,
            MIXERS => DestinationKind::Mix,
            _ => continue,
        };
        walk.stops.insert(label.address, kind);
    }
    let faucet = super::Account::faucet().address;
    let ether = super::order::ether(FAUCET_ETHER);
    walk.give(faucet, "native", vec![(ether, None)]);
    for (transaction, fee) in truth.transactions.iter().zip(fees) {
        walk.pass(truth, transaction, *fee);
    }
    walk.finish()
}

impl Walk {
    fn pass(&mut self, truth: &Truth, transaction: &TransactionTruth, fee: U256) {
        let from = transaction.from;
        for (amount, seed) in self.take(from, "native", fee) {
            self.end(seed, DestinationKind::Fee, from, "native", amount);
        }
        let thefts = &truth.theft.transactions;
        let seed = thefts.iter().position(|hash| *hash == transaction.hash);
        match transaction.kind {
            Kind::Swap => self.swap(from, &transaction.moves),
            Kind::Wrap | Kind::Unwrap => self.wrap(from, &transaction.moves),
            _ => {
                for moved in &transaction.moves {
                    self.moves(moved, seed);
                }
            }
        }
    }

    fn moves(&mut self, moved: &Move, seed: Option<usize>) {
        let amount = number(moved);
        let mut lots = match moved.from {
            Some(from) => self.take(from, &moved.asset, amount),
            None => vec![(amount, None)],
        };
        if seed.is_some() {
            lots = vec![(amount, seed)];
        }
        let Some(to) = moved.to else { return };
        let Some(kind) = self.stops.get(&to).copied() else {
            self.give(to, &moved.asset, lots);
            return;
        };
        for (amount, seed) in lots {
            self.end(seed, kind, to, &moved.asset, amount);
        }
        self.give(to, &moved.asset, vec![(amount, None)]);
    }

    /// What is received is stolen where what was given is.
    fn swap(&mut self, owner: Address, moves: &[Move]) {
        let mut given = Vec::new();
        for moved in moves {
            let amount = number(moved);
            let from = moved.from.expect("a trade makes nothing");
            let lots = self.take(from, &moved.asset, amount);
            if from == owner {
                for (amount, seed) in &lots {
                    self.end(
                        *seed,
                        DestinationKind::Swapped,
                        owner,
                        &moved.asset,
                        *amount,
                    );
                }
                given.extend(lots.into_iter().map(|(_, seed)| seed));
            }
            let to = moved.to.expect("a trade burns nothing");
            let seed = given.first().copied().flatten().filter(|_| to == owner);
            self.give(to, &moved.asset, vec![(amount, seed)]);
        }
        given.dedup();
        assert_eq!(
            given.len(),
            1,
            "{owner} trades only what is all of one seed"
        );
    }

    /// The same lots in another form. What the wrapper holds is nobody's in between.
    fn wrap(&mut self, owner: Address, moves: &[Move]) {
        let gone = moves.iter().find(|moved| moved.from == Some(owner));
        let come = moves.iter().find(|moved| moved.to == Some(owner));
        let (gone, come) = gone.zip(come).expect("wrapping gives and takes");
        let lots = self.take(owner, &gone.asset, number(gone));
        for (amount, seed) in &lots {
            self.end(*seed, DestinationKind::Swapped, owner, &gone.asset, *amount);
        }
        self.give(owner, &come.asset, lots);
    }

    fn take(&mut self, account: Address, asset: &str, amount: U256) -> Vec<Lot> {
        let pot = self.pots.entry((account, asset.to_owned())).or_default();
        let (mut taken, mut missing) = (Vec::new(), amount);
        while !missing.is_zero() {
            let (amount, seed) = pot
                .pop_front()
                .unwrap_or_else(|| panic!("{account} has {missing} too little of {asset}"));
            let part = amount.min(missing);
            missing -= part;
            taken.push((part, seed));
            if amount > part {
                pot.push_front((amount - part, seed));
            }
        }
        taken
    }

    fn give(&mut self, account: Address, asset: &str, lots: Vec<Lot>) {
        let pot = self.pots.entry((account, asset.to_owned())).or_default();
        pot.extend(lots);
    }

    fn end(
        &mut self,
        seed: Option<usize>,
        kind: DestinationKind,
        account: Address,
        asset: &str,
        amount: U256,
    ) {
        if let Some(seed) = seed {
            let key = (seed, kind, account, asset.to_owned());
            *self.ends.entry(key).or_default() += amount;
        }
    }

    fn finish(mut self) -> Vec<Destination> {
        for ((account, asset), pot) in std::mem::take(&mut self.pots) {
            for (amount, seed) in pot {
                self.end(seed, DestinationKind::Held, account, &asset, amount);
            }
        }
        let ends = self.ends.into_iter();
        let ends = ends.map(|((seed, kind, account, asset), amount)| Destination {
            seed,
            kind,
            account,
            asset,
            amount: amount.to_string(),
        });
        ends.collect()
    }
}

fn number(moved: &Move) -> U256 {
    moved.amount.parse().expect("the script writes numbers")
}

/// As JSON, one destination a line.
///
/// # Errors
/// None that is known.
pub fn destinations_json(destinations: &[Destination]) -> serde_json::Result<String> {
    let lines = destinations.iter().map(serde_json::to_string);
    let lines = lines.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

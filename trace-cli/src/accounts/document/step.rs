//! The arrivals on the way.

use std::fmt;
use std::rc::Rc;

use trace_core::model::Position;
use trace_core::model::account::{Asset, B256};
use trace_core::taint::account::Via;

use super::{Amount, Destination};
use crate::document::{Kind, Party, Stage};

/// What brought value to an account: a transfer of a transaction, or where several transfers
/// come to one arrival the transaction; `None` for what moved after a block's transactions.
/// Written as the seed that would name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arrival {
    pub(crate) hash: B256,
    pub(crate) transfer: Option<u32>,
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transfer {
            Some(index) => write!(f, "{}:{index}", self.hash),
            None => write!(f, "{}", self.hash),
        }
    }
}

/// An arrival of tainted value.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) arrival: Option<Arrival>,
    /// `None` where a seed held it already.
    pub(crate) position: Option<Position>,
    pub(crate) party: Rc<Party>,
    pub(crate) asset: Asset,
    /// What arrived, the clean part included.
    pub(crate) value: Amount,
    /// The tainted part, all seeds together.
    pub(crate) amount: Amount,
    pub(crate) via: Via,
    pub(crate) parent: Option<usize>,
    /// Transactions from the seed to here.
    pub(crate) hops: u32,
    /// Arrivals from the seed to here, both included.
    pub(crate) depth: usize,
}

impl Stage for Step {
    type Hash = B256;
    type Arrival = Arrival;
    /// Where the value arrived, by what, at whom, in which asset; what became of it, and where in
    /// the chain.
    type Order = (
        Option<Position>,
        Option<Arrival>,
        String,
        Asset,
        Kind,
        Option<Position>,
    );

    const FEE_HAS_PAYER: bool = true;

    fn parent(&self) -> Option<usize> {
        self.parent
    }

    fn depth(&self) -> usize {
        self.depth
    }

    fn hops(&self) -> u32 {
        self.hops
    }

    fn arrival(&self) -> Option<Arrival> {
        self.arrival
    }

    fn position(&self) -> Option<Position> {
        self.position
    }

    fn party(&self) -> Option<&Rc<Party>> {
        Some(&self.party)
    }

    fn asset(&self) -> Asset {
        self.asset
    }

    fn value(&self) -> Amount {
        self.value
    }

    fn amount(&self) -> Amount {
        self.amount
    }

    fn via(&self) -> &'static str {
        match self.via {
            Via::Seed => "seed",
            Via::Transfer => "transfer",
            Via::Swap => "swap",
        }
    }

    fn order(place: &Destination) -> Self::Order {
        let step = place.step();
        (
            step.and_then(|step| step.position),
            step.and_then(|step| step.arrival),
            step.map_or_else(String::new, |step| step.party.address.clone()),
            place.unit().asset,
            place.kind,
            place.ended.and_then(|ended| ended.position),
        )
    }
}

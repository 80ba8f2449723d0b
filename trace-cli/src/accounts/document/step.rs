//! The arrivals on the way.

use std::fmt;
use std::rc::Rc;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use trace_core::model::Position;
use trace_core::model::account::{Asset, B256};
use trace_core::taint::account::Via;

use super::Amount;
use crate::document::{self, Linked, Party, Path};

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

impl Step {
    pub(crate) fn height(&self) -> Option<u32> {
        self.position.map(|position| position.height)
    }

    /// `seed`, `transfer` or `swap`.
    pub(crate) fn via_name(&self) -> &'static str {
        match self.via {
            Via::Seed => "seed",
            Via::Transfer => "transfer",
            Via::Swap => "swap",
        }
    }
}

impl Linked for Step {
    fn parent(&self) -> Option<usize> {
        self.parent
    }

    fn depth(&self) -> usize {
        self.depth
    }
}

#[derive(Serialize)]
struct Written<'a> {
    arrival: Option<document::Shown<Arrival>>,
    height: Option<u32>,
    address: &'a str,
    via: &'static str,
    amount: Amount,
    asset: document::Shown<Asset>,
}

impl Serialize for Path<Step> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.shown();
        let mut list = serializer.serialize_seq(Some(shown.len()))?;
        for step in shown {
            list.serialize_element(&Written {
                arrival: step.arrival.map(document::Shown),
                height: step.height(),
                address: &step.party.address,
                via: step.via_name(),
                amount: step.amount,
                asset: document::Shown(step.asset),
            })?;
        }
        list.end()
    }
}

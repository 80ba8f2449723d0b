//! The outputs on the way.

use std::rc::Rc;

use trace_core::model::account::Asset;
use trace_core::model::{OutPoint, Position, Txid};

use super::{Amount, Destination, Kind, Party, Stage};

/// A transaction through which value went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) txid: Txid,
    pub(crate) height: Option<u32>,
}

/// A tainted output.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) outpoint: OutPoint,
    /// Where the transaction stands that created it.
    pub(crate) position: Option<Position>,
    pub(crate) party: Option<Rc<Party>>,
    pub(crate) value_sat: u64,
    /// The tainted part, all seeds together.
    pub(crate) amount: Amount,
    /// How much of that was seeded here and did not arrive.
    pub(crate) seeded: Amount,
    pub(crate) parent: Option<usize>,
    pub(crate) hops: u32,
    /// Through which transaction it was reached, and through which one value went on:
    /// indexes into [`Report::passages`](super::Report::passages).
    pub(crate) from: Option<usize>,
    pub(crate) next: Option<usize>,
}

impl Stage for Step {
    type Hash = Txid;
    type Arrival = OutPoint;
    /// Where the output stands in the chain, which it is, and the kind. A fee stands behind the
    /// outputs of its transaction. An output from before the first block known stands before all
    /// others, by its name.
    type Order = (Option<Position>, OutPoint, Kind);

    const FEE_HAS_PAYER: bool = false;

    fn parent(&self) -> Option<usize> {
        self.parent
    }

    fn depth(&self) -> usize {
        self.hops as usize + 1
    }

    fn hops(&self) -> u32 {
        self.hops
    }

    fn arrival(&self) -> Option<OutPoint> {
        Some(self.outpoint)
    }

    fn position(&self) -> Option<Position> {
        self.position
    }

    fn party(&self) -> Option<&Rc<Party>> {
        self.party.as_ref()
    }

    fn asset(&self) -> Asset {
        Asset::Native
    }

    fn value(&self) -> Amount {
        self.value_sat.into()
    }

    fn amount(&self) -> Amount {
        self.amount
    }

    fn via(&self) -> &'static str {
        match self.parent {
            None => "seed",
            Some(_) => "transfer",
        }
    }

    fn order(place: &Destination<Self>) -> Self::Order {
        if let (Kind::Fee, Some(ended)) = (place.kind, place.ended) {
            let txid = ended.hash.unwrap_or_default();
            let vout = u32::MAX;
            return (ended.position, OutPoint { txid, vout }, place.kind);
        }
        let step = place.path.steps.get(place.path.last);
        let nowhere = OutPoint {
            txid: Txid::default(),
            vout: u32::MAX,
        };
        (
            step.and_then(|step| step.position),
            step.map_or(nowhere, |step| step.outpoint),
            place.kind,
        )
    }
}

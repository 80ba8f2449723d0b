//! What value was at on its way, and the paths over that.

use std::fmt::{Debug, Display};
use std::rc::Rc;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use trace_core::model::account::Asset;
use trace_core::model::{Chain, Position};

use super::{Amount, Destination};

/// An address, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) address: String,
    /// The address by which its cluster is named; `None` where clusters were not made.
    pub(crate) cluster: Option<String>,
    /// What a list of labels calls the address itself, with the index of the label.
    pub(crate) label: Option<(u32, String)>,
    /// Where it has no label: what a list calls another address of the cluster.
    pub(crate) cluster_label: Option<(u32, String)>,
}

impl Party {
    /// What to call it: its label, that of its cluster, or nothing.
    pub(crate) fn called(&self) -> Option<&str> {
        let label = self.label.as_ref().or(self.cluster_label.as_ref());
        label.map(|(_, name)| name.as_str())
    }
}

/// Where value was on its way: an output, or an arrival at an account. All of a document make a
/// forest, in which a path is read from its end.
pub(crate) trait Stage: Clone + Debug + Sized {
    /// The name of a transaction.
    type Hash: Copy + Debug + Display + Ord;
    /// What brought value there, written as the seed that would name it.
    type Arrival: Copy + Debug + Display + Ord;
    /// What tells destinations apart and sorts them.
    type Order: Ord;

    /// Whether one party pays a fee; else all whose outputs a transaction spends pay it together.
    const FEE_HAS_PAYER: bool;

    /// The stage before, as an index; `None` at a seed.
    fn parent(&self) -> Option<usize>;

    /// Stages on the path to here, this one included.
    fn depth(&self) -> usize;

    /// Transactions from the seed to here.
    fn hops(&self) -> u32;

    /// `None` where a seed held the value already.
    fn arrival(&self) -> Option<Self::Arrival>;

    fn position(&self) -> Option<Position>;

    /// `None` of an output without an address.
    fn party(&self) -> Option<&Rc<Party>>;

    fn asset(&self) -> Asset;

    /// All that arrived, the clean part included.
    fn value(&self) -> Amount;

    /// The tainted part, all seeds together.
    fn amount(&self) -> Amount;

    /// `seed`, `transfer` or `swap`.
    fn via(&self) -> &'static str;

    fn order(place: &Destination<Self>) -> Self::Order;
}

/// The way from a seed to a destination. Holds the end; the stages are shared by all paths,
/// so that many long paths cost no more memory than the stages on them.
#[derive(Clone, Debug)]
pub(crate) struct Path<S> {
    pub(crate) steps: Rc<[S]>,
    pub(crate) last: usize,
    pub(crate) steps_max: usize,
}

impl<S: Stage> Path<S> {
    /// Stages on the path, in all.
    pub(crate) fn len(&self) -> usize {
        self.steps.get(self.last).map_or(0, Stage::depth)
    }

    /// How many of them are left out.
    pub(crate) fn left_out(&self) -> usize {
        self.len().saturating_sub(self.steps_max)
    }

    /// The stages that are shown, the seed first. Of a path that is too long both ends are
    /// shown, and what is left out lies between: after [`Path::head`] of them.
    pub(crate) fn shown(&self) -> Vec<&S> {
        let mut shown: Vec<&S> = Vec::new();
        let (head, left_out) = (self.head(), self.left_out());
        let mut index = Some(self.last);
        let mut position = self.len();
        while let Some(step) = index.and_then(|index| self.steps.get(index)) {
            position = position.saturating_sub(1);
            if position < head || position >= head + left_out {
                shown.push(step);
            }
            index = step.parent();
        }
        shown.reverse();
        shown
    }

    /// How many are shown before the gap.
    pub(crate) fn head(&self) -> usize {
        self.steps_max / 2
    }
}

/// A path with the chain that its amounts are of.
pub(super) struct WrittenPath<'a, S>(pub(super) &'a Path<S>, pub(super) Chain);

#[derive(Serialize)]
#[serde(bound(serialize = "A: Display"))]
struct Written<'a, A> {
    arrival: Option<Shown<A>>,
    height: Option<u32>,
    address: Option<&'a str>,
    via: &'static str,
    amount: Amount,
    asset: Shown<Asset>,
    chain: Shown<Chain>,
}

impl<S: Stage> Serialize for WrittenPath<'_, S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let shown = self.0.shown();
        let mut list = serializer.serialize_seq(Some(shown.len()))?;
        for step in shown {
            list.serialize_element(&Written {
                arrival: step.arrival().map(Shown),
                height: step.position().map(|position| position.height),
                address: step.party().map(|party| party.address.as_str()),
                via: step.via(),
                amount: step.amount(),
                asset: Shown(step.asset()),
                chain: Shown(self.1),
            })?;
        }
        list.end()
    }
}

/// Serialises a value as the text that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

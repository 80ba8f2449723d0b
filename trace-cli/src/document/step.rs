//! The outputs on the way and the paths over them.

use std::rc::Rc;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use trace_core::model::{OutPoint, Txid};

use super::Amount;

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

/// A transaction through which value went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) txid: Txid,
    pub(crate) height: Option<u32>,
}

/// A tainted output. All of them make a forest, in which a path is read from its end.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) outpoint: OutPoint,
    pub(crate) height: Option<u32>,
    pub(crate) party: Option<Rc<Party>>,
    pub(crate) value: Amount,
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

/// One of a forest of steps, in which a path is read from its end.
pub(crate) trait Linked {
    /// The step before, as an index; `None` at a seed.
    fn parent(&self) -> Option<usize>;

    /// Steps on the path to here, this one included.
    fn depth(&self) -> usize;
}

impl Linked for Step {
    fn parent(&self) -> Option<usize> {
        self.parent
    }

    fn depth(&self) -> usize {
        self.hops as usize + 1
    }
}

/// The way from a seed to a destination. Holds the end; the steps are shared by all paths,
/// so that many long paths cost no more memory than the steps on them.
#[derive(Clone, Debug)]
pub(crate) struct Path<S = Step> {
    pub(crate) steps: Rc<[S]>,
    pub(crate) last: usize,
    pub(crate) steps_max: usize,
}

impl<S: Linked> Path<S> {
    /// Steps on the path, in all.
    pub(crate) fn len(&self) -> usize {
        self.steps.get(self.last).map_or(0, Linked::depth)
    }

    /// How many of them are left out.
    pub(crate) fn left_out(&self) -> usize {
        self.len().saturating_sub(self.steps_max)
    }

    /// The steps that are shown, the seed first. Of a path that is too long both ends are
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

#[derive(Serialize)]
struct Written<'a> {
    outpoint: Shown<OutPoint>,
    height: Option<u32>,
    address: Option<&'a str>,
    amount: Amount,
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.shown();
        let mut list = serializer.serialize_seq(Some(shown.len()))?;
        for step in shown {
            list.serialize_element(&Written {
                outpoint: Shown(step.outpoint),
                height: step.height,
                address: step.party.as_ref().map(|party| party.address.as_str()),
                amount: step.amount,
            })?;
        }
        list.end()
    }
}

/// Serialises a value as the text that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

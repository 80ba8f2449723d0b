//! A place at which value ended.

use std::rc::Rc;

use serde::{Serialize, Serializer};
use trace_core::model::{OutPoint, Position, Txid};
use trace_core::taint::{LimitHit, Policy, Share};
use trace_core::view::Unknown;

use super::step::{Party, Path, Shown, Step};
use super::{Amount, Kind};

/// A place at which value ended, with how much and how it got there.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) order: Order,
    pub(crate) kind: Kind,
    /// The fee's transaction, the mix, or the coinbase.
    pub(crate) transaction: Option<Txid>,
    pub(crate) height: Option<u32>,
    pub(crate) detail: Detail,
    /// The label of the output's address; for a service the one at which following stopped.
    pub(crate) label: Option<String>,
    pub(crate) amount: Amount,
    pub(crate) shares: Vec<SeedShare>,
    pub(crate) path: Path,
}

/// What destinations are sorted by: where the output stands in the chain, which it is, and the
/// kind. A fee stands behind the outputs of its transaction. An output from before the first
/// block known stands before all others, by its name.
pub(crate) type Order = (Option<Position>, OutPoint, Kind);

/// What there is to say of one kind only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    None,
    Mix(&'static str),
    Bound(LimitHit),
    Unseen(Unknown),
}

/// One seed's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SeedShare<A = Amount> {
    /// Index into the document's seeds, from 0.
    pub(crate) seed: u32,
    pub(crate) amount: A,
}

impl<A: Copy + Ord + Default + std::iter::Sum> SeedShare<A> {
    /// All seeds together. Under poison each seed taints the whole, so that the parts are not
    /// added up.
    pub(crate) fn together(shares: &[Self], policy: Policy) -> A {
        let parts = shares.iter().map(|share| share.amount);
        if policy == Policy::Poison {
            parts.max().unwrap_or_default()
        } else {
            parts.sum()
        }
    }
}

impl SeedShare {
    pub(crate) fn list(shares: &[Share]) -> Vec<Self> {
        let parts = shares.iter().map(|share| Self {
            seed: share.seed,
            amount: share.amount_sat.into(),
        });
        parts.collect()
    }
}

impl Destination {
    /// The last output on the way: the destination itself, except for a fee.
    pub(crate) fn step(&self) -> Option<&Step> {
        self.path.steps.get(self.path.last)
    }

    /// Who holds the output.
    pub(crate) fn party(&self) -> Option<&Rc<Party>> {
        if self.kind == Kind::Fee {
            return None;
        }
        self.step()?.party.as_ref()
    }

    /// The output's name; a fee is no output.
    pub(crate) fn outpoint(&self) -> Option<String> {
        let step = self.step().filter(|_| self.kind != Kind::Fee)?;
        Some(step.outpoint.to_string())
    }

    /// Transactions on the way, that of the fee included.
    pub(crate) fn hops(&self) -> u32 {
        let hops = self.step().map_or(0, |step| step.hops);
        hops.saturating_add(u32::from(self.kind == Kind::Fee))
    }

    /// Why value that was cut off or lost went no further.
    pub(crate) fn why(&self) -> Option<&'static str> {
        match self.detail {
            Detail::Bound(limit) => Some(crate::wording::limit(limit)),
            Detail::Unseen(why) => Some(crate::wording::unknown(why)),
            Detail::None | Detail::Mix(_) => None,
        }
    }

    /// The kind of mix.
    pub(crate) fn mix(&self) -> Option<&'static str> {
        match self.detail {
            Detail::Mix(kind) => Some(kind),
            _ => None,
        }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    kind: Kind,
    address: Option<&'a str>,
    outpoint: Option<String>,
    cluster: Option<&'a str>,
    label: Option<&'a str>,
    cluster_label: Option<&'a str>,
    amount: Amount,
    value: Option<Amount>,
    height: Option<u32>,
    hops: u32,
    transaction: Option<Shown<Txid>>,
    mix: Option<&'static str>,
    why: Option<&'static str>,
    shares: &'a [SeedShare],
    path: &'a Path,
    path_left_out: usize,
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let party = self.party();
        let value = self.step().filter(|_| self.kind != Kind::Fee);
        Written {
            kind: self.kind,
            address: party.map(|party| party.address.as_str()),
            outpoint: self.outpoint(),
            cluster: party.and_then(|party| party.cluster.as_deref()),
            label: self.label.as_deref(),
            cluster_label: party.and_then(|party| Some(party.cluster_label.as_ref()?.1.as_str())),
            amount: self.amount,
            value: value.map(|step| step.value),
            height: self.height,
            hops: self.hops(),
            transaction: self.transaction.map(Shown),
            mix: self.mix(),
            why: self.why(),
            shares: &self.shares,
            path: &self.path,
            path_left_out: self.path.left_out(),
        }
        .serialize(serializer)
    }
}

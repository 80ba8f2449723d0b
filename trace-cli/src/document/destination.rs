//! A place at which value ended.

use std::rc::Rc;

use serde::{Serialize, Serializer};
use trace_core::model::account::Asset;
use trace_core::model::{Chain, Position};
use trace_core::taint::Policy;

use super::stage::WrittenPath;
use super::{Amount, Kind, Party, Path, Shown, Stage, Step, Unit};

/// A place at which value ended, with how much and how it got there.
#[derive(Clone, Debug)]
pub(crate) struct Destination<S: Stage = Step> {
    pub(crate) kind: Kind,
    pub(crate) chain: Chain,
    /// The transaction in which it ended: that of a fee, of what was destroyed or given for
    /// something else, the mix, the coinbase.
    pub(crate) ended: Option<Ended<S::Hash>>,
    /// The label of the address; for a service the one at which following stopped.
    pub(crate) label: Option<String>,
    pub(crate) amount: Amount,
    pub(crate) shares: Vec<SeedShare>,
    /// The kind of mix.
    pub(crate) mix: Option<&'static str>,
    /// Why value that was cut off or lost went no further.
    pub(crate) why: Option<&'static str>,
    pub(crate) path: Path<S>,
}

/// A transaction and its place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ended<H> {
    /// `None` for what moved behind a block's transactions.
    pub(crate) hash: Option<H>,
    pub(crate) position: Option<Position>,
}

/// One seed's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeedShare {
    /// Index into the document's seeds, from 0.
    pub(crate) seed: u32,
    pub(crate) amount: Amount,
}

impl SeedShare {
    /// All seeds together. Under poison each seed taints the whole, so that the parts are not
    /// added up.
    pub(crate) fn together(shares: &[Self], policy: Policy) -> Amount {
        let parts = shares.iter().map(|share| share.amount);
        if policy == Policy::Poison {
            parts.max().unwrap_or_default()
        } else {
            parts.sum()
        }
    }
}

impl<S: Stage> Destination<S> {
    /// The last stage on the way: the destination itself, except for what was used up.
    pub(crate) fn step(&self) -> Option<&S> {
        self.path.steps.get(self.path.last)
    }

    /// The stage at which the value was last, where that is one and not several together.
    pub(crate) fn place(&self) -> Option<&S> {
        self.step()
            .filter(|_| S::FEE_HAS_PAYER || self.kind != Kind::Fee)
    }

    /// Who holds it, or held it last.
    pub(crate) fn party(&self) -> Option<&Rc<Party>> {
        self.place()?.party()
    }

    pub(crate) fn arrival(&self) -> Option<S::Arrival> {
        self.place()?.arrival()
    }

    pub(crate) fn unit(&self) -> Unit {
        Unit {
            asset: self.step().map_or(Asset::Native, Stage::asset),
            chain: self.chain,
        }
    }

    /// The transaction in which it ended.
    pub(crate) fn hash(&self) -> Option<S::Hash> {
        self.ended.and_then(|ended| ended.hash)
    }

    /// The height of the arrival; of what was used up that of the transaction in which it was.
    pub(crate) fn height(&self) -> Option<u32> {
        let used_up = self.ended.filter(|_| self.kind.is_used_up());
        let used_up = used_up.and_then(|ended| ended.position);
        let arrived = self.step().and_then(Stage::position);
        used_up.or(arrived).map(|position| position.height)
    }

    /// Transactions on the way, that in which it was used up included.
    pub(crate) fn hops(&self) -> u32 {
        let hops = self.step().map_or(0, Stage::hops);
        hops.saturating_add(u32::from(self.kind.is_used_up()))
    }
}

#[derive(Serialize)]
struct Written<'a, S: Stage> {
    kind: Kind,
    address: Option<&'a str>,
    arrival: Option<Shown<S::Arrival>>,
    cluster: Option<&'a str>,
    label: Option<&'a str>,
    cluster_label: Option<&'a str>,
    amount: Amount,
    asset: Shown<Asset>,
    chain: Shown<Chain>,
    value: Option<Amount>,
    height: Option<u32>,
    hops: u32,
    via: Option<&'static str>,
    transaction: Option<Shown<S::Hash>>,
    mix: Option<&'static str>,
    why: Option<&'static str>,
    shares: Vec<WrittenShare>,
    #[serde(bound(serialize = ""))]
    path: WrittenPath<'a, S>,
    path_left_out: usize,
}

#[derive(Serialize)]
struct WrittenShare {
    seed: u32,
    amount: Amount,
    asset: Shown<Asset>,
    chain: Shown<Chain>,
}

impl<S: Stage> Serialize for Destination<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let party = self.party();
        let place = self.place();
        let Unit { asset, chain } = self.unit();
        let shares = self.shares.iter().map(|share| WrittenShare {
            seed: share.seed,
            amount: share.amount,
            asset: Shown(asset),
            chain: Shown(chain),
        });
        Written {
            kind: self.kind,
            address: party.map(|party| party.address.as_str()),
            arrival: self.arrival().map(Shown),
            cluster: party.and_then(|party| party.cluster.as_deref()),
            label: self.label.as_deref(),
            cluster_label: party.and_then(|party| Some(party.cluster_label.as_ref()?.1.as_str())),
            amount: self.amount,
            asset: Shown(asset),
            chain: Shown(chain),
            value: place.map(Stage::value),
            height: self.height(),
            hops: self.hops(),
            via: place.map(Stage::via),
            transaction: self.hash().map(Shown),
            mix: self.mix,
            why: self.why,
            shares: shares.collect(),
            path: WrittenPath(&self.path, chain),
            path_left_out: self.path.left_out(),
        }
        .serialize(serializer)
    }
}

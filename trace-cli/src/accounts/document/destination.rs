//! A place at which value ended.

use std::rc::Rc;

use serde::{Serialize, Serializer};
use trace_core::model::account::{Asset, B256};
use trace_core::model::{ChainId, Position};
use trace_core::taint::account::Share;

use super::{Amount, Arrival, Kind, Step};
use crate::document::{Party, Path, SeedShare, Shown};

/// A place at which value ended, with how much and how it got there.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    pub(crate) kind: Kind,
    pub(crate) chain: ChainId,
    /// Of a fee, of what was destroyed and of what was given for something else: the transaction
    /// in which that happened, and its place.
    pub(crate) transaction: Option<(Option<B256>, Option<Position>)>,
    /// The label of the account; for a service the one at which following stopped.
    pub(crate) label: Option<String>,
    pub(crate) amount: Amount,
    pub(crate) shares: Vec<SeedShare<Amount>>,
    /// Why value that was cut off or lost went no further.
    pub(crate) why: Option<&'static str>,
    pub(crate) path: Path<Step>,
}

/// What tells places apart and sorts them: where the value arrived, by what, at whom, in which
/// asset; what became of it, and where in the chain.
pub(crate) type Order = (
    Option<Position>,
    Option<Arrival>,
    String,
    Asset,
    Kind,
    Option<Position>,
);

/// The parts of each seed.
pub(super) fn parts(shares: &[Share]) -> Vec<SeedShare<Amount>> {
    let parts = shares.iter().map(|share| SeedShare {
        seed: share.seed,
        amount: share.amount.into(),
    });
    parts.collect()
}

impl Destination {
    /// The last arrival on the way.
    pub(crate) fn step(&self) -> Option<&Step> {
        self.path.steps.get(self.path.last)
    }

    /// The account at which the value was last: of a fee the one that paid it.
    pub(crate) fn party(&self) -> Option<&Rc<Party>> {
        Some(&self.step()?.party)
    }

    pub(crate) fn asset(&self) -> Asset {
        self.step().map_or(Asset::Native, |step| step.asset)
    }

    /// The height of the transaction in which it ended, else of the arrival.
    pub(crate) fn height(&self) -> Option<u32> {
        let ended = self.transaction.and_then(|(_, position)| position);
        let arrived = self.step().and_then(|step| step.position);
        ended.or(arrived).map(|position| position.height)
    }

    pub(crate) fn hash(&self) -> Option<B256> {
        self.transaction.and_then(|(hash, _)| hash)
    }

    /// Transactions on the way, that in which it ended included.
    pub(crate) fn hops(&self) -> u32 {
        let hops = self.step().map_or(0, |step| step.hops);
        hops.saturating_add(u32::from(self.transaction.is_some()))
    }

    pub(crate) fn order(&self) -> Order {
        let step = self.step();
        (
            step.and_then(|step| step.position),
            step.and_then(|step| step.arrival),
            step.map_or_else(String::new, |step| step.party.address.clone()),
            self.asset(),
            self.kind,
            self.transaction.and_then(|(_, position)| position),
        )
    }
}

#[derive(Serialize)]
struct Written<'a> {
    kind: Kind,
    address: Option<&'a str>,
    arrival: Option<Shown<Arrival>>,
    cluster: Option<&'a str>,
    label: Option<&'a str>,
    cluster_label: Option<&'a str>,
    amount: Amount,
    asset: Shown<Asset>,
    chain: Shown<ChainId>,
    value: Option<Amount>,
    height: Option<u32>,
    hops: u32,
    via: Option<&'static str>,
    transaction: Option<Shown<B256>>,
    why: Option<&'static str>,
    shares: &'a [SeedShare<Amount>],
    path: &'a Path<Step>,
    path_left_out: usize,
}

impl Serialize for Destination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let party = self.party();
        let step = self.step();
        Written {
            kind: self.kind,
            address: party.map(|party| party.address.as_str()),
            arrival: step.and_then(|step| step.arrival).map(Shown),
            cluster: party.and_then(|party| party.cluster.as_deref()),
            label: self.label.as_deref(),
            cluster_label: party.and_then(|party| Some(party.cluster_label.as_ref()?.1.as_str())),
            amount: self.amount,
            asset: Shown(self.asset()),
            chain: Shown(self.chain),
            value: step.map(|step| step.value),
            height: self.height(),
            hops: self.hops(),
            via: step.map(Step::via_name),
            transaction: self.hash().map(Shown),
            why: self.why,
            shares: &self.shares,
            path: &self.path,
            path_left_out: self.path.left_out(),
        }
        .serialize(serializer)
    }
}

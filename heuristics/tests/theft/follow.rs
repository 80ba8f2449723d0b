//! One run of following, in the words of what is measured.

use std::collections::{BTreeMap, BTreeSet};

use testdata::recorded_theft::RecordedTheft;
use trace_core::ledger::account::LedgerView;
use trace_core::model::account::{Address, Asset, U256};
use trace_core::taint::account::{
    Bounds, DestinationKind, LimitHit, Plan, Pools, Progress, Propagator, Seed, Standing,
    Surroundings,
};
use trace_core::taint::{Direction, LabelIndex, Policy};
use trace_core::view::account::{AccountId, AccountView};

use crate::script::Script;

/// The services that an investigator knows, at which following stops.
pub(crate) struct Labels(BTreeMap<Address, bool>);

impl Labels {
    pub(crate) fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Whoever an explorer of the chain has a name for that is not of the theft's own.
    pub(crate) fn of(theft: &RecordedTheft) -> Self {
        let named = theft.edges.iter().filter(|edge| {
            let label = &edge.to_label;
            !label.is_empty() && !label.starts_with("LI.FI")
        });
        let labels = named.map(|edge| (edge.to, edge.to_label.starts_with("Tornado.Cash")));
        Self(labels.collect())
    }

    pub(crate) fn addresses(&self) -> BTreeSet<Address> {
        self.0.keys().copied().collect()
    }
}

impl<V: AccountView + ?Sized> Surroundings<V> for Labels {
    fn standing(&self, view: &V, account: AccountId) -> Standing {
        let address = view.address(account).unwrap();
        let Some(is_mixer) = self.0.get(&address) else {
            return Standing::Plain;
        };
        let label = LabelIndex(self.0.range(..address).count() as u32);
        if *is_mixer {
            Standing::Mixer(label)
        } else {
            Standing::Service(label)
        }
    }
}

/// What a run found.
pub(crate) struct Found {
    /// Every account that taint came to, with the fewest hops.
    pub(crate) visited: BTreeMap<Address, u32>,
    /// What ended where: is held there, or came to a service or a mixer. Under poison the same
    /// value counts in every place.
    pub(crate) ended: BTreeMap<Address, U256>,
    /// What a limit cut off.
    pub(crate) cut: U256,
    pub(crate) seeded: U256,
    pub(crate) conserves: bool,
    pub(crate) gaps: usize,
    pub(crate) transactions: u64,
    pub(crate) limits_hit: Vec<LimitHit>,
}

/// Follows from the sources.
pub(crate) fn follow(
    view: &LedgerView<'_>,
    script: &Script,
    labels: &Labels,
    policy: Policy,
    bounds: Bounds,
) -> Found {
    let seeds = script.sources.iter().map(|source| Seed::Account {
        address: *source,
        asset: Some(Asset::Native),
        // What a source holds behind the first block is the loot.
        from_height: 2,
    });
    let plan = Plan {
        direction: Direction::Forward,
        policy,
        pools: Pools::Stop,
        bounds,
        seeds: seeds.collect(),
    };
    let Progress::Done(trail) = Propagator::new(plan).advance(view, labels, u64::MAX) else {
        panic!("a ledger of every block was asked")
    };
    let mut found = Found {
        visited: BTreeMap::new(),
        ended: BTreeMap::new(),
        cut: U256::ZERO,
        seeded: trail.totals.iter().map(|it| it.seeded.to::<U256>()).sum(),
        conserves: trail.conserves(),
        gaps: trail.gaps.len(),
        transactions: trail.transactions,
        limits_hit: trail.limits_hit.clone(),
    };
    for visit in &trail.visits {
        let account = view.address(visit.account).unwrap();
        let hops = found.visited.entry(account).or_insert(visit.hops);
        *hops = visit.hops.min(*hops);
    }
    for destination in &trail.destinations {
        let visit = &trail.visits[destination.visit.0 as usize];
        let account = view.address(visit.account).unwrap();
        let amount: U256 = destination.shares.iter().map(|share| share.amount).sum();
        match destination.kind {
            DestinationKind::Held | DestinationKind::Service(_) | DestinationKind::Mix(_) => {
                *found.ended.entry(account).or_default() += amount;
            }
            DestinationKind::Bound(_) => found.cut += amount,
            other => panic!("{other:?}"),
        }
    }
    found
}

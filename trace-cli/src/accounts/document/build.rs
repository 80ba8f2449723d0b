//! From what following found to a document.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trace_core::label::Labels;
use trace_core::model::account::{Address, Asset, B256};
use trace_core::model::{ChainId, TxNumber};
use trace_core::taint::account::{self, DestinationKind, Gap, Share, Trail, Visit};
use trace_core::taint::{Direction, LabelIndex, Policy};
use trace_core::view::Unknown;
use trace_core::view::account::{AccountId, AccountView};

use super::held_against::ended_in;
use super::{Arrival, Destination, Names, Report, Step};
use crate::accounts::owners::Owners;
use crate::accounts::wording;
use crate::document::{
    AsOf, Conditions, Conservation, Ended, Kind, LabelEntry, LimitNote, PROGRAM, Party, Path,
    SeedName, SeedShare, TrailChecks, Unit, schema,
};

/// Everything a document is made from.
pub(crate) struct Found<'a> {
    pub(crate) trail: &'a Trail,
    pub(crate) seeds: &'a [SeedName],
    /// For seeds that are addresses: from which height on.
    pub(crate) from_height: u32,
    pub(crate) labels: &'a Labels<Address>,
    pub(crate) owners: &'a Owners,
    pub(crate) conditions: &'a Conditions,
    /// Whether the document counts what transactions were held against.
    pub(crate) tells_checks: bool,
}

/// The view does not know a number that it is said to have given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strange;

impl Found<'_> {
    /// The document.
    ///
    /// # Errors
    /// When the trail is not of this view.
    pub(crate) fn report(&self, view: &dyn AccountView) -> Result<Report, Strange> {
        let names = Names::of(view);
        let mut build = Build {
            found: self,
            names: &names,
            chain: view.chain(),
            parties: BTreeMap::new(),
            cluster_labels: BTreeMap::new(),
            labels_shown: BTreeSet::new(),
        };
        let report = build.report();
        if names.met_strange() {
            return Err(Strange);
        }
        Ok(report)
    }
}

pub(super) struct Build<'a> {
    pub(super) found: &'a Found<'a>,
    pub(super) names: &'a Names<'a>,
    pub(super) chain: ChainId,
    parties: BTreeMap<AccountId, Rc<Party>>,
    cluster_labels: BTreeMap<Address, Option<(u32, String)>>,
    labels_shown: BTreeSet<u32>,
}

impl Build<'_> {
    fn report(&mut self) -> Report {
        let Found {
            trail, conditions, ..
        } = *self.found;
        let steps = self.steps();
        let places = trail.destinations.iter();
        let mut destinations: Vec<Destination> = places
            .map(|place| self.destination(place, &steps))
            .collect();
        if trail.direction == Direction::Back {
            // The trail begins at the seeds, so with what is last in the chain.
            destinations.sort_by_key(|place| place.step().and_then(|step| step.position));
        }
        let seeds = self.seeds(&steps);
        let totals = self.totals(&seeds, &destinations);
        let held_against = self.held_against();
        let checks = TrailChecks::of(held_against.values().copied());
        Report {
            schema: schema(trail.direction),
            program: PROGRAM,
            as_of: AsOf::of(self.chain, trail.as_of),
            policy: trail.policy.name(),
            conservation: Conservation::over_accounts(trail),
            conditions: conditions.clone(),
            limits_hit: limits_hit(trail, &destinations),
            seeds,
            totals,
            destinations,
            labels: self.labels(),
            gaps: trail.gaps.iter().map(|gap| self.gap(*gap)).collect(),
            transactions_visited: trail.transactions,
            checks: self.found.tells_checks.then_some(checks),
            possible: None,
            held_against,
            direction: trail.direction,
            passages: Vec::new(),
            steps,
        }
    }

    fn steps(&mut self) -> Rc<[Step]> {
        let mut steps: Vec<Step> = Vec::with_capacity(self.found.trail.visits.len());
        for visit in &self.found.trail.visits {
            let parent = visit.parent.map(|parent| parent.0 as usize);
            let before = parent.and_then(|parent| steps.get(parent));
            let depth = before.map_or(1, |before| before.depth + 1);
            let step = self.step(visit, parent, depth);
            steps.push(step);
        }
        steps.into()
    }

    fn step(&mut self, visit: &Visit, parent: Option<usize>, depth: usize) -> Step {
        let names = self.names;
        let arrival = visit.tx.and_then(|tx| names.hash(tx)).map(|hash| Arrival {
            hash,
            transfer: visit.transfer,
        });
        Step {
            arrival,
            position: visit.tx.and_then(|tx| names.position(tx)),
            party: self.party(visit.account),
            asset: names.asset(visit.asset),
            value: visit.amount.into(),
            amount: SeedShare::together(&parts(&visit.shares), self.found.trail.policy),
            via: visit.via,
            parent,
            hops: visit.hops,
            depth,
        }
    }

    fn party(&mut self, account: AccountId) -> Rc<Party> {
        if let Some(party) = self.parties.get(&account) {
            return Rc::clone(party);
        }
        let address = self.names.address(account);
        let label = self.label_of(&address);
        let cluster = self.found.owners.cluster(&address);
        let cluster_label = match (&label, cluster) {
            (None, Some(cluster)) => self.label_of_cluster(cluster),
            _ => None,
        };
        let party = Rc::new(Party {
            address: address.to_string(),
            cluster: cluster.map(|cluster| cluster.to_string()),
            label,
            cluster_label,
        });
        self.parties.insert(account, Rc::clone(&party));
        party
    }

    /// The label of the first member that has one.
    fn label_of_cluster(&mut self, cluster: Address) -> Option<(u32, String)> {
        if let Some(label) = self.cluster_labels.get(&cluster) {
            return label.clone();
        }
        let mut members = self.found.owners.members(&cluster).iter();
        let label = members.find_map(|member| self.label_of(member));
        self.cluster_labels.insert(cluster, label.clone());
        label
    }

    fn label_of(&self, address: &Address) -> Option<(u32, String)> {
        let (index, label) = self.found.labels.of(address).into_iter().next()?;
        Some((index, label.name.clone()))
    }

    fn destination(&mut self, place: &account::Destination, steps: &Rc<[Step]>) -> Destination {
        let last = place.visit.0 as usize;
        let why = match place.kind {
            DestinationKind::Bound(limit) => Some(wording::limit(limit)),
            DestinationKind::Unseen(why) => Some(wording::unseen(why)),
            _ => None,
        };
        let step = steps.get(last);
        let mut label = step.and_then(|step| step.party.label.clone());
        if let DestinationKind::Service(LabelIndex(index)) | DestinationKind::Mix(LabelIndex(index)) =
            place.kind
            && let Some(stopped_at) = self.found.labels.get(index)
        {
            label = Some((index, stopped_at.name.clone()));
        }
        let of_cluster = step.and_then(|step| step.party.cluster_label.as_ref());
        let shown = [label.as_ref(), of_cluster].into_iter().flatten();
        self.labels_shown.extend(shown.map(|(index, _)| *index));
        let shares = parts(&place.shares);
        Destination {
            kind: kind(place.kind),
            chain: self.chain.into(),
            ended: ended_in(place.kind).map(|tx| self.ended(tx)),
            label: label.map(|(_, name)| name),
            amount: SeedShare::together(&shares, self.found.trail.policy),
            shares,
            mix: None,
            why,
            path: Path {
                steps: Rc::clone(steps),
                last,
                steps_max: self.found.conditions.path_max,
            },
        }
    }

    fn ended(&self, tx: TxNumber) -> Ended<B256> {
        Ended {
            hash: self.names.hash(tx),
            position: self.names.position(tx),
        }
    }

    pub(super) fn unit(&self, asset: Asset) -> Unit {
        Unit {
            asset,
            chain: self.chain.into(),
        }
    }

    fn labels(&self) -> Vec<LabelEntry> {
        let shown = self.labels_shown.iter();
        shown
            .filter_map(|index| self.found.labels.get(*index))
            .map(|label| LabelEntry::named(label, label.address.to_string()))
            .collect()
    }
}

/// The parts of each seed.
fn parts(shares: &[Share]) -> Vec<SeedShare> {
    let parts = shares.iter().map(|share| SeedShare {
        seed: share.seed,
        amount: share.amount.into(),
    });
    parts.collect()
}

fn kind(kind: DestinationKind) -> Kind {
    match kind {
        DestinationKind::Held => Kind::Held,
        DestinationKind::Service(_) => Kind::Service,
        DestinationKind::Mix(_) => Kind::Mix,
        DestinationKind::Pool => Kind::Pool,
        DestinationKind::Fee(_) => Kind::Fee,
        DestinationKind::Burnt(_) => Kind::Burnt,
        DestinationKind::Created(_) => Kind::Created,
        DestinationKind::Swapped(_) => Kind::Swapped,
        DestinationKind::Bound(_) => Kind::Bound,
        DestinationKind::Unseen(_) => Kind::Unseen,
    }
}

fn limits_hit(trail: &Trail, destinations: &[Destination]) -> Vec<LimitNote> {
    let limits = trail.limits_hit.iter().copied();
    let mut notes: Vec<_> = limits.map(LimitNote::from).collect();
    if trail.gaps.iter().any(|gap| match gap {
        Gap::Seed(_, why)
        | Gap::Account(_, why)
        | Gap::Transaction(_, why)
        | Gap::Balance(_, _, _, why) => *why == Unknown::LimitReached,
        _ => false,
    }) {
        notes.push(LimitNote::REQUESTS);
    }
    notes.extend(LimitNote::path(destinations));
    notes
}

impl Conservation {
    fn over_accounts(trail: &Trail) -> Self {
        let (holds, statement) = if trail.policy == Policy::Poison {
            let statement = "Poison does not conserve value: the same units count at every place \
                             they may have reached. The sums are upper bounds.";
            (None, statement)
        } else if trail.conserves() {
            let statement = match trail.direction {
                Direction::Forward => {
                    "For every seed and asset the destinations add up to what was seeded and what \
                     was received in exchange, to the unit."
                }
                Direction::Back => {
                    "For every seed and asset the origins add up to what was seeded and what was \
                     given in exchange, to the unit."
                }
            };
            (Some(true), statement)
        } else {
            let statement = "The destinations do not add up to what was seeded and received.";
            (Some(false), statement)
        };
        Self { holds, statement }
    }
}

//! From what following found to a document.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use trace_core::label::Labels;
use trace_core::model::account::{Address, Asset, B256, HeldAgainst};
use trace_core::model::{ChainId, Position, TxNumber};
use trace_core::taint::account::{self, DestinationKind, Gap, Share, Trail, Via, Visit};
use trace_core::taint::{LabelIndex, Policy};
use trace_core::view::Unknown;
use trace_core::view::account::{AccountId, AccountView};

use super::{Amount, Arrival, Destination, Names, Report, Step};
use crate::accounts::owners::Owners;
use crate::accounts::wording;
use crate::document::{
    AsOf, Conditions, Conservation, Ended, GapNote, Kind, LabelEntry, LimitNote, PROGRAM, Party,
    Path, Seed, SeedKind, SeedName, SeedShare, SeededArrival, Shown, Totals, TrailChecks, Unit,
    schema,
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
            labels_shown: BTreeSet::new(),
        };
        let report = build.report();
        if names.met_strange() {
            return Err(Strange);
        }
        Ok(report)
    }
}

struct Build<'a> {
    found: &'a Found<'a>,
    names: &'a Names<'a>,
    chain: ChainId,
    parties: BTreeMap<AccountId, Rc<Party>>,
    labels_shown: BTreeSet<u32>,
}

impl Build<'_> {
    fn report(&mut self) -> Report {
        let Found {
            trail, conditions, ..
        } = *self.found;
        let steps = self.steps();
        let places = trail.destinations.iter();
        let destinations: Vec<Destination> = places
            .map(|place| self.destination(place, &steps))
            .collect();
        let seeds = self.seeds(&steps);
        let totals = self.totals(&seeds, &destinations);
        let held = self.held();
        let checks = TrailChecks::of(held.values().copied());
        Report {
            schema: schema(trail.direction),
            program: PROGRAM,
            as_of: AsOf::of(self.chain, trail.as_of),
            policy: trail.policy.name(),
            conservation: Conservation::over_accounts(trail.policy, trail.conserves()),
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
            held,
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

    /// What each transaction of the trail was held against.
    fn held(&self) -> BTreeMap<Position, HeldAgainst> {
        let Trail {
            visits,
            destinations,
            ..
        } = self.found.trail;
        let came = visits.iter().filter_map(|visit| visit.tx);
        let ended = destinations.iter();
        let ended = ended.filter_map(|place| ended_in(place.kind));
        let transactions: BTreeSet<TxNumber> = came.chain(ended).collect();
        let names = self.names;
        let each = transactions.into_iter();
        each.filter_map(|tx| Some((names.position(tx)?, names.held_against(tx)?)))
            .collect()
    }

    fn party(&mut self, account: AccountId) -> Rc<Party> {
        if let Some(party) = self.parties.get(&account) {
            return Rc::clone(party);
        }
        let address = self.names.address(account);
        let label = self.label_of(&address);
        let cluster = self.found.owners.cluster(&address);
        let cluster_label = if label.is_some() {
            None
        } else {
            let mut others = self.found.owners.members(&address).iter();
            others.find_map(|other| self.label_of(other))
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

    fn unit(&self, asset: Asset) -> Unit {
        Unit {
            asset,
            chain: self.chain.into(),
        }
    }

    fn seeds(&self, steps: &[Step]) -> Vec<Seed> {
        let mut arrivals = self.arrivals(steps);
        let mut by_seed: BTreeMap<u32, BTreeMap<Asset, Totals>> = BTreeMap::new();
        for totals in &self.found.trail.totals {
            let asset = self.names.asset(totals.asset);
            let of_seed = by_seed.entry(totals.seed).or_default();
            let sums = self.sums(of_seed, asset);
            sums.seeded = Amount(totals.seeded);
            sums.received = Amount(totals.received);
            for (kind, sum) in [
                (Kind::Held, totals.held),
                (Kind::Service, totals.service),
                (Kind::Mix, totals.mix),
                (Kind::Pool, totals.pool),
                (Kind::Fee, totals.fee),
                (Kind::Burnt, totals.burnt),
                (Kind::Created, totals.created),
                (Kind::Swapped, totals.swapped),
                (Kind::Bound, totals.bound),
                (Kind::Unseen, totals.unseen),
            ] {
                sums.add(kind, Amount(sum));
            }
        }
        let from_height = self.found.from_height;
        let seeds = (0..).zip(self.found.seeds);
        seeds
            .map(|(index, name)| Seed {
                seed: name.text.clone(),
                kind: name.kind,
                from_height: (name.kind == SeedKind::Address).then_some(from_height),
                arrivals: arrivals.remove(&index).unwrap_or_default(),
                totals: by_seed
                    .remove(&index)
                    .unwrap_or_default()
                    .into_values()
                    .collect(),
            })
            .collect()
    }

    /// What was seeded, by seed.
    fn arrivals(&self, steps: &[Step]) -> BTreeMap<u32, Vec<SeededArrival>> {
        let mut arrivals: BTreeMap<u32, Vec<SeededArrival>> = BTreeMap::new();
        let visits = self.found.trail.visits.iter().zip(steps);
        for (visit, step) in visits.filter(|(visit, _)| visit.via == Via::Seed) {
            for share in &visit.shares {
                arrivals.entry(share.seed).or_default().push(SeededArrival {
                    arrival: step.arrival.map(|arrival| arrival.to_string()),
                    height: step.position.map(|position| position.height),
                    address: Some(step.party.address.clone()),
                    amount: share.amount.into(),
                    asset: Shown(step.asset),
                    chain: Shown(self.chain.into()),
                });
            }
        }
        arrivals
    }

    fn totals(&self, seeds: &[Seed], destinations: &[Destination]) -> Vec<Totals> {
        let mut all = BTreeMap::new();
        for of_seed in seeds.iter().flat_map(|seed| &seed.totals) {
            let totals = self.sums(&mut all, of_seed.unit.asset);
            totals.seeded = totals.seeded.plus(of_seed.seeded);
            totals.received = totals.received.plus(of_seed.received);
        }
        for place in destinations {
            self.sums(&mut all, place.unit().asset)
                .add(place.kind, place.amount);
        }
        all.into_values().collect()
    }

    /// The sums of an asset, made if there are none yet.
    fn sums<'t>(&self, all: &'t mut BTreeMap<Asset, Totals>, asset: Asset) -> &'t mut Totals {
        let direction = self.found.trail.direction;
        all.entry(asset)
            .or_insert_with(|| Totals::new(self.unit(asset), direction))
    }

    fn gap(&self, gap: Gap) -> GapNote {
        let names = self.names;
        let account = |account| names.address(account).to_string();
        let transaction = |tx| match (names.hash(tx), names.position(tx)) {
            (Some(hash), _) => hash.to_string(),
            (None, Some(at)) => format!("the end of block {}", at.height),
            (None, None) => String::new(),
        };
        let pot = |who, asset, tx: Option<TxNumber>| {
            let pot = format!("{} in {}", account(who), names.asset(asset));
            match tx {
                Some(tx) => format!("{pot}, {}", transaction(tx)),
                None => pot,
            }
        };
        let at = match gap {
            Gap::Seed(seed, _) => {
                let seed = self.found.seeds.get(seed as usize);
                seed.map_or_else(String::new, |seed| seed.text.clone())
            }
            Gap::InnerCalls => self.chain.to_string(),
            Gap::Unindexed(asset) => names.asset(asset).to_string(),
            Gap::Account(who, _) => account(who),
            Gap::Transaction(tx, _) | Gap::Outcome(tx) => transaction(tx),
            Gap::Balance(who, asset, tx, _) | Gap::SeededTwice(who, asset, tx) => {
                pot(who, asset, tx)
            }
            Gap::Overdrawn(who, asset, tx) | Gap::Overfull(who, asset, tx) => {
                pot(who, asset, Some(tx))
            }
        };
        let (gap, why) = wording::gap(gap);
        GapNote { gap, at, why }
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

/// The transaction in which something ended, where it did not end with an account.
fn ended_in(kind: DestinationKind) -> Option<TxNumber> {
    match kind {
        DestinationKind::Fee(tx)
        | DestinationKind::Burnt(tx)
        | DestinationKind::Created(tx)
        | DestinationKind::Swapped(tx) => Some(tx),
        DestinationKind::Held
        | DestinationKind::Service(_)
        | DestinationKind::Mix(_)
        | DestinationKind::Pool
        | DestinationKind::Bound(_)
        | DestinationKind::Unseen(_) => None,
    }
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
    fn over_accounts(policy: Policy, all_found: bool) -> Self {
        let (holds, statement) = if policy == Policy::Poison {
            let statement = "Poison does not conserve value: the same units count at every place \
                             they may have reached. The sums are upper bounds.";
            (None, statement)
        } else if all_found {
            let statement = "For every seed and asset the destinations add up to what was seeded \
                             and what was received in exchange, to the unit.";
            (Some(true), statement)
        } else {
            let statement = "The destinations do not add up to what was seeded and received.";
            (Some(false), statement)
        };
        Self { holds, statement }
    }
}

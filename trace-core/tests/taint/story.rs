//! A scenario to follow value in, and what is found there as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use testdata::scenario::{Scenario, address};
use trace_core::model::{Address, AddressId, OutputId, TxNumber, Txid};
use trace_core::taint::{
    Bounds, DestinationKind, Direction, Gap, LabelIndex, MixAnswer, MixShape, Mixes, Plan, Policy,
    Progress, Propagator, Seed, Share, Surroundings, Trail,
};
use trace_core::view::{Answer, CoinView, Gathered, NumberedTransaction};

/// Services are the addresses that a map names, mixes the transactions that a map names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) services: BTreeMap<Address, LabelIndex>,
    pub(crate) mixes: BTreeMap<Txid, MixAnswer>,
}

impl Surroundings<Gathered> for Places {
    fn service(&self, view: &Gathered, address: AddressId) -> Option<LabelIndex> {
        self.services.get(&view.address(address)?).copied()
    }

    fn mix(&self, transaction: &NumberedTransaction) -> MixAnswer {
        let answer = self.mixes.get(&transaction.txid);
        answer.cloned().unwrap_or(MixAnswer::NoMix)
    }
}

/// A scenario in which an address whose name begins with `shop` is a service, a transaction
/// whose name begins with `mix` is a mix, and one that begins with `maybe` may be one.
pub(crate) struct Story {
    pub(crate) scenario: Scenario,
    pub(crate) places: Places,
}

impl Story {
    pub(crate) fn of(text: &str) -> Self {
        let scenario = Scenario::of(text);
        let mut places = Places::default();
        for address in scenario.addresses() {
            if scenario.address_name(address).unwrap().starts_with("shop") {
                places.services.insert(address.clone(), LabelIndex(0));
            }
        }
        for located in scenario.transactions() {
            let transaction = &located.transaction;
            let name = scenario.transaction_name(&transaction.txid).unwrap();
            let values: Vec<u64> = transaction.outputs.iter().map(|o| o.value_sat).collect();
            let alike = |value: u64| values.iter().filter(|other| **other == value).count();
            let equal = (0..).zip(&values).filter(|(_, value)| alike(**value) > 1);
            let answer = if name.starts_with("mix") {
                MixAnswer::Mix(MixShape {
                    kind: "test",
                    equal_outputs: equal.map(|(index, _)| index).collect(),
                })
            } else if name.starts_with("maybe") {
                MixAnswer::Unknown
            } else {
                continue;
            };
            places.mixes.insert(transaction.txid, answer);
        }
        Self { scenario, places }
    }

    /// A seed is `TRANSACTION`, `TRANSACTION:VOUT` or `@ADDRESS` with or without `>HEIGHT`.
    pub(crate) fn seed(&self, text: &str) -> Seed {
        if let Some(name) = text.strip_prefix('@') {
            let (name, from) = name.split_once('>').unwrap_or((name, "0"));
            return Seed::Address {
                address: address(name),
                from_height: from.parse().unwrap(),
            };
        }
        match text.split_once(':') {
            Some((name, vout)) => Seed::Output(trace_core::model::OutPoint {
                txid: self.scenario.txid(name),
                vout: vout.parse().unwrap(),
            }),
            None => Seed::Transaction(self.scenario.txid(text)),
        }
    }

    /// Forwards, stopping at mixes, without bounds.
    pub(crate) fn plan(&self, policy: Policy, seeds: &[&str]) -> Plan {
        Plan {
            direction: Direction::Forward,
            policy,
            mixes: Mixes::Stop,
            bounds: Bounds::default(),
            seeds: seeds.iter().map(|seed| self.seed(seed)).collect(),
        }
    }

    /// Everything is known, also that the addresses of the plan's seeds have no receipts where
    /// the scenario mentions none.
    pub(crate) fn view(&self, plan: &Plan) -> Gathered {
        let mut view = self.scenario.view();
        for seed in &plan.seeds {
            if let Seed::Address { address, .. } = seed
                && view.find_address(address).is_none()
            {
                view.insert_receipts(address, Ok(0));
            }
        }
        view
    }

    pub(crate) fn follow(&self, plan: Plan) -> Trail {
        follow(&self.view(&plan), &self.places, plan)
    }

    /// One destination a line, such as `unspent pay:0 0=5`.
    pub(crate) fn destinations(&self, view: &Gathered, trail: &Trail) -> String {
        trail
            .destinations
            .iter()
            .fold(String::new(), |mut text, place| {
                let visit = &trail.visits[place.visit.0 as usize];
                let at = self.output(view, visit.output);
                let (kind, at) = match place.kind {
                    DestinationKind::Fee(tx) => ("fee".to_owned(), self.transaction(view, tx)),
                    kind => (self.kind(view, kind), at),
                };
                writeln!(text, "{kind} {at} {}", shares(&place.shares)).unwrap();
                text
            })
    }

    /// Everything that was found, by names, so that two views can be compared.
    pub(crate) fn all(&self, view: &Gathered, trail: &Trail) -> String {
        let mut text = format!("{} transactions\n", trail.transactions);
        for seeded in &trail.seeds {
            write!(text, "seed {}", seeded.seeded_sat).unwrap();
            for (output, sat) in &seeded.outputs {
                write!(text, " {}={sat}", self.output(view, *output)).unwrap();
            }
            text.push('\n');
        }
        for (number, visit) in trail.visits.iter().enumerate() {
            let next = visit.next.map(|tx| self.transaction(view, tx));
            writeln!(
                text,
                "{number} {} of {} {} via {:?} after {} next {next:?}",
                self.output(view, visit.output),
                visit.value_sat,
                shares(&visit.shares),
                visit.parent.map(|parent| parent.0),
                visit.hops,
            )
            .unwrap();
        }
        for place in &trail.destinations {
            let kind = self.kind(view, place.kind);
            let shares = shares(&place.shares);
            writeln!(text, "{kind} at {} {shares}", place.visit.0).unwrap();
        }
        for gap in &trail.gaps {
            writeln!(text, "{}", self.gap(view, *gap)).unwrap();
        }
        writeln!(text, "{:?} {:?}", trail.limits_hit, trail.totals).unwrap();
        text
    }

    pub(crate) fn gap(&self, view: &Gathered, gap: Gap) -> String {
        match gap {
            Gap::Output(output, why) => format!("gap {} {why:?}", self.output(view, output)),
            Gap::InputValue(tx) => format!("gap value {}", self.transaction(view, tx)),
            Gap::Mix(tx) => format!("gap mix {}", self.transaction(view, tx)),
            Gap::SeededTwice(output) => format!("gap twice {}", self.output(view, output)),
            Gap::Seed(seed, why) => format!("gap seed {seed} {why:?}"),
        }
    }

    fn kind(&self, view: &Gathered, kind: DestinationKind) -> String {
        match kind {
            DestinationKind::Unspent => "unspent".to_owned(),
            DestinationKind::Coinbase(tx) => format!("coinbase {}", self.transaction(view, tx)),
            DestinationKind::Service(label) => format!("service{}", label.0),
            DestinationKind::Mix { tx, .. } => format!("mix {}", self.transaction(view, tx)),
            DestinationKind::Fee(tx) => format!("fee {}", self.transaction(view, tx)),
            DestinationKind::Bound(limit) => format!("bound {limit:?}"),
            DestinationKind::Unseen(why) => format!("unseen {why:?}"),
        }
    }

    pub(crate) fn output(&self, view: &Gathered, output: OutputId) -> String {
        let Answer::Known(outpoint) = view.outpoint(output) else {
            return format!("{output:?}");
        };
        match self.scenario.transaction_name(&outpoint.txid) {
            Some(name) => format!("{name}:{}", outpoint.vout),
            None => outpoint.to_string(),
        }
    }

    fn transaction(&self, view: &Gathered, tx: TxNumber) -> String {
        let known = self.scenario.transactions().iter();
        let mut known = known.map(|located| located.transaction.txid);
        known
            .find(|txid| view.find_transaction(txid) == Answer::Known(tx))
            .and_then(|txid| self.scenario.transaction_name(&txid))
            .map_or_else(|| format!("{tx:?}"), str::to_owned)
    }
}

pub(crate) fn follow(view: &Gathered, places: &Places, plan: Plan) -> Trail {
    match Propagator::new(plan).advance(view, places, u64::MAX) {
        Progress::Done(trail) => trail,
        other => panic!("a view that knows everything was asked: {other:?}"),
    }
}

pub(crate) fn shares(shares: &[Share]) -> String {
    let parts: Vec<_> = shares
        .iter()
        .map(|share| format!("{}={}", share.seed, share.amount_sat))
        .collect();
    parts.join(" ")
}

//! Reports of stories told in a few lines, for the tests.

use trace_core::label::{Label, Labels};
use trace_core::model::account::Address;
use trace_core::taint::account::{Bounds, Plan};
use trace_core::view::account::{AccountView, GatheredAccounts};

use super::document::{Found, Report};
use super::owners::Owners;
use crate::document::{BoundsSet, Conditions, SeedKind, SeedName};
use telling::Story;

#[expect(
    dead_code,
    clippy::cast_possible_truncation,
    reason = "not all that a story can tell is told here, and its numbers are small"
)]
#[path = "../../../trace-core/tests/account_taint/story.rs"]
pub(crate) mod telling;

/// Loot comes back to where it was, is exchanged, split, mixed and used up.
pub(crate) const HEIST: &str = "
    found: new -> victim 1000, new -> thief 50, new -> market 5000 usd
    theft: victim -> thief 900
    a: fee thief 7, thief -> runner 600
    b: fee runner 3, runner -> thief 200, runner -> shop1 100
    swap: thief -> market 300, market -> thief 640 usd
    c: thief -> mixer 150, thief -> runner 640 usd
    d: runner -> shop2 400 usd, runner -> gone 40 usd
    e: fee thief 5
    f: runner -> pool 90
    g: runner -> friend 60, friend -> cousin 60
";

/// A story whose accounts are what their names say.
pub(crate) struct Told {
    pub(crate) view: GatheredAccounts,
    labels: Labels<Address>,
}

impl Told {
    /// `labels` are lines `NAME,LABEL`; the first one is that of services, the second of mixers.
    pub(crate) fn of(story: &str, labels: &str) -> Self {
        let mut list = Labels::default();
        for line in labels.lines() {
            let (name, label) = line.split_once(',').expect("NAME,LABEL");
            list.add(Label {
                address: telling::address(name),
                name: label.to_owned(),
                categories: Vec::new(),
                actor: None,
                source: String::new(),
                confidence: None,
                last_modified: None,
                defines_cluster: false,
                list: "labels.csv".to_owned(),
                line: 1,
            });
        }
        Self {
            view: Story::of(story).view(),
            labels: list,
        }
    }

    /// What following finds, by a plan whose seeds are named like this.
    pub(crate) fn report(&self, plan: Plan, seeds: &[&str]) -> Report {
        let seeds = seeds.iter().map(|seed| SeedName {
            text: (*seed).to_owned(),
            kind: SeedKind::Transaction,
        });
        let found = Found {
            trail: &telling::follow(&self.view, plan),
            seeds: &seeds.collect::<Vec<_>>(),
            from_height: 0,
            labels: &self.labels,
            owners: &Owners::default(),
            conditions: &Conditions {
                mixes: "stop",
                pools: Some("stop"),
                stop: Vec::new(),
                lists: Vec::new(),
                bounds: BoundsSet::of_accounts(&Bounds::default(), AccountView::chain(&self.view)),
                clusters: "none",
                rules: Vec::new(),
                change_votes: None,
                rule_limits: None,
                candidates_max: None,
                path_max: 1000,
            },
            tells_checks: false,
        };
        found.report(&self.view).expect("numbers of its own")
    }
}

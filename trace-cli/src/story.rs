//! Reports of stories told in a few lines, for the tests.

use testdata::scenario::Scenario;
use trace_core::label::{Labels, StopSet, csv_list};
use trace_core::model::BitcoinNetwork;
use trace_core::source::Interruption;
use trace_core::source::history::Step;
use trace_core::taint::{Bounds, Direction, Mixes, Plan, Policy, Seed};
use trace_core::view::CoinView;

use crate::arguments::ClustersFrom;
use crate::document::{BoundsSet, Conditions, LabelList, Report, SeedKind, SeedName};
use crate::inquiry::{Inquiry, Question};
use crate::surroundings::Places;

/// What is asked of a story.
pub(crate) struct Asked<'a> {
    pub(crate) direction: Direction,
    pub(crate) policy: Policy,
    pub(crate) bounds: Bounds,
    /// Names of transactions, all of whose outputs are seeds.
    pub(crate) seeds: &'a [&'a str],
    /// Lines `NAME,LABEL,CATEGORY` with the names of the story.
    pub(crate) labels: &'a str,
    pub(crate) path_max: usize,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            direction: Direction::Forward,
            policy: Policy::Fifo,
            bounds: Bounds::default(),
            seeds: &["theft"],
            labels: "",
            path_max: 1000,
        }
    }
}

/// The answer to a question about a story.
pub(crate) fn report(story: &str, asked: &Asked<'_>) -> Report {
    let story = Scenario::of(story);
    let mut list = String::from("address,label,category\n");
    for line in asked.labels.lines() {
        let (name, rest) = line.split_once(',').expect("NAME,LABEL,CATEGORY");
        let address = testdata::scenario::address(name);
        let address = address.text(BitcoinNetwork::Regtest).to_string();
        list.extend([address.as_str(), ",", rest, "\n"]);
    }
    let mut labels = Labels::default();
    csv_list(
        &mut labels,
        "labels.csv",
        list.as_bytes(),
        BitcoinNetwork::Regtest,
        100,
    )
    .unwrap();
    let txids = asked.seeds.iter().map(|name| story.txid(name));
    let plan = Plan {
        direction: asked.direction,
        policy: asked.policy,
        mixes: Mixes::Stop,
        bounds: asked.bounds,
        seeds: txids.clone().map(Seed::Transaction).collect(),
    };
    let names: Vec<SeedName> = txids
        .map(|txid| SeedName {
            text: txid.to_string(),
            kind: SeedKind::Transaction,
        })
        .collect();
    of_view(&story.view(), plan, &names, &labels, asked.path_max)
}

/// The answer to a question about a view that holds all there is to know.
pub(crate) fn of_view(
    view: &impl CoinView,
    plan: Plan,
    seeds: &[SeedName],
    labels: &Labels,
    path_max: usize,
) -> Report {
    let stop = StopSet::of(["exchange"]);
    let rules = heuristics::RuleSet::default();
    let conditions = Conditions {
        mixes: "stop",
        pools: None,
        stop: stop.categories().map(str::to_owned).collect(),
        lists: vec![LabelList {
            name: "labels.csv".to_owned(),
            labels: labels.all().len(),
            skipped: labels.skipped().len(),
        }],
        bounds: BoundsSet::of_coins(plan.bounds, view.chain().into()),
        clusters: "trail",
        rules: crate::rules::names(&rules),
        change_votes: Some(1),
        rule_limits: None,
        candidates_max: None,
        path_max,
    };
    let question = Question {
        seeds,
        from_height: 0,
        labels,
        rules: &rules,
        clusters: ClustersFrom::Trail,
        conditions: &conditions,
        interruption: &Interruption::default(),
    };
    let places = Places::growing(labels, &stop);
    match Inquiry::new(&question, plan).advance(view, &places, None) {
        Step::Done(Ok(report)) => report,
        Step::Done(Err(failure)) => panic!("{failure}"),
        Step::Wants(questions) => panic!("a whole view wants {questions:?}"),
    }
}

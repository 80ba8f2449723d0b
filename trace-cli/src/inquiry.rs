//! One question of following, taken from its seeds to a document.

use heuristics::RuleSet;
use trace_core::cluster::Clusters;
use trace_core::label::Labels;
use trace_core::source::Interruption;
use trace_core::source::history::Step;
use trace_core::taint::{Plan, Progress, Propagator, Surroundings, Trail};
use trace_core::view::CoinView;

use crate::arguments::ClustersFrom;
use crate::cluster_names::ClusterNames;
use crate::document::{Conditions, Found, Missing, Report, SeedName};
use crate::failure::Failure;

/// Transactions between two looks at whether to stop.
const STEPS: u64 = 10_000;

/// What is the same under every policy.
pub(crate) struct Question<'a> {
    pub(crate) seeds: &'a [SeedName],
    pub(crate) from_height: u32,
    pub(crate) labels: &'a Labels,
    pub(crate) rules: &'a RuleSet,
    pub(crate) clusters: ClustersFrom,
    pub(crate) conditions: &'a Conditions,
    pub(crate) interruption: &'a Interruption,
}

/// A question on its way to an answer: first followed, then written down. Either may find
/// that something has to be fetched first.
pub(crate) struct Inquiry<'a> {
    question: &'a Question<'a>,
    propagator: Propagator,
    trail: Option<Trail>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(question: &'a Question<'a>, plan: Plan) -> Self {
        Self {
            question,
            propagator: Propagator::new(plan),
            trail: None,
        }
    }

    /// Goes on until there is a document or something has to be fetched.
    pub(crate) fn advance<V, S>(
        &mut self,
        view: &V,
        surroundings: &S,
        whole_chain: Option<&Clusters>,
    ) -> Step<Result<Report, Failure>>
    where
        V: CoinView,
        S: Surroundings<V>,
    {
        while self.trail.is_none() {
            match self.propagator.advance(view, surroundings, STEPS) {
                Progress::Done(trail) => self.trail = Some(trail),
                Progress::Wants(questions) => return Step::Wants(questions),
                Progress::Paused { transactions } => {
                    if self.question.interruption.is_raised() {
                        let done = format!("{transactions} transactions were followed");
                        return Step::Done(Err(Failure::Interrupted(done)));
                    }
                }
            }
        }
        let Some(trail) = &self.trail else {
            return Step::Wants(Vec::new());
        };
        let Question { rules, labels, .. } = *self.question;
        let clusters = match (self.question.clusters, whole_chain) {
            (ClustersFrom::None, _) => ClusterNames::default(),
            (_, Some(clusters)) => ClusterNames::of_chain(view, trail, clusters, labels),
            (_, None) => ClusterNames::of_trail(view, trail, rules, labels),
        };
        let found = Found {
            trail,
            seeds: self.question.seeds,
            from_height: self.question.from_height,
            labels: self.question.labels,
            clusters: &clusters,
            conditions: self.question.conditions,
        };
        match found.report(view) {
            Ok(report) if report.conservation.holds == Some(false) => {
                let what = "the destinations do not add up to what was seeded";
                Step::Done(Err(Failure::Contradiction(what.to_owned())))
            }
            Ok(report) => Step::Done(Ok(report)),
            Err(Missing::Answers(questions)) => Step::Wants(questions),
            Err(Missing::Strange) => {
                let what = "a number is not of the view that is said to have given it";
                Step::Done(Err(Failure::Contradiction(what.to_owned())))
            }
        }
    }
}

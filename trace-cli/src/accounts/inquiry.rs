//! Questions of following, taken from their seeds to documents.

use trace_core::label::Labels;
use trace_core::model::account::Address;
use trace_core::source::history::Step;
use trace_core::taint::account::{Plan, Progress, Propagator, Trail};
use trace_core::view::account::{AccountQuestion, AccountView};

use super::Access;
use super::document::{Found, Report, Strange};
use super::owners::Owners;
use super::places::Places;
use crate::document::{Conditions, SeedName};
use crate::failure::Failure;
use crate::session::Session;
use crate::steady::steadily;

/// Transactions between two looks at whether to stop.
const STEPS: u64 = 10_000;

/// What is the same under every policy.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) seeds: &'a [SeedName],
    pub(super) from_height: u32,
    pub(super) labels: &'a Labels<Address>,
    pub(super) owners: &'a Owners,
    pub(super) places: &'a Places,
    pub(super) conditions: &'a Conditions,
    pub(super) tells_checks: bool,
}

impl Question<'_> {
    /// Follows by every plan over one state of the chain.
    pub(super) async fn follow(
        &self,
        access: &mut Access,
        plans: &[Plan],
        session: &Session,
    ) -> Result<Vec<Report>, Failure> {
        steadily(access, session.talk, async |access| {
            let mut reports = Vec::new();
            for plan in plans {
                let mut propagator = Propagator::new(plan.clone());
                let report = access.run(|view| self.advance(view, &mut propagator, session));
                reports.push(report.await?);
            }
            Ok(reports)
        })
        .await
    }

    fn advance(
        &self,
        view: &dyn AccountView,
        propagator: &mut Propagator,
        session: &Session,
    ) -> Step<Result<Report, Failure>, AccountQuestion> {
        loop {
            match propagator.advance(view, self.places, STEPS) {
                Progress::Done(trail) => return Step::Done(self.report(view, &trail)),
                Progress::Wants(questions) => return Step::Wants(questions),
                Progress::Paused { transactions } => {
                    if session.interruption.is_raised() {
                        let done = format!("{transactions} transactions were followed");
                        return Step::Done(Err(Failure::Interrupted(done)));
                    }
                }
            }
        }
    }

    fn report(&self, view: &dyn AccountView, trail: &Trail) -> Result<Report, Failure> {
        let found = Found {
            trail,
            seeds: self.seeds,
            from_height: self.from_height,
            labels: self.labels,
            owners: self.owners,
            conditions: self.conditions,
            tells_checks: self.tells_checks,
        };
        match found.report(view) {
            Ok(report) if report.conservation.holds == Some(false) => {
                let what = "the destinations do not add up to what was seeded and received";
                Err(Failure::Contradiction(what.to_owned()))
            }
            Ok(report) => Ok(report),
            Err(Strange) => {
                let what = "a number is not of the view that is said to have given it";
                Err(Failure::Contradiction(what.to_owned()))
            }
        }
    }
}

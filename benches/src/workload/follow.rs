//! Follows the first coins of a chain wherever they went, until they taint a good part of it.

use trace_core::ledger::{Ledger, LedgerView};
use trace_core::model::{AddressId, Txid};
use trace_core::taint::{
    Bounds, Direction, Keep, LabelIndex, MixAnswer, Mixes, Plan, Policy, Progress, Propagator,
    Seed, Surroundings, Trail,
};
use trace_core::view::NumberedTransaction;

use super::Workload;
use super::walk::{empty, load};
use crate::figures::{Failure, Figures};

/// Transactions between two looks, as a command line would have them.
const STEPS: u64 = 1 << 16;

/// Follows the coinbase of block 1 by the policy that the argument names, without labels and
/// through mixes like through anything else. What is kept is the sums; then, untimed and after
/// the memory was noted, everything, to count the tainted outputs.
pub const WORKLOAD: Workload = Workload {
    name: "follow",
    run: |folder, policy| {
        let policy = policy.parse()?;
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?;
        let seed = view.transactions_between(1, 1).next();
        let mut transaction = empty();
        load(&view, seed.ok_or("a chain of one block")?, &mut transaction)?;
        let plan = plan(policy, transaction.txid, Bounds::default());
        let mut figures = Figures::default();
        let sums = figures.time("all", || {
            follow(
                &view,
                Propagator::new(plan.clone()).keeping(Keep::Totals),
                &OpenField,
            )
        })?;
        figures.note_peak();
        let trail = follow(&view, Propagator::new(plan), &OpenField)?;
        if sums.totals != trail.totals {
            return Err("the sums depend on what is kept".into());
        }
        figures.note("transactions", trail.transactions);
        figures.note("outputs", trail.visits.len() as u64);
        figures.note("conserves", u64::from(trail.conserves()));
        Ok(figures)
    },
};

/// Follows all outputs of one transaction forwards.
#[must_use]
pub fn plan(policy: Policy, seed: Txid, bounds: Bounds) -> Plan {
    Plan {
        direction: Direction::Forward,
        policy,
        mixes: Mixes::Through,
        bounds,
        seeds: vec![Seed::Transaction(seed)],
    }
}

/// Follows to the end.
///
/// # Errors
/// When the ledger does not hold what following asks for.
pub fn follow<'a>(
    view: &LedgerView<'a>,
    mut propagator: Propagator,
    surroundings: &impl Surroundings<LedgerView<'a>>,
) -> Result<Trail, Failure> {
    loop {
        match propagator.advance(view, surroundings, STEPS) {
            Progress::Done(trail) => return Ok(trail),
            Progress::Paused { .. } => {}
            Progress::Wants(questions) => {
                return Err(format!("a whole ledger lacks {questions:?}").into());
            }
        }
    }
}

/// No services and no mixes.
#[derive(Clone, Copy, Debug)]
pub struct OpenField;

impl<V: ?Sized> Surroundings<V> for OpenField {
    fn service(&self, _: &V, _: AddressId) -> Option<LabelIndex> {
        None
    }

    fn mix(&self, _: &NumberedTransaction) -> MixAnswer {
        MixAnswer::NoMix
    }
}

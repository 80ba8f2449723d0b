//! Follows the first coins of a chain wherever they went, until they taint a good part of it.

use std::fs;
use std::path::Path;

use trace_core::ledger::{Ledger, LedgerView};
use trace_core::model::{AddressId, Txid};
use trace_core::taint::{
    Bounds, Direction, Keep, LabelIndex, MixAnswer, Mixes, Plan, Policy, Progress, Propagator,
    Seed, Surroundings, Trail,
};
use trace_core::view::{NumberedTransaction, Outline};

use super::Workload;
use super::walk::load;
use crate::figures::{Failure, Figures};

/// Transactions between two looks, as a command line would have them.
const STEPS: u64 = 1 << 16;

/// The first transactions of the chain that spend anything, among which a seed is sought.
const SEEDS: usize = 10;

/// Follows one of the chain's first transactions, the one that reaches most, by the policy that
/// the argument names, without labels and through mixes like through anything else. What is
/// kept is the sums.
pub const WORKLOAD: Workload = Workload {
    name: "follow",
    run: |folder, policy| {
        let policy = policy.parse()?;
        let ledger = Ledger::open(&folder.join("ledger"))?;
        let view = ledger.view()?;
        let plan = plan(policy, seed_of(folder, &view)?, Bounds::default());
        let mut figures = Figures::default();
        let trail = figures.time("all", || {
            let propagator = Propagator::new(plan).keeping(Keep::Totals);
            follow(&view, propagator, &OpenField)
        })?;
        figures.note_peak();
        figures.note("transactions", trail.transactions);
        figures.note("outputs", trail.outputs);
        figures.note("conserves", u64::from(trail.conserves()));
        Ok(figures)
    },
};

/// The [`widest`] transaction of the chain in a folder, sought once.
fn seed_of(folder: &Path, view: &LedgerView<'_>) -> Result<Txid, Failure> {
    let path = folder.join("widest");
    if let Ok(text) = fs::read_to_string(&path) {
        return Ok(text.trim().parse()?);
    }
    let seed = widest(view)?;
    fs::write(&path, seed.to_string())?;
    Ok(seed)
}

/// Of the first transactions that spend anything the one that taints most under poison.
///
/// # Errors
/// When there is none.
pub fn widest(view: &LedgerView<'_>) -> Result<Txid, Failure> {
    let mut transaction = NumberedTransaction::default();
    let mut best = None;
    let mut seen = 0;
    for tx in view.transaction_numbers() {
        load(view, tx, &mut transaction)?;
        if transaction.is_coinbase() {
            continue;
        }
        let plan = plan(Policy::Poison, transaction.txid, Bounds::default());
        let propagator = Propagator::new(plan).keeping(Keep::Totals);
        let trail = follow(view, propagator, &OpenField)?;
        best = best.max(Some((trail.transactions, transaction.txid)));
        seen += 1;
        if seen == SEEDS {
            break;
        }
    }
    let (_, txid) = best.ok_or("a chain of coinbases alone")?;
    Ok(txid)
}

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

    fn may_be_mix(&self, _: &Outline) -> bool {
        false
    }

    fn mix(&self, _: &NumberedTransaction) -> MixAnswer {
        MixAnswer::NoMix
    }
}

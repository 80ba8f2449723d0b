//! Follows what sixteen accounts hold at the beginning, wherever it goes.

use std::path::Path;

use trace_core::ledger::account::{Ledger, LedgerView};
use trace_core::model::TxNumber;
use trace_core::taint::account::{
    Bounds, Plan, Pools, Progress, Propagator, Seed, Standing, Surroundings, Trail,
};
use trace_core::taint::{Direction, Policy};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView};

use super::super::Workload;
use super::chain::{TRANSFERS, founder, is_pool};
use crate::figures::{Failure, Figures};

/// How many accounts are seeds, of the thousand that hold something at the beginning.
const SEEDS: u64 = 16;
/// Transactions between two looks, as a command line would have them.
const STEPS: u64 = 1 << 16;

/// Reads every transfer of the ledger once, in order, and adds up: what following costs at least.
pub const WALK: Workload = Workload {
    name: "walk-accounts",
    run: |folder, _| {
        let ledger = open(folder)?;
        let view = ledger.view()?;
        let mut figures = Figures::default();
        let (transfers, sum) = figures.time("all", || Ok(walk(&view)))?;
        figures.note("transfers", transfers);
        figures.note("sum", sum);
        Ok(figures)
    },
};

/// Follows by the policy that the argument names, stopping at pools.
pub const WORKLOAD: Workload = Workload {
    name: "follow-accounts",
    run: |folder, policy| {
        let ledger = open(folder)?;
        let view = ledger.view()?;
        let plan = plan(policy.parse()?);
        let mut figures = Figures::default();
        let trail = figures.time("all", || follow(&view, plan))?;
        figures.note_peak();
        figures.note("transfers", trail.transactions * TRANSFERS);
        figures.note("visits", trail.visits.len() as u64);
        figures.note("destinations", trail.destinations.len() as u64);
        figures.note("gaps", trail.gaps.len() as u64);
        figures.note("conserves", u64::from(trail.conserves()));
        Ok(figures)
    },
};

/// How many transfers there are, and the sum of what fits into 64 bits of each.
pub(super) fn walk(view: &LedgerView<'_>) -> (u64, u64) {
    let (mut transfers, mut sum) = (0_u64, 0_u64);
    let mut of_one = Vec::new();
    for tx in 0.. {
        match view.transfers(TxNumber(tx), &mut of_one) {
            Answer::Known(()) => {}
            _ => break,
        }
        transfers += of_one.len() as u64;
        let amounts = of_one.iter().map(|transfer| transfer.amount.as_limbs()[0]);
        sum = amounts.fold(sum, u64::wrapping_add);
    }
    (transfers, sum)
}

/// What the seeds hold at the beginning, and all that they get.
pub(super) fn plan(policy: Policy) -> Plan {
    let seeds = (0..SEEDS).map(|number| Seed::Account {
        address: founder(number),
        asset: None,
        from_height: 1,
    });
    Plan {
        direction: Direction::Forward,
        policy,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: seeds.collect(),
    }
}

fn open(folder: &Path) -> Result<Ledger, Failure> {
    Ok(Ledger::open(&folder.join("accounts"))?)
}

/// Follows to the end.
///
/// # Errors
/// When the ledger lacks something.
pub(super) fn follow(view: &LedgerView<'_>, plan: Plan) -> Result<Trail, Failure> {
    let mut propagator = Propagator::new(plan);
    loop {
        match propagator.advance(view, &PoolsAlone, STEPS) {
            Progress::Done(trail) => return Ok(trail),
            Progress::Paused { .. } => {}
            Progress::Wants(questions) => {
                return Err(format!("a whole ledger lacks {questions:?}").into());
            }
        }
    }
}

/// Nobody is anybody in particular, but pools are pools.
struct PoolsAlone;

impl<V: AccountView + ?Sized> Surroundings<V> for PoolsAlone {
    fn standing(&self, view: &V, account: AccountId) -> Standing {
        match view.address(account) {
            Some(address) if is_pool(address) => Standing::Pool,
            _ => Standing::Plain,
        }
    }
}

//! A transaction that is being gone through, as far as that has come.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::lot::Lot;
use super::netting::Netting;
use super::runs::Runs;
use super::script::Act;
use super::walk::{Key, Turn};
use crate::model::account::U256;
use crate::model::{Position, TxNumber};
use crate::view::account::{AccountId, AssetId, NumberedTransfer};

/// What is known of a transaction while it is gone through. Where something must be known before
/// it can go on, it stays at that place.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    pub(super) tx: TxNumber,
    pub(super) position: Position,
    /// The accounts whose turn it is.
    pub(super) due: Vec<AccountId>,
    /// The seeds that it is, or one of its transfers.
    pub(super) seeds: Vec<(u32, Option<u32>)>,
    pub(super) transfers: Vec<NumberedTransfer>,
    pub(super) acts: Vec<Act>,
    /// The act that comes next.
    pub(super) at: usize,
    /// Before which act all has moved but fees.
    pub(super) fees_at: usize,
    /// What has left one pot in it and not come to another yet.
    pub(super) carried: Option<Vec<Lot>>,
    /// What came and went so far.
    flows: BTreeMap<Key, Flow>,
    pub(super) netting: Netting,
    /// Only under TIHO.
    pub(super) runs: Option<Runs>,
    pub(super) givens: Vec<Given>,
    /// By pot, the index of what was given of it; `None` where it is no exchange.
    pub(super) given_of: BTreeMap<Key, Option<usize>>,
    /// What is to be done when all has moved but fees; `None` before that.
    pub(super) tasks: Option<Vec<Task>>,
    /// The task that comes next.
    pub(super) task: usize,
    /// The accounts whose pots have changed.
    pub(super) touched: BTreeSet<AccountId>,
}

/// What came to an account and went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flow {
    pub(super) came: U256,
    pub(super) went: U256,
    /// What came and has not left, if what came last left first.
    pub(super) stacked: U256,
    /// Of what came clean, what has not left and has not become tainted, if no clean value left
    /// that was there before as long as there was some of it. So there is at least as much that
    /// is clean, whatever was there before.
    pub(super) fresh: U256,
}

/// What an account gives of an asset in exchange for others.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) account: AccountId,
    pub(super) asset: AssetId,
    /// What left from the first that was tainted on, in the order of leaving.
    pub(super) lots: Vec<Lot>,
    /// What came back of the asset behind the first.
    pub(super) returned: U256,
}

/// Something to be done when all has moved but fees.
#[derive(Clone, Debug)]
pub(super) enum Task {
    /// What was given and not returned is swapped.
    Close(usize),
    /// What an account received takes over taint. For each asset given for it the index of what
    /// was given, or `None` where nothing of it was tainted.
    Receive {
        key: Key,
        givens: Rc<[Option<usize>]>,
    },
    /// What an account has more of is seeded.
    Gain { seed: u32, key: Key },
}

impl Inside {
    pub(super) fn new(
        turn: Turn,
        seeds: Vec<(u32, Option<u32>)>,
        transfers: Vec<NumberedTransfer>,
        (acts, fees_at): (Vec<Act>, usize),
        netting: Netting,
        runs: Option<Runs>,
    ) -> Self {
        Self {
            tx: turn.tx,
            position: turn.at,
            due: turn.accounts,
            seeds,
            transfers,
            acts,
            at: 0,
            fees_at,
            carried: None,
            flows: BTreeMap::new(),
            netting,
            runs,
            givens: Vec::new(),
            given_of: BTreeMap::new(),
            tasks: None,
            task: 0,
            touched: BTreeSet::new(),
        }
    }

    pub(super) fn flow(&self, key: Key) -> Flow {
        self.flows.get(&key).copied().unwrap_or_default()
    }

    /// An amount came, and was tainted in part.
    pub(super) fn came(&mut self, key: Key, amount: U256, tainted: U256) {
        let flow = self.flows.entry(key).or_default();
        flow.came = flow.came.saturating_add(amount);
        flow.stacked = flow.stacked.saturating_add(amount);
        let clean = amount.saturating_sub(tainted);
        flow.fresh = flow.fresh.saturating_add(clean);
    }

    /// An amount went, and was clean in part.
    pub(super) fn went(&mut self, key: Key, amount: U256, clean: U256) {
        let flow = self.flows.entry(key).or_default();
        flow.went = flow.went.saturating_add(amount);
        flow.stacked = flow.stacked.saturating_sub(amount);
        flow.fresh = flow.fresh.saturating_sub(clean);
    }

    /// Some of what came clean has become tainted.
    pub(super) fn tinted(&mut self, key: Key, amount: U256) {
        let flow = self.flows.entry(key).or_default();
        flow.fresh = flow.fresh.saturating_sub(amount);
    }
}

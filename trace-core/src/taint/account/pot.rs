//! What an account holds of an asset, as far as a policy tells it apart.

use super::inside::Flow;
use super::lot::{Lot, Owner};
use super::marked::Marked;
use super::mixture::Mixture;
use super::queue::Queue;
use crate::model::account::U256;
use crate::taint::Policy;

/// What leaves a pot.
#[derive(Debug)]
pub(super) struct Taken {
    /// In the order of leaving. They cover the amount; under poison each does.
    pub(super) lots: Vec<Lot>,
    /// The pot did not hold as much.
    pub(super) overdrawn: bool,
}

/// A pot that holds taint.
#[derive(Clone, Debug)]
pub(super) enum Pot {
    Queue(Queue),
    Mixture(Mixture),
    Marked(Marked),
}

/// Whether a policy cannot divide unless it is known how much clean value was there first. LIFO
/// finds it below everything that came since, and the others serve the taint first.
pub(super) fn needs_balance(policy: Policy) -> bool {
    matches!(policy, Policy::Haircut | Policy::Fifo | Policy::CleanFirst)
}

impl Pot {
    /// A pot that holds `clean`; `None` where the policy does not need to know.
    pub(super) fn new(policy: Policy, clean: Option<U256>) -> Self {
        match policy {
            Policy::Poison => Self::Marked(Marked::default()),
            Policy::Fifo | Policy::Lifo => Self::Queue(Queue::new(clean)),
            Policy::Haircut | Policy::Tiho | Policy::DirtyFirst | Policy::CleanFirst => {
                Self::Mixture(Mixture::new(clean))
            }
        }
    }

    /// Whether nothing of it is tainted any more. Poison wears off nothing.
    pub(super) fn is_clean(&self) -> bool {
        match self {
            Self::Queue(queue) => queue.is_clean(),
            Self::Mixture(mixture) => mixture.is_clean(),
            Self::Marked(_) => false,
        }
    }

    /// Whether clean value that comes makes a difference to it.
    pub(super) fn counts_clean(&self) -> bool {
        match self {
            Self::Queue(_) | Self::Marked(_) => true,
            Self::Mixture(mixture) => mixture.counts_clean(),
        }
    }

    /// How much more it can hold.
    pub(super) fn room(&self) -> U256 {
        match self {
            Self::Queue(queue) => queue.room(),
            Self::Mixture(mixture) => mixture.room(),
            Self::Marked(_) => U256::MAX,
        }
    }

    /// Puts `lots` in, which come to `amount`.
    pub(super) fn put(&mut self, amount: U256, lots: &[Lot]) {
        match self {
            Self::Queue(queue) => lots.iter().for_each(|lot| queue.push_back(*lot)),
            Self::Mixture(mixture) => mixture.put(amount, lots),
            Self::Marked(marked) => marked.put(amount, lots),
        }
    }

    /// Takes `amount` out by the policy.
    pub(super) fn take(&mut self, policy: Policy, amount: U256, planned: Option<U256>) -> Taken {
        match self {
            Self::Queue(queue) => queue.take(amount, policy == Policy::Lifo),
            Self::Mixture(mixture) => mixture.take(policy, amount, planned),
            Self::Marked(marked) => Taken {
                lots: marked.take(amount),
                overdrawn: false,
            },
        }
    }

    /// Takes clean units out, whatever the policy. False when there are not as many.
    pub(super) fn take_clean(&mut self, amount: U256) -> bool {
        match self {
            Self::Queue(queue) => queue.take_clean(amount),
            Self::Mixture(mixture) => mixture.take_clean(amount),
            Self::Marked(marked) => {
                marked.take_clean(amount);
                true
            }
        }
    }

    /// How much of the last `units`, which came in this transaction, is there and clean.
    pub(super) fn clean_of_last(&self, units: U256, flow: Flow) -> U256 {
        match self {
            Self::Queue(queue) => queue.clean_of_last(units),
            Self::Mixture(mixture) => flow.fresh.min(units).min(mixture.taintable()),
            Self::Marked(_) => units,
        }
    }

    /// Puts `pattern` in the place of the clean part of the last `units`.
    pub(super) fn replace_last(&mut self, units: U256, pattern: &[Lot]) {
        match self {
            Self::Queue(queue) => queue.replace_last(units, pattern),
            Self::Mixture(mixture) => mixture.taint(pattern),
            Self::Marked(marked) => {
                for owner in pattern.iter().filter_map(|lot| lot.owner) {
                    marked.mark(owner);
                }
            }
        }
    }

    /// Gives what is clean of the whole balance to `owner`, and says how much that is.
    pub(super) fn sow(&mut self, balance: U256, owner: Owner) -> U256 {
        match self {
            Self::Queue(queue) => queue.sow(balance, owner),
            Self::Mixture(mixture) => mixture.sow(balance, owner),
            Self::Marked(marked) => {
                if marked.has(owner.seed) {
                    return U256::ZERO;
                }
                marked.sow(balance, owner);
                balance
            }
        }
    }

    /// What of it is tainted. Under poison that is all it holds.
    pub(super) fn lots(&self, balance: U256) -> Vec<Lot> {
        match self {
            Self::Queue(queue) => queue.lots(),
            Self::Mixture(mixture) => mixture.lots(),
            Self::Marked(marked) => marked.lots(balance),
        }
    }
}

//! What people are told of accounts, in sentences.

use trace_core::taint::Policy;
use trace_core::taint::account::{Gap, LimitHit};

use super::document::Kind;
use crate::wording::unknown;
use trace_core::view::Unknown;

/// What a policy says of a balance, in a few words.
pub(super) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Poison => "whatever an account holds of an asset is tainted once taint came to it",
        Policy::Haircut => "each withdrawal is tainted in the proportion in which the balance is",
        Policy::Fifo => "first in, first out (Clayton's case)",
        Policy::Lifo => "last in, first out",
        Policy::Tiho => "taint in, highest out: the largest withdrawals take the taint first",
        Policy::DirtyFirst => "the first withdrawals take the taint",
        Policy::CleanFirst => "the first withdrawals take clean value (Re Hallett)",
    }
}

/// What sort of place a kind is.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Held => "held",
        Kind::Service => "at a service",
        Kind::Mix => "in a mixer",
        Kind::Pool => "in a pool",
        Kind::Fee => "paid as a fee",
        Kind::Burnt => "destroyed",
        Kind::Created => "newly created",
        Kind::Swapped => "exchanged",
        Kind::Bound => "beyond a bound",
        Kind::Unseen => "lost from view",
    }
}

/// The name of a limit, which is that of its argument.
pub(super) fn limit_name(limit: LimitHit) -> &'static str {
    match limit {
        LimitHit::Hops => "hops",
        LimitHit::Transactions => "transactions",
        LimitHit::Height => "height",
        LimitHit::Amount => "amount",
        LimitHit::Accounts => "accounts",
    }
}

/// What a limit cut off.
pub(super) fn limit(limit: LimitHit) -> &'static str {
    match limit {
        LimitHit::Hops => "the limit of transactions on one path was reached",
        LimitHit::Transactions => "the limit of transactions visited was reached",
        LimitHit::Height => "the limit of height was reached",
        LimitHit::Amount => "an amount was below the limit",
        LimitHit::Accounts => "the limit of accounts with taint was reached",
    }
}

/// Why value is lost from view.
pub(super) fn unseen(why: Unknown) -> &'static str {
    match why {
        Unknown::Contradictory => {
            "by all transfers told the account has not had that much: it had some since the genesis \
             block, which no block tells, or what was told contradicts itself"
        }
        other => unknown(other),
    }
}

/// The name of a gap and what it means.
pub(super) fn gap(gap: Gap) -> (&'static str, &'static str) {
    match gap {
        Gap::Seed(_, why) => ("seed", unknown(why)),
        Gap::InnerCalls => (
            "inner-calls",
            "internal transfers were not seen in some blocks: native coin that contracts passed on \
             is missing there",
        ),
        Gap::Unindexed(_) => (
            "unindexed",
            "its contract's events name nobody where a node searches for accounts: more of it may \
             have moved than was found; a ledger knows",
        ),
        Gap::Account(_, why) => ("account", unknown(why)),
        Gap::Transaction(_, why) => ("transaction", unknown(why)),
        Gap::Outcome(_) => (
            "outcome",
            "whether it failed is not known; if it did not, what it moved besides its fee is \
             missing",
        ),
        Gap::Balance(_, _, _, why) => ("balance", unseen(why)),
        Gap::Overdrawn(..) => (
            "overdrawn",
            "more left the account than it had by all transfers before; all taint left with it, \
             and the excess was followed as clean",
        ),
        Gap::Overfull(..) => (
            "overfull",
            "by all transfers the account came to hold more than there can be; what arrived is \
             lost from view",
        ),
        Gap::SeededTwice(..) => (
            "seeded-twice",
            "it was tainted already when it was seeded; only the rest was seeded",
        ),
    }
}

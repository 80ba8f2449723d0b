//! What people are told of accounts, in sentences.

use heuristics::account::mixer::{
    fifo_order, linked_addresses, multi_denomination, same_block, torn_mining, unique_gas_price,
};
use heuristics::account::{airdrop, same_owner_funding, self_authorisation};
use trace_core::claim::{Reason, Rule};
use trace_core::taint::Policy;
use trace_core::taint::account::{Gap, LimitHit};

use crate::wording::unknown;
use trace_core::view::Unknown;

/// Why deposit addresses were not asked for.
pub(super) const NO_EXCHANGE: &str =
    "no label that was given (--labels) names an exchange or another service";

/// Why TORN mining was not asked.
pub(super) const TORN_MINING_UNASKED: &str = "it goes by the contract at which points are exchanged (--torn-rewards) and what each pool \
     earns (--torn-rate), and these were not given";

/// What a policy says of a balance, in a few words.
pub(crate) fn policy(policy: Policy) -> &'static str {
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

/// The name of a limit, which is that of its argument.
pub(crate) fn limit_name(limit: LimitHit) -> &'static str {
    match limit {
        LimitHit::Hops => "hops",
        LimitHit::Transactions => "transactions",
        LimitHit::Height => "height",
        LimitHit::Amount => "amount",
        LimitHit::Accounts => "accounts",
    }
}

/// What a limit cut off.
pub(crate) fn limit(limit: LimitHit) -> &'static str {
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

/// Why a rule could not tell about a transaction.
pub(super) fn untold(rule: Rule, why: Reason) -> &'static str {
    let is = |known: Rule| rule.name == known.name;
    match why {
        Reason::CodeUnknown if is(airdrop::RULE) => {
            "airdrop-multi-participation: whether the account that collected has code is not known"
        }
        Reason::CodeUnknown if is(self_authorisation::RULE) => {
            "self-authorisation: whether the account that may spend has code is not known"
        }
        Reason::LimitReached if is(same_owner_funding::RULE) => {
            "same-owner-funding: the account was paid more often before than is read \
             (--funding-payments-max)"
        }
        Reason::InnerCallsNotSeen if is(same_owner_funding::RULE) => {
            "same-owner-funding: what contracts passed on before may not have been seen"
        }
        Reason::HistoryUnknown if is(same_owner_funding::RULE) => {
            "same-owner-funding: what the account was paid before is not known"
        }
        Reason::LimitReached if is(linked_addresses::RULE) => {
            "mixer-linked-addresses: the account took part in more transactions than are read \
             (--linked-transactions-max)"
        }
        Reason::HistoryUnknown if is(linked_addresses::RULE) => {
            "mixer-linked-addresses: not all transactions of the account are known"
        }
        Reason::GasPriceUnknown if is(unique_gas_price::RULE) => {
            "mixer-unique-gas-price: what gas cost is not known of every transaction of the pool"
        }
        Reason::LimitReached if is(multi_denomination::RULE) => {
            "mixer-multi-denomination: more accounts have that portfolio than are told \
             (--portfolio-candidates-max)"
        }
        Reason::LimitReached if is(torn_mining::RULE) => {
            "mixer-torn-mining: more pairs of a deposit and a withdrawal fit than are told \
             (--torn-pairs-max)"
        }
        Reason::LimitReached if is(same_block::RULE) => {
            "mixer-same-block: more accounts put in within the block than are told \
             (--same-block-accounts-max)"
        }
        Reason::HistoryUnknown if is(fifo_order::RULE) => {
            "mixer-fifo-order: not every deposit before is known"
        }
        _ => "a rule could not tell about this transaction",
    }
}

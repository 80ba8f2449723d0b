//! Contract creator: who signs the transaction that creates a contract has to do with it.
//!
//! Used by the tools of the field (the *creator* of block explorers); no paper measured it.
//! Only what a transaction itself creates counts: a contract that creates contracts (a factory)
//! does so for anybody.
//!
//! Known false positives: services that create contracts for customers. So this link is
//! reported, and joins nobody unless it is asked for. Where a transaction failed it created
//! nothing; where it is not known how it ended, neither is this.

use trace_core::claim::{Link, Reason, Rule, Verdict};
use trace_core::model::account::{Outcome, Transaction};

use super::{AccountLink, Evidence, Placed};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "contract-creator",
    version: 1,
};

/// Whether the signer of a transaction created a contract with it.
pub fn judge(transaction: &Transaction) -> Verdict {
    match (transaction.outcome, transaction.to, transaction.created) {
        (Outcome::Succeeded, None, Some(_)) => Verdict::Supports,
        (Outcome::Unknown, None, _) => Verdict::Inconclusive(Reason::OutcomeUnknown),
        _ => Verdict::Contradicts,
    }
}

/// The link between a creator and what it created.
pub fn link(placed: &Placed<'_>) -> Option<AccountLink> {
    if judge(placed.transaction) != Verdict::Supports {
        return None;
    }
    Some(AccountLink {
        link: Link {
            a: placed.transaction.from,
            b: placed.transaction.created?,
            tx: placed.tx,
            rule: RULE,
        },
        position: placed.position,
        confidence: None,
        evidence: Evidence::Creation,
    })
}

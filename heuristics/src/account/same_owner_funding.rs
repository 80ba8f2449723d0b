//! Same-owner funding: who pays the first gas of an account may own it.
//!
//! An account that signs for the first time (nonce 0) must have been paid native coin before.
//! Where all of it came from one account, that is its funder. Hunts for people who took part in
//! an airdrop under many names go by this; no paper measured how often it errs, and it errs
//! whenever somebody pays somebody else for the first time. So it is reported, and joins nobody
//! unless it is asked for.
//!
//! Left out: contracts that pay, for only what its signer paid itself is an account's own, and,
//! by whoever makes links, exchanges, which pay everybody. It cannot tell where the account's first
//! blocks or inner calls were not seen, because somebody else may have paid too.

use trace_core::claim::{Link, Reason, Rule};
use trace_core::model::account::{Address, Asset, B256, InnerCalls, TransferKind};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, behind, start_of};

use super::{AccountLink, Evidence, Placed};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "same-owner-funding",
    version: 1,
};

/// Who paid an account's first gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Funder {
    /// This account alone, by these payments, in chain order.
    One(Address, Vec<B256>),
    /// Nobody that can be named: several accounts, a contract, or what is no payment.
    None,
    /// It cannot be told, because of this.
    Unknown(Reason),
}

/// Who funded the signer of a transaction, if it is its first one; `None` if it is not.
///
/// `inner_calls` says whether they were seen in all blocks up to there.
///
/// Cost: reads what the account was paid before, at most `payments_max` transactions.
pub fn judge(
    view: &dyn AccountView,
    placed: &Placed<'_>,
    inner_calls: InnerCalls,
    payments_max: usize,
) -> Option<Funder> {
    let signer = placed.transaction.from;
    (placed.transaction.nonce == 0).then(|| match funder(view, placed, &signer, payments_max) {
        // Somebody else may have paid too.
        Ok(Funder::One(..)) if inner_calls != InnerCalls::Seen => {
            Funder::Unknown(Reason::InnerCallsNotSeen)
        }
        Ok(funder) => funder,
        Err(why) => Funder::Unknown(why),
    })
}

/// The link between the signer of its first transaction and its funder, who paid it by these
/// payments.
pub fn link(placed: &Placed<'_>, funder: Address, payments: Vec<B256>) -> AccountLink {
    AccountLink {
        link: Link {
            a: funder,
            b: placed.transaction.from,
            tx: placed.tx,
            rule: RULE,
        },
        position: placed.position,
        confidence: None,
        evidence: Evidence::Funding { payments },
    }
}

fn funder(
    view: &dyn AccountView,
    placed: &Placed<'_>,
    signer: &Address,
    payments_max: usize,
) -> Result<Funder, Reason> {
    let account = known(view.find_account(signer))?;
    let mut from = start_of(0);
    let mut found: Option<Address> = None;
    let mut payments = Vec::new();
    for read in 0_usize.. {
        let Some(tx) = known(view.next(account, from))? else {
            break;
        };
        let position = known(view.position(tx))?;
        if position >= placed.position {
            break;
        }
        if read >= payments_max {
            return Err(Reason::LimitReached);
        }
        from = behind(position);
        let Some(transaction) = known(view.transaction(tx))? else {
            // A reward or a withdrawal, if it is native.
            return Ok(Funder::None);
        };
        for transfer in &transaction.transfers {
            if transfer.to != Some(*signer) || transfer.asset != Asset::Native {
                continue;
            }
            let is_own = transfer.kind == TransferKind::Value
                && found.is_none_or(|found| found == transaction.from);
            if !is_own {
                return Ok(Funder::None);
            }
            found = Some(transaction.from);
            payments.push(transaction.hash);
        }
    }
    Ok(found.map_or(Funder::None, |found| Funder::One(found, payments)))
}

fn known<T>(answer: Answer<T>) -> Result<T, Reason> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::NotFetched | Answer::Unknown(_) => Err(Reason::HistoryUnknown),
    }
}

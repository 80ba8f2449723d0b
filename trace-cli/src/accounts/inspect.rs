//! `trace inspect` over accounts: what every rule holds of a transaction.

use std::collections::BTreeSet;

use heuristics::account::inspection::{Inspection, inspect};
use heuristics::account::mixer::Pool;
use trace_core::model::account::{Address, B256, HeldAgainst, parse_address};
use trace_core::source::history::Step;
use trace_core::view::account::{AccountId, AccountQuestion, AccountView};
use trace_core::view::{Answer as Known, Unknown};

use super::document::{Asked, verdicts};
use super::{Access, seeds};
use crate::arguments::Inspect;
use crate::command::inspect::tell_unknown;
use crate::document::TrailChecks;
use crate::document::verdicts::Verdicts;
use crate::export::json_line;
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(
    arguments: &Inspect,
    mut access: Access,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let hashes = arguments.txid.iter().map(|text| {
        let shown = crate::wording::plain(text);
        let refused = || Failure::Asked(format!("{shown:?} is no transaction's hash"));
        seeds::hash(text).ok_or_else(refused)
    });
    let hashes = hashes.collect::<Result<Vec<_>, _>>()?;
    let bridges = arguments.bridge.iter().map(|text| parse_address(text));
    let mixers = arguments.mixer.iter().map(|text| {
        parse_address(text).map(|address| Pool {
            address,
            denomination: None,
        })
    });
    let inquiry = Inquiry {
        mixers: mixers.collect::<Result<_, _>>()?,
        bridges: bridges.collect::<Result<_, _>>()?,
        payments_max: arguments.funding_payments_max,
        checks: arguments.checks,
    };
    let mut answer = Answer::Given;
    let mut all_held = Vec::new();
    for hash in hashes {
        match access.run(|view| inquiry.step(view, hash)).await? {
            Ok((verdicts, held)) => {
                all_held.push(held);
                session.answer(|to| json_line(&verdicts, to))?;
            }
            Err(why) => answer = tell_unknown(&hash.to_string(), why, answer, session)?,
        }
    }
    access.close(session)?;
    if let Some(remark) = TrailChecks::of(all_held).remark() {
        session.talk.say(remark);
    }
    Ok(answer)
}

struct Inquiry {
    mixers: Vec<Pool>,
    bridges: BTreeSet<Address>,
    payments_max: usize,
    checks: bool,
}

/// What a step ends in: verdicts and what the transaction was held against, or why it is not
/// known.
type Told = Result<Result<(Verdicts, HeldAgainst), Unknown>, Failure>;

impl Inquiry {
    fn step(&self, view: &dyn AccountView, hash: B256) -> Step<Told, AccountQuestion> {
        let wanted = || Step::Wants(vec![AccountQuestion::Transaction(hash)]);
        let tx = match view.find_transaction(&hash) {
            Known::Known(tx) => tx,
            Known::NotFetched => return wanted(),
            Known::Unknown(why) => return Step::Done(Ok(Err(why))),
        };
        let found = match inspect(view, tx, &self.mixers, &self.bridges, self.payments_max) {
            Ok(Some(found)) => found,
            Ok(None) => return Step::Done(Ok(Err(Unknown::NotFound))),
            Err(Known::Unknown(why)) => return Step::Done(Ok(Err(why))),
            Err(_) => return wanted(),
        };
        let wants = codes_wanted(view, &found);
        if !wants.is_empty() {
            return Step::Wants(wants);
        }
        let (Known::Known(at), Known::Known(held)) = (view.position(tx), view.held_against(tx))
        else {
            return wanted();
        };
        let inner_calls = view.inner_calls(at.height, at.height);
        let asked = Asked {
            bridges: self.bridges.len(),
            payments_max: self.payments_max,
            checks: self.checks,
        };
        let seen = (inner_calls, held);
        let verdicts = verdicts(hash, view.chain(), at, seen, &found, asked);
        Step::Done(Ok(Ok((verdicts, held))))
    }
}

/// Accounts of which rules would like to know whether they have code, and nobody asked yet.
fn codes_wanted(view: &dyn AccountView, found: &Inspection) -> Vec<AccountQuestion> {
    let effects = found.effects.iter().map(|effect| effect.account);
    let spenders = found.approvals.iter().map(|approval| approval.spender);
    let accounts: BTreeSet<Address> = effects.chain(spenders).collect();
    let is_unknown = |account: &Address| match view.find_account(account) {
        Known::Known(id) => is_unfetched(view, id),
        Known::NotFetched => true,
        Known::Unknown(_) => false,
    };
    accounts
        .into_iter()
        .filter(is_unknown)
        .map(AccountQuestion::Code)
        .collect()
}

fn is_unfetched(view: &dyn AccountView, account: AccountId) -> bool {
    view.is_contract(account) == Known::NotFetched
}

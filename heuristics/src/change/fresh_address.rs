//! Fresh address: a wallet gives its change an address that nobody saw before, and the one
//! who is paid has shown his already.
//!
//! Rules out every output whose address was paid before. Meiklejohn et al. 2013 (A Fistful of
//! Bitcoins), heuristic 2, with its condition that no output goes back to an address of the
//! inputs: there the change is that output, and the fresh address was paid.
//!
//! Known false positives: payments to a fresh address (which every invoice has) with change
//! to a used one; Meiklejohn et al. had to wait a week for addresses to be used again before
//! the rule stopped joining strangers. Only the past is looked at here, so a fresh address
//! that is used again later is still change.
//!
//! Cannot tell without the whole history before the transaction.

use trace_core::claim::{Reason, Rule};
use trace_core::view::Answer;

use super::{Case, ChangeRule, Keep, self_change};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "fresh-address",
        version: 1,
    },
    looks_back: true,
    looks_ahead: false,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    if case
        .candidates
        .iter()
        .any(|candidate| self_change::is_spender(case, candidate.address))
    {
        return Err(Reason::SeveralFit);
    }
    let here = case.view.order(case.tx);
    let keep = case.candidates.iter().map(|candidate| {
        match case.view.first_appearance(candidate.address) {
            Answer::Known(first) if case.view.order(first) < here => Keep::RuledOut,
            Answer::Known(_) => Keep::Kept,
            Answer::NotFetched | Answer::Unknown(_) => Keep::Unknown(Reason::HistoryUnknown),
        }
    });
    Ok(keep.collect())
}

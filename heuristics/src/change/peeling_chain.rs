//! Peeling chain: a large coin is spent, a little is paid, the rest is spent the same way.
//!
//! Asked only of a transaction with one input and two outputs whose parent or one of whose
//! children has this form too. An output that was spent in another form is ruled out; one
//! that is unspent, or spent in this form again, is kept. Meiklejohn et al. 2013; BlockSci
//! (Kalodner et al. 2020), `peeling_chain`; Kappos et al. 2022 (arXiv 2205.13882) follow such
//! chains on further features.
//!
//! Known false positives: one input and two outputs is the commonest form there is, so the
//! one who was paid often spends in it too, and then the rule is certain only where the
//! spender gathered coins: the wrong way round.
//!
//! Cannot tell when it is not known how an output was spent, or where the input comes from.
//! Looks ahead: what it answers can change with every block.

use trace_core::claim::{Reason, Rule};
use trace_core::view::{Answer, NumberedTransaction, Spender};

use super::fingerprint::{later, spender};
use super::{Case, ChangeRule, Keep};
use crate::numbered::loaded;

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "peeling-chain",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    if !peels(case.transaction) {
        return Err(Reason::OtherForm);
    }
    let mut child_peels = false;
    let mut keeps = Vec::with_capacity(case.candidates.len());
    for candidate in case.candidates {
        keeps.push(match spender(case, candidate) {
            Answer::Known(Spender::Unspent) => Keep::Kept,
            Answer::Known(Spender::Spent(tx)) => match later(case, tx) {
                Some(child) if peels(&child) => {
                    child_peels = true;
                    Keep::Kept
                }
                Some(_) => Keep::RuledOut,
                None => Keep::Unknown(Reason::FutureUnknown),
            },
            Answer::NotFetched | Answer::Unknown(_) => Keep::Unknown(Reason::FutureUnknown),
        });
    }
    if child_peels || parent_peels(case)? {
        Ok(keeps)
    } else {
        Err(Reason::OtherForm)
    }
}

fn peels(transaction: &NumberedTransaction) -> bool {
    transaction.inputs.len() == 1 && transaction.outputs.len() == 2
}

fn parent_peels(case: &Case) -> Result<bool, Reason> {
    let input = case.transaction.inputs.first().ok_or(Reason::Coinbase)?;
    let Answer::Known(parent) = case.view.creator(input.spends) else {
        return Err(Reason::HistoryUnknown);
    };
    let parent = loaded(case.view, parent).map_err(|_| Reason::HistoryUnknown)?;
    Ok(peels(&parent))
}

//! What a wallet's software leaves in every transaction it makes: where the spender of one
//! output shows the mark of the transaction and the spenders of the others do not, that
//! output stayed in the wallet.
//!
//! Möser and Narayanan 2022 (arXiv 2107.05749); Kappos et al. 2022 (arXiv 2205.13882); Ghesmati,
//! Fdhila and Weippl 2022 on wallet fingerprints. Each mark is a rule of its own.

use trace_core::claim::Reason;
use trace_core::model::TxNumber;
use trace_core::view::{Answer, NumberedTransaction, Spender};

use super::{Candidate, Case, Keep};
use crate::numbered::loaded;

/// Keeps the outputs whose spender has the mark of the transaction. `mark` is `None` of a
/// transaction that shows neither the mark nor its absence.
pub(super) fn keeps<M: PartialEq>(
    case: &Case,
    mark: impl Fn(&Case, &NumberedTransaction) -> Option<M>,
) -> Result<Vec<Keep>, Reason> {
    let own = mark(case, case.transaction).ok_or(Reason::OtherForm)?;
    let keeps = case
        .candidates
        .iter()
        .map(|candidate| match spender(case, candidate) {
            Answer::Known(Spender::Spent(tx)) => {
                match later(case, tx).and_then(|spender| mark(case, &spender)) {
                    Some(mark) if mark == own => Keep::Kept,
                    Some(_) => Keep::RuledOut,
                    None => Keep::Unknown(Reason::FutureUnknown),
                }
            }
            _ => Keep::Unknown(Reason::FutureUnknown),
        });
    Ok(keeps.collect())
}

/// By what an output of the transaction is spent.
pub(super) fn spender(case: &Case, candidate: &Candidate) -> Answer<Spender> {
    match case.view.output_id(case.tx, candidate.vout) {
        Some(output) => case.view.spender(output),
        None => Answer::NotFetched,
    }
}

/// A transaction that spends an output, if the view holds it.
pub(super) fn later(case: &Case, tx: TxNumber) -> Option<NumberedTransaction> {
    loaded(case.view, tx).ok()
}

//! BIP 69: some software sorts inputs by outpoint and outputs by value, other software does
//! not.
//!
//! The mark is whether both lists are sorted, of a transaction that has two or more of both:
//! with fewer, order shows too little. Even so, unsorted software is sorted by chance in one
//! of four transactions with two inputs and two outputs. Möser and Narayanan 2022 (arXiv
//! 2107.05749). See [`fingerprint`](super::fingerprint).
//!
//! Known false positives: chance, as said; so it is a vote among others and no proof.
//!
//! Cannot tell while an output is unspent or its spender has too few inputs or outputs.
//! Looks ahead.

use trace_core::claim::{Reason, Rule};
use trace_core::model::Txid;
use trace_core::view::{Answer, NumberedTransaction};

use super::{Case, ChangeRule, Keep, fingerprint};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "bip69",
        version: 1,
    },
    looks_back: false,
    looks_ahead: true,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    fingerprint::keeps(case, is_sorted)
}

fn is_sorted(case: &Case, transaction: &NumberedTransaction) -> Option<bool> {
    if transaction.inputs.len() < 2 || transaction.outputs.len() < 2 {
        return None;
    }
    let mut spent = Vec::with_capacity(transaction.inputs.len());
    for input in &transaction.inputs {
        let Answer::Known(outpoint) = case.view.outpoint(input.spends) else {
            return None;
        };
        // Hashes are compared as they are written, which is the other way round.
        let Txid(mut hash) = outpoint.txid;
        hash.reverse();
        spent.push((hash, outpoint.vout));
    }
    let mut paid = Vec::with_capacity(transaction.outputs.len());
    for output in &transaction.outputs {
        let address = output.address.and_then(|id| case.view.address(id));
        paid.push((output.value_sat, address));
    }
    // Of outputs of one value the scripts decide; that of an unspendable one is not known.
    let in_order = paid.is_sorted_by(|(a_sat, a), (b_sat, b)| match (a, b) {
        (Some(a), Some(b)) if a_sat == b_sat => a.script() <= b.script(),
        _ => a_sat <= b_sat,
    });
    Some(spent.is_sorted() && in_order)
}

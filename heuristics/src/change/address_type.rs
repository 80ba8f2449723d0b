//! Address type: a wallet gives its change the form of script that it spends.
//!
//! Where all inputs are of one form, the outputs of any other form are ruled out. Androulaki,
//! Karame, Roeschlin, Scherer and Capkun 2013 (shadow addresses); BlockSci (Kalodner et al.
//! 2020), `address_type_change`.
//!
//! Known false positives: a payment to somebody who uses the spender's form, while the change
//! is of another: wallets that choose the form of the change by that of the payment (Bitcoin
//! Core since version 23), and wallets in the middle of a move to a newer form.
//!
//! Cannot tell when the inputs are of several forms, or one of them is not known.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "address-type",
        version: 1,
    },
    looks_back: false,
    looks_ahead: false,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    let mut spent = None;
    for input in &case.transaction.inputs {
        let kind = input.prevout.as_ref().ok_or(Reason::PrevoutUnknown)?.kind;
        if *spent.get_or_insert(kind) != kind {
            return Err(Reason::MixedInputs);
        }
    }
    let outputs = &case.transaction.outputs;
    Ok(case.keep(|candidate| {
        let output = outputs.get(candidate.vout as usize);
        output.map(|output| output.kind) == spent
    }))
}

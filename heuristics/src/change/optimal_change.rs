//! Optimal change: no wallet adds an input that it does not need, so the change is smaller
//! than every input.
//!
//! Rules out the outputs worth at least as much as the smallest input: without that input the
//! payment could have been made all the same, had such an output been the change. Nick 2015
//! (Data-Driven De-Anonymization in Bitcoin); BlockSci (Kalodner et al. 2020).
//!
//! Known false positives: wallets that do add inputs they do not need, to gather small coins
//! or at random (Bitcoin Core's selection may); and payments smaller than every input whose
//! change is larger, where the rule is certain and wrong.
//!
//! Cannot tell with one input, or when the value of an input is not known.

use trace_core::claim::{Reason, Rule};

use super::{Case, ChangeRule, Keep};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "optimal-change",
        version: 1,
    },
    looks_back: false,
    looks_ahead: false,
    keeps,
};

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    let inputs = &case.transaction.inputs;
    if inputs.len() < 2 {
        return Err(Reason::SingleInput);
    }
    let mut smallest_sat = u64::MAX;
    for input in inputs {
        let prevout = input.prevout.as_ref().ok_or(Reason::PrevoutUnknown)?;
        smallest_sat = smallest_sat.min(prevout.value_sat);
    }
    Ok(case.keep(|candidate| candidate.value_sat < smallest_sat))
}

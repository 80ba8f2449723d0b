//! Self-change: the output goes back to an address of the inputs.
//!
//! Rules out every other output. Meiklejohn et al. 2013, who found it in 23 % of the
//! transactions of early 2013. It joins nothing that was not joined, as the address is among
//! the inputs already; it counts as a vote, and as a sign of a wallet that reuses addresses.
//!
//! Known false positives: a service that pays from and is paid at one address may pay itself
//! on a customer's behalf.
//!
//! Cannot tell when an input is not known: any output may go back to it.

use trace_core::claim::{Reason, Rule};
use trace_core::model::AddressId;

use super::{Case, ChangeRule, Keep};

pub(super) const RULE: ChangeRule = ChangeRule {
    rule: Rule {
        name: "self-change",
        version: 1,
    },
    looks_back: false,
    looks_ahead: false,
    keeps,
};

/// Whether an address is one of the known inputs'.
pub(super) fn is_spender(case: &Case, address: AddressId) -> bool {
    let inputs = case.transaction.inputs.iter();
    let mut prevouts = inputs.filter_map(|input| input.prevout.as_ref());
    prevouts.any(|prevout| prevout.address == Some(address))
}

fn keeps(case: &Case) -> Result<Vec<Keep>, Reason> {
    let mut inputs = case.transaction.inputs.iter();
    if inputs.any(|input| input.prevout.is_none()) {
        return Err(Reason::PrevoutUnknown);
    }
    Ok(case.keep(|candidate| is_spender(case, candidate.address)))
}

//! Stonewall and its two-party form (`StonewallX2`): two equal outputs and two others, from two sets of inputs.
//!
//! A wallet makes a Stonewall alone so that its payment looks like a mix of two; two people
//! make the two-party form together, and the chain does not show which it was. So it is possible
//! at best, and never certain.
//!
//! Known false positives: two payments of one amount with two change outputs.

use super::census::Census;
use super::{Fit, MixKind};

pub(super) fn fit(census: &Census) -> Fit {
    let (value_sat, equal) = census.modal();
    if equal != 2
        || census.outputs != 4
        || census.spendable != 4
        || census.values.len() != 3
        || !census.output_scripts_distinct
        || census.inputs < 2
    {
        return Fit::No;
    }
    match &census.owners {
        None => Fit::Unseen,
        Some(owners) if owners.payers_max(value_sat) >= 2 => Fit::Possible(MixKind::Stonewall),
        Some(_) => Fit::No,
    }
}

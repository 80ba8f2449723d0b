//! JoinMarket: a taker pays makers to mix one amount; each gets it back in an output of its
//! own and keeps the rest as change.
//!
//! n outputs of one value above 2 730 sat to n different scripts; at most n others, no
//! `OP_RETURN` among them; and the inputs can be divided among n owners so that each could
//! have paid that value alone. BlockSci (Kalodner et al. 2020); the JoinMarket client, which
//! asks four makers or more unless told otherwise.
//!
//! With five equal outputs or more, and change for all but two owners, it is certain.
//! Smaller ones are possible: two or three equal outputs are also what a batch of payments
//! to two or three people looks like.
//!
//! Known false positives: an exchange that pays five customers the same amount from five
//! deposits, each large enough, with as many other payments.

use trace_core::model::Transaction;

use super::census::Census;
use super::{Fit, MixKind};

const OWNERS_CERTAIN: usize = 5;

/// The client's old dust limit, in satoshis: it mixes nothing at or below it.
const DUST_SAT: u64 = 2_730;

pub(super) fn fit<A, O>(transaction: &Transaction<A, O>, census: &Census) -> Fit {
    let (value_sat, equal) = census.modal();
    let others = census.outputs - equal;
    if equal < 2
        || others > equal
        || value_sat <= DUST_SAT
        || census.spendable != census.outputs
        || census.equal_scripts != equal
        || transaction.inputs.len() < equal
    {
        return Fit::No;
    }
    let Some(owners) = &census.owners else {
        return Fit::Unseen;
    };
    if owners.sums_sat.len() < equal || owners.payers_max(value_sat) < equal {
        return Fit::No;
    }
    if equal >= OWNERS_CERTAIN && others + 2 >= equal {
        Fit::Certain(MixKind::JoinMarket)
    } else {
        Fit::Possible(MixKind::JoinMarket)
    }
}

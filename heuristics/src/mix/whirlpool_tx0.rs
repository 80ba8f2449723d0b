//! Whirlpool Tx0: one owner cuts coins into outputs for a pool. No mix, though its equal
//! outputs look like one.
//!
//! Exactly one `OP_RETURN`; 1 to 70 P2WPKH outputs of one value a little above the pool's
//! denomination; an output to the coordinator near the pool's fee, which discounts halve at
//! most; at most one change output. Stütz et al. 2022; Schnoering and Vazirgiannis 2023.
//!
//! Known false positives: with a single premix output the pattern is loose, and some token
//! transfers fit it. Nothing hangs on that: a Tx0 is treated like any payment of one owner.

use trace_core::model::{Output, ScriptKind, Transaction};

use super::NoMix;
use super::whirlpool::{FEE_SHARE_MAX_SAT, POOLS};

/// What a premix output carries above the denomination at least, in satoshis.
const FEE_SHARE_MIN_SAT: u64 = 100;
const PREMIX_MAX: usize = 70;

pub(super) fn detect<A, O>(transaction: &Transaction<A, O>) -> Option<NoMix> {
    let outputs = &transaction.outputs;
    let spendable: Vec<&Output<A>> = outputs
        .iter()
        .filter(|output| output.address.is_some())
        .collect();
    if spendable.len() + 1 != outputs.len() {
        return None;
    }
    POOLS.iter().find_map(|(denomination_sat, fee_sat)| {
        let premix_range =
            denomination_sat + FEE_SHARE_MIN_SAT..=denomination_sat + FEE_SHARE_MAX_SAT;
        let premix_like = spendable.iter().filter(|output| {
            output.kind == ScriptKind::P2wpkh && premix_range.contains(&output.value_sat)
        });
        // The change may fall into the range by chance, so each value in it is tried.
        premix_like
            .map(|premix| premix.value_sat)
            .find_map(|premix_sat| {
                let rest: Vec<u64> = spendable
                    .iter()
                    .map(|output| output.value_sat)
                    .filter(|value| *value != premix_sat)
                    .collect();
                let premix_outputs = spendable.len() - rest.len();
                let pays_coordinator = rest
                    .iter()
                    .any(|value| (fee_sat / 2..=fee_sat + fee_sat / 10).contains(value));
                (rest.len() <= 2 && pays_coordinator && premix_outputs <= PREMIX_MAX).then_some(
                    NoMix::WhirlpoolTx0 {
                        premix_outputs,
                        denomination_sat: *denomination_sat,
                    },
                )
            })
    })
}

//! What is passed over without a look is no mix.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use heuristics::mix::{MixVerdict, detect, may_be};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use trace_core::model::{AddressId, Input, Output, OutputId, ScriptKind, Transaction};
use trace_core::view::{Outline, OutlinedInput, OutlinedOutput};

/// Values that kinds of mixes look for, and others.
fn value() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(100_000),
        Just(1_000_000),
        Just(5_000_000),
        Just(10_000_000),
        Just(50_000_000),
        0..300_000_000_u64,
    ]
}

fn output() -> impl Strategy<Value = Output<AddressId>> {
    (value(), option::weighted(0.9, 0..6_u32)).prop_map(|(value_sat, address)| Output {
        value_sat,
        kind: match address {
            Some(_) => ScriptKind::P2wpkh,
            None => ScriptKind::Unspendable,
        },
        address: address.map(AddressId),
    })
}

fn transaction() -> impl Strategy<Value = Transaction<AddressId, OutputId>> {
    let prevouts = vec(option::weighted(0.7, output()), 0..4);
    (prevouts, vec(output(), 0..12)).prop_map(|(prevouts, outputs)| {
        let inputs = (0..).zip(prevouts).map(|(number, prevout)| Input {
            spends: OutputId(number),
            prevout,
            sequence: u32::MAX,
            has_witness: true,
            reveals: None,
        });
        Transaction {
            inputs: inputs.collect(),
            outputs,
            ..Transaction::default()
        }
    })
}

fn outline(transaction: &Transaction<AddressId, OutputId>) -> Outline {
    let inputs = transaction.inputs.iter().map(|input| OutlinedInput {
        spends: input.spends,
        value_sat: input.prevout.as_ref().map(|output| output.value_sat),
    });
    let outputs = (0..).zip(&transaction.outputs);
    let outputs = outputs.map(|(number, output)| OutlinedOutput {
        id: OutputId(number),
        value_sat: output.value_sat,
        address: output.address,
    });
    Outline {
        inputs: inputs.collect(),
        outputs: outputs.collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_may_be_no_mix_is_none(transaction in transaction()) {
        if !may_be(&outline(&transaction)) {
            let verdict = detect(&transaction);
            prop_assert!(matches!(verdict, MixVerdict::None(_)), "{verdict:?}");
        }
    }
}

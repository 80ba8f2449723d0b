//! Bytes that are no replies, or replies with parts changed, end in a block or an error.

use proptest::prelude::*;
use serde_json::{Value, json};
use trace_core::normalise::{RawCalls, RawReceipts, account_block};

use crate::made::{ETHEREUM, Made, event, frame, signature, topic};

/// A block in which something of every kind happens.
fn example() -> Made {
    let transfer = signature("Transfer(address,address,uint256)");
    let mut log = event(2, &[transfer, topic(2), topic(3)], &[5]);
    log["position"] = json!("0x1");
    let mut top = frame("CALL", 1, 2, 9, &[frame("CREATE", 2, 8, 3, &[])]);
    top["logs"] = json!([log]);
    Made::paying(9).saying(&[log]).traced(top)
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!("")),
        Just(json!("0x")),
        Just(json!(format!("0x{}", "f".repeat(64)))),
        Just(json!(u64::MAX)),
        Just(json!([])),
        Just(json!({})),
        Just(json!("0xffffffffffffffffffffffffffffffffffffffff")),
        any::<u64>().prop_map(|number| json!(format!("0x{number:x}"))),
    ]
}

/// Replaces the leaf or branch at the end of a path of choices.
fn change(value: &mut Value, path: &[prop::sample::Index], new: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            let index = first.index(items.len());
            change(&mut items[index], rest, new);
        }
        Value::Object(members) if !members.is_empty() => {
            let index = first.index(members.len());
            let (_, member) = members.iter_mut().nth(index).unwrap();
            change(member, rest, new);
        }
        other => *other = new,
    }
}

proptest! {
    #[test]
    fn a_changed_reply_is_read_or_refused_and_never_burns_what_was_not_there(
        which in 0..3_u8,
        path in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
        new in leaf(),
    ) {
        let mut made = example();
        let good = made.read().unwrap();
        match which {
            0 => change(&mut made.block, &path, new),
            1 => change(&mut made.receipts[0], &path, new),
            _ => change(&mut made.traces.as_mut().unwrap()[0], &path, new),
        }
        if let Ok(block) = made.read() {
            prop_assert_eq!(block.at, good.at);
            for transaction in &block.transactions {
                for transfer in &transaction.transfers {
                    prop_assert!(!transfer.amount.is_zero());
                    prop_assert!(transfer.from.is_some() || transfer.to.is_some());
                }
            }
        }
    }

    #[test]
    fn bytes_of_any_kind_never_panic(
        which in 0..5_u8,
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut raw = example().raw();
        let spoilt = |text: &[u8]| {
            let mut text = text[..keep.index(text.len())].to_vec();
            text.extend_from_slice(&bytes);
            text
        };
        match which {
            0 => raw.block = spoilt(&raw.block),
            1 => raw.receipts = RawReceipts::Block(bytes.clone()),
            2 => raw.calls = RawCalls::Flat(bytes.clone()),
            3 => raw.calls = RawCalls::Frames(vec![bytes.clone()]),
            _ => {
                let RawCalls::CallTracer(text) = &raw.calls else { unreachable!() };
                raw.calls = RawCalls::CallTracer(spoilt(text));
            }
        }
        prop_assert!(account_block(ETHEREUM, &raw).is_err());
    }
}

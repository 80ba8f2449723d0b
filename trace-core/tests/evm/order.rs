//! What moves, and in which order.

use serde_json::{Value, json};
use trace_core::model::account::TransferKind::{
    BaseFee, BlobFee, Call, Create, PriorityFee, Reward, SelfDestruct, Token, Value as Own,
    Withdrawal,
};
use trace_core::model::account::{InnerCalls, Outcome, U256};
use trace_core::model::{BlockRef, ChainId};
use trace_core::normalise::{RawCalls, account_block};

use crate::made::{ETHEREUM, Made, account, event, flat, frame, hash, signature, topic};

fn all(made: &Made) -> Vec<(trace_core::model::account::TransferKind, u64, u64, u64)> {
    let block = made.read().unwrap();
    block.transactions[0].transfers.iter().map(flat).collect()
}

#[test]
fn fees_come_first_and_are_parted_by_the_base_fee() {
    let made = Made::paying(9);
    let block = made.read().unwrap();
    assert_eq!(block.inner_calls, InnerCalls::NotSeen);
    let fees = [
        (BaseFee, 1, 0, 21_000 * 7),
        (PriorityFee, 1, 0xfee, 21_000 * 3),
    ];
    assert_eq!(all(&made), [&fees[..], &[(Own, 1, 2, 9)]].concat());
    assert_eq!(block.transactions[0].selector, Some([0xa9, 5, 0x9c, 0xbb]));

    let mut before_london = made.clone();
    before_london
        .block
        .as_object_mut()
        .unwrap()
        .remove("baseFeePerGas");
    assert_eq!(all(&before_london)[0], (PriorityFee, 1, 0xfee, 210_000));

    let mut blobs = made.clone();
    blobs.block["transactions"][0]["type"] = json!("0x3");
    assert!(blobs.refused().contains("what the blobs cost"));
    blobs.receipts[0]["blobGasUsed"] = json!("0x20000");
    blobs.receipts[0]["blobGasPrice"] = json!("0x2");
    assert_eq!(all(&blobs)[2], (BlobFee, 1, 0, 0x40000));

    let mut cheap = made.clone();
    cheap.receipts[0]["effectiveGasPrice"] = json!("0x6");
    assert!(cheap.refused().contains("below the block's base fee"));

    // What the receipt does not tell is worked out from the offer.
    let mut offer = made;
    offer.receipts[0]["effectiveGasPrice"] = Value::Null;
    offer.block["transactions"][0]["maxFeePerGas"] = json!("0x64");
    offer.block["transactions"][0]["maxPriorityFeePerGas"] = json!("0x4");
    assert_eq!(all(&offer)[1], (PriorityFee, 1, 0xfee, 84_000));
}

#[test]
fn a_failed_transaction_moves_fees_only() {
    let mut made = Made::paying(9);
    made.receipts[0]["status"] = json!("0x0");
    let block = made.read().unwrap();
    assert_eq!(block.transactions[0].outcome, Outcome::Failed);
    assert_eq!(block.transactions[0].transfers.len(), 2);
    let mut undone = frame("CALL", 1, 2, 9, &[frame("CALL", 2, 3, 4, &[])]);
    undone["error"] = json!("execution reverted");
    let made = made.traced(undone);
    assert_eq!(made.read().unwrap().transactions[0].transfers.len(), 2);
    let wrong = made.traced(frame("CALL", 1, 2, 9, &[]));
    assert!(wrong.refused().contains("the receipt says that it failed"));
}

#[test]
fn a_receipt_that_does_not_say_how_it_ended_leaves_it_open() {
    let mut made = Made::paying(9);
    made.receipts[0].as_object_mut().unwrap().remove("status");
    let block = made.read().unwrap();
    assert_eq!(block.transactions[0].outcome, Outcome::Unknown);
    assert!(made.moved().is_empty());
    // The trace tells, and so does an event.
    let traced = made.clone().traced(frame("CALL", 1, 2, 9, &[]));
    assert_eq!(traced.moved(), [(Own, 1, 2, 9)]);
    let saying = made.clone().saying(&[event(3, &[], &[])]);
    assert_eq!(saying.moved(), [(Own, 1, 2, 9)]);
    // So does gas that was left, as long as whatever failed used all of it.
    let mut raw = made.raw();
    made.block["number"] = json!("0x42ae4f");
    raw.block = made.block.to_string().into_bytes();
    raw.at.height = 4_369_999;
    let outcome = |raw: &trace_core::normalise::RawAccountBlock| {
        account_block(ETHEREUM, raw).unwrap().transactions[0].outcome
    };
    assert_eq!(outcome(&raw), Outcome::Succeeded);
    made.block["transactions"][0]["gas"] = json!("0x5208");
    raw.block = made.block.to_string().into_bytes();
    assert_eq!(outcome(&raw), Outcome::Unknown);
}

#[test]
fn calls_move_what_is_not_undone_and_borrowed_code_moves_nothing() {
    let mut undone = frame("CALL", 2, 4, 5, &[frame("CALL", 4, 5, 1, &[])]);
    undone["error"] = json!("out of gas");
    let calls = [
        frame("CALL", 2, 3, 4, &[]),
        undone,
        frame("DELEGATECALL", 2, 6, 9, &[frame("CALL", 2, 7, 2, &[])]),
        frame("CALLCODE", 2, 6, 8, &[]),
        frame("CREATE2", 2, 8, 3, &[]),
        frame("CALL", 2, 3, 0, &[]),
    ];
    let made = Made::paying(9).traced(frame("CALL", 1, 2, 9, &calls));
    let expected = [
        (Own, 1, 2, 9),
        (Call, 2, 3, 4),
        (Call, 2, 7, 2),
        (Create, 2, 8, 3),
    ];
    assert_eq!(made.moved(), expected);
    let block = made.read().unwrap();
    assert_eq!(block.inner_calls, InnerCalls::Seen);
    assert_eq!(block.transactions[0].creations, [(account(8), account(2))]);
}

#[test]
fn an_event_comes_between_the_calls_that_it_came_between() {
    let transfer = |amount, position: &str| {
        let signature = signature("Transfer(address,address,uint256)");
        let mut log = event(2, &[signature, topic(2), topic(3)], &[amount]);
        log["position"] = json!(position);
        log
    };
    let mut inner = frame("CALL", 2, 3, 5, &[]);
    inner["logs"] = json!([transfer(12, "0x0")]);
    let mut top = frame("CALL", 1, 2, 9, &[frame("CALL", 2, 3, 4, &[]), inner]);
    top["logs"] = json!([
        transfer(10, "0x0"),
        transfer(11, "0x1"),
        transfer(13, "0x2")
    ]);
    let logs = [10, 11, 12, 13].map(|amount| transfer(amount, "0x0"));
    let made = Made::paying(9).saying(&logs).traced(top);
    let token = |amount| (Token, 2, 3, amount);
    let expected = [
        (Own, 1, 2, 9),
        token(10),
        (Call, 2, 3, 4),
        token(11),
        (Call, 2, 3, 5),
        token(12),
        token(13),
    ];
    assert_eq!(made.moved(), expected);
    // Without places the events come after the calls.
    let mut unplaced = made.clone();
    for log in unplaced.traces.as_mut().unwrap()[0]["result"]["logs"]
        .as_array_mut()
        .unwrap()
    {
        log.as_object_mut().unwrap().remove("position");
    }
    assert_eq!(unplaced.moved()[3..], [10, 11, 12, 13].map(token));
    // Other events than the receipt's are those of another transaction.
    let other = made.saying(&logs[..3]);
    assert!(
        other
            .refused()
            .contains("its 4 events are not the 3 of the receipt")
    );
}

#[test]
fn self_destruction_gives_to_the_heir_and_burns_what_is_left() {
    let end = |heir, value| frame("SELFDESTRUCT", 2, heir, value, &[]);
    let made = |calls: &[Value]| Made::paying(9).traced(frame("CALL", 1, 2, 9, calls));
    let heir = made(&[end(3, 9)]);
    assert_eq!(heir.moved()[1..], [(SelfDestruct, 2, 3, 9)]);
    // Its own heir: keeps it since Cancun, burns it before.
    assert_eq!(made(&[end(2, 9)]).moved().len(), 1);
    let before = made(&[end(2, 9)]).before_cancun();
    assert_eq!(before.moved()[1..], [(SelfDestruct, 2, 0, 9)]);
    // One that was created in the same transaction burns it since Cancun too.
    let young = frame("CREATE", 2, 8, 4, &[frame("SELFDESTRUCT", 8, 8, 4, &[])]);
    let young = made(&[young]);
    assert_eq!(
        young.moved()[1..],
        [(Create, 2, 8, 4), (SelfDestruct, 8, 0, 4)]
    );
    // What it is sent afterwards goes with it, but for what it sends on.
    let sent = [
        end(3, 9),
        frame("CALL", 3, 2, 6, &[]),
        frame("CALL", 2, 4, 1, &[]),
    ];
    let sent_moved = made(&sent).before_cancun().moved();
    assert_eq!(
        sent_moved[2..],
        [(Call, 3, 2, 6), (Call, 2, 4, 1), (SelfDestruct, 2, 0, 5)]
    );
    assert_eq!(made(&sent).moved().len(), 4);
    let more = [end(3, 9), frame("CALL", 2, 4, 1, &[])];
    assert!(
        made(&more)
            .before_cancun()
            .refused()
            .contains("had destroyed itself")
    );
}

/// A frame of `trace_block` in the only transaction.
fn flat_frame(action: &Value, kind: &str, address: &[u64]) -> Value {
    json!({
        "action": action, "type": kind, "traceAddress": address, "subtraces": 0,
        "blockHash": hash(0xb10c), "blockNumber": 20_000_000, "transactionHash": hash(0x7000),
        "transactionPosition": 0, "result": {"gasUsed": "0x0", "output": "0x"},
    })
}

fn flat_call(from: u64, to: u64, value: u64, address: &[u64]) -> Value {
    let value = format!("0x{value:x}");
    let action =
        json!({"callType": "call", "from": account(from), "to": account(to), "value": value});
    flat_frame(&action, "call", address)
}

fn flat_moved(
    chain: ChainId,
    frames: Vec<Value>,
) -> Result<trace_core::model::account::Block, String> {
    let mut raw = Made::paying(9).raw();
    raw.calls = RawCalls::Flat(Value::from(frames).to_string().into_bytes());
    account_block(chain, &raw).map_err(|error| error.to_string())
}

#[test]
fn a_reverted_frame_of_a_flat_trace_moves_nothing_though_it_has_a_result() {
    let mut undone = flat_call(2, 3, 4, &[0]);
    undone["error"] = json!("Reverted");
    let ended = json!({"address": account(2), "refundAddress": account(5), "balance": "0x3"});
    let frames = vec![
        flat_call(1, 2, 9, &[]),
        undone,
        flat_call(3, 4, 1, &[0, 0]),
        flat_call(2, 3, 5, &[1]),
        flat_frame(&ended, "suicide", &[2]),
    ];
    let block = flat_moved(ETHEREUM, frames.clone()).unwrap();
    let moved: Vec<_> = block.transactions[0].transfers[2..]
        .iter()
        .map(flat)
        .collect();
    assert_eq!(
        moved,
        [(Own, 1, 2, 9), (Call, 2, 3, 5), (SelfDestruct, 2, 5, 3)]
    );
    let mut shuffled = frames.clone();
    shuffled.swap(1, 3);
    let error = flat_moved(ETHEREUM, shuffled).unwrap_err();
    assert!(error.contains("not where it would be executed"), "{error}");
    let mut other = frames.clone();
    for frame in &mut other {
        frame["blockHash"] = json!(hash(9));
    }
    assert!(
        flat_moved(ETHEREUM, other)
            .unwrap_err()
            .contains("they are of block")
    );
    let mut strange = frames;
    strange[3]["action"]["callType"] = json!("teleport");
    assert!(
        flat_moved(ETHEREUM, strange)
            .unwrap_err()
            .contains("teleport")
    );
}

#[test]
fn rewards_that_only_the_trace_tells_are_taken_on_other_chains() {
    let action = json!({"author": account(7), "rewardType": "block", "value": "0x10"});
    let mut reward = flat_frame(&action, "reward", &[]);
    let members = reward.as_object_mut().unwrap();
    members.remove("transactionHash");
    members.remove("transactionPosition");
    let frames = vec![flat_call(1, 2, 9, &[]), reward];
    let block = flat_moved(ChainId(100), frames).unwrap();
    let after: Vec<_> = block.after.iter().map(flat).collect();
    assert_eq!(after, [(Reward, 0, 7, 16)]);
}

#[test]
fn otterscan_does_not_tell_what_was_undone_and_the_block_says_so() {
    let row = |kind: &str, depth: u64, from, to, value: u64| {
        let value = format!("0x{value:x}");
        json!({"type": kind, "depth": depth, "from": account(from), "to": account(to), "value": value})
    };
    let mut raw = Made::paying(9).raw();
    let frames = json!([row("CALL", 0, 1, 2, 9), row("CALL", 1, 2, 3, 4)]);
    raw.calls = RawCalls::Frames(vec![frames.to_string().into_bytes()]);
    let block = account_block(ETHEREUM, &raw).unwrap();
    assert_eq!(block.inner_calls, InnerCalls::Unsure);
    let moved: Vec<_> = block.transactions[0].transfers[2..]
        .iter()
        .map(flat)
        .collect();
    assert_eq!(moved, [(Own, 1, 2, 9), (Call, 2, 3, 4)]);
    // The same as operations, with and without the transaction's own value among them.
    let operation = |from, to, value: u64| json!({"type": 0, "from": account(from), "to": account(to), "value": format!("0x{value:x}")});
    for list in [
        json!([operation(2, 3, 4)]),
        json!([operation(1, 2, 9), operation(2, 3, 4)]),
    ] {
        raw.calls = RawCalls::Operations(vec![list.to_string().into_bytes()]);
        assert_eq!(account_block(ETHEREUM, &raw).unwrap(), block);
    }
    raw.calls = RawCalls::Frames(vec![
        json!([row("CALL", 0, 1, 2, 9), row("CALL", 2, 2, 3, 4)])
            .to_string()
            .into_bytes(),
    ]);
    assert!(account_block(ETHEREUM, &raw).is_err());
}

#[test]
fn operations_may_list_the_creation_that_the_transaction_is() {
    let mut made = Made::new();
    made.add(json!({"from": account(1), "to": null, "value": "0x9"}));
    made.receipts[0]["contractAddress"] = json!(account(2));
    let mut raw = made.raw();
    let operation = |kind: u64, from, to, value: &str| json!({"type": kind, "from": account(from), "to": account(to), "value": value});
    let (own, inner) = (operation(2, 1, 2, "0x9"), operation(0, 2, 3, "0x4"));
    for list in [json!([inner]), json!([own, inner])] {
        raw.calls = RawCalls::Operations(vec![list.to_string().into_bytes()]);
        let block = account_block(ETHEREUM, &raw).unwrap();
        let moved = block.transactions[0].transfers[2..].iter().map(flat);
        let moved: Vec<_> = moved.collect();
        assert_eq!(moved, [(Create, 1, 2, 9), (Call, 2, 3, 4)]);
    }
}

#[test]
fn withdrawals_are_told_in_gwei() {
    let mut made = Made::new();
    made.block["withdrawals"] = json!([
        {"index": "0x1", "validatorIndex": "0x2", "address": account(4), "amount": "0x3"},
        {"index": "0x2", "validatorIndex": "0x3", "address": account(5), "amount": "0x0"},
    ]);
    let block = made.read().unwrap();
    assert_eq!(block.inner_calls, InnerCalls::Seen);
    let after: Vec<_> = block.after.iter().map(flat).collect();
    assert_eq!(after, [(Withdrawal, 0, 4, 3_000_000_000)]);
}

#[test]
fn makers_of_blocks_and_uncles_were_paid_until_the_merge() {
    let eth = U256::from(10).pow(U256::from(18));
    for (height, reward) in [
        (0, 0),
        (1, 5),
        (4_369_999, 5),
        (4_370_000, 3),
        (7_279_999, 3),
        (7_280_000, 2),
        (15_537_393, 2),
        (15_537_394, 0),
    ] {
        let mut made = Made::new();
        made.block["number"] = json!(format!("0x{height:x}"));
        let mut raw = made.raw();
        raw.at = BlockRef { height, ..raw.at };
        let block = account_block(ETHEREUM, &raw).unwrap();
        let paid: U256 = block.after.iter().map(|transfer| transfer.amount).sum();
        assert_eq!(paid, eth * U256::from(reward), "{height}");
        assert!(account_block(ChainId(61), &raw).unwrap().after.is_empty());
    }
    let mut made = Made::new();
    made.block["number"] = json!("0x64");
    made.block["uncles"] = json!([hash(0x0c1)]);
    let mut raw = made.raw();
    raw.at.height = 100;
    let uncle = |height: u64| {
        json!({"number": format!("0x{height:x}"), "hash": hash(0x0c1), "miner": account(8)})
            .to_string()
            .into_bytes()
    };
    assert!(
        account_block(ETHEREUM, &raw)
            .unwrap_err()
            .to_string()
            .contains("the headers of 0")
    );
    raw.uncles = vec![uncle(98)];
    let block = account_block(ETHEREUM, &raw).unwrap();
    let paid: Vec<U256> = block.after.iter().map(|transfer| transfer.amount).collect();
    let five = eth * U256::from(5);
    assert_eq!(
        paid,
        [
            five + five / U256::from(32),
            five * U256::from(6) / U256::from(8)
        ]
    );
    for height in [100, 93] {
        raw.uncles = vec![uncle(height)];
        assert!(
            account_block(ETHEREUM, &raw)
                .unwrap_err()
                .to_string()
                .contains("none of an uncle")
        );
    }
}

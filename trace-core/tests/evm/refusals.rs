//! Replies that do not fit together, and replies that only look as if they did not.

use serde_json::json;
use trace_core::model::account::InnerCalls;
use trace_core::normalise::evm::{is_call_trace, is_flat_trace};
use trace_core::normalise::{RawReceipts, account_block};

use crate::made::{ETHEREUM, Made, account, frame, hash};

#[test]
fn receipts_must_be_those_of_the_transactions() {
    let check = |change: &dyn Fn(&mut Made), why: &str| {
        let mut made = Made::paying(9);
        made.add(json!({"from": account(3), "to": account(4), "value": "0x1"}));
        change(&mut made);
        let error = made.refused();
        assert!(error.contains(why), "{error}\nhas not: {why}");
    };
    check(
        &|it| drop(it.receipts.pop()),
        "receipts: there are 1 for 2 transactions",
    );
    check(
        &|it| it.receipts[1]["transactionHash"] = json!(hash(3)),
        "transaction 1 (0x",
    );
    check(
        &|it| it.receipts[1]["blockHash"] = json!(hash(3)),
        "it is of block 0x",
    );
    check(
        &|it| it.receipts[1]["transactionIndex"] = json!("0x0"),
        "it is that of 0",
    );
    check(
        &|it| it.receipts[1]["cumulativeGasUsed"] = json!("0x5208"),
        "gas after 21000",
    );
    check(
        &|it| it.receipts[0]["gasUsed"] = json!("0xffffff"),
        "transaction 0 (0x",
    );
    check(
        &|it| it.receipts[1]["status"] = json!("0x2"),
        "neither success nor failure",
    );
    check(
        &|it| it.receipts[1]["contractAddress"] = json!(account(9)),
        "a contract that was created",
    );
    check(
        &|it| it.block["transactions"][1]["to"] = json!(null),
        "or the other way round",
    );
    check(
        &|it| it.block["transactions"][1]["blockHash"] = json!(hash(3)),
        "said to be in",
    );
    check(
        &|it| it.block["transactions"][1]["transactionIndex"] = json!("0x7"),
        "said to be transaction 7",
    );
    check(
        &|it| it.block["hash"] = json!(hash(3)),
        "hash: this is block 00",
    );
    check(
        &|it| it.block["number"] = json!("0x3"),
        "3 is told, 20000000 was asked for",
    );
    check(
        &|it| it.receipts[1]["logs"] = json!([{"address": account(1), "data": "0x", "topics": [hash(1), hash(1), hash(1), hash(1), hash(1)]}]),
        "more topics",
    );
    check(
        &|it| {
            it.receipts[1]["status"] = json!("0x0");
            it.receipts[1]["logs"] = json!([{"address": account(1), "data": "0x", "topics": []}]);
        },
        "it failed and has events",
    );
}

#[test]
fn traces_must_be_those_of_the_transactions() {
    let made = Made::paying(9);
    let other = made.clone().traced(frame("CALL", 1, 2, 8, &[]));
    assert!(other.refused().contains("it begins with 8 wei from"));
    let mut two = made.clone().traced(frame("CALL", 1, 2, 9, &[]));
    let more = two.traces.as_ref().unwrap()[0].clone();
    two.traces.as_mut().unwrap().push(more);
    assert!(
        two.refused()
            .contains("traces: there are 2 for 1 transactions")
    );
    let mut named = made.clone().traced(frame("CALL", 1, 2, 9, &[]));
    named.traces.as_mut().unwrap()[0]["txHash"] = json!(hash(1));
    assert!(named.refused().contains("trace: it is that of 0x"));
    let mut lost = made;
    lost.traces = Some(vec![json!({"error": "execution timeout"})]);
    assert!(lost.refused().contains("execution timeout"));
}

#[test]
fn another_tracers_output_is_told_apart() {
    let calls = json!([{"result": frame("CALL", 1, 2, 9, &[])}]).to_string();
    assert!(is_call_trace(calls.as_bytes()));
    let steps =
        json!([{"result": {"gas": 1, "failed": false, "returnValue": "", "structLogs": []}}]);
    let states = json!([{"result": {"pre": {}, "post": {}}}]);
    // What geth's first tracer left out of self-destruction.
    let ended = json!([{"result": {"type": "CALL", "from": account(1), "to": account(2), "value": "0x0", "calls": [{"type": "SELFDESTRUCT"}]}}]);
    for other in [steps, states, ended, json!({}), json!("0x"), json!([{}])] {
        assert!(!is_call_trace(other.to_string().as_bytes()), "{other}");
        let flat = other.to_string();
        assert!(!is_flat_trace(flat.as_bytes()), "{other}");
    }
    assert!(!is_flat_trace(calls.as_bytes()));
}

#[test]
fn what_nodes_write_in_their_own_way_is_read_all_the_same() {
    let plain = Made::paying(9);
    let expected = plain.read().unwrap();
    // A time in decimal in receipts and events, members nobody knows, types nobody knows.
    let mut odd = plain.clone();
    odd.receipts[0]["blockTimestamp"] = json!("1717281407");
    odd.receipts[0]["type"] = json!("0x7e");
    odd.receipts[0]["l1Fee"] = json!("0x0");
    odd.block["transactions"][0]["type"] = json!("0x7e");
    odd.block["transactions"][0]["mint"] = json!("0x0");
    odd.block["author"] = odd.block["miner"].clone();
    odd.block["totalDifficulty"] = json!(null);
    odd.block["transactions"][0]["data"] = odd.block["transactions"][0]["input"].clone();
    assert_eq!(odd.read().unwrap(), expected);
    // Members that came with later forks, or that some leave out.
    let mut old = plain.clone();
    for member in ["type", "blockHash", "transactionIndex"] {
        old.block["transactions"][0]
            .as_object_mut()
            .unwrap()
            .remove(member);
    }
    old.block.as_object_mut().unwrap().remove("uncles");
    for member in ["transactionIndex", "cumulativeGasUsed", "effectiveGasPrice"] {
        old.receipts[0].as_object_mut().unwrap().remove(member);
    }
    assert_eq!(old.read().unwrap(), expected);
    // One reply for each receipt.
    let mut raw = plain.raw();
    raw.receipts = RawReceipts::Each(vec![plain.receipts[0].to_string().into_bytes()]);
    assert_eq!(account_block(ETHEREUM, &raw).unwrap(), expected);
    assert_eq!(expected.inner_calls, InnerCalls::NotSeen);
}

#[test]
fn calls_are_read_as_deep_as_the_evm_goes_and_no_deeper() {
    let nested = |depth: usize| {
        let (from, to) = (account(2), account(3));
        let head = format!(
            r#"{{"type":"CALL","from":"{}","to":"{}","value":"0x9""#,
            account(1),
            account(2)
        );
        let call =
            format!(r#","calls":[{{"type":"CALL","from":"{from}","to":"{to}","value":"0x1""#);
        let text = format!(
            "[{{\"result\":{head}{}{}}}}}]",
            call.repeat(depth),
            "}]".repeat(depth)
        );
        let mut raw = Made::paying(9).raw();
        raw.calls = trace_core::normalise::RawCalls::CallTracer(text.into_bytes());
        account_block(ETHEREUM, &raw)
    };
    assert_eq!(
        nested(1024).unwrap().transactions[0].transfers.len(),
        2 + 1 + 1024
    );
    assert!(
        nested(1025)
            .unwrap_err()
            .to_string()
            .contains("deeper than 1024")
    );
    assert!(nested(20_000).is_err());
}

//! What chains that stand on another one do besides.

use serde_json::json;
use trace_core::model::account::{InnerCalls, TransferKind};

use crate::made::{Made, account, flat};

#[test]
fn what_a_rollup_takes_for_its_data_is_a_fee_even_of_what_failed() {
    let mut made = Made::paying(9);
    made.receipts[0]["l1Fee"] = json!("0x5");
    let fee = (TransferKind::RollupFee, 1, 0, 5);
    let moved = |made: &Made| -> Vec<_> {
        let block = made.read().unwrap();
        block.transactions[0].transfers.iter().map(flat).collect()
    };
    assert_eq!(moved(&made)[2], fee);
    assert_eq!(moved(&made).len(), 4);
    assert!(fee.0.is_fee());
    made.receipts[0]["status"] = json!("0x0");
    assert_eq!(moved(&made)[2..], [fee]);
}

/// A deposit on OP's kin: coin is made for its sender, who sends on some of it for nothing.
fn deposit() -> Made {
    let mut made = Made::new();
    made.add(json!({
        "from": account(1), "to": account(2), "value": "0x7", "type": "0x7e", "mint": "0x9",
        "gasPrice": "0x0",
    }));
    made.receipts[0]["effectiveGasPrice"] = json!("0x0");
    made
}

#[test]
fn coin_is_made_for_a_deposit_whatever_comes_of_the_rest() {
    let made = deposit();
    let coin = (TransferKind::RollupDeposit, 0, 1, 9);
    assert_eq!(made.moved(), [coin, (TransferKind::Value, 1, 2, 7)]);
    let mut failed = made;
    failed.receipts[0]["status"] = json!("0x0");
    assert_eq!(failed.moved(), [coin]);
}

#[test]
fn a_transaction_as_ethereum_has_them_makes_no_coin() {
    for kind in ["0x0", "0x2", "0x4"] {
        let mut made = deposit();
        made.block["transactions"][0]["type"] = json!(kind);
        made.block["transactions"][0]["maxFeePerGas"] = json!("0x0");
        let error = made.refused();
        assert!(error.contains("mint: a transaction of type"), "{error}");
    }
}

#[test]
fn what_moves_by_a_chains_own_rules_leaves_the_balances_unsure() {
    let seen = |made: &Made| made.read().unwrap().inner_calls;
    let trace = json!({
        "type": "CALL", "from": account(1), "to": account(2), "value": "0x7", "input": "0x",
    });
    let known = deposit().traced(trace.clone());
    assert_eq!(seen(&known), InnerCalls::Seen);
    // A deposit of Arbitrum, where the coin made is not told.
    let mut unknown = known.clone();
    unknown.block["transactions"][0]["type"] = json!("0x64");
    assert_eq!(seen(&unknown), InnerCalls::Unsure);
    unknown.traces = None;
    assert_eq!(seen(&unknown), InnerCalls::NotSeen);
    for part in ["operatorFeeScalar", "operatorFeeConstant"] {
        let mut operated = known.clone();
        operated.receipts[0][part] = json!("0x0");
        assert_eq!(seen(&operated), InnerCalls::Seen);
        operated.receipts[0][part] = json!("0x1");
        assert_eq!(seen(&operated), InnerCalls::Unsure);
    }
}

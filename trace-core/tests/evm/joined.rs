//! What real nodes said about one transaction or one block in answer to different questions, put
//! together under the hashes and in the places that they told. What nobody told is made up, and
//! each test says what that is. Of no block of the main network are the block itself, its receipts
//! and its traces all recorded.

use std::collections::BTreeMap;
use std::path::Path;

use alloy_primitives::Bytes;
use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::account::{
    Asset, Check, InnerCalls, Outcome, Transaction, Transfer, TransferKind, U256,
};
use trace_core::normalise::evm::{
    Outline, PlacedTransaction, RawAccountTransaction, RawTransactionCalls, account_transaction,
    placed_logs,
};
use trace_core::normalise::{NormaliseError, RawCalls, account_block};

use crate::around::{around_receipts, number, raw, text, with_receipt};
use crate::made::ETHEREUM;
use crate::recorded::mainnet;

/// The only answer of the main network's to a question that begins with this.
fn answer(folder: &Path, method: &str, to: &str) -> Value {
    let all = mainnet(folder, method).into_iter();
    let mut all = all
        .filter(|it| it.params[0] == to)
        .filter_map(|it| it.result);
    let answer = all.next().unwrap();
    assert_eq!(all.next(), None, "{method} {to}");
    answer
}

/// A block with the hashes of its transactions alone.
fn with_hashes(block: &Value) -> Value {
    let mut block = block.clone();
    let transactions = block["transactions"].as_array().unwrap().iter();
    block["transactions"] = transactions.map(|it| it["hash"].clone()).collect();
    block
}

/// That a transaction is where it is said to be, costs what its receipt says and says what its
/// receipt says.
fn is_as_told(read: &PlacedTransaction, told: &Value, receipt: &Value) {
    let hash = read.transaction.hash;
    assert_eq!(format!("0x{}", read.at.hash), told["blockHash"], "{hash}");
    let place = (
        u64::from(read.position.height),
        u64::from(read.position.index),
    );
    let expected = (
        number(&told["blockNumber"]),
        number(&told["transactionIndex"]),
    );
    assert_eq!(place, expected, "{hash}");
    let fees = read
        .transaction
        .transfers
        .iter()
        .filter(|it| it.kind.is_fee());
    let gas = U256::from(number(&receipt["gasUsed"]));
    let price = U256::from(number(&receipt["effectiveGasPrice"]));
    assert_eq!(
        fees.map(|it| it.amount).sum::<U256>(),
        gas * price,
        "{hash}"
    );
    let succeeded = receipt["status"] == "0x1";
    assert_eq!(
        read.transaction.outcome == Outcome::Succeeded,
        succeeded,
        "{hash}"
    );
    let logs = receipt["logs"].as_array().unwrap();
    assert_eq!(read.transaction.logs.len(), logs.len(), "{hash}");
    for (read, told) in read.transaction.logs.iter().zip(logs) {
        let topics: Vec<String> = read.topics.iter().map(ToString::to_string).collect();
        assert_eq!(json!(topics), told["topics"], "{hash}");
        assert_eq!(
            Bytes::from(read.data.clone()).to_string(),
            told["data"],
            "{hash}"
        );
        assert_eq!(
            json!(read.address),
            told["address"].as_str().unwrap().to_lowercase(),
            "{hash}"
        );
    }
}

/// Made up: the other transactions and the header of the block.
#[test]
fn transactions_of_the_main_network_hold_and_fit_their_receipts() {
    let Some(folder) = folder() else { return };
    let mut pairs = Vec::new();
    for method in [
        "ots_searchTransactionsAfter",
        "ots_searchTransactionsBefore",
    ] {
        for page in mainnet(&folder, method) {
            let Some(page) = page.answer() else { continue };
            let list = |member: &str| page[member].as_array().unwrap().clone();
            let (transactions, receipts) = (list("txs"), list("receipts"));
            assert_eq!(transactions.len(), receipts.len());
            pairs.extend(transactions.into_iter().zip(receipts));
        }
    }
    assert_eq!(pairs.len(), 208);
    let shared = "0x45102190bcfd53cc6a15761c9d2da43a628d0ca713bfad5a1e311b531c294b77";
    pairs.push((
        answer(&folder, "eth_getTransactionByHash", shared),
        answer(&folder, "eth_getTransactionReceipt", shared),
    ));
    let mut outcomes = BTreeMap::new();
    for (transaction, receipt) in &pairs {
        let read = account_transaction(ETHEREUM, &with_receipt(transaction, receipt));
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.itself, Check::Holds, "{}", read.transaction.hash);
        is_as_told(&read, transaction, receipt);
        *outcomes.entry(read.transaction.outcome).or_insert(0) += 1;
        // The receipt of another one of the same block is none of it.
        let mut other = receipt.clone();
        other["transactionIndex"] = json!(number(&receipt["transactionIndex"]) + 1);
        assert!(account_transaction(ETHEREUM, &with_receipt(transaction, &other)).is_err());
    }
    assert_eq!(
        outcomes,
        [(Outcome::Succeeded, 169), (Outcome::Failed, 40)].into()
    );
}

#[test]
fn a_receipt_alone_is_the_one_of_its_block() {
    let Some(folder) = folder() else { return };
    let hash = "0x6b2fe3575bc0e2b9220daf457d7bde7a118d8674b920a0c888bbf547d683d0b7";
    let alone = answer(&folder, "eth_getTransactionReceipt", hash);
    let all = answer(&folder, "eth_getBlockReceipts", "0x112A880");
    let index = number(&alone["transactionIndex"]) as usize;
    assert_eq!(all[index], alone);
    // Out of its block and by itself the transaction comes out as one.
    let block = answer(&folder, "eth_getBlockByNumber", "0x112A880");
    let whole = account_block(ETHEREUM, &raw(&block, &all, RawCalls::NotTold)).unwrap();
    for (transaction, receipt) in block["transactions"]
        .as_array()
        .unwrap()
        .iter()
        .zip(all.as_array().unwrap())
    {
        let mut raw = with_receipt(transaction, receipt);
        raw.block = text(&with_hashes(&block));
        let read = account_transaction(ETHEREUM, &raw).unwrap();
        assert_eq!(
            (read.at, read.header, read.itself),
            (whole.at, Check::Holds, Check::Holds)
        );
        is_as_told(&read, transaction, receipt);
        assert_eq!(
            read.transaction,
            whole.transactions[read.position.index as usize]
        );
    }
}

/// What moved beside fees: native coin, and tokens.
fn moved(transaction: &Transaction) -> (Vec<(TransferKind, u128)>, usize) {
    let (native, tokens): (Vec<&Transfer>, Vec<&Transfer>) = transaction
        .transfers
        .iter()
        .filter(|it| !it.kind.is_fee())
        .partition(|it| it.asset == Asset::Native);
    let native = native.iter().map(|it| (it.kind, it.amount.to()));
    (native.collect(), tokens.len())
}

fn refused(raw: &RawAccountTransaction) -> NormaliseError {
    account_transaction(ETHEREUM, raw).unwrap_err()
}

/// Receipts of a whole block with the trace of one of its transactions. Made up: the header, and of
/// the transactions what no receipt tells.
#[test]
fn a_trace_fits_the_receipts_of_its_block() {
    let Some(folder) = folder() else { return };
    let name = "0xf7a73f9e75853b2ad2be3e5a87c84165bdfcd06ab9e57793f7f034940049363f";
    let frames = answer(&folder, "trace_transaction", name);
    let receipts = answer(&folder, "eth_getBlockReceipts", "0x1142F2a");
    let receipts = receipts.as_array().unwrap();
    let block = around_receipts(receipts);
    let index = number(&frames[0]["transactionPosition"]) as usize;
    let mut told = block["transactions"][index].clone();
    told["blockHash"] = frames[0]["blockHash"].clone();
    told["blockNumber"] = frames[0]["blockNumber"].clone();
    told["transactionIndex"] = frames[0]["transactionPosition"].clone();
    let raw = RawAccountTransaction {
        block: text(&with_hashes(&block)),
        calls: RawTransactionCalls::Flat(text(&frames)),
        ..with_receipt(&told, &receipts[index])
    };
    let read = account_transaction(ETHEREUM, &raw).unwrap();
    assert_eq!(read.transaction.hash.to_string(), name);
    is_as_told(&read, &told, &receipts[index]);
    assert_eq!(read.inner_calls, InnerCalls::Seen);
    // It swaps one token for another, and pays coin once.
    let expected = vec![(TransferKind::Call, 267_785_513_821_445)];
    assert_eq!(moved(&read.transaction), (expected, 2));
    // The receipt before it is another transaction's, and so is the trace of one of another block.
    let other = RawAccountTransaction {
        receipt: text(&receipts[index - 1]),
        ..raw.clone()
    };
    assert!(refused(&other).to_string().contains("receipt"));
    let other = "0xcf5f31d1cac1cd0d1148f501760acecdbdbc3bf6a70d1a4a261adca3ea6b34d1";
    let other = answer(&folder, "trace_transaction", other);
    let other = RawAccountTransaction {
        calls: RawTransactionCalls::Flat(text(&other)),
        ..raw
    };
    assert!(refused(&other).to_string().contains("it is of block"));
}

/// A receipt of which is known that the transaction succeeded, and nothing else.
fn made_receipt(transaction: &Value) -> Value {
    json!({
        "transactionHash": transaction["hash"], "blockHash": transaction["blockHash"],
        "blockNumber": transaction["blockNumber"],
        "transactionIndex": transaction["transactionIndex"], "gasUsed": "0x0", "status": "0x1",
        "effectiveGasPrice": transaction["gasPrice"], "contractAddress": null, "logs": [],
    })
}

/// A whole block with the frames of one of its transactions. Made up: its receipt.
#[test]
fn a_trace_of_otterscan_fits_its_block() {
    let Some(folder) = folder() else { return };
    let name = "0x0433cca2c713d66e13b2b71fd66589785428b6bdbc60bdb1642d44493b2a9c6f";
    let frames = answer(&folder, "ots_traceTransaction", name);
    let block = answer(&folder, "eth_getBlockByNumber", "0xF42400");
    let transactions = block["transactions"].as_array().unwrap();
    let at = transactions
        .iter()
        .position(|it| it["hash"] == name)
        .unwrap();
    let receipt = made_receipt(&transactions[at]);
    let mut raw = with_receipt(&transactions[at], &receipt);
    raw.block = text(&with_hashes(&block));
    raw.calls = RawTransactionCalls::Frames(text(&frames));
    let read = account_transaction(ETHEREUM, &raw).unwrap();
    assert_eq!((read.header, read.itself), (Check::Holds, Check::Holds));
    is_as_told(&read, &transactions[at], &receipt);
    // What it is sent it passes on whole.
    let value = number(&transactions[at]["value"]).into();
    let expected = vec![(TransferKind::Value, value), (TransferKind::Call, value)];
    assert_eq!(moved(&read.transaction), (expected, 0));
    // They are no frames of the transaction before it.
    let other = &transactions[at - 1];
    let other = RawAccountTransaction {
        block: raw.block,
        calls: raw.calls,
        ..with_receipt(other, &made_receipt(other))
    };
    assert!(refused(&other).to_string().contains("trace"));
}

/// Two transactions with the trace of their whole block. Made up: their receipts and the header.
#[test]
fn transactions_fit_the_trace_of_their_block() {
    let Some(folder) = folder() else { return };
    let all = mainnet(&folder, "trace_filter").into_iter();
    let mut all = all.filter(|it| it.params[0]["fromBlock"] == "0x989680");
    let trace = all.next().unwrap().result.unwrap();
    let trace = trace.as_array().unwrap();
    let firsts = trace
        .iter()
        .filter(|it| it["type"] != "reward" && it["traceAddress"] == json!([]));
    let names: Value = firsts.map(|it| it["transactionHash"].clone()).collect();
    let mut moves = Vec::new();
    for told in mainnet(&folder, "eth_getTransactionByHash") {
        let Some(told) = told
            .answer()
            .filter(|it| it["blockHash"] == trace[0]["blockHash"])
        else {
            continue;
        };
        let own = trace
            .iter()
            .filter(|it| it["transactionHash"] == told["hash"]);
        let own: Value = own.cloned().collect();
        let receipt = made_receipt(told);
        let mut raw = with_receipt(told, &receipt);
        let mut block: Value = serde_json::from_slice(&raw.block).unwrap();
        block["transactions"] = names.clone();
        raw.block = text(&block);
        raw.calls = RawTransactionCalls::Flat(text(&own));
        let read = account_transaction(ETHEREUM, &raw).unwrap();
        assert_eq!(read.itself, Check::Holds);
        is_as_told(&read, told, &receipt);
        moves.push((read.position.index, moved(&read.transaction).0));
    }
    moves.sort_unstable();
    let paid = |kind, amount: u128| vec![(kind, amount)];
    let expected = [
        (0, paid(TransferKind::Value, 0x0554_b81e_c144_eea9)),
        (100, paid(TransferKind::Call, 0x26b8_1237_cb57_0000)),
    ];
    assert_eq!(moves, expected);
}

#[test]
fn events_are_of_transactions_of_their_blocks() {
    let Some(folder) = folder() else { return };
    let blocks = mainnet(&folder, "eth_getBlockByNumber").into_iter();
    let outlines = blocks.filter_map(|it| it.result).filter(|it| !it.is_null());
    let outlines = outlines.map(|it| Outline::read(ETHEREUM, &text(&it)).unwrap());
    let outlines: BTreeMap<_, _> = outlines.map(|it| (it.at, it.transactions)).collect();
    let mut found = BTreeMap::new();
    for exchange in mainnet(&folder, "eth_getLogs") {
        for log in placed_logs(&text(&exchange.result.unwrap())).unwrap() {
            if let Some(transactions) = outlines.get(&log.at) {
                let of = transactions[log.transaction_index as usize];
                assert_eq!(of, log.transaction);
                *found.entry(log.at.height).or_insert(0) += 1;
            }
        }
    }
    let expected = [(0xf4_2400, 164), (0xf4_2401, 108), (0xf4_2403, 68)];
    assert_eq!(found, expected.into());
}

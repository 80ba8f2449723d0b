//! How answers are read: by what reads them where they were asked for.

use alloy_consensus::{Header, ReceiptEnvelope, TxEnvelope};
use alloy_eips::Decodable2718 as _;
use alloy_primitives::Bytes;
use alloy_rlp::Decodable as _;
use serde_json::{Value, json};
use trace_core::model::ChainId;
use trace_core::model::account::{Address, Check};
use trace_core::normalise::evm::{
    Outline, block_of_transaction, filtered_frames, is_call_trace, is_flat_trace, is_frame_list,
    is_operation_list, is_transaction_trace, mentions, number, placed_logs, search_page,
};
use trace_core::normalise::{RawCalls, account_block};
use trace_core::source::AccountTold;

use crate::around::{around_receipt, around_receipts, raw, text};
use crate::recorded::Exchange;
use crate::{holdings, serialised};

pub(super) fn block(chain: ChainId, exchange: &Exchange, told: &Value) {
    let outline = Outline::read(chain, &text(told)).unwrap();
    assert_eq!(format!("0x{}", outline.at.hash), told["hash"]);
    let transactions = told["transactions"].as_array().unwrap();
    assert_eq!(outline.transactions.len(), transactions.len());
    if exchange.params[1] == true {
        header_holds(chain, told);
    }
}

fn header_holds(chain: ChainId, told: &Value) {
    let checks = mentions(chain, &text(told), Address::ZERO).unwrap().checks;
    assert_eq!(
        (checks.header, checks.transactions),
        (Check::Holds, Check::Holds)
    );
}

pub(super) fn receipts(chain: ChainId, exchange: &Exchange, told: &Value) {
    let told = told.as_array().unwrap();
    let raw = raw(
        &around_receipts(told),
        &told.clone().into(),
        RawCalls::NotTold,
    );
    let read =
        account_block(chain, &raw).unwrap_or_else(|error| panic!("{}: {error}", exchange.file));
    assert_eq!(read.transactions.len(), told.len());
    for (read, told) in read.transactions.iter().zip(told) {
        assert_eq!(read.logs.len(), told["logs"].as_array().unwrap().len());
    }
}

pub(super) fn receipt(chain: ChainId, exchange: &Exchange, told: &Value) {
    let read = account_block(chain, &around_receipt(told));
    let read = read.unwrap_or_else(|error| panic!("{}: {error}", exchange.file));
    assert_eq!(read.transactions[0].hash.to_string(), exchange.params[0]);
    assert_eq!(
        read.transactions[0].logs.len(),
        told["logs"].as_array().unwrap().len()
    );
}

pub(super) fn transaction(_: ChainId, _: &Exchange, told: &Value) {
    let hash = told["hash"].as_str().unwrap().parse().unwrap();
    let at = block_of_transaction(hash, &text(told)).unwrap().unwrap();
    assert_eq!(format!("0x{}", at.hash), told["blockHash"]);
}

pub(super) fn logs(_: ChainId, _: &Exchange, told: &Value) {
    let read = placed_logs(&text(told)).unwrap();
    assert_eq!(read.len(), told.as_array().unwrap().len());
}

pub(super) fn page(_: ChainId, _: &Exchange, told: &Value) {
    let read = search_page(&text(told)).unwrap();
    assert_eq!(read.found.len(), told["txs"].as_array().unwrap().len());
    assert_eq!(Value::from(read.is_newest), told["firstPage"]);
}

pub(super) fn balance(_: ChainId, exchange: &Exchange, _: &Value) {
    assert!(matches!(
        holdings::native(exchange).unwrap(),
        AccountTold::Balance(_)
    ));
}

pub(super) fn nonce(_: ChainId, _: &Exchange, told: &Value) {
    number(&text(told)).unwrap();
}

pub(super) fn code(_: ChainId, exchange: &Exchange, told: &Value) {
    let expected = AccountTold::Code(*told != "0x");
    assert_eq!(holdings::has_code(exchange).unwrap(), expected);
}

pub(super) fn said(_: ChainId, exchange: &Exchange, _: &Value) {
    holdings::of_token(exchange).unwrap();
}

pub(super) fn chain_id(chain: ChainId, exchange: &Exchange, _: &Value) {
    assert_eq!(holdings::chain(exchange), chain);
}

fn is_of_call_tracer(exchange: &Exchange) -> bool {
    exchange.params[1]["tracer"] == "callTracer"
}

/// What other tracers say, for which we do not ask, must not be taken for what ours says.
pub(super) fn block_trace(_: ChainId, exchange: &Exchange, told: &Value) {
    assert_eq!(
        is_call_trace(&text(told)),
        is_of_call_tracer(exchange),
        "{}",
        exchange.file
    );
}

pub(super) fn transaction_trace(_: ChainId, exchange: &Exchange, told: &Value) {
    assert_eq!(
        is_transaction_trace(&text(told)),
        is_of_call_tracer(exchange),
        "{}",
        exchange.file
    );
}

pub(super) fn flat(_: ChainId, exchange: &Exchange, told: &Value) {
    assert!(is_flat_trace(&text(told)), "{}", exchange.file);
}

pub(super) fn filtered(_: ChainId, _: &Exchange, told: &Value) {
    let read = filtered_frames(&text(told)).unwrap();
    assert_eq!(read.len(), told.as_array().unwrap().len());
}

/// One frame, which we ask for with all others.
pub(super) fn frame(_: ChainId, exchange: &Exchange, told: &Value) {
    let read = filtered_frames(&text(&json!([told]))).unwrap();
    let of = read[0].transaction.unwrap();
    assert_eq!(of.to_string(), exchange.params[0]);
}

pub(super) fn frames(_: ChainId, exchange: &Exchange, told: &Value) {
    assert!(is_frame_list(&text(told)), "{}", exchange.file);
}

pub(super) fn operations(_: ChainId, exchange: &Exchange, told: &Value) {
    assert!(is_operation_list(&text(told)), "{}", exchange.file);
}

fn bytes(told: &Value) -> Bytes {
    told.as_str().unwrap().parse().unwrap()
}

/// Serialised forms are read by the reference library, and by us as a node would tell them.
pub(super) fn raw_block(chain: ChainId, exchange: &Exchange, told: &Value) {
    let blocks = serialised::blocks(&bytes(told));
    // No block is told as no bytes.
    let is_one = blocks.len() == 1;
    assert!(
        is_one || exchange.params[0] == "0xFFFFFFFFF",
        "{}",
        exchange.file
    );
    for block in &blocks {
        header_holds(chain, &serialised::told(block));
    }
}

pub(super) fn raw_header(chain: ChainId, _: &Exchange, told: &Value) {
    let mut told = serialised::header(&Header::decode(&mut &bytes(told)[..]).unwrap());
    told["transactions"] = json!([]);
    let outline = Outline::read(chain, &text(&told)).unwrap();
    assert_eq!(format!("0x{}", outline.at.hash), told["hash"]);
}

pub(super) fn raw_transaction(_: ChainId, exchange: &Exchange, told: &Value) {
    let transaction = TxEnvelope::decode_2718(&mut &bytes(told)[..]).unwrap();
    let hash = exchange.params[0].as_str().unwrap().parse().unwrap();
    let told = text(&serialised::transaction(&transaction));
    assert_eq!(block_of_transaction(hash, &told).unwrap(), None);
}

pub(super) fn raw_receipts(_: ChainId, _: &Exchange, told: &Value) {
    for receipt in told.as_array().unwrap() {
        ReceiptEnvelope::decode_2718(&mut &bytes(receipt)[..]).unwrap();
    }
}

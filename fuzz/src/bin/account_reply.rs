//! Single replies about accounts: a transaction alone with its block, receipt and trace, events,
//! pages of searches, numbers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trace_core::model::ChainId;
use trace_core::model::account::{Address, B256};
use trace_core::normalise::evm::{
    Outline, RawAccountTransaction, RawTransactionCalls, account_transaction, block_of_transaction,
    filtered_frames, is_call_trace, is_flat_trace, is_frame_list, is_operation_list,
    is_transaction_trace, mentions, number, placed_logs, search_page,
};

/// Between two replies; no JSON has it.
const BEHIND: u8 = 0xff;

fuzz_target!(|input: &[u8]| {
    let Some((shape, text)) = input.split_first() else {
        return;
    };
    let chain = ChainId(if shape & 1 == 0 { 1 } else { 31_337 });
    match shape >> 1 & 7 {
        0 => {
            if let Ok(outline) = Outline::read(chain, text) {
                assert!(outline.transactions.len() <= text.len());
            }
            // An error is as good as an answer; only to fall over is not.
            let _ = mentions(chain, text, Address::ZERO);
        }
        1 => {
            let _ = placed_logs(text);
            let _ = number(text);
        }
        2 => {
            let _ = search_page(text);
            let _ = filtered_frames(text);
        }
        3 => {
            let named = text.first_chunk::<32>().map(B256::from);
            let _ = block_of_transaction(named.unwrap_or_default(), text);
            let _ = (is_call_trace(text), is_flat_trace(text));
            let _ = (is_frame_list(text), is_operation_list(text));
            let _ = is_transaction_trace(text);
        }
        _ => transaction(chain, *shape, text),
    }
});

fn transaction(chain: ChainId, shape: u8, text: &[u8]) {
    let mut parts = text.split(|byte| *byte == BEHIND).map(<[u8]>::to_vec);
    let mut part = || parts.next().unwrap_or_default();
    let (block, transaction, receipt, calls) = (part(), part(), part(), part());
    let calls = match shape >> 4 & 7 {
        0 => RawTransactionCalls::NotTold,
        1 => RawTransactionCalls::CallTracer(calls),
        2 => RawTransactionCalls::Flat(calls),
        3 => RawTransactionCalls::Frames(calls),
        _ => RawTransactionCalls::Operations(calls),
    };
    let told: Option<Value> = serde_json::from_slice(&transaction).ok();
    let hash = told
        .as_ref()
        .and_then(|told| told.get("hash")?.as_str()?.parse().ok());
    let mut raw = RawAccountTransaction {
        hash: hash.unwrap_or_default(),
        block,
        transaction,
        receipt,
        calls,
    };
    read(chain, &raw);
    // And unsigned, so that changes get past its hash.
    if let Some(Value::Object(mut members)) = told
        && members.remove("r").is_some()
    {
        raw.transaction = Value::Object(members).to_string().into_bytes();
        read(chain, &raw);
    }
}

fn read(chain: ChainId, raw: &RawAccountTransaction) {
    if let Ok(read) = account_transaction(chain, raw) {
        assert_eq!(read.transaction.hash, raw.hash);
        assert_eq!(read.at.height, read.position.height);
    }
}

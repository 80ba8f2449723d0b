//! Where accounts were seen by real nodes, and in which block their transactions are.

use serde_json::Value;
use testdata::recorded::folder;
use trace_core::model::ChainId;
use trace_core::normalise::evm::{block_of_transaction, filtered_frames, mentions, search_page};

use crate::recorded::mainnet;
use crate::replies::text;

/// A number in either way of writing it.
fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| {
        let digits = value.as_str().unwrap().strip_prefix("0x").unwrap();
        u64::from_str_radix(digits, 16).unwrap()
    })
}

#[test]
fn pages_and_frames_of_the_main_network_are_read() {
    let Some(folder) = folder() else { return };
    let (mut pages, mut frames) = (0, 0);
    for exchange in mainnet(&folder, "ots_searchTransactionsAfter") {
        let Some(result) = exchange.result.filter(|result| !result.is_null()) else {
            continue;
        };
        let page = search_page(&text(&result)).unwrap();
        let listed = result["txs"].as_array().unwrap();
        assert_eq!(page.found.len(), listed.len(), "{}", exchange.file);
        assert_eq!(Value::from(page.is_newest), result["firstPage"]);
        let after = number(&exchange.params[1]);
        for (found, listed) in page.found.iter().zip(listed) {
            assert_eq!(u64::from(found.height), number(&listed["blockNumber"]));
            assert_eq!(found.transaction.unwrap().to_string(), listed["hash"]);
            assert!(u64::from(found.height) > after, "{}", exchange.file);
        }
        pages += 1;
    }
    for exchange in mainnet(&folder, "trace_filter") {
        let Some(Value::Array(listed)) = exchange.result else {
            continue;
        };
        let found = filtered_frames(&text(&Value::from(listed.clone()))).unwrap();
        assert_eq!(found.len(), listed.len(), "{}", exchange.file);
        for (found, listed) in found.iter().zip(&listed) {
            assert_eq!(u64::from(found.height), number(&listed["blockNumber"]));
            let is_reward = listed["type"] == "reward";
            assert_eq!(found.transaction.is_none(), is_reward, "{}", exchange.file);
            frames += 1;
        }
    }
    assert!(pages > 5 && frames > 1_000, "{pages} {frames}");
}

#[test]
fn transactions_of_the_main_network_name_their_blocks() {
    let Some(folder) = folder() else { return };
    let mut read = 0;
    for exchange in mainnet(&folder, "eth_getTransactionByHash") {
        let Some(result) = exchange.result else {
            continue;
        };
        let hash = exchange.params[0].as_str().unwrap().parse().unwrap();
        let at = block_of_transaction(hash, &text(&result)).unwrap();
        match at {
            None => assert!(result.is_null()),
            Some(at) => {
                assert_eq!(u64::from(at.height), number(&result["blockNumber"]));
                assert_eq!(format!("0x{}", at.hash), result["blockHash"]);
                let other = trace_core::model::account::B256::ZERO;
                assert!(block_of_transaction(other, &text(&result)).is_err());
                read += 1;
            }
        }
    }
    assert!(read > 3, "{read}");
}

/// What a block tells of an account by itself is what its transactions and withdrawals say.
#[test]
fn blocks_of_the_main_network_tell_who_is_named_in_them() {
    let Some(folder) = folder() else { return };
    let (mut named, mut told) = (0, 0);
    for exchange in mainnet(&folder, "eth_getBlockByNumber") {
        let Some(result) = exchange.result.filter(|result| !result.is_null()) else {
            continue;
        };
        let Some(first) = result["transactions"].get(0).filter(|it| it.is_object()) else {
            continue;
        };
        let sender = first["from"].as_str().unwrap().parse().unwrap();
        let mentions = mentions(ChainId(1), &text(&result), sender).unwrap();
        assert_eq!(
            mentions.transactions[0].to_string(),
            first["hash"],
            "{}",
            exchange.file
        );
        named += 1;
        if let Some(after) = mentions.after {
            let count = result["withdrawals"].as_array().map_or(0, Vec::len);
            let rewards = usize::from(number(&result["number"]) < 15_537_394);
            assert!(
                after.transfers.len() <= count + rewards,
                "{}",
                exchange.file
            );
            told += 1;
        }
    }
    assert!(named > 0 && told > 0, "{named} {told}");
}

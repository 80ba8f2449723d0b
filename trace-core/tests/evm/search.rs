//! Where accounts were seen by real nodes, and in which block their transactions are.

use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::ChainId;
use trace_core::normalise::evm::{block_of_transaction, filtered_frames, mentions, search_page};

use crate::around::{number, text};
use crate::recorded::mainnet;

#[test]
fn pages_and_frames_of_the_main_network_are_read() {
    let Some(folder) = folder() else { return };
    let (mut pages, mut frames) = (0, 0);
    for method in [
        "ots_searchTransactionsAfter",
        "ots_searchTransactionsBefore",
    ] {
        let is_after = method.ends_with("After");
        for exchange in mainnet(&folder, method) {
            let Some(result) = exchange.answer() else {
                continue;
            };
            let page = search_page(&text(result)).unwrap();
            let listed = result["txs"].as_array().unwrap();
            assert_eq!(page.found.len(), listed.len(), "{}", exchange.file);
            assert_eq!(Value::from(page.is_newest), result["firstPage"]);
            let asked = number(&exchange.params[1]);
            for (found, listed) in page.found.iter().zip(listed) {
                let height = u64::from(found.height);
                assert_eq!(height, number(&listed["blockNumber"]));
                assert_eq!(found.transaction.unwrap().to_string(), listed["hash"]);
                // We ask in one direction alone; the other one's pages have the same form.
                assert_eq!(height > asked, is_after, "{}", exchange.file);
                assert_ne!(height, asked, "{}", exchange.file);
            }
            pages += 1;
        }
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
    assert_eq!((pages, frames), (36, 6_425));
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
    assert_eq!(read, 6);
}

/// What a block tells of an account by itself is what its transactions and withdrawals say.
#[test]
fn blocks_of_the_main_network_tell_who_is_named_in_them() {
    let Some(folder) = folder() else { return };
    let (mut named, mut paid) = (0, 0);
    for exchange in mainnet(&folder, "eth_getBlockByNumber") {
        let Some(block) = exchange.answer().filter(|_| exchange.params[1] == true) else {
            continue;
        };
        let transactions = block["transactions"].as_array().unwrap();
        let sides = |it: &Value| [it["from"].clone(), it["to"].clone()];
        for account in sides(&transactions[0]) {
            let told = mentions(
                ChainId(1),
                &text(block),
                account.as_str().unwrap().parse().unwrap(),
            );
            let told = told.unwrap();
            let all = transactions
                .iter()
                .filter(|it| sides(it).contains(&account));
            let all: Vec<&Value> = all.map(|it| &it["hash"]).collect();
            let read: Vec<_> = told.transactions.iter().map(|it| json!(it)).collect();
            assert_eq!(read.iter().collect::<Vec<_>>(), all, "{}", exchange.file);
            named += all.len();
            // All are of after the Merge: nobody is rewarded.
            let after = told.after.unwrap();
            assert_eq!(after.index as usize, transactions.len());
            let paid_out = block["withdrawals"].as_array().into_iter().flatten();
            let paid_out: Vec<_> = paid_out
                .map(|it| {
                    (
                        it["address"].clone(),
                        u128::from(number(&it["amount"])) * 1_000_000_000,
                    )
                })
                .collect();
            let moved = after.transfers.iter();
            let moved: Vec<_> = moved
                .map(|it| (json!(it.to), it.amount.to::<u128>()))
                .collect();
            assert_eq!(moved, paid_out, "{}", exchange.file);
            paid += moved.len();
        }
    }
    assert_eq!((named, paid), (31, 64));
}

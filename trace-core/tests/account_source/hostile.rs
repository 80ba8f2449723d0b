//! Replies that are not what they should be end in an error, or in a result that says that
//! something may be missing: never in another result.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use testdata::evm::{EvmChain, EvmNode, Offers, random};
use trace_core::model::account::B256;
use trace_core::source::history::OnFailure;
use trace_core::taint::account::{Bounds, Gap, Plan, Pools, Seed};
use trace_core::taint::{Direction, Policy};

use crate::served::{Served, follow, over};
use crate::told::told;
use crate::whole::Whole;

fn made() -> (EvmChain, Vec<B256>) {
    random(1337, 3, 60)
}

fn widest() -> B256 {
    static WIDEST: OnceLock<B256> = OnceLock::new();
    *WIDEST.get_or_init(|| {
        let (chain, hashes) = made();
        Whole::of(&chain, Offers::default()).widest(&hashes)
    })
}

fn offers() -> Offers {
    Offers {
        otterscan_search: true,
        page: 25,
        ..Offers::default()
    }
}

/// Follows under a node whose replies to one method are changed.
fn run(
    offers: Offers,
    method: &'static str,
    change: impl Fn(&Value, &mut Value) + Send + Sync + 'static,
) -> Result<(String, bool), String> {
    let (chain, _) = made();
    let served = Served::new(EvmNode { chain, offers }).tampered(move |asked, params, result| {
        if asked == method {
            change(params, result);
        }
    });
    let plan = plan(widest());
    let followed = follow(&over(&served), &plan, OnFailure::Stop);
    assert!(served.asked(method) > 0, "{method} is not asked");
    match followed {
        Ok(asked) => {
            let is_unsure = asked.trail.gaps.contains(&Gap::InnerCalls);
            Ok((told(&asked.view, &asked.trail), is_unsure))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn plan(hash: B256) -> Plan {
    Plan {
        direction: Direction::Forward,
        policy: Policy::Haircut,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: vec![Seed::Transaction(hash)],
    }
}

fn refused(method: &'static str, expected: &str, change: fn(&Value, &mut Value)) {
    let error = run(offers(), method, change).unwrap_err();
    assert!(error.contains(expected), "{method}: {error}");
}

#[test]
fn without_changes_nothing_is_refused() {
    let (chain, _) = made();
    let expected = Whole::of(&chain, Offers::default()).follow(&plan(widest()));
    assert_eq!(run(offers(), "eth_chainId", |_, _| ()), Ok(expected));
}

const OTHER: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";

#[test]
fn another_transaction_block_or_receipt_is_refused() {
    let transaction = "eth_getTransactionByHash";
    refused(transaction, "this is transaction", |_, it| {
        it["hash"] = json!(OTHER);
    });
    refused(transaction, "the block at height 4 is", |_, it| {
        it["blockHash"] = json!(OTHER);
    });
    refused(transaction, "said to be transaction 9", |_, it| {
        it["transactionIndex"] = json!("0x9");
    });
    refused(transaction, "the block at height 3 is", |_, it| {
        it["blockNumber"] = json!("0x3");
    });
    refused(transaction, "does not fit", |_, it| {
        it["blockNumber"] = json!("0x1ffffffff");
    });
    refused(transaction, "trace: it begins with", |_, it| {
        it["value"] = json!("0x123456789");
    });
    let receipt = "eth_getTransactionReceipt";
    refused(receipt, "it is that of", |_, it| {
        it["transactionHash"] = json!(OTHER);
    });
    refused(receipt, "it is of block", |_, it| {
        it["blockHash"] = json!(OTHER);
    });
    refused(receipt, "says that it failed", |_, it| {
        it["status"] = json!("0x0");
    });
    refused(receipt, "the node knows none", |_, it| *it = Value::Null);
    refused(
        receipt,
        "16777215 is more than the 42000 allowed",
        |_, it| {
            it["gasUsed"] = json!("0xffffff");
        },
    );
    refused(
        "debug_traceTransaction",
        "trace: it begins with 119 wei",
        |_, it| {
            it["value"] = json!("0x77");
        },
    );
    let block = "eth_getBlockByNumber";
    refused(block, "as well", |params, it| {
        if params[0] != json!("latest") {
            it["hash"] = json!(OTHER);
        }
    });
    refused(block, "does not hold it", |params, it| {
        if params[0] != json!("latest") {
            it["transactions"] = json!([]);
        }
    });
}

#[test]
fn events_that_were_taken_back_or_not_asked_for_are_refused() {
    let each = |result: &mut Value, change: &dyn Fn(&mut Value)| {
        result.as_array_mut().unwrap().iter_mut().for_each(change);
    };
    for (name, value, expected) in [
        ("removed", json!(true), "a reorganisation took it back"),
        (
            "blockNumber",
            json!("0x0"),
            "an event that was not asked for",
        ),
        ("topics", json!([OTHER]), "an event that was not asked for"),
        ("blockNumber", json!("0x28"), "of two blocks"),
        ("transactionHash", json!(OTHER), "is not known"),
    ] {
        let error = run(offers(), "eth_getLogs", move |_, result| {
            each(result, &|log| log[name] = value.clone());
        });
        let error = error.unwrap_err();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn pages_that_lead_nowhere_are_refused() {
    let search = "ots_searchTransactionsAfter";
    refused(search, "leads to no other", |_, it| {
        it["txs"] = json!([]);
        it["firstPage"] = json!(false);
    });
    refused(search, "not asked for", |params, it| {
        if params[1] != json!(0)
            && let Some(first) = it["txs"].as_array_mut().unwrap().first_mut()
        {
            first["blockNumber"] = json!("0x0");
        }
    });
    refused(search, "somewhere else", |_, it| {
        for listed in it["txs"].as_array_mut().unwrap() {
            listed["blockNumber"] = json!("0xa0");
        }
    });
    refused(search, "is not known", |_, it| {
        for listed in it["txs"].as_array_mut().unwrap() {
            listed["hash"] = json!(OTHER);
        }
    });
}

fn height(tag: &Value) -> u64 {
    u64::from_str_radix(&tag.as_str().unwrap()[2..], 16).unwrap()
}

#[test]
fn what_is_left_out_shows_in_what_is_held() {
    let expected = run(offers(), "eth_chainId", |_, _| ()).unwrap();
    // What the index leaves out, the balance leads to all the same.
    let left_out: [fn(&mut Value); 3] = [
        |page| {
            let listed = page["txs"].as_array_mut().unwrap();
            listed.truncate(listed.len() / 2);
        },
        // A page's last block stays, so that the page leads on.
        |page| {
            let listed = page["txs"].as_array_mut().unwrap();
            let last = listed.last().map(|it| it["blockNumber"].clone());
            let mut place = 0;
            listed.retain(|it| {
                place += 1;
                place % 2 == 0 || Some(&it["blockNumber"]) == last.as_ref()
            });
        },
        |page| *page = json!({"txs": [], "receipts": [], "firstPage": true, "lastPage": true}),
    ];
    for leave_out in left_out {
        let lost = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&lost);
        let found = run(offers(), "ots_searchTransactionsAfter", move |_, page| {
            let listed = |page: &Value| page["txs"].as_array().unwrap().len();
            let before = listed(page);
            leave_out(page);
            counted.fetch_add(before - listed(page), Ordering::Relaxed);
        });
        assert!(lost.load(Ordering::Relaxed) > 10);
        assert_eq!(found.as_ref(), Ok(&expected));
    }
    // A balance that nothing explains.
    let (_, is_unsure) = run(offers(), "eth_getBalance", |params, it| {
        if height(&params[1]) > 300 {
            let balance = u64::from_str_radix(&it.as_str().unwrap()[2..], 16).unwrap();
            *it = json!(format!("{:#x}", balance + 5));
        }
    })
    .unwrap();
    assert!(is_unsure);
    let no_number = run(offers(), "eth_getBalance", |_, it| *it = json!("12")).unwrap_err();
    assert!(no_number.contains("is no number"), "{no_number}");
    let plain = Offers {
        otterscan_search: false,
        ..offers()
    };
    let no_nonce = run(plain, "eth_getTransactionCount", |_, it| {
        *it = json!("0x1ffffffffffffffff");
    });
    let no_nonce = no_nonce.unwrap_err();
    assert!(no_nonce.contains("eth_getTransactionCount"), "{no_nonce}");
    assert!(no_nonce.contains("a nonce beyond 64 bits"), "{no_nonce}");
}

//! What is told alone is held against its own hash, and what was held against which is said.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use testdata::evm::{EvmNode, Offers, random};
use testdata::evm_economy::shipped;
use trace_core::model::account::{Check, Checks, HeldAgainst, U256};
use trace_core::model::{Position, TxNumber};
use trace_core::normalise::account_block;
use trace_core::source::ethereum::Ethereum;
use trace_core::source::recording::Recording;
use trace_core::source::{
    AccountBlockSource, AccountHistorySource, AccountTold, AskError, Limits, Reply, Request,
    SourceError, Transport,
};
use trace_core::view::Answer;
use trace_core::view::account::{AccountQuestion, AccountView, GatheredAccounts, Located};

use crate::recorded_node::RecordedNode;
use crate::served::{Served, over, wait};

fn recorded() -> RecordedNode {
    RecordedNode::of(&shipped().join("economy.recording"))
}

/// A node of which one reply is changed: the method, and how.
struct Changed<'a> {
    node: &'a RecordedNode,
    method: &'static str,
    change: &'a (dyn Fn(&mut Value) + Sync),
}

impl Transport for Changed<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            let params: Value = serde_json::from_str(params).unwrap();
            let answer = self.node.answer(method, &params);
            let answer = answer.map(|mut result| {
                if method == self.method {
                    (self.change)(&mut result);
                }
                Reply(result.to_string().into_bytes())
            });
            answer.map_err(|(code, message)| AskError::Rpc {
                method: method.clone(),
                code,
                message,
            })
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

/// What a node tells of a transaction that is asked for alone.
fn told<T: Transport>(source: &Ethereum<T>, hash: &str) -> Result<Located, SourceError> {
    let question = AccountQuestion::Transaction(hash.parse().unwrap());
    wait(async {
        let tip = AccountHistorySource::tip(source).await.unwrap();
        match source.answer(&[question], tip).await.remove(0)? {
            AccountTold::Transaction(located) => Ok(*located),
            told => panic!("{told:?}"),
        }
    })
}

fn changed(
    node: &RecordedNode,
    method: &'static str,
    hash: &str,
    change: &(dyn Fn(&mut Value) + Sync),
) -> Result<Located, SourceError> {
    let changed = Changed {
        node,
        method,
        change,
    };
    told(&over(changed), hash)
}

#[test]
fn a_transaction_told_alone_holds_against_its_own_hash() {
    let node = recorded();
    let hashes = node.hashes();
    assert!(hashes.len() > 100);
    for hash in &hashes {
        let located = changed(&node, "", hash, &|_| ()).unwrap();
        assert_eq!(located.held_against, HeldAgainst::Itself, "{hash}");
    }
}

#[test]
fn a_transaction_out_of_its_whole_block_holds_against_the_hash_of_that() {
    let mut node = recorded();
    node.traces_blocks_only = true;
    // Of its block the trace is recorded as such a node gives it.
    let hash = node.hashes().remove(0);
    let located = changed(&node, "", &hash, &|_| ()).unwrap();
    assert_eq!(located.held_against, HeldAgainst::Block);
    // A receipt that is not as the block commits to is no answer then.
    let receipts = "eth_getBlockReceipts";
    let told = changed(&node, receipts, &hash, &|told| {
        let last = told.as_array_mut().unwrap().last_mut().unwrap();
        for member in ["gasUsed", "cumulativeGasUsed"] {
            let gas: U256 = last[member].as_str().unwrap().parse().unwrap();
            last[member] = json!(gas + U256::from(1));
        }
    });
    let error = told.unwrap_err().to_string();
    assert!(error.contains("receipts: they hash to "), "{error}");
}

#[test]
fn what_was_signed_cannot_be_changed_and_the_transaction_is_named() {
    let node = recorded();
    let hashes = node.hashes();
    let hash = hashes.last().unwrap();
    let original = node.answer("eth_getTransactionByHash", &json!([hash]));
    let original = original.unwrap();
    for member in ["from", "to", "value", "nonce", "gas", "input", "r", "s"] {
        let other = match original[member].as_str().unwrap() {
            "0x" | "0x0" => "0x11".to_owned(),
            // The last digit, of which every value has one.
            text if text.ends_with('1') => format!("{}2", &text[..text.len() - 1]),
            text => format!("{}1", &text[..text.len() - 1]),
        };
        let told = changed(&node, "eth_getTransactionByHash", hash, &|told| {
            told[member] = json!(other);
        });
        let error = told.unwrap_err().to_string();
        assert!(error.contains(hash.as_str()), "{member}: {error}");
    }
    // A node that keeps the signature to itself gives nothing to hold.
    let located = changed(&node, "eth_getTransactionByHash", hash, &|told| {
        told.as_object_mut().unwrap().remove("r");
    });
    assert_eq!(located.unwrap().held_against, HeldAgainst::Nothing);
    // Its receipt is the node's word.
    let located = changed(&node, "eth_getTransactionReceipt", hash, &|told| {
        told["cumulativeGasUsed"] = json!("0x7777777");
    });
    assert_eq!(located.unwrap().held_against, HeldAgainst::Itself);
}

#[test]
fn what_is_not_signed_is_held_against_nothing() {
    let (chain, hashes) = random(1, 7, 20);
    let offers = Offers::default();
    let served = Served::new(EvmNode { chain, offers });
    for hash in hashes {
        let located = told(&over(&served), &hash.to_string()).unwrap();
        assert_eq!(located.held_against, HeldAgainst::Nothing);
    }
}

#[test]
fn a_view_says_what_it_was_told_first() {
    let node = recorded();
    let hash = node.hashes().remove(3);
    let located = changed(&node, "", &hash, &|_| ()).unwrap();
    let file = Recording::open(&shipped().join("economy.recording"), &Limits::default());
    let source = over(file.unwrap());
    let mut blocks = wait(async {
        let refs = source.refs(0, u32::MAX).await.unwrap();
        let raw = source.blocks(&refs).await.into_iter();
        let chain = AccountBlockSource::chain(&source);
        let blocks = raw.map(|raw| account_block(chain, &raw.unwrap()).unwrap());
        blocks.collect::<Vec<_>>()
    });
    let chain = AccountBlockSource::chain(&source);
    let tip = blocks.last().unwrap().at;
    let mut counts = BTreeMap::new();
    let mut view = GatheredAccounts::new(chain, tip);
    let tx = view.insert_located(&located).unwrap();
    for block in &blocks {
        view.insert_block(block);
    }
    assert_eq!(view.held_against(tx), Answer::Known(HeldAgainst::Itself));
    let mut from = Position {
        height: 0,
        index: 0,
    };
    while let Answer::Known(Some(tx)) = view.first_from(from) {
        let Answer::Known(held) = view.held_against(tx) else {
            panic!("it is of this view")
        };
        *counts.entry(held).or_insert(0) += 1;
        let Answer::Known(at) = view.position(tx) else {
            panic!("it is of this view")
        };
        from = trace_core::view::account::behind(at);
    }
    assert_eq!(counts.remove(&HeldAgainst::Itself), Some(1));
    assert_eq!(counts.keys().collect::<Vec<_>>(), [&HeldAgainst::Block]);
    let of_none = view.held_against(TxNumber(u64::MAX));
    assert!(matches!(of_none, Answer::Unknown(_)), "{of_none:?}");
    // A block of which no receipts were told holds in what was signed alone.
    let last = blocks.last_mut().unwrap();
    last.checks = Checks {
        receipts: Check::NotTold,
        ..last.checks
    };
    let mut view = GatheredAccounts::new(chain, tip);
    view.insert_block(last);
    let found = view.find_transaction(&last.transactions[0].hash);
    let Answer::Known(tx) = found else {
        panic!("{found:?}")
    };
    assert_eq!(view.held_against(tx), Answer::Known(HeldAgainst::Itself));
}

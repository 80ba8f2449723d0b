//! A source that changes something of what a block commits to.

use serde_json::{Value, json};
use trace_core::normalise::{NormaliseError, RawAccountBlock, RawBlock, RawReceipts};

use super::accounts::Accounts;
use super::coins::Coins;
use super::falsified::{Change, falsify, leaves};
use super::faults::{named, refused};
use super::given::Given;
use super::kind::Kind;

/// What no hash covers: a type may be one that is not known, and is then said not to hold; nothing
/// is read of the others. The oldest form has its chain in `v`.
const BESIDE: [&str; 4] = [
    "/type",
    "/blockNumber",
    "/transactions/0/chainId",
    "/blobGasPrice",
];

#[test]
fn a_changed_byte_of_a_block_of_coins_is_found() {
    let truth = Coins::whole();
    let height = 108;
    let at = truth.best[height as usize];
    // The header, the number of transactions, and the first one up to its outputs. Behind them
    // are witnesses, which the names of transactions do not cover.
    for byte in (0..160).step_by(7) {
        let error = refused(&truth, height, |given, at| {
            if let Some(RawBlock::Serialised { block, .. }) = given.blocks.get_mut(&at.hash) {
                block[byte] ^= 1;
            }
        });
        named(error, at);
    }
}

/// What is told of a block.
fn told(raw: &RawAccountBlock) -> Value {
    let read = |text: &Vec<u8>| serde_json::from_slice::<Value>(text).unwrap();
    let RawReceipts::Block(receipts) = &raw.receipts else {
        panic!("the receipts of a block")
    };
    let uncles: Vec<Value> = raw.uncles.iter().map(read).collect();
    json!({"block": read(&raw.block), "receipts": read(receipts), "uncles": uncles})
}

/// What is said when this is told instead of the block at a height.
fn refused_as(truth: &Given<Accounts>, height: u32, told: &Value) -> NormaliseError {
    let text = |told: &Value| told.to_string().into_bytes();
    let error = refused(truth, height, |given, at| {
        let raw = given.blocks.get_mut(&at.hash).unwrap();
        raw.block = text(&told["block"]);
        raw.receipts = RawReceipts::Block(text(&told["receipts"]));
        raw.uncles = told["uncles"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
    });
    named(error, truth.best[height as usize])
}

#[test]
fn a_changed_value_of_a_block_of_accounts_is_found() {
    let truth = Given::<Accounts>::made(8, b'a');
    // One with an uncle and one with withdrawals.
    for height in [6, 7] {
        let told = told(&truth.blocks[&truth.best[height as usize].hash]);
        let mut places = Vec::new();
        leaves(&told, "", &mut places);
        places.retain(|place| !BESIDE.iter().any(|it| place.ends_with(it)));
        assert!(places.len() > 60, "{}", places.len());
        for place in places {
            let mut falsified = told.clone();
            assert!(falsify(&mut falsified, &place, Change::Digit(1)), "{place}");
            refused_as(&truth, height, &falsified);
        }
    }
}

/// Each of them is as it should be by itself, and only the header says that it is not this
/// block's.
#[test]
fn a_part_of_another_block_of_accounts_is_found() {
    let [truth, other] = [b'a', b'b'].map(|name| Given::<Accounts>::made(8, name));
    for (part, height) in [
        ("transactions", 6),
        ("receipts", 6),
        ("uncles", 6),
        ("withdrawals", 7),
    ] {
        let [here, there] = [&truth, &other].map(|given| given.best[height as usize].hash);
        let mut told_here = told(&truth.blocks[&here]);
        let told_there = told(&other.blocks[&there]).to_string();
        let told_there = told_there.replace(&there.to_string(), &here.to_string());
        let mut told_there: Value = serde_json::from_str(&told_there).unwrap();
        if part == "receipts" {
            for place in 0..2 {
                let hash = &told_here["receipts"][place]["transactionHash"];
                told_there["receipts"][place]["transactionHash"] = hash.clone();
            }
        } else {
            told_here["block"][part] = told_there["block"][part].take();
        }
        if part == "uncles" {
            told_here["uncles"] = told_there["uncles"].take();
        } else if part != "withdrawals" {
            told_here["receipts"] = told_there["receipts"].take();
        }
        assert_eq!(refused_as(&truth, height, &told_here).place, part);
    }
}

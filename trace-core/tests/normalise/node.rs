//! A real node's own words about the scripted economy, in every encoding it offers.

use std::collections::HashMap;
use std::fs;

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::{Hash as _, sha256d};
use serde_json::{Value, json};
use testdata::node::{self, Node, Options};
use trace_core::model::{BitcoinNetwork, BlockHash};
use trace_core::normalise::{RawBlock, Spent, block, transaction_json};

use crate::reference::{self, Coins};
use crate::{at, economy, read, records};

#[test]
fn a_nodes_bytes_json_and_undo_data_are_one_block() {
    let Some(program) = node::bitcoind("a_nodes_bytes_json_and_undo_data_are_one_block") else {
        return;
    };
    let options = Options {
        tx_index: true,
        ..Options::default()
    };
    let mut node = Node::start(&program, &options).unwrap();
    let blocks = economy::blocks();
    testdata::economy::submit(&node, &blocks).unwrap();
    let mut coins = Coins::new();
    let mut expected = Vec::new();
    for (height, parsed) in (0..).zip(&blocks) {
        let bytes = serialize(parsed);
        let at = at(height, &bytes);
        let hash = at.hash.to_string();
        reference::spend(parsed, &mut coins);
        let get = |verbosity: u8| node.call("getblock", &json!([hash, verbosity])).unwrap();
        let told = |json: Value| {
            block(&RawBlock::Json {
                at,
                json: json.to_string().into_bytes(),
            })
        };
        let with = reference::block(at, &bytes, &coins);
        assert_eq!(
            get(0).as_str().unwrap(),
            bitcoin::consensus::encode::serialize_hex(parsed)
        );
        assert_eq!(told(get(2)), read(at, &bytes, Spent::Unknown));
        assert_eq!(told(get(3)).as_ref(), Ok(&with));
        expected.push((bytes, with));
    }
    // One transaction by itself, as it is in its block.
    let (_, last) = expected
        .iter()
        .rfind(|(_, block)| block.transactions.len() > 1)
        .unwrap();
    for transaction in &last.transactions {
        let params = json!([transaction.txid.to_string(), 2]);
        let json = node.call("getrawtransaction", &params).unwrap();
        let told = transaction_json(json.to_string().as_bytes()).unwrap();
        assert_eq!(
            (&told.transaction, told.block),
            (transaction, Some(last.at.hash))
        );
    }

    node.stop().unwrap();
    let undo = undo_data(&node);
    for (bytes, block) in &expected[1..] {
        let data = &undo[&block.header.previous()];
        assert_eq!(
            read(block.at, bytes, Spent::Undo(data.clone())).as_ref(),
            Ok(block)
        );
    }
}

/// The undo data that a stopped node keeps, by the block before the one it is of.
fn undo_data(node: &Node) -> HashMap<BlockHash, Vec<u8>> {
    let folder = node.blocks_folder();
    let key = fs::read(folder.join("xor.dat")).unwrap();
    let clear = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        let bytes = bytes.iter().zip(key.iter().cycle());
        bytes.map(|(byte, key)| byte ^ key).collect::<Vec<u8>>()
    };
    let magic = BitcoinNetwork::Regtest.magic();
    let blocks = records(&clear("blk00000.dat"), magic, 0);
    let headers = blocks
        .iter()
        .map(|bytes| trace_core::model::Header(*bytes.first_chunk().unwrap()).previous());
    let previous: Vec<BlockHash> = headers.collect();
    let mut found = HashMap::new();
    for record in records(&clear("rev00000.dat"), magic, 32) {
        let (data, checksum) = record.split_last_chunk::<32>().unwrap();
        // The checksum is over the hash of the block before and the data.
        let of = previous.iter().find(|previous| {
            let checked = [&previous.0, data].concat();
            sha256d::Hash::hash(&checked).as_byte_array() == checksum
        });
        found.insert(*of.unwrap(), data.to_owned());
    }
    found
}

//! Blocks of the real chain.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use bitcoin::consensus::encode::{deserialize, deserialize_partial, serialize};
use bitcoin::hashes::{Hash as _, sha256d};
use serde_json::Value;
use testdata::recorded::folder;
use trace_core::model::{BitcoinNetwork, Block, BlockHash, BlockRef};
use trace_core::normalise::Spent;

use crate::reference::{self, Coins};
use crate::{at, read, records, unpacked};

/// The coins that `outputs` tells of a block, by the inputs that spend them.
fn coins_of(bytes: &[u8], mut outputs: &[u8]) -> Coins {
    let block: bitcoin::Block = deserialize(bytes).unwrap();
    let spending = block.txdata.iter().skip(1).flat_map(|tx| &tx.input);
    spending
        .map(|input| {
            let (output, length) = deserialize_partial(outputs).unwrap();
            outputs = &outputs[length..];
            (input.previous_output, output)
        })
        .collect()
}

#[test]
fn block_702861_is_read_as_the_reference_reads_it() {
    let bytes = bitcoin_test_data::blocks::mainnet_702861();
    let at = BlockRef {
        height: 702_861,
        hash: "000000000000000000000c835b2adcaedc20fdf6ee440009c249452c726dafae"
            .parse()
            .unwrap(),
    };
    let block = read(at, bytes, Spent::Unknown).unwrap();
    assert_eq!(block, reference::block(at, bytes, &Coins::new()));
    assert_eq!(block.transactions.len(), 2_500);
}

#[test]
fn fees_are_what_the_coinbase_pays_beyond_the_subsidy() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("bitcoin/blocks-with-spent-outputs");
    let testnet = BitcoinNetwork::Testnet3;
    for (name, network, height) in [
        ("block300025", BitcoinNetwork::Mainnet, 300_025),
        ("testnet3-block928816", testnet, 928_816),
        ("testnet3-block928828", testnet, 928_828),
        ("testnet3-block928831", testnet, 928_831),
    ] {
        let bytes = fs::read(folder.join(format!("{name}.raw"))).unwrap();
        let outputs = fs::read(folder.join(format!("{name}-undo.raw"))).unwrap();
        check_fees(network, height, &bytes, outputs);
    }
    let bytes = unpacked(&folder.join("367891/raw.zst"));
    let spent: Value =
        serde_json::from_slice(&unpacked(&folder.join("367891/spent_utxos.zst"))).unwrap();
    let outputs = spent.as_array().unwrap().iter().flat_map(|spent| {
        let script = spent["txout"]["script_pubkey"].as_str().unwrap();
        serialize(&bitcoin::TxOut {
            value: bitcoin::Amount::from_sat(spent["txout"]["value"].as_u64().unwrap()),
            script_pubkey: bitcoin::ScriptBuf::from_hex(script).unwrap(),
        })
    });
    check_fees(BitcoinNetwork::Mainnet, 367_891, &bytes, outputs.collect());
}

fn check_fees(network: BitcoinNetwork, height: u32, bytes: &[u8], outputs: Vec<u8>) {
    let at = at(height, bytes);
    let coins = coins_of(bytes, &outputs);
    let block = read(at, bytes, Spent::Outputs(outputs)).unwrap();
    assert_eq!(block, reference::block(at, bytes, &coins));
    assert_eq!(
        claimed_beyond_fees_sat(&block),
        network.subsidy_sat(height),
        "block {height}"
    );
}

/// What a block pays to its miner beyond the fees: the subsidy, if everything is claimed.
fn claimed_beyond_fees_sat(block: &Block) -> u64 {
    let fees = block.transactions[1..].iter();
    let fees_sat: u64 = fees.map(|one| one.fee_sat().expect("a known fee")).sum();
    block.transactions[0].output_sum_sat() - fees_sat
}

#[test]
fn single_blocks_are_read_as_the_reference_reads_them() {
    let Some(folder) = folder() else { return };
    let mut read_blocks = 0;
    for entry in fs::read_dir(folder.join("bitcoin/blocks")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let at = at(0, &bytes);
        let expected = reference::block(at, &bytes, &Coins::new());
        assert_eq!(read(at, &bytes, Spent::Unknown).unwrap(), expected);
        read_blocks += 1;
    }
    assert_eq!(read_blocks, 7);
}

#[test]
fn the_first_blocks_are_read_with_the_undo_data_that_a_node_wrote() {
    let Some(folder) = folder() else { return };
    let archive = folder.join("bitcoin/mainnet-0-4312/core-datadir-mainnet-0-4312.tar.zst");
    let files = files_of(&archive, &["blk00000.dat", "rev00000.dat", "xor.dat"]);
    let clear = |name: &str| {
        let key = files["xor.dat"].iter().cycle();
        let bytes = files[name].iter().zip(key).map(|(byte, key)| byte ^ key);
        bytes.collect::<Vec<u8>>()
    };
    let magic = BitcoinNetwork::Mainnet.magic();
    let blocks = records(&clear("blk00000.dat"), magic, 0);
    // Undo data is written when a block is connected, so it is in the order of the chain.
    let undo = records(&clear("rev00000.dat"), magic, 32);
    // The file is in the order in which blocks came, which is not that of their heights.
    let mut by_previous: HashMap<BlockHash, &Vec<u8>> = HashMap::new();
    for bytes in &blocks {
        let header = trace_core::model::Header(*bytes.first_chunk().unwrap());
        by_previous.insert(header.previous(), bytes);
    }
    let mut coins = Coins::new();
    let (mut height, mut inputs) = (0, 0);
    let mut previous = BlockHash::default();
    while let Some(bytes) = by_previous.get(&previous) {
        let at = at(height, bytes);
        let parsed: bitcoin::Block = deserialize(bytes).unwrap();
        let spent = match height.checked_sub(1) {
            None => Spent::Unknown,
            Some(index) => {
                let (data, checksum) = undo[index as usize].split_last_chunk::<32>().unwrap();
                let checked = [&previous.0, data].concat();
                assert_eq!(sha256d::Hash::hash(&checked).as_byte_array(), checksum);
                Spent::Undo(data.to_owned())
            }
        };
        inputs += reference::spend(&parsed, &mut coins).len();
        let block = read(at, bytes, spent).unwrap();
        assert_eq!(block, reference::block(at, bytes, &coins));
        (height, previous) = (height + 1, at.hash);
    }
    assert_eq!((height, inputs), (4_313, 247));
}

/// The files of an archive that bear these names.
fn files_of(archive: &Path, names: &[&str]) -> HashMap<String, Vec<u8>> {
    let bytes = unpacked(archive);
    let mut archive = tar::Archive::new(&bytes[..]);
    let mut found = HashMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if names.contains(&&*name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            found.insert(name.into_owned(), bytes);
        }
    }
    found
}

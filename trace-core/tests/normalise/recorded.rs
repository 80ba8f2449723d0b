//! Blocks and transactions of the real chain.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::{Hash as _, sha256, sha256d};
use serde_json::Value;
use testdata::recorded::{self, folder};
use trace_core::model::{BitcoinNetwork, Block, BlockHash, BlockRef, ScriptKind};
use trace_core::normalise::{
    RawBlock, Spent, block, flat_transaction, transaction_json, transaction_line,
};

use crate::reference::{self, Coins};
use crate::{at, claimed_beyond_fees_sat, read, records};

fn unpacked(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).unwrap();
    zstd::Decoder::new(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// The coins that `outputs` tells of a block, by the inputs that spend them.
fn coins_of(bytes: &[u8], mut outputs: &[u8]) -> Coins {
    let block: bitcoin::Block = deserialize(bytes).unwrap();
    let spending = block.txdata.iter().skip(1).flat_map(|tx| &tx.input);
    spending
        .map(|input| {
            let (output, length) =
                bitcoin::consensus::encode::deserialize_partial(outputs).unwrap();
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

#[test]
fn recorded_json_gives_the_rows_that_others_made_of_it() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("bitcoin/bitcoin-etl-json/test_export_blocks_job/bitcoin");
    let (mut blocks, mut transactions) = (0, 0);
    for case in [
        "block_0",
        "block_1",
        "block_with_transactions",
        "block_without_transactions",
    ] {
        let folder = folder.join(case);
        let rows = rows(&folder.join("expected_transactions.json"));
        let files = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        for path in files.filter(|path| path.to_string_lossy().contains("getblock_")) {
            let block = told_block(&fs::read(&path).unwrap());
            let hash = block.at.hash.to_string();
            let rows: Vec<_> = rows
                .iter()
                .filter(|row| row["block_hash"] == *hash)
                .collect();
            assert_eq!(rows.len(), block.transactions.len(), "{hash}");
            for (row, transaction) in rows.into_iter().zip(&block.transactions) {
                check_row(row, transaction);
                transactions += 1;
            }
            blocks += 1;
        }
    }
    assert_eq!((blocks, transactions), (5, 7));
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn told_block(json: &[u8]) -> Block {
    let told: Value = serde_json::from_slice(json).unwrap();
    let at = BlockRef {
        height: u32::try_from(told["height"].as_u64().unwrap()).unwrap(),
        hash: told["hash"].as_str().unwrap().parse().unwrap(),
    };
    block(&RawBlock::Json {
        at,
        json: json.to_owned(),
    })
    .unwrap()
}

fn check_row(row: &Value, transaction: &recorded::Recorded) {
    assert_eq!(row["hash"], transaction.txid.to_string());
    assert_eq!(row["version"], transaction.version);
    assert_eq!(row["lock_time"], transaction.lock_time);
    assert_eq!(row["is_coinbase"], transaction.is_coinbase());
    assert_eq!(row["virtual_size"], transaction.weight.unwrap().div_ceil(4));
    let inputs = row["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), transaction.inputs.len());
    for (row, input) in inputs.iter().zip(&transaction.inputs) {
        assert_eq!(row["spent_transaction_hash"], input.spends.txid.to_string());
        assert_eq!(row["spent_output_index"], input.spends.vout);
        assert_eq!(row["sequence"], input.sequence);
    }
    let outputs = row["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), transaction.outputs.len());
    for (row, output) in outputs.iter().zip(&transaction.outputs) {
        assert_eq!(row["value"], output.value_sat);
        let script = bitcoin::ScriptBuf::from_hex(row["script_hex"].as_str().unwrap()).unwrap();
        assert_eq!(output.address.as_ref().unwrap().script(), script.as_bytes());
    }
}

#[test]
fn recorded_single_transactions_hash_to_their_names_and_an_invented_block_does_not() {
    let Some(folder) = folder() else { return };
    let folder =
        folder.join("bitcoin/bitcoin-etl-json/test_export_blocks_job/bitcoin/stream_50001_50002");
    let mut transactions = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if let Some(txid) = name.strip_prefix("rpc_response_getrawtransaction_") {
            let told = transaction_json(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(told.transaction.txid.to_string(), txid);
            assert!(told.block.is_some());
            transactions += 1;
        }
    }
    assert_eq!(transactions, 3);
    // Height 500 000 with the transactions of nobody, made up for a test of another tool.
    let hash = "00000000000000000024fb37364cbf81fd49cc2d51c09c75c35433c3a1945d04";
    let path = folder.join(format!("rpc_response_getblock_{hash}_None.json"));
    let raw = RawBlock::Json {
        at: BlockRef {
            height: 500_000,
            hash: hash.parse().unwrap(),
        },
        json: fs::read(path).unwrap(),
    };
    let error = block(&raw).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("block {hash}: header: this is block ")),
        "{error}"
    );
}

#[test]
fn transactions_of_a_public_explorer_hash_to_the_names_of_their_files() {
    let Some(folder) = folder() else { return };
    let archive = unpacked(&folder.join("bitcoin/mempool-2024/mempool-2024.tar.zst"));
    let expected: HashMap<_, _> = recorded::ordinary(&folder)
        .unwrap()
        .into_iter()
        .map(|one| (one.txid.to_string(), one))
        .collect();
    let mut count = 0;
    let mut revealing = BTreeSet::new();
    for entry in tar::Archive::new(&archive[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry
            .path()
            .unwrap()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let mut json = Vec::new();
        entry.read_to_end(&mut json).unwrap();
        let told = transaction_line(&json).unwrap();
        assert_eq!(told.confirmed, None);
        // The files are named by a hash of the transaction's hash, as people write that.
        let mut written = told.transaction.txid.0;
        written.reverse();
        assert_eq!(sha256::Hash::hash(&written).to_string(), name);
        let expected = &expected[&name];
        assert!(told.transaction.fee_sat().is_some());
        assert_eq!(told.transaction.outputs, expected.outputs);
        for (input, expected) in told.transaction.inputs.iter().zip(&expected.inputs) {
            let spent = input.prevout.as_ref().unwrap();
            if let (Some(key), ScriptKind::P2sh) = (input.reveals, spent.kind) {
                assert_eq!(Some(&key.addresses()[2]), spent.address.as_ref());
                revealing.insert(key);
            }
            let mut input = input.clone();
            input.reveals = None;
            assert_eq!(input, *expected);
        }
        count += 1;
    }
    assert_eq!(count, 4_076);
    // As many P2WPKH scripts as the explorer itself names inside P2SH.
    assert_eq!(revealing.len(), 401);
}

#[test]
fn recorded_mixes_are_read_flat() {
    let Some(folder) = folder() else { return };
    let expected = recorded::mixes(&folder).unwrap();
    let file = fs::File::open(folder.join("bitcoin/mixes.jsonl.zst")).unwrap();
    let lines = BufReader::new(zstd::Decoder::new(file).unwrap()).lines();
    let mut count = 0;
    for (line, (expected, _)) in lines.zip(&expected) {
        let line = line.unwrap();
        let transaction = flat_transaction(line.as_bytes()).unwrap();
        assert_eq!(transaction.txid, expected.txid);
        assert_eq!(transaction.outputs, expected.outputs);
        let told = |one: &recorded::Recorded| {
            let inputs = one.inputs.iter();
            inputs
                .map(|input| (input.spends, input.prevout.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&transaction), told(expected));
        let either = transaction_line(line.as_bytes()).unwrap();
        assert_eq!((either.transaction, either.confirmed), (transaction, None));
        count += 1;
    }
    assert_eq!(count, 3_749);
}

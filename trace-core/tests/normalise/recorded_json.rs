//! Replies of a node that others recorded, with the rows that they made of them.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testdata::recorded::{Recorded, folder};
use trace_core::model::{Block, BlockRef};
use trace_core::normalise::{RawBlock, block, transaction_json};

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

fn check_row(row: &Value, transaction: &Recorded) {
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

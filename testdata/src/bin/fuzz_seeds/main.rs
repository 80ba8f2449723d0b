//! Writes what the fuzz targets start from: `fuzz_seeds FOLDER` makes a folder for each target
//! and puts small inputs into it, made from what ships. The same bytes each time.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for a member that it does not have"
)]

mod accounts;

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::consensus::encode::{deserialize, serialize, serialize_hex};
use bitcoin::hashes::{Hash, sha256};
use bitcoin::{Block, OutPoint, TxOut};
use serde_json::{Value, json};
use testdata::core_json::{self, Telling};
use testdata::economy;
use testdata::explorer::Explorer;
use testdata::simulator::{Settings, Simulation};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Larger inputs make a fuzzer slow.
const SEED_BYTES_MAX: usize = 32 << 10;
/// Blocks of each kind, the last ones.
const BLOCKS: usize = 12;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        return Err("usage: fuzz_seeds FOLDER".into());
    };
    let folder = PathBuf::from(folder);
    let chain = economy::play().blocks;
    blocks_and_undo(&folder, &chain)?;
    core_json(&folder, &chain)?;
    single_transactions(&folder, &chain)?;
    plant(&folder, "recording", "two-replies", &recording(&chain)?)?;
    label_files(&folder)?;
    accounts::plant_all(&folder)
}

/// Puts a seed into the folder of a target, unless it is too large.
fn plant(folder: &Path, target: &str, name: &str, seed: &[u8]) -> Result<()> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    if seed.len() <= SEED_BYTES_MAX {
        fs::write(folder.join(name), seed)?;
    }
    Ok(())
}

fn blocks_and_undo(folder: &Path, chain: &[Block]) -> Result<()> {
    for block in spending(chain) {
        let name = block.block_hash().to_string();
        plant(folder, "block", &name, &serialize(block))?;
    }
    for simulated in Simulation::new(Settings::of_size(200, 5)) {
        let block: Block = deserialize(&simulated.bytes)?;
        let inputs = block.txdata.iter().skip(1).map(|tx| tx.input.len());
        let counts: Vec<u8> = inputs
            .map(u8::try_from)
            .collect::<std::result::Result<_, _>>()?;
        let seed = [&[u8::try_from(counts.len())?], &counts[..], &simulated.undo].concat();
        if !counts.is_empty() {
            plant(folder, "undo", &simulated.height.to_string(), &seed)?;
        }
    }
    Ok(())
}

/// The last blocks with more than a coinbase.
fn spending(chain: &[Block]) -> impl Iterator<Item = &Block> {
    let blocks = chain.iter().rev();
    blocks.filter(|block| block.txdata.len() > 1).take(BLOCKS)
}

fn core_json(folder: &Path, chain: &[Block]) -> Result<()> {
    let outputs = chain.iter().flat_map(|block| &block.txdata).flat_map(|tx| {
        let txid = tx.compute_txid();
        let outputs = (0..).zip(&tx.output);
        outputs.map(move |(vout, output)| (OutPoint { txid, vout }, output.clone()))
    });
    let outputs: HashMap<OutPoint, TxOut> = outputs.collect();
    for block in spending(chain) {
        let height = chain.iter().position(|other| other == block);
        let height = u32::try_from(height.unwrap_or_default())?;
        for (prevouts, hex) in [
            (None, true),
            (Some(&outputs), true),
            (Some(&outputs), false),
        ] {
            let telling = Telling { prevouts, hex };
            let name = format!("{height}-{}-{hex}", prevouts.is_some());
            let json = core_json::block(height, block, telling).to_string();
            plant(folder, "rpc_json", &name, json.as_bytes())?;
            for tx in block.txdata.iter().take(2) {
                let json = core_json::transaction(tx, telling).to_string();
                let name = format!("{name}-{}", tx.compute_txid());
                plant(folder, "rpc_json", &name, json.as_bytes())?;
            }
        }
    }
    Ok(())
}

fn single_transactions(folder: &Path, chain: &[Block]) -> Result<()> {
    let explorer = Explorer::of(chain, &[]);
    for tx in spending(chain).flat_map(|block| &block.txdata) {
        let name = tx.compute_txid().to_string();
        let (_, body) = explorer.get(&format!("/tx/{name}"));
        plant(folder, "esplora", &name, &body)?;
        let flat = flat(&serde_json::from_slice(&body)?).to_string();
        plant(folder, "esplora", &format!("{name}-flat"), flat.as_bytes())?;
    }
    Ok(())
}

/// An Esplora server's transaction by its txid, inputs and outputs alone.
fn flat(told: &Value) -> Value {
    let list = |member: &str| told[member].as_array().cloned().unwrap_or_default();
    let inputs = list("vin").into_iter().map(|input| {
        json!({
            "txid": input["txid"], "vout": input["vout"],
            "value_sat": input["prevout"]["value"],
            "script_pubkey": input["prevout"]["scriptpubkey"],
        })
    });
    let outputs = list("vout").into_iter().map(
        |output| json!({"value_sat": output["value"], "script_pubkey": output["scriptpubkey"]}),
    );
    json!({
        "txid": told["txid"],
        "inputs": inputs.collect::<Value>(),
        "outputs": outputs.collect::<Value>(),
    })
}

/// A recording of two replies in one frame, as `docs/recording-format.md` has it.
fn recording(chain: &[Block]) -> Result<Vec<u8>> {
    let hash = |parts: &[&[u8]]| sha256::Hash::hash(&parts.concat()).to_byte_array();
    let prefixed = |bytes: &[u8]| -> Result<Vec<u8>> {
        Ok([&u32::try_from(bytes.len())?.to_le_bytes(), bytes].concat())
    };
    let header = b"bitcoin-core\nbitcoin-regtest\nquestions\n";
    let length = u16::try_from(header.len())?.to_le_bytes();
    let mut recording = [b"\x93TREC\r\n\x1a", &[1, 0][..], &length, header].concat();
    let mut chained = hash(&[&recording]);
    recording.extend(chained);
    let mut entries = Vec::new();
    for block in chain.iter().take(2) {
        let params = json!([block.block_hash().to_string(), 0]).to_string();
        let request = [
            &[0][..],
            &prefixed(b"getblock")?,
            &prefixed(params.as_bytes())?,
        ]
        .concat();
        let reply = json!(serialize_hex(block)).to_string();
        let answer = [&[0][..], &prefixed(reply.as_bytes())?].concat();
        chained = hash(&[&chained, &hash(&[&request]), &hash(&[&answer])]);
        entries.extend([request, answer.clone(), hash(&[&answer]).to_vec()].concat());
    }
    let packed = zstd::encode_all(&entries[..], 9)?;
    let lengths = [2, packed.len(), entries.len()];
    let mut head = vec![1];
    for length in lengths {
        head.extend(u32::try_from(length)?.to_le_bytes());
    }
    head.extend(chained);
    recording.extend(&head);
    recording.extend(hash(&[&head]).iter().take(4));
    recording.extend(packed);
    let mut end = vec![2];
    for count in [1, 2, entries.len() as u64] {
        end.extend(count.to_le_bytes());
    }
    recording.extend(&end);
    recording.extend(hash(&[&chained, &end]));
    Ok(recording)
}

fn label_files(folder: &Path) -> Result<()> {
    for name in ["labels.csv", "labels.yaml"] {
        let file = fs::read(economy::shipped().join(name))?;
        plant(folder, "label_file", name, &file)?;
    }
    Ok(())
}

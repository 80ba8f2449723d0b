//! Recorded transactions of the real chain, for measuring rules on.
//!
//! They are public but not ours to ship, so they lie in a folder of the tester's, named by
//! the variable `TRACE_REAL_DATA`. A test that needs them says that it was skipped where
//! the variable is unset; a folder that is there but damaged is an error.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tempfile::TempDir;
use trace_core::model::{Address, Input, OutPoint, Output, ScriptKind, Transaction, Txid};

/// A transaction as rules see it at the edges, with every spent output.
pub type Recorded = Transaction<Address, OutPoint>;

/// What these functions return: the transactions, or what is wrong with the folder.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The folder of recorded data, or `None` when none is named, which it says on stderr.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("TRACE_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        crate::skipped::say("TRACE_REAL_DATA names no folder of recorded data");
    }
    folder
}

/// The 3,749 labelled transactions around mixes, with their labels.
///
/// # Errors
/// When the file is not there or not what it should be.
pub fn mixes(folder: &Path) -> Result<Vec<(Recorded, Vec<String>)>> {
    let file = File::open(folder.join("bitcoin/mixes.jsonl.zst"))?;
    let mut rows = Vec::new();
    for line in BufReader::new(zstd::Decoder::new(file)?).lines() {
        let row: MixRow = serde_json::from_str(&line?)?;
        let transaction = Transaction {
            txid: row.txid.parse()?,
            version: 2,
            lock_time: 0,
            weight: None,
            inputs: row
                .inputs
                .iter()
                .map(MixInput::read)
                .collect::<Result<_>>()?,
            outputs: row.outputs.iter().map(Paid::read).collect::<Result<_>>()?,
        };
        rows.push((transaction, row.labels));
    }
    Ok(rows)
}

/// The ordinary transactions of March 2024 whose spent outputs are all known, by file name.
/// Their hashes are those of the file names, because the recording does not hold them.
///
/// # Errors
/// When the archive is not there or not what it should be.
pub fn ordinary(folder: &Path) -> Result<Vec<Recorded>> {
    let file = File::open(folder.join("bitcoin/mempool-2024/mempool-2024.tar.zst"))?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(file)?);
    let mut found = Vec::new();
    for entry in archive.entries()? {
        let entry = entry?;
        let name = entry
            .path()?
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let row: EsploraRow = serde_json::from_reader(BufReader::new(entry))?;
        let inputs: Result<Vec<_>> = row.vin.iter().map(EsploraInput::read).collect();
        found.push(Transaction {
            txid: name.parse()?,
            version: row.version,
            lock_time: row.locktime,
            weight: None,
            inputs: inputs?,
            outputs: row
                .vout
                .iter()
                .map(EsploraOutput::read)
                .collect::<Result<_>>()?,
        });
    }
    found.sort_by_key(|transaction| transaction.txid);
    Ok(found)
}

/// The emulated Wasabi 2 mixes, whose wallets are known, as regtest addresses.
///
/// # Errors
/// When the file is not there or not what it should be.
pub fn emulated(folder: &Path) -> Result<Vec<Recorded>> {
    let text = fs::read_to_string(folder.join("bitcoin/coinjoin-emulated/emulated_cjs.json"))?;
    let parsed: Emulated = serde_json::from_str(&text)?;
    let mut found = Vec::new();
    for (txid, mix) in parsed.coinjoins {
        let inputs = in_order(mix.inputs)?.into_iter().map(|coin| {
            Ok(Input {
                spends: OutPoint {
                    txid: coin.txid.clone().unwrap_or_default().parse()?,
                    vout: 0,
                },
                prevout: Some(coin.read()?),
                sequence: u32::MAX,
                has_witness: true,
                reveals: None,
            })
        });
        found.push(Transaction {
            txid: txid.parse()?,
            version: 1,
            lock_time: 0,
            weight: None,
            inputs: inputs.collect::<Result<_>>()?,
            outputs: in_order(mix.outputs)?
                .iter()
                .map(EmulatedCoin::read)
                .collect::<Result<_>>()?,
        });
    }
    Ok(found)
}

/// The `blocks` folder of a real Bitcoin Core with the first 4,313 blocks of the main network,
/// unpacked into a folder that goes away with the returned guard.
///
/// # Errors
/// When the archive is not there or not what it should be.
pub fn core_blocks_folder(folder: &Path) -> Result<(TempDir, PathBuf)> {
    let archive = "bitcoin/mainnet-0-4312/core-datadir-mainnet-0-4312.tar.zst";
    let file = File::open(folder.join(archive))?;
    let into = tempfile::tempdir()?;
    tar::Archive::new(zstd::Decoder::new(file)?).unpack(into.path())?;
    let blocks = into.path().join("dd/blocks");
    Ok((into, blocks))
}

fn output(value_sat: u64, script_hex: &str) -> Result<Output<Address>> {
    let script = bitcoin::ScriptBuf::from_hex(script_hex)?;
    let address = Address::of_script(script.as_bytes());
    Ok(Output {
        value_sat,
        kind: ScriptKind::of(script.as_bytes()),
        address,
    })
}

#[derive(Deserialize)]
struct MixRow {
    txid: String,
    inputs: Vec<MixInput>,
    outputs: Vec<Paid>,
    labels: Vec<String>,
}

#[derive(Deserialize)]
struct MixInput {
    txid: String,
    vout: u32,
    #[serde(flatten)]
    spent: Paid,
}

#[derive(Deserialize)]
struct Paid {
    value_sat: u64,
    script_pubkey: String,
}

impl Paid {
    fn read(&self) -> Result<Output<Address>> {
        output(self.value_sat, &self.script_pubkey)
    }
}

impl MixInput {
    fn read(&self) -> Result<Input<Address, OutPoint>> {
        Ok(Input {
            spends: OutPoint {
                txid: self.txid.parse()?,
                vout: self.vout,
            },
            prevout: Some(self.spent.read()?),
            sequence: u32::MAX,
            has_witness: true,
            reveals: None,
        })
    }
}

#[derive(Deserialize)]
struct EsploraRow {
    version: i32,
    locktime: u32,
    vin: Vec<EsploraInput>,
    vout: Vec<EsploraOutput>,
}

#[derive(Deserialize)]
struct EsploraInput {
    txid: String,
    vout: u32,
    prevout: Option<EsploraOutput>,
    sequence: u32,
    #[serde(default)]
    witness: Vec<String>,
}

#[derive(Deserialize)]
struct EsploraOutput {
    scriptpubkey: String,
    value: u64,
}

impl EsploraOutput {
    fn read(&self) -> Result<Output<Address>> {
        output(self.value, &self.scriptpubkey)
    }
}

impl EsploraInput {
    fn read(&self) -> Result<Input<Address, OutPoint>> {
        Ok(Input {
            spends: OutPoint {
                txid: self.txid.parse::<Txid>()?,
                vout: self.vout,
            },
            prevout: self.prevout.as_ref().map(EsploraOutput::read).transpose()?,
            sequence: self.sequence,
            has_witness: !self.witness.is_empty(),
            reveals: None,
        })
    }
}

#[derive(Deserialize)]
struct Emulated {
    coinjoins: std::collections::BTreeMap<String, EmulatedMix>,
}

#[derive(Deserialize)]
struct EmulatedMix {
    inputs: std::collections::BTreeMap<String, EmulatedCoin>,
    outputs: std::collections::BTreeMap<String, EmulatedCoin>,
}

#[derive(Deserialize)]
struct EmulatedCoin {
    address: String,
    value: u64,
    txid: Option<String>,
}

impl EmulatedCoin {
    fn read(&self) -> Result<Output<Address>> {
        let address = Address::parse(&self.address, trace_core::model::BitcoinNetwork::Regtest)?;
        Ok(Output {
            value_sat: self.value,
            kind: address.kind(),
            address: Some(address),
        })
    }
}

/// The coins by their index, which is a text in the file.
fn in_order(coins: std::collections::BTreeMap<String, EmulatedCoin>) -> Result<Vec<EmulatedCoin>> {
    let mut numbered = Vec::new();
    for (index, coin) in coins {
        numbered.push((index.parse::<u32>()?, coin));
    }
    numbered.sort_by_key(|(index, _)| *index);
    Ok(numbered.into_iter().map(|(_, coin)| coin).collect())
}

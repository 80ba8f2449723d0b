//! A chain in memory, read file by file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bitcoin::hashes::Hash as _;
use bitcoin::{Block, BlockHash, TxIn, consensus};
use trace_core::model::{Input, KeyHash, OutPoint, Output, ScriptKind, Transaction, Txid};

use crate::figures::Failure;

/// A transaction whose addresses are numbers in the order in which they first appear.
pub(super) type PlainTransaction = Transaction<u32, OutPoint>;

/// Everything in a folder of block files, in the order of the chain.
#[derive(Default)]
pub(super) struct PlainChain {
    pub(super) transactions: Vec<PlainTransaction>,
    /// The script of each address.
    pub(super) addresses: Vec<Box<[u8]>>,
    /// The number of each script.
    pub(super) numbers: BTreeMap<Box<[u8]>, u32>,
    unspent: BTreeMap<OutPoint, Output<u32>>,
}

impl PlainChain {
    /// Reads the `blk*.dat` of a folder, in which the blocks stand in the order of the chain.
    ///
    /// # Errors
    /// When they do not, or cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let entries = fs::read_dir(folder)?;
        let paths = entries.map(|entry| Ok(entry?.path()));
        let mut paths = paths.collect::<Result<Vec<PathBuf>, Failure>>()?;
        paths.retain(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("blk"))
        });
        paths.sort();
        let mut chain = Self::default();
        let mut tip = BlockHash::all_zeros();
        for path in paths {
            let bytes = fs::read(path)?;
            let mut rest = &bytes[..];
            while let Some((header, behind)) = rest.split_first_chunk::<8>() {
                let [_, _, _, _, length @ ..] = *header;
                let length = usize::try_from(u32::from_le_bytes(length))?;
                let (block, behind) = behind.split_at_checked(length).ok_or("half a block")?;
                rest = behind;
                let block: Block = consensus::deserialize(block)?;
                if block.header.prev_blockhash != tip {
                    return Err(format!("{} does not follow {tip}", block.block_hash()).into());
                }
                tip = block.block_hash();
                for transaction in &block.txdata {
                    chain.add(transaction)?;
                }
            }
        }
        Ok(chain)
    }

    fn add(&mut self, read: &bitcoin::Transaction) -> Result<(), Failure> {
        let txid = Txid(read.compute_txid().to_byte_array());
        let mut inputs = Vec::new();
        if !read.is_coinbase() {
            for input in &read.input {
                inputs.push(self.input(input)?);
            }
        }
        let mut outputs = Vec::new();
        for (vout, output) in (0..).zip(&read.output) {
            let script = output.script_pubkey.as_bytes();
            let kind = ScriptKind::of(script);
            let output = Output {
                value_sat: output.value.to_sat(),
                kind,
                address: kind.is_spendable().then(|| self.number(script)),
            };
            self.unspent.insert(OutPoint { txid, vout }, output.clone());
            outputs.push(output);
        }
        self.transactions.push(Transaction {
            txid,
            version: read.version.0,
            lock_time: read.lock_time.to_consensus_u32(),
            weight: None,
            inputs,
            outputs,
        });
        Ok(())
    }

    fn input(&mut self, read: &TxIn) -> Result<Input<u32, OutPoint>, Failure> {
        let spends = OutPoint {
            txid: Txid(read.previous_output.txid.to_byte_array()),
            vout: read.previous_output.vout,
        };
        let prevout = self.unspent.remove(&spends);
        let prevout = prevout.ok_or_else(|| format!("{spends} cannot be spent"))?;
        Ok(Input {
            spends,
            reveals: match (prevout.kind, read.script_sig.as_bytes()) {
                // A node has compared the script with its hash.
                (ScriptKind::P2sh, [0x16, 0x00, 0x14, key @ ..]) => {
                    key.try_into().ok().map(KeyHash)
                }
                _ => None,
            },
            prevout: Some(prevout),
            sequence: read.sequence.0,
            has_witness: !read.witness.is_empty(),
        })
    }

    fn number(&mut self, script: &[u8]) -> u32 {
        if let Some(number) = self.numbers.get(script) {
            return *number;
        }
        // Memory ends before 2³² addresses do.
        let number = u32::try_from(self.addresses.len()).unwrap_or(u32::MAX);
        self.addresses.push(script.into());
        self.numbers.insert(script.into(), number);
        number
    }
}

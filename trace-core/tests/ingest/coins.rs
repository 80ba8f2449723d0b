//! A chain of coins, made and simulated.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{
    Amount, CompactTarget, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode, TxOut,
    Witness, transaction,
};
use testdata::simulator::{Settings, Simulation};
use trace_core::ingest::{IngestError, Ingested, Plan, Progress, ingest};
use trace_core::ledger::{Ledger, Writer, verify};
use trace_core::model::{BitcoinNetwork, BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent};
use trace_core::source::BlockSource;
use trace_core::view::CoinView as _;

use super::given::Given;
use super::kind::Kind;
use super::source::Source;

const SETTINGS: Settings = Settings {
    seed: 17,
    transactions: 3_000,
    block_transactions_max: 200,
};

#[derive(Clone, Copy)]
pub(crate) struct Coins;

/// The simulated chain from a height on, with or without what its blocks spend.
pub(crate) fn simulated(first_height: u32, with_undo: bool) -> Given<Coins> {
    let mut given = Given::new(BitcoinNetwork::Mainnet);
    for it in Simulation::new(SETTINGS).filter(|block| block.height >= first_height) {
        let at = BlockRef {
            height: it.height,
            hash: BlockHash(it.hash),
        };
        let spent = if with_undo && it.height > 0 {
            Spent::Undo(it.undo)
        } else {
            Spent::Unknown
        };
        let block = it.bytes;
        given.push(at, RawBlock::Serialised { at, block, spent });
    }
    given
}

impl Kind for Coins {
    type Chain = BitcoinNetwork;
    type Raw = RawBlock;
    type Source = dyn BlockSource;
    type Writer = Writer;

    const CHAIN: BitcoinNetwork = BitcoinNetwork::Regtest;
    const OTHER: BitcoinNetwork = BitcoinNetwork::Testnet4;

    fn whole() -> Given<Self> {
        static WHOLE: LazyLock<Given<Coins>> = LazyLock::new(|| simulated(0, false));
        WHOLE.clone()
    }

    fn block(previous: BlockHash, height: u32, name: u8) -> (BlockHash, RawBlock) {
        let coinbase = Transaction {
            version: transaction::Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: OutPoint::null(),
                script_sig: ScriptBuf::from_bytes([&[9, name], &height.to_le_bytes()[..]].concat()),
                sequence: Sequence::MAX,
                witness: Witness::default(),
            }],
            output: vec![TxOut {
                value: Amount::from_sat(5_000),
                script_pubkey: ScriptBuf::from_bytes(vec![0x51, name]),
            }],
        };
        let header = Header {
            version: Version::TWO,
            prev_blockhash: bitcoin::BlockHash::from_byte_array(previous.0),
            merkle_root: TxMerkleNode::from_byte_array(coinbase.compute_txid().to_byte_array()),
            time: height,
            bits: CompactTarget::from_consensus(0x207f_ffff),
            nonce: 0,
        };
        let hash = BlockHash(header.block_hash().to_byte_array());
        let block = bitcoin::Block {
            header,
            txdata: vec![coinbase],
        };
        let raw = RawBlock::Serialised {
            at: BlockRef { height, hash },
            block: serialize(&block),
            spent: Spent::Unknown,
        };
        (hash, raw)
    }

    fn rename(raw: &mut RawBlock, named: BlockRef) {
        let (RawBlock::Serialised { at, .. } | RawBlock::Json { at, .. }) = raw;
        *at = named;
    }

    fn source(source: &Source<Self>) -> &Self::Source {
        source
    }

    fn chain(source: &dyn BlockSource) -> BitcoinNetwork {
        source.chain()
    }

    fn open(dir: &Path, chain: BitcoinNetwork) -> Writer {
        Writer::open(dir, chain).unwrap()
    }

    fn tip(writer: &Writer) -> Option<BlockRef> {
        writer.tip()
    }

    fn has(writer: &Writer, hash: BlockHash) -> bool {
        writer.has(hash)
    }

    fn ingest(
        source: &dyn BlockSource,
        writer: &mut Writer,
        plan: Plan,
        progress: &mut dyn FnMut(Progress),
        interrupted: &AtomicBool,
    ) -> Result<Ingested, IngestError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let done = ingest(source, writer, plan, progress, interrupted);
        runtime.unwrap().block_on(done)
    }

    fn verify(dir: &Path) -> u32 {
        verify(dir, &mut |_, _| ()).unwrap().blocks
    }

    fn check(dir: &Path, given: &Given<Self>) {
        let ledger = Ledger::open(dir).unwrap();
        let view = ledger.view().unwrap();
        assert_eq!(Some(&view.tip()), given.best.last());
        for at in &given.best {
            assert_eq!(view.block_at(at.height), Some(*at));
        }
    }
}

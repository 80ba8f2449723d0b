//! A chain of any size in which everybody's part is known.
//!
//! Agents act, block after block: people whose wallets run different software, exchanges,
//! merchants, casinos, mining pools, three kinds of mixes and thieves. What comes out are
//! blocks in the chain's own encoding with undo records, and beside them the truth of every
//! transaction. The same seed gives the same bytes. Memory holds the coins that can still be
//! spent and one block; it does not grow with the chain.
//!
//! Blocks have valid merkle roots, witness commitments and links; they have no proof of work
//! and their signatures sign nothing.

#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "everything here is made here: indexes are drawn below a length, numbers below a \
              bound; if one is not, the simulator is wrong and should stop"
)]

mod agent;
mod encode;
mod files;
mod key;
mod loot;
mod truth;
mod wallet;
mod world;

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::{Hash, sha256d};

pub use files::{Written, write_files};
pub use truth::{End, Kind, NOBODY, TheftEnd, TransactionTruth, Use};

use encode::{Encoded, compact_size, merkle_root};
use world::{Filling, World};

/// What to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The seed of all chance.
    pub seed: u64,
    /// Transactions in all, coinbases not counted. The chain ends with the block that
    /// reaches them.
    pub transactions: u64,
    /// Transactions in a full block. The first hundred blocks hold coinbases only, then
    /// blocks fill up.
    pub block_transactions_max: u64,
}

impl Settings {
    /// A chain of about this many transactions with blocks as full as those of 2024.
    pub fn of_size(transactions: u64, seed: u64) -> Self {
        Self {
            seed,
            transactions,
            block_transactions_max: 2_500,
        }
    }
}

/// One block and what is true of it.
#[derive(Clone, Debug)]
pub struct SimulatedBlock {
    /// Height; the real genesis block of the main network is 0.
    pub height: u32,
    /// The block's hash, in the order in which it is hashed.
    pub hash: [u8; 32],
    /// The hash of the block before.
    pub previous: [u8; 32],
    /// The block as nodes exchange it.
    pub bytes: Vec<u8>,
    /// Its undo record (`CBlockUndo`), without magic, length and checksum.
    pub undo: Vec<u8>,
    /// The truth of its transactions, in order, the coinbase first.
    pub truth: Vec<TransactionTruth>,
}

/// The blocks of a simulated chain, one after the other.
#[derive(Debug)]
pub struct Simulation {
    settings: Settings,
    world: World,
    made: u64,
    previous: [u8; 32],
}

/// Blocks before the first transaction: the first coins must ripen.
const QUIET_BLOCKS: u32 = 101;

impl Simulation {
    /// A chain that has not begun.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            world: World::new(&settings),
            made: 0,
            previous: [0; 32],
        }
    }

    /// The stolen satoshis that their thieves hold after the last block that was made, by theft
    /// and in the order in which they came to be there.
    ///
    /// With what ended before ([`TransactionTruth::ends`]) they are all that was stolen, to the
    /// satoshi, each theft by itself.
    pub fn held(&self) -> Vec<TheftEnd> {
        self.world.loot.held()
    }

    fn genesis(&mut self) -> SimulatedBlock {
        let block = bitcoin::constants::genesis_block(bitcoin::Network::Bitcoin);
        self.previous = block.block_hash().to_byte_array();
        let truth = block.txdata.iter().map(|tx| TransactionTruth {
            txid: tx.compute_txid().to_byte_array(),
            kind: Kind::Coinbase,
            maker: NOBODY,
            input_owners: Vec::new(),
            outputs: vec![(NOBODY, Use::Reward)],
            theft: None,
            ends: Vec::new(),
        });
        let truth = truth.collect();
        self.world.height = 1;
        SimulatedBlock {
            height: 0,
            hash: self.previous,
            previous: [0; 32],
            bytes: serialize(&block),
            undo: vec![0],
            truth,
        }
    }

    fn fill(&mut self) {
        let height = self.world.height;
        let Some(age) = height.checked_sub(QUIET_BLOCKS) else {
            return;
        };
        let full = self.settings.block_transactions_max;
        let room = (4 + u64::from(age) * 3).min(full);
        let wanted = room.min(self.settings.transactions - self.made);
        for _ in 0..wanted * 2 {
            if self.world.filling.truth.len() as u64 >= wanted {
                break;
            }
            // An act may find that it cannot be done, as when a wallet is empty.
            let _ = agent::act(&mut self.world);
        }
    }

    fn seal(&mut self) -> SimulatedBlock {
        let height = self.world.height;
        let filling = std::mem::take(&mut self.world.filling);
        let Filling {
            encoded,
            undo,
            truth,
            fees_sat,
        } = filling;
        self.made += encoded.len() as u64;
        let (coinbase, key, reward) = self.coinbase(height, fees_sat, &encoded);
        self.world.reward(&coinbase, key, reward);
        let txids = std::iter::once(coinbase.txid).chain(encoded.iter().map(|tx| tx.txid));
        let mut bytes = Vec::new();
        bytes.extend(0x2000_0000_u32.to_le_bytes());
        bytes.extend(self.previous);
        bytes.extend(merkle_root(txids.collect()));
        bytes.extend((1_231_006_505 + height * 600).to_le_bytes());
        bytes.extend(0x1d00_ffff_u32.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        let hash = sha256d::Hash::hash(&bytes).to_byte_array();
        compact_size(&mut bytes, encoded.len() as u64 + 1);
        bytes.extend(&coinbase.bytes);
        for tx in &encoded {
            bytes.extend(&tx.bytes);
        }
        let mut undo_record = Vec::with_capacity(undo.len() + 3);
        compact_size(&mut undo_record, encoded.len() as u64);
        undo_record.extend(undo);
        let previous = std::mem::replace(&mut self.previous, hash);
        let reward_truth = TransactionTruth {
            txid: coinbase.txid,
            kind: Kind::Coinbase,
            maker: key.owner,
            input_owners: Vec::new(),
            outputs: vec![(key.owner, Use::Reward), (NOBODY, Use::Data)],
            theft: None,
            ends: Vec::new(),
        };
        let truth = std::iter::once(reward_truth).chain(truth).collect();
        self.world.height += 1;
        SimulatedBlock {
            height,
            hash,
            previous,
            bytes,
            undo: undo_record,
            truth,
        }
    }

    fn coinbase(
        &mut self,
        height: u32,
        fees_sat: u64,
        encoded: &[Encoded],
    ) -> (Encoded, key::Key, u64) {
        let pool = self.world.chance.below(u64::from(self.world.cast.pools)) as usize;
        let key = world::reward_key(&mut self.world.owners[pool], height, &mut self.world.chance);
        let reward = (5_000_000_000_u64 >> (height / 210_000)) + fees_sat;
        let wtxids = std::iter::once([0; 32]).chain(encoded.iter().map(|tx| tx.wtxid));
        let root = merkle_root(wtxids.collect());
        (
            encode::coinbase(height, &[(key.output_script(), reward)], root),
            key,
            reward,
        )
    }
}

impl Iterator for Simulation {
    type Item = SimulatedBlock;

    fn next(&mut self) -> Option<SimulatedBlock> {
        if self.made >= self.settings.transactions {
            return None;
        }
        if self.previous == [0; 32] {
            return Some(self.genesis());
        }
        self.fill();
        Some(self.seal())
    }
}

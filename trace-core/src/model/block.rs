//! A block and what it says of itself.

use super::{Address, BlockHash, OutPoint, Transaction};

/// A block named by height and hash: the two together say which branch is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockRef {
    /// Height, the genesis block being 0.
    pub height: u32,
    /// The block's hash.
    pub hash: BlockHash,
}

/// The 80 bytes that were hashed into a block's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header(pub [u8; 80]);

/// A block as read from a source: scripts and hashes, nothing numbered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Height and hash.
    pub at: BlockRef,
    /// The header as hashed.
    pub header: Header,
    /// Its transactions in order, the coinbase first.
    pub transactions: Vec<Transaction<Address, OutPoint>>,
}

impl Header {
    /// The header's double SHA-256.
    pub fn hash(&self) -> BlockHash {
        use bitcoin::hashes::{Hash, sha256d};
        BlockHash(sha256d::Hash::hash(&self.0).to_byte_array())
    }

    /// The block this one was built on.
    pub fn previous(&self) -> BlockHash {
        BlockHash(self.field(4))
    }

    /// The root of the tree of transaction hashes, as hashed.
    pub fn merkle_root(&self) -> [u8; 32] {
        self.field(36)
    }

    /// The time its miner wrote, in seconds since 1970. May be up to two hours wrong.
    pub fn time(&self) -> u32 {
        u32::from_le_bytes(self.field(68))
    }

    fn field<const N: usize>(&self, from: usize) -> [u8; N] {
        let mut bytes = [0; N];
        for (byte, source) in bytes.iter_mut().zip(self.0.iter().skip(from)) {
            *byte = *source;
        }
        bytes
    }
}

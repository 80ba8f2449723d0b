//! The proof that a block holds a transaction, and at which place.

use bitcoin::MerkleBlock;
use bitcoin::consensus::encode::deserialize;
use bitcoin::hashes::Hash;

use crate::model::{BlockHash, Txid};

/// Where a proof shows a transaction to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inclusion {
    /// The block.
    pub(crate) block: BlockHash,
    /// The transaction's index in it.
    pub(crate) index: u32,
}

impl Inclusion {
    /// Reads a proof as Bitcoin Core's `gettxoutproof` and Esplora's `merkleblock-proof` give
    /// it: the header and the part of its tree of hashes that leads to the transaction
    /// (BIP 37, `merkleblock`). A few hundred bytes, where the block's list of transactions
    /// would be hundreds of kilobytes and prove nothing.
    ///
    /// # Errors
    /// What is wrong, when it is no proof or does not prove that.
    pub(crate) fn of(proof: &[u8], txid: Txid) -> Result<Self, String> {
        let proof: MerkleBlock = deserialize(proof).map_err(|error| error.to_string())?;
        let (mut txids, mut indexes) = (Vec::new(), Vec::new());
        proof
            .extract_matches(&mut txids, &mut indexes)
            .map_err(|error| error.to_string())?;
        let mut proved = txids.iter().zip(indexes);
        let (_, index) = proved
            .find(|(proved, _)| proved.to_byte_array() == txid.0)
            .ok_or_else(|| format!("does not prove transaction {txid}"))?;
        Ok(Self {
            block: BlockHash(proof.header.block_hash().to_byte_array()),
            index,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bitcoin::consensus::encode::serialize;
    use bitcoin::constants::genesis_block;
    use bitcoin::merkle_tree::PartialMerkleTree;

    fn txid(number: u8) -> bitcoin::Txid {
        bitcoin::Txid::from_byte_array([number; 32])
    }

    /// A proof of transaction `proved` in a block of `count` transactions.
    fn proof(count: u8, proved: u8) -> MerkleBlock {
        let txids: Vec<_> = (0..count).map(txid).collect();
        let matches: Vec<_> = (0..count).map(|number| number == proved).collect();
        let txn = PartialMerkleTree::from_txids(&txids, &matches);
        let mut header = genesis_block(bitcoin::Network::Regtest).header;
        header.merkle_root = txn.extract_matches(&mut vec![], &mut vec![]).unwrap();
        MerkleBlock { header, txn }
    }

    #[test]
    fn a_proof_tells_block_and_index() {
        for count in [1, 2, 3, 7, 8, 200] {
            for proved in [0, count / 2, count - 1] {
                let proof = proof(count, proved);
                let read = Inclusion::of(&serialize(&proof), Txid([proved; 32])).unwrap();
                assert_eq!(read.index, u32::from(proved));
                assert_eq!(read.block.0, proof.header.block_hash().to_byte_array());
            }
        }
    }

    #[test]
    fn what_proves_something_else_is_refused() {
        let bytes = serialize(&proof(7, 3));
        assert!(Inclusion::of(&bytes, Txid([4; 32])).is_err());
        let mut other_root = proof(7, 3);
        other_root.header.merkle_root = proof(8, 3).header.merkle_root;
        assert!(Inclusion::of(&serialize(&other_root), Txid([3; 32])).is_err());
        for length in 0..bytes.len() {
            assert!(Inclusion::of(&bytes[..length], Txid([3; 32])).is_err());
        }
    }
}

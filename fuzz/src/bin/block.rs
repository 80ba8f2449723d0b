//! A serialised block. Where the reference library reads one too, both say the same of it.

#![no_main]

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use libfuzzer_sys::fuzz_target;
use trace_core::model::{BlockHash, BlockRef};
use trace_core::normalise::{RawBlock, Spent, block};

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut parsed) = deserialize::<bitcoin::Block>(bytes) else {
        let at = BlockRef {
            height: 1,
            hash: BlockHash::default(),
        };
        let spent = Spent::Unknown;
        assert!(
            block(&RawBlock::Serialised {
                at,
                block: bytes.to_owned(),
                spent
            })
            .is_err()
        );
        return;
    };
    // Few changed blocks still hash to their root; so that one is made to fit.
    let Some(root) = parsed.compute_merkle_root() else {
        return;
    };
    parsed.header.merkle_root = root;
    let bytes = serialize(&parsed);
    let at = BlockRef {
        height: 1,
        hash: BlockHash(parsed.block_hash().to_byte_array()),
    };
    let spent = Spent::Unknown;
    let Ok(ours) = block(&RawBlock::Serialised {
        at,
        block: bytes,
        spent,
    }) else {
        return;
    };
    assert_eq!(ours.transactions.len(), parsed.txdata.len());
    for (ours, theirs) in ours.transactions.iter().zip(&parsed.txdata) {
        assert_eq!(ours.txid.0, theirs.compute_txid().to_byte_array());
        assert_eq!(ours.weight.map(u64::from), Some(theirs.weight().to_wu()));
        assert_eq!(ours.outputs.len(), theirs.output.len());
        let inputs = if theirs.is_coinbase() {
            0
        } else {
            theirs.input.len()
        };
        assert_eq!(ours.inputs.len(), inputs);
    }
});

//! Blocks of regtest, made without a node and accepted by every one.

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::consensus::serialize;
use bitcoin::hashes::Hash;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{
    Amount, Block, BlockHash, CompactTarget, Network, OutPoint, ScriptBuf, Sequence, Transaction,
    TxIn, TxMerkleNode, TxOut, Witness, transaction,
};

/// Every second hash is below this target: regtest's proof of work.
const BITS: u32 = 0x207f_ffff;

/// The first block of regtest.
pub(super) fn genesis() -> Block {
    bitcoin::blockdata::constants::genesis_block(Network::Regtest)
}

/// The next block: `transactions` in their order behind a coinbase that pays `reward`.
pub(super) fn assemble(
    previous: BlockHash,
    height: u32,
    time: u32,
    reward: TxOut,
    transactions: Vec<Transaction>,
) -> Block {
    let mut block = Block {
        header: Header {
            version: Version::from_consensus(0x2000_0000),
            prev_blockhash: previous,
            merkle_root: TxMerkleNode::all_zeros(),
            time,
            bits: CompactTarget::from_consensus(BITS),
            nonce: 0,
        },
        txdata: vec![coinbase(height, reward)],
    };
    block.txdata.extend(transactions);
    let commitment = TxOut {
        value: Amount::ZERO,
        script_pubkey: commitment(&block),
    };
    if let Some(coinbase) = block.txdata.first_mut() {
        coinbase.output.push(commitment);
    }
    block.header.merkle_root = block
        .compute_merkle_root()
        .expect("a block has a transaction");
    while block.header.validate_pow(block.header.target()).is_err() {
        block.header.nonce += 1;
    }
    block
}

/// The blocks as a node keeps them in `blk00000.dat`, without obfuscation and padding.
pub(super) fn file(blocks: &[Block]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for block in blocks {
        let block = serialize(block);
        let length = u32::try_from(block.len()).expect("a block is below 4 MB");
        bytes.extend(Network::Regtest.magic().to_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(block);
    }
    bytes
}

fn coinbase(height: u32, reward: TxOut) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            // BIP 34 wants the height first; a script of one byte would be too short.
            script_sig: Builder::new()
                .push_int(i64::from(height))
                .push_slice(b"trace")
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[[0_u8; 32]]),
        }],
        output: vec![reward],
    }
}

/// The output that commits to the witnesses (BIP 141).
fn commitment(block: &Block) -> ScriptBuf {
    let root = block.witness_root().expect("a block has a transaction");
    let hash = Block::compute_witness_commitment(&root, &[0; 32]);
    let bytes = [&[0xaa, 0x21, 0xa9, 0xed], &hash.to_byte_array()[..]].concat();
    ScriptBuf::new_op_return(PushBytesBuf::try_from(bytes).expect("36 bytes can be pushed"))
}

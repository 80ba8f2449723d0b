//! What is asked of an Esplora server, each question in its one way of writing it.

use bitcoin::hashes::{Hash, sha256};

use crate::model::{Address, BlockHash, Txid};
use crate::source::Request;

fn get(path: String) -> Request {
    Request::Get { path }
}

/// The hash of the best block.
pub(super) fn tip() -> Request {
    get("/blocks/tip/hash".to_owned())
}

/// The hash of the best chain's block at a height.
pub(super) fn block_hash(height: u32) -> Request {
    get(format!("/block-height/{height}"))
}

/// A block's height.
pub(super) fn block(block: BlockHash) -> Request {
    get(format!("/block/{block}"))
}

/// A block's header as hashed, in hexadecimal digits.
pub(super) fn header(block: BlockHash) -> Request {
    get(format!("/block/{block}/header"))
}

/// A block as serialised.
pub(super) fn raw_block(block: BlockHash) -> Request {
    get(format!("/block/{block}/raw"))
}

/// The transactions of a block by their ids.
pub(super) fn txids(block: BlockHash) -> Request {
    get(format!("/block/{block}/txids"))
}

/// A transaction with what its inputs spend and the block that holds it.
pub(super) fn transaction(txid: Txid) -> Request {
    get(format!("/tx/{txid}"))
}

/// The proof that its block holds a transaction.
pub(super) fn proof(txid: Txid) -> Request {
    get(format!("/tx/{txid}/merkleblock-proof"))
}

/// What spends each output of a transaction. Asked for all at once: of a transaction on a
/// trail mostly several outputs are followed, and unlike the question for one output this
/// one tells a transaction that is not known from an output that is not spent.
pub(super) fn spenders(txid: Txid) -> Request {
    get(format!("/tx/{txid}/outspends"))
}

/// How many transactions pay or spend an address.
pub(super) fn counts(address: &Address) -> Request {
    get(format!("/scripthash/{}", script_hash(address)))
}

/// The confirmed transactions that pay or spend an address, newest first, from the one after
/// `last_seen` on.
pub(super) fn history(address: &Address, last_seen: Option<Txid>) -> Request {
    let script_hash = script_hash(address);
    get(match last_seen {
        Some(txid) => format!("/scripthash/{script_hash}/txs/chain/{txid}"),
        None => format!("/scripthash/{script_hash}/txs/chain"),
    })
}

/// The name of a script: its SHA-256, not reversed as Electrum servers want it.
fn script_hash(address: &Address) -> sha256::Hash {
    sha256::Hash::hash(address.script())
}

//! What is asked of Bitcoin Core, each question in its one way of writing it.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::{Address, BlockHash, OutPoint, Txid};
use crate::source::Request;

fn rpc(method: &str, params: String) -> Request {
    Request::Rpc {
        method: method.to_owned(),
        params,
    }
}

/// The chain and its best block.
pub(super) fn chain() -> Request {
    rpc("getblockchaininfo", "[]".to_owned())
}

/// The node's version.
pub(super) fn network() -> Request {
    rpc("getnetworkinfo", "[]".to_owned())
}

/// The indexes it keeps (Core 0.21).
pub(super) fn indexes() -> Request {
    rpc("getindexinfo", "[]".to_owned())
}

/// The hash of the best chain's block at a height.
pub(super) fn block_hash(height: u32) -> Request {
    rpc("getblockhash", format!("[{height}]"))
}

/// A block's height and whether it is on the best chain.
pub(super) fn header(block: BlockHash) -> Request {
    rpc("getblockheader", format!("[\"{block}\",true]"))
}

/// A block's header as hashed.
pub(super) fn header_bytes(block: BlockHash) -> Request {
    rpc("getblockheader", format!("[\"{block}\",false]"))
}

/// A block as serialised.
pub(super) fn block(block: BlockHash) -> Request {
    rpc("getblock", format!("[\"{block}\",0]"))
}

/// A block in JSON with what its inputs spend (Core 23).
pub(super) fn block_with_prevouts(block: BlockHash) -> Request {
    rpc("getblock", format!("[\"{block}\",3]"))
}

/// A transaction in JSON, with what its inputs spend from Core 25 on. Needs `-txindex`.
pub(super) fn transaction(txid: Txid) -> Request {
    rpc("getrawtransaction", format!("[\"{txid}\",2]"))
}

/// The same out of a block that is known to hold it, which needs no index.
pub(super) fn transaction_in(txid: Txid, block: BlockHash) -> Request {
    rpc("getrawtransaction", format!("[\"{txid}\",2,\"{block}\"]"))
}

/// The proof that a block holds a transaction.
pub(super) fn proof(txid: Txid, block: BlockHash) -> Request {
    rpc("gettxoutproof", format!("[[\"{txid}\"],\"{block}\"]"))
}

/// What spends an output. Needs `-txospenderindex` (Core 30).
pub(super) fn spender(outpoint: OutPoint) -> Request {
    let OutPoint { txid, vout } = outpoint;
    rpc(
        "gettxspendingprevout",
        format!("[[{{\"txid\":\"{txid}\",\"vout\":{vout}}}],{{\"mempool_only\":false}}]"),
    )
}

/// An output, if it is unspent as of the tip.
pub(super) fn unspent(outpoint: OutPoint) -> Request {
    let OutPoint { txid, vout } = outpoint;
    rpc("gettxout", format!("[\"{txid}\",{vout},false]"))
}

/// The blocks between two heights, both included, whose filters match any of the scripts.
/// Needs `-blockfilterindex`.
pub(super) fn scan(addresses: &BTreeSet<&Address>, from: u32, to: u32) -> Request {
    let mut scripts = String::new();
    for address in addresses {
        let comma = if scripts.is_empty() { "" } else { "," };
        scripts.push_str(comma);
        scripts.push_str("\"raw(");
        for byte in address.script() {
            // Writing to a string cannot fail.
            let _ = write!(scripts, "{byte:02x}");
        }
        scripts.push_str(")\"");
    }
    rpc("scanblocks", format!("[\"start\",[{scripts}],{from},{to}]"))
}

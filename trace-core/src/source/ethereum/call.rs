//! What is asked of a node of the EVM, each question in its one way of writing it.

use crate::model::BlockHash;
use crate::model::account::{Address, B256};
use crate::source::Request;

/// Asks for each call with its events.
const TRACER: &str = r#"{"tracer":"callTracer","tracerConfig":{"withLog":true}}"#;

pub(super) fn rpc(method: &str, params: String) -> Request {
    Request::Rpc {
        method: method.to_owned(),
        params,
    }
}

/// The number of the chain.
pub(in crate::source) fn chain() -> Request {
    rpc("eth_chainId", "[]".to_owned())
}

/// The block that a tag stands for, such as `latest`, with the hashes of its transactions.
pub(super) fn tagged(tag: &str) -> Request {
    rpc("eth_getBlockByNumber", format!("[\"{tag}\",false]"))
}

/// The best chain's block at a height, with the hashes of its transactions.
pub(super) fn block_at(height: u32) -> Request {
    tagged(&format!("0x{height:x}"))
}

/// A block with its transactions.
pub(super) fn block(hash: BlockHash) -> Request {
    rpc("eth_getBlockByHash", format!("[\"0x{hash}\",true]"))
}

/// The header of an uncle that a block names.
pub(super) fn uncle(hash: BlockHash, index: u32) -> Request {
    rpc(
        "eth_getUncleByBlockHashAndIndex",
        format!("[\"0x{hash}\",\"0x{index:x}\"]"),
    )
}

/// All receipts of a block.
pub(super) fn receipts(hash: BlockHash) -> Request {
    rpc("eth_getBlockReceipts", format!("[\"0x{hash}\"]"))
}

/// All receipts of the best chain's block at a height, for nodes that know no hashes there.
pub(super) fn receipts_at(height: u32) -> Request {
    rpc("eth_getBlockReceipts", format!("[\"0x{height:x}\"]"))
}

/// One receipt.
pub(super) fn receipt(transaction: B256) -> Request {
    rpc("eth_getTransactionReceipt", format!("[\"{transaction}\"]"))
}

/// What a block's transactions did, as geth's tracer tells it.
pub(super) fn calls(hash: BlockHash) -> Request {
    rpc("debug_traceBlockByHash", format!("[\"0x{hash}\",{TRACER}]"))
}

/// The same by height.
pub(super) fn calls_at(height: u32) -> Request {
    let params = format!("[\"0x{height:x}\",{TRACER}]");
    rpc("debug_traceBlockByNumber", params)
}

/// What a block's transactions did, in a flat list. By height: nodes know no hashes here.
pub(super) fn flat(height: u32) -> Request {
    rpc("trace_block", format!("[\"0x{height:x}\"]"))
}

/// What a transaction did, as Otterscan asks for it.
pub(super) fn frames(transaction: B256) -> Request {
    rpc("ots_traceTransaction", format!("[\"{transaction}\"]"))
}

/// What a transaction moved below itself, as Otterscan asks for it.
pub(super) fn operations(transaction: B256) -> Request {
    rpc("ots_getInternalOperations", format!("[\"{transaction}\"]"))
}

/// A transaction.
pub(super) fn transaction(hash: B256) -> Request {
    rpc("eth_getTransactionByHash", format!("[\"{hash}\"]"))
}

/// The best chain's block at a height, with its transactions.
pub(super) fn whole_block_at(height: u32) -> Request {
    rpc("eth_getBlockByNumber", format!("[\"0x{height:x}\",true]"))
}

/// What a transaction did, as geth's tracer tells it.
pub(super) fn calls_of(transaction: B256) -> Request {
    let params = format!("[\"{transaction}\",{TRACER}]");
    rpc("debug_traceTransaction", params)
}

/// The same in a flat list.
pub(super) fn flat_of(transaction: B256) -> Request {
    rpc("trace_transaction", format!("[\"{transaction}\"]"))
}

/// What an account holds of the native coin at the end of a block.
pub(super) fn balance(account: Address, height: u32) -> Request {
    at_height("eth_getBalance", account, height)
}

/// How many transactions an account had sent, or a contract made contracts, by the end of a block.
pub(super) fn nonce(account: Address, height: u32) -> Request {
    at_height("eth_getTransactionCount", account, height)
}

/// The code of an account at the end of a block.
pub(super) fn code(account: Address, height: u32) -> Request {
    at_height("eth_getCode", account, height)
}

fn at_height(method: &str, account: Address, height: u32) -> Request {
    rpc(method, format!("[\"{account:#x}\",\"0x{height:x}\"]"))
}

/// What a contract answers to `data` at the end of a block.
pub(super) fn asked(contract: Address, data: &str, height: u32) -> Request {
    let params = format!("[{{\"to\":\"{contract:#x}\",\"data\":\"0x{data}\"}},\"0x{height:x}\"]");
    rpc("eth_call", params)
}

/// A page of the transactions after a block that an account was called in or from.
pub(super) fn search_after(account: Address, height: u32, count: u32) -> Request {
    let params = format!("[\"{account:#x}\",{height},{count}]");
    rpc("ots_searchTransactionsAfter", params)
}

/// Some of the frames in a range of blocks that an account is on one `side` of.
pub(super) fn frames_of(
    side: &str,
    account: Address,
    (from, to): (u32, u32),
    (after, count): (usize, usize),
) -> Request {
    let range = format!("\"fromBlock\":\"0x{from:x}\",\"toBlock\":\"0x{to:x}\"");
    let params =
        format!("[{{\"{side}\":[\"{account:#x}\"],{range},\"after\":{after},\"count\":{count}}}]");
    rpc("trace_filter", params)
}

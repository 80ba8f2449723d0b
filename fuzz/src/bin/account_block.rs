//! What a node says of a block of accounts: the block, its receipts, what ran, its uncles. Also
//! without what is hashed, so that changes get past the hashes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trace_core::model::account::{Check, Outcome, TransferKind};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};

/// Between two replies; no JSON has it.
const BEHIND: u8 = 0xff;

fuzz_target!(|input: &[u8]| {
    let Some((shape, replies)) = input.split_first() else {
        return;
    };
    let replies: Vec<&[u8]> = replies.split(|byte| *byte == BEHIND).collect();
    let [block, rest @ ..] = &replies[..] else {
        return;
    };
    read(*shape, block, rest);
    if let Some(block) = unhashed(block) {
        read(*shape, &block, rest);
    }
});

fn read(shape: u8, block: &[u8], rest: &[&[u8]]) {
    let chain = ChainId(if shape & 1 == 0 { 1 } else { 31_337 });
    let count = usize::from(shape >> 4);
    let owned = |texts: &[&[u8]]| -> Vec<Vec<u8>> { texts.iter().map(|it| it.to_vec()).collect() };
    let first = |texts: &[&[u8]]| texts.first().map_or(Vec::new(), |it| it.to_vec());
    let (receipts, rest) = if shape & 2 == 0 {
        (RawReceipts::Block(first(rest)), rest.get(1..))
    } else {
        let (each, rest) = rest.split_at(count.min(rest.len()));
        (RawReceipts::Each(owned(each)), Some(rest))
    };
    let rest = rest.unwrap_or_default();
    let (calls, rest) = match shape >> 2 & 3 {
        0 => (RawCalls::CallTracer(first(rest)), rest.get(1..)),
        1 => (RawCalls::Flat(first(rest)), rest.get(1..)),
        kind => {
            let (each, rest) = rest.split_at(count.min(rest.len()));
            let each = owned(each);
            let calls = match kind {
                2 if each.is_empty() => RawCalls::NotTold,
                2 => RawCalls::Frames(each),
                _ => RawCalls::Operations(each),
            };
            (calls, Some(rest))
        }
    };
    let raw = RawAccountBlock {
        at: named(block).unwrap_or(BlockRef {
            height: 0,
            hash: BlockHash::default(),
        }),
        block: block.to_owned(),
        receipts,
        calls,
        uncles: owned(rest.unwrap_or_default()),
    };
    let Ok(block) = account_block(chain, &raw) else {
        return;
    };
    assert_eq!(block.at, raw.at);
    let holds = block.checks.to_array().map(|check| check == Check::Holds);
    assert!(holds[0] || holds == [false; 4], "{:?}", block.checks);
    for transaction in &block.transactions {
        // A rollup's deposit stays made where the rest of its transaction fails.
        let stays = |kind: TransferKind| kind.is_fee() || kind == TransferKind::RollupDeposit;
        let moved = transaction.transfers.iter().any(|it| !stays(it.kind));
        assert!(transaction.outcome == Outcome::Succeeded || !moved);
        assert!(transaction.logs.iter().all(|log| log.topics.len() <= 4));
    }
}

/// The block as it names itself, so that it is not refused for its name.
fn named(block: &[u8]) -> Option<BlockRef> {
    let told: Value = serde_json::from_slice(block).ok()?;
    let digits = |name: &str| Some(told.get(name)?.as_str()?.strip_prefix("0x")?.to_owned());
    Some(BlockRef {
        height: u32::from_str_radix(&digits("number")?, 16).ok()?,
        hash: digits("hash")?.parse().ok()?,
    })
}

/// The same block without the roots and the signatures.
fn unhashed(block: &[u8]) -> Option<Vec<u8>> {
    let mut told: Value = serde_json::from_slice(block).ok()?;
    let members = told.as_object_mut()?;
    for name in ["stateRoot", "transactionsRoot", "receiptsRoot"] {
        members.remove(name);
    }
    members.remove("withdrawalsRoot");
    let transactions = members.get_mut("transactions")?.as_array_mut()?;
    for transaction in transactions.iter_mut().filter_map(Value::as_object_mut) {
        transaction.remove("r");
    }
    serde_json::to_vec(&told).ok()
}

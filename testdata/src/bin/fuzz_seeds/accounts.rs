//! Replies about accounts: of a real node out of the recording that ships, and of made nodes that
//! trace and search in other ways.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use testdata::evm::{EvmExplorer, EvmNode, Offers, address, allocated, random};
use testdata::evm_economy;

use crate::{Result, plant};

/// Between two replies; no JSON has it.
const BEHIND: u8 = 0xff;
const BLOCKS: usize = 12;
/// Before the header of a recording, and of a frame before its entries.
const FIXED: usize = 12;
const HEAD: usize = 49;
const HASH: usize = 32;

/// Replies by method and parameters.
type Replies = BTreeMap<(String, String), Vec<u8>>;

pub(crate) fn plant_all(folder: &Path) -> Result<()> {
    let file = std::fs::read(evm_economy::shipped().join("economy.recording"))?;
    recorded(folder, &replies(&file).ok_or("the recording breaks off")?)?;
    genesis(folder)?;
    made(folder)
}

/// Genesis files as geth reads them, and as Parity and Nethermind do.
fn genesis(folder: &Path) -> Result<()> {
    let plain = allocated(1337, 5, 10).0.genesis();
    let storage = json!({"0x0": "0x1", "0x01": "0x00", format!("0x{:064x}", 7): "0xff"});
    let contract = json!({"nonce": "0x1", "balance": "0x10", "code": "0x00", "storage": storage});
    let mut written = plain.clone();
    written["alloc"][format!("0x{:040x}", 5)] = contract.clone();
    let built_in = json!({"builtin": {"name": "ecrecover", "pricing": {}}, "balance": "1"});
    let specification = json!({
        "name": "made", "engine": {}, "genesis": {}, "accounts": {
            format!("0x{:040x}", 1): built_in,
            format!("0x{:040x}", 2): {"builtin": {"name": "sha256"}},
            format!("0x{:040x}", 5): contract,
        },
    });
    for (name, file) in [
        ("plain", plain),
        ("written", written),
        ("specification", specification),
    ] {
        plant(folder, "genesis", name, file.to_string().as_bytes())?;
    }
    Ok(())
}

/// The replies in a recording, as `docs/recording-format.md` has it.
fn replies(file: &[u8]) -> Option<Replies> {
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(*bytes.first_chunk()?) as usize);
    let header = usize::from(u16::from_le_bytes(*file.get(10..)?.first_chunk()?));
    let mut frames = file.get(FIXED + header + HASH..)?;
    let mut found = Replies::new();
    while frames.first() == Some(&1) {
        let packed = number(frames.get(5..)?)?;
        let entries = zstd::decode_all(frames.get(HEAD..HEAD + packed)?).ok()?;
        frames = frames.get(HEAD + packed..)?;
        let mut entries = entries.as_slice();
        let take = |entries: &mut &[u8], count: usize| {
            let (taken, rest) = entries.split_at_checked(count)?;
            *entries = rest;
            Some(taken.to_vec())
        };
        let text = |entries: &mut &[u8]| {
            let length = number(&take(entries, 4)?)?;
            take(entries, length)
        };
        while !entries.is_empty() {
            take(&mut entries, 1)?;
            let (method, params) = (text(&mut entries)?, text(&mut entries)?);
            if take(&mut entries, 1)? == [0] {
                let name = String::from_utf8(method).ok()?;
                let params = String::from_utf8(params).ok()?;
                found.insert((name, params), text(&mut entries)?);
            } else {
                take(&mut entries, 8)?;
                text(&mut entries)?;
            }
            take(&mut entries, HASH)?;
        }
    }
    Some(found)
}

fn input(shape: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut input = vec![shape];
    input.extend(parts.join(&BEHIND));
    input
}

/// Blocks of a real node, which hold against their hashes.
fn recorded(folder: &Path, replies: &Replies) -> Result<()> {
    let mut planted = 0;
    for ((method, _), block) in replies {
        let told: Value = serde_json::from_slice(block)?;
        let whole = told["transactions"][0].is_object();
        if !method.starts_with("eth_getBlockBy") || !whole || planted == BLOCKS {
            continue;
        }
        planted += 1;
        let name = told["hash"].as_str().unwrap_or_default();
        let about = |method: &str| {
            let mut all = replies.iter();
            all.find(|((of, params), _)| of == method && params.contains(name))
                .map(|(_, reply)| reply.as_slice())
        };
        let receipts = about("eth_getBlockReceipts").ok_or("a block without receipts")?;
        let traces = about("debug_traceBlockByHash").unwrap_or_default();
        let seed = input(0b0000_0001, &[block, receipts, traces]);
        plant(folder, "account_block", name, &seed)?;
        plant(folder, "account_reply", name, &input(1, &[block]))?;
        let mut alone = told.clone();
        let transaction = told["transactions"][0].to_string();
        let transactions = told["transactions"].as_array().into_iter().flatten();
        alone["transactions"] = transactions.map(|it| it["hash"].clone()).collect();
        let receipts: Value = serde_json::from_slice(receipts)?;
        let traces: Value = serde_json::from_slice(traces)?;
        let parts = [
            alone.to_string(),
            transaction,
            receipts[0].to_string(),
            traces[0]["result"].to_string(),
        ];
        let parts = parts.each_ref().map(String::as_bytes);
        let seed = input(0b0001_1001, &parts);
        plant(folder, "account_reply", &format!("{name}-alone"), &seed)?;
    }
    if planted == 0 {
        return Err("the recording holds no block".into());
    }
    Ok(())
}

/// Blocks, pages and traces of made nodes, which have no hashes.
fn made(folder: &Path) -> Result<()> {
    let (chain, hashes) = random(1, 7, 30);
    let offers = Offers {
        flat: true,
        operations: true,
        otterscan_search: true,
        trace_filter: true,
        ..Offers::default()
    };
    let explorer = EvmExplorer {
        chain: chain.clone(),
        rows_max: 5,
    };
    let node = EvmNode { chain, offers };
    let ask = |method: &str, params: Value| -> Result<Vec<u8>> {
        let reply = node.answer(method, &params);
        let reply = reply.map_err(|(code, why)| format!("{method}: {why} ({code})"))?;
        Ok(reply.to_string().into_bytes())
    };
    for (place, hash) in hashes.iter().enumerate().take(BLOCKS) {
        let transaction = ask("eth_getTransactionByHash", json!([hash]))?;
        let told: Value = serde_json::from_slice(&transaction)?;
        let at = [told["blockHash"].clone()];
        let block = ask("eth_getBlockByHash", json!([at[0], true]))?;
        let outline = ask("eth_getBlockByHash", json!([at[0], false]))?;
        let receipt = ask("eth_getTransactionReceipt", json!([hash]))?;
        let receipts = ask("eth_getBlockReceipts", json!(at))?;
        let flat = ask("trace_block", json!([told["blockNumber"]]))?;
        let flat_alone = ask("trace_transaction", json!([hash]))?;
        let operations = ask("ots_getInternalOperations", json!([hash]))?;
        let seed = input(0b0000_0101, &[&block, &receipts, &flat]);
        plant(folder, "account_block", &format!("flat-{place}"), &seed)?;
        let count: Value = serde_json::from_slice(&outline)?;
        if count["transactions"].as_array().map(Vec::len) == Some(1) {
            let seed = input(0b0001_1110, &[&block, &receipt, &operations]);
            plant(folder, "account_block", &format!("each-{place}"), &seed)?;
        }
        for (shape, trace) in [(0b0010_1000, &flat_alone), (0b0100_1000, &operations)] {
            let seed = input(shape, &[&outline, &transaction, &receipt, trace]);
            let name = format!("{shape}-{place}");
            plant(folder, "account_reply", &name, &seed)?;
        }
        let chain = b"\"0x1\"".as_slice();
        let seed = input(0, &[chain, &transaction, &receipt, &outline, &flat_alone]);
        plant(folder, "account_history", &format!("alone-{place}"), &seed)?;
    }
    let alice = address("alice");
    let logs = json!([{"fromBlock": "0x0", "toBlock": "latest", "topics": []}]);
    let filter = json!([{"fromBlock": "0x0", "toBlock": "latest", "fromAddress": [alice]}]);
    let search = ask("ots_searchTransactionsAfter", json!([alice, 0, 25]))?;
    let frames = ask("trace_filter", filter)?;
    for (name, shape, reply) in [
        ("logs", 2, ask("eth_getLogs", logs)?),
        ("number", 2, b"\"0x10\"".to_vec()),
        ("search", 4, search.clone()),
        ("frames", 4, frames.clone()),
    ] {
        plant(folder, "account_reply", name, &input(shape, &[&reply]))?;
    }
    let page = |list: &str| {
        let path = format!(
            "/api?module=account&action={list}&address={alice:#x}&startblock=0&endblock=999\
             &page=1&offset=10000&sort=asc"
        );
        let page = explorer.get(&path).ok_or("no such page");
        Ok::<_, &str>(page?.to_string().into_bytes())
    };
    let chain = b"\"0x1\"".to_vec();
    let (transactions, inner, tokens) =
        (page("txlist")?, page("txlistinternal")?, page("tokentx")?);
    let parts = [&chain, &transactions, &inner, &tokens, &tokens, &tokens];
    let seed = input(0b101, &parts.map(Vec::as_slice));
    plant(folder, "account_history", "explorer", &seed)?;
    for (name, page) in [("search", &search), ("frames", &frames)] {
        let seed = input(0b100, &[&chain, page]);
        plant(folder, "account_history", name, &seed)?;
    }
    Ok(())
}

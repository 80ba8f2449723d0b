//! What moved of tokens, and what their contracts say of themselves.

use alloy_primitives::keccak256;
use serde_json::Value;
use trace_core::model::account::{Asset, Block, Log, TransferKind, U256};
use trace_core::normalise::evm::placed_logs;
use trace_core::source::AccountTold;

use super::{Case, Row, block, shown};
use crate::around::text;
use crate::holdings;

const ZERO: &str = "0x0000000000000000000000000000000000000000";

/// `TransferSingle` and `TransferBatch` (EIP-1155), of which others make no rows.
const OF_SEVERAL: [&str; 2] = [
    "TransferSingle(address,address,address,uint256,uint256)",
    "TransferBatch(address,address,address,uint256[],uint256[])",
];

/// Token, from, to, and amount or number of the thing, as rows have them; what moves nothing
/// changes no balance, and is none of ours.
pub(super) fn are_of_transfers(blocks: &[Block], rows: &[Row]) {
    let expected = rows
        .iter()
        .filter(|row| row["value"] != "0" || is_thing(blocks, row));
    let expected: Vec<[String; 5]> = expected
        .map(|row| {
            [
                "transaction_hash",
                "token_address",
                "from_address",
                "to_address",
                "value",
            ]
            .map(|name| row[name].clone())
        })
        .collect();
    let whose = |side: Option<_>| match shown(side) {
        nobody if nobody.is_empty() => ZERO.to_owned(),
        somebody => somebody,
    };
    let all = blocks.iter().flat_map(|block| &block.transactions);
    let moved: Vec<[String; 5]> = all
        .flat_map(|it| it.transfers.iter().map(move |transfer| (it, transfer)))
        .filter(|(_, transfer)| transfer.kind == TransferKind::Token)
        .filter(|(of, transfer)| {
            let signatures = OF_SEVERAL.map(keccak256);
            let mut own = of
                .logs
                .iter()
                .filter(|log| Some(log.address) == transfer.asset.contract());
            !own.any(|log| log.topics.first().is_some_and(|it| signatures.contains(it)))
        })
        .map(|(of, it)| {
            let value = match it.asset {
                Asset::Item(_, id) => id,
                _ => it.amount,
            };
            let token = shown(it.asset.contract());
            [
                of.hash.to_string(),
                token,
                whose(it.from),
                whose(it.to),
                value.to_string(),
            ]
        })
        .collect();
    for (moved, expected) in moved.iter().zip(&expected) {
        assert_eq!(moved, expected);
    }
    assert_eq!(moved.len(), expected.len());
}

/// Whether the event of a row is about a single thing, whose number it names.
fn is_thing(blocks: &[Block], row: &Row) -> bool {
    let mut blocks = blocks.iter();
    let block = blocks
        .find(|it| it.at.height.to_string() == row["block_number"])
        .unwrap();
    let mut logs = block.transactions.iter().flat_map(|it| &it.logs);
    let log = logs.nth(row["log_index"].parse().unwrap()).unwrap();
    log.topics.len() == 4
}

/// The events of block 483 920 as they were asked for by themselves, and what they move.
pub(super) fn filtered(case: &Case) {
    let block = block::block_483_920(case);
    are_of_transfers(
        std::slice::from_ref(&block),
        &case.rows("expected_token_transfers.csv"),
    );
    let placed = placed_logs(&text(&case.replies("eth_getFilterLogs")[0])).unwrap();
    assert!(placed.iter().all(|it| it.at == block.at));
    let placed: Vec<Log> = placed.into_iter().map(|it| it.log).collect();
    let logs: Vec<Log> = block
        .transactions
        .into_iter()
        .flat_map(|it| it.logs)
        .collect();
    assert_eq!(placed, logs);
}

/// A word that a contract says is read as the adapter reads what an account holds of it.
pub(super) fn described(case: &Case) {
    let row = &case.rows("expected_tokens.csv")[0];
    is_of_token(case, row);
}

pub(super) fn is_of_token(case: &Case, row: &Row) {
    let of = |selector: &str| -> AccountTold {
        let said = case.replies(&format!("eth_call_data_{selector}_to_{}", row["address"]));
        holdings::of_token(&holdings::saying(said[0].clone())).unwrap()
    };
    let expected = |name: &str| AccountTold::Balance(row[name].parse::<U256>().unwrap());
    // totalSupply() and decimals(); names are for showing only, and nothing asks for them.
    assert_eq!(of("0x18160ddd"), expected("total_supply"));
    assert_eq!(of("0x313ce567"), expected("decimals"));
}

pub(super) fn contract(case: &Case) {
    let row = &case.rows("expected_contracts.json")[0];
    let code = &case.replies("eth_getCode")[0];
    assert_eq!(*code, Value::from(row["bytecode"].as_str()));
    let told = holdings::has_code(&holdings::saying(code.clone())).unwrap();
    assert_eq!(told, AccountTold::Code(true));
}

/// Where the event is by which a shop lists what it sells.
pub(super) fn shop(case: &Case) {
    let row = &case.rows("expected_marketplace.json")[0];
    let logs = placed_logs(&text(&case.replies("eth_getFilterLogs")[0])).unwrap();
    let places: Vec<_> = logs
        .iter()
        .map(|it| (it.at.height.to_string(), it.log_index.to_string()))
        .collect();
    assert_eq!(
        places,
        [(row["block_number"].clone(), row["log_index"].clone())]
    );
}

//! Events of tokens, each in its exact shape and in shapes that are nearly it.

use serde_json::{Value, json};
use trace_core::model::account::TransferKind::{self, Token, Unwrap, Wrap};
use trace_core::model::account::{Asset, U256};

use crate::made::{Made, account, event, flat, frame, signature, topic};

const TOKEN: u64 = 0x70;

/// What one event moves, with the assets.
fn moved(log: Value) -> Vec<(Asset, (TransferKind, u64, u64, u64))> {
    let block = Made::paying(0).saying(&[log]).read().unwrap();
    assert_eq!(block.transactions[0].logs.len(), 1);
    let transfers = block.transactions[0].transfers.iter();
    let transfers = transfers.filter(|transfer| !transfer.kind.is_fee());
    transfers.map(|it| (it.asset, flat(it))).collect()
}

fn topics(text: &str, rest: &[String]) -> Vec<String> {
    [&[signature(text)], rest].concat()
}

const TRANSFER: &str = "Transfer(address,address,uint256)";
const SINGLE: &str = "TransferSingle(address,address,address,uint256,uint256)";
const BATCH: &str = "TransferBatch(address,address,address,uint256[],uint256[])";

fn nobody() -> String {
    format!("0x{:064x}", 0)
}

#[test]
fn amounts_of_tokens_move() {
    let asset = Asset::Token(account(TOKEN));
    let three = topics(TRANSFER, &[topic(2), topic(3)]);
    assert_eq!(
        moved(event(TOKEN, &three, &[7])),
        [(asset, (Token, 2, 3, 7))]
    );
    let minted = topics(TRANSFER, &[nobody(), topic(3)]);
    assert_eq!(
        moved(event(TOKEN, &minted, &[7])),
        [(asset, (Token, 0, 3, 7))]
    );
    let burnt = topics(TRANSFER, &[topic(2), nobody()]);
    assert_eq!(
        moved(event(TOKEN, &burnt, &[7])),
        [(asset, (Token, 2, 0, 7))]
    );
    // Before arguments were indexed.
    let mut plain = event(TOKEN, &topics(TRANSFER, &[]), &[]);
    plain["data"] = json!(format!("0x{}{}{:064x}", &topic(2)[2..], &topic(3)[2..], 7));
    assert_eq!(moved(plain.clone()), [(asset, (Token, 2, 3, 7))]);
    // The same from a contract that moves single things.
    let kitties = "0x06012c8cf97bead5deae237070f9587f8e7a266d";
    plain["address"] = json!(kitties);
    let item = Asset::Item(kitties.parse().unwrap(), U256::from(7));
    assert_eq!(moved(plain), [(item, (Token, 2, 3, 1))]);
}

#[test]
fn single_things_and_kinds_of_things_move() {
    let item = |id: u64| Asset::Item(account(TOKEN), U256::from(id));
    let id = format!("0x{:064x}", 42);
    let single = topics(TRANSFER, &[topic(2), topic(3), id]);
    assert_eq!(
        moved(event(TOKEN, &single, &[])),
        [(item(42), (Token, 2, 3, 1))]
    );
    let kind = topics(SINGLE, &[topic(9), topic(2), topic(3)]);
    assert_eq!(
        moved(event(TOKEN, &kind, &[42, 6])),
        [(item(42), (Token, 2, 3, 6))]
    );
    let batch = topics(BATCH, &[topic(9), topic(2), nobody()]);
    let words = [64, 160, 2, 42, 43, 2, 6, 7];
    let expected = [(item(42), (Token, 2, 0, 6)), (item(43), (Token, 2, 0, 7))];
    assert_eq!(moved(event(TOKEN, &batch, &words)), expected);
}

#[test]
fn what_has_not_the_exact_shape_stays_an_event() {
    let batch = topics(BATCH, &[topic(9), topic(2), topic(3)]);
    for words in [
        &[64, 160, 2, 42, 43, 1, 6][..],
        &[64, 160, 2, 42, 43, 3, 6, 7],
        &[65, 160, 2, 42, 43, 2, 6, 7],
        &[64, 1 << 40, 2, 42, 43, 2, 6, 7],
        &[64],
        &[],
    ] {
        assert!(moved(event(TOKEN, &batch, words)).is_empty(), "{words:?}");
    }
    let three = topics(TRANSFER, &[topic(2), topic(3)]);
    assert!(moved(event(TOKEN, &three, &[7, 7])).is_empty());
    assert!(moved(event(TOKEN, &three, &[])).is_empty());
    assert!(moved(event(TOKEN, &three, &[0])).is_empty());
    assert!(moved(event(TOKEN, &three[..2], &[7, 7])).is_empty());
    let no_address = topics(TRANSFER, &[topic(2), format!("0x{}", "f".repeat(64))]);
    assert!(moved(event(TOKEN, &no_address, &[7])).is_empty());
    let mut odd = event(TOKEN, &three, &[]);
    odd["data"] = json!(format!("0x{:064x}00", 7));
    assert!(moved(odd).is_empty());
    let nowhere = topics(TRANSFER, &[nobody(), nobody()]);
    assert!(moved(event(TOKEN, &nowhere, &[7])).is_empty());
    let deposit = topics("Deposit(address,uint256)", &[]);
    assert!(moved(event(TOKEN, &deposit, &[2, 7])).is_empty());
}

#[test]
fn wrapped_coin_is_made_and_unmade_where_coin_goes_in_and_out() {
    let deposit = event(2, &topics("Deposit(address,uint256)", &[topic(1)]), &[9]);
    let withdrawal = event(2, &topics("Withdrawal(address,uint256)", &[topic(1)]), &[4]);
    let logs = [deposit.clone(), withdrawal];
    // Nobody traced: what the events say is all there is.
    let made = Made::paying(9).saying(&logs);
    assert_eq!(made.moved()[1..], [(Wrap, 0, 1, 9), (Unwrap, 1, 0, 4)]);
    let back = frame("CALL", 2, 1, 4, &[]);
    let traced = made.clone().traced(frame("CALL", 1, 2, 9, &[back]));
    assert_eq!(traced.moved()[2..], [(Wrap, 0, 1, 9), (Unwrap, 1, 0, 4)]);
    // A pool that uses the same words gives no coin back, so nothing was unwrapped.
    let pool = made.traced(frame("CALL", 1, 2, 9, &[]));
    assert_eq!(pool.moved()[1..], [(Wrap, 0, 1, 9)]);
    // One that says it twice made it once.
    let minted = event(2, &topics(TRANSFER, &[nobody(), topic(1)]), &[9]);
    let twice = Made::paying(9).saying(&[minted, deposit]);
    assert_eq!(twice.moved()[1..], [(Token, 0, 1, 9)]);
}

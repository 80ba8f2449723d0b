//! Swaps by their net effect.

use std::collections::BTreeSet;

use heuristics::account::inspection::inspect;
use heuristics::account::swap::{self, Swap};
use trace_core::claim::Reason;
use trace_core::model::account::{Address, Asset, U256};
use trace_core::view::Answer;
use trace_core::view::account::AccountView;

use crate::chain::{Chain, Tx, address, event, name_of, token, tx, word};

fn judged(chain: &Chain) -> Result<Vec<Swap>, Reason> {
    let view = chain.view();
    let last = chain.blocks.last().unwrap().transactions.last().unwrap();
    let Answer::Known(tx) = view.find_transaction(&last.hash) else {
        panic!("it is there");
    };
    swap::judge(&view, tx)
}

fn of(tx: Tx) -> Vec<Swap> {
    judged(&Chain::of([tx])).unwrap()
}

fn names(addresses: &[Address]) -> Vec<String> {
    addresses.iter().map(name_of).collect()
}

#[test]
fn what_goes_through_a_router_to_two_pools_is_one_swap() {
    let swaps = of(tx("ann")
        .sends("usd", "ann", "router", 100)
        .sends("usd", "router", "pool", 100)
        .sends("eur", "pool", "second", 90)
        .sends("gbp", "second", "router", 70)
        .sends("gbp", "router", "ann", 70)
        .says(event("pool", &[word(1)], &[]))
        .says(event("second", &[word(2)], &[]))
        .says(event("router", &[word(3)], &[])));
    let [swap] = swaps.as_slice() else {
        panic!("{swaps:?}");
    };
    assert_eq!(swap.trader, address("ann"));
    assert_eq!(swap.given, [(token("usd"), U256::from(100))]);
    assert_eq!(swap.received, [(token("gbp"), U256::from(70))]);
    assert_eq!(names(&swap.pools), ["pool", "second"]);
    assert_eq!(names(&swap.routers), ["router"]);
}

#[test]
fn native_coin_is_swapped_as_tokens_are_and_fees_are_no_part_of_it() {
    let swaps = of(tx("ann")
        .tips("miner", 3)
        .pays("pool", 50)
        .calls("pool", "ann", 5)
        .sends("usd", "pool", "ann", 100)
        .says(event("pool", &[word(1)], &[])));
    assert_eq!(swaps[0].given, [(Asset::Native, U256::from(45))]);
    assert_eq!(swaps[0].received, [(token("usd"), U256::from(100))]);
}

#[test]
fn payments_and_gifts_are_no_swaps() {
    let pays = tx("ann").pays("bob", 5).sends("usd", "ann", "bob", 5);
    assert!(of(pays).is_empty());
    // What comes from somewhere else was not received for it.
    let gift = tx("ann").pays("bob", 5).sends("usd", "cat", "ann", 5);
    assert!(of(gift).is_empty());
    assert!(of(tx("ann").sends("usd", "ann", "pool", 0)).is_empty());
}

#[test]
fn without_inner_calls_no_swap_is_none_for_sure() {
    let sold = tx("ann").sends("usd", "ann", "pool", 5);
    let chain = Chain::of([sold]).untraced();
    assert_eq!(judged(&chain), Err(Reason::InnerCallsNotSeen));
}

#[test]
fn an_inspection_says_what_every_account_has_more_or_less_of() {
    let chain = Chain::of([tx("ann").tips("miner", 3).pays("bob", 5)]);
    let view = chain.view();
    let hash = chain.blocks[1].transactions[0].hash;
    let Answer::Known(tx) = view.find_transaction(&hash) else {
        panic!("it is there");
    };
    let found = inspect(&view, tx, &[], &BTreeSet::new(), 9)
        .unwrap()
        .unwrap();
    let effects: Vec<_> = found
        .effects
        .iter()
        .map(|effect| (name_of(&effect.account), effect.came, effect.went))
        .collect();
    let row =
        |name: &str, came: u64, went: u64| (name.to_owned(), U256::from(came), U256::from(went));
    assert_eq!(
        effects,
        [row("ann", 0, 8), row("miner", 3, 0), row("bob", 5, 0)]
    );
    assert!(found.deposits.is_empty() && found.crossings.is_empty());
    let nothing = trace_core::model::TxNumber(99);
    assert!(inspect(&view, nothing, &[], &BTreeSet::new(), 9).is_err());
}

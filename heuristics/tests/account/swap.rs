//! Swaps by their net effect.

use std::collections::BTreeSet;

use heuristics::account::inspection::inspect;
use heuristics::account::swap::{self, Swap};
use trace_core::claim::Reason;
use trace_core::model::account::{Address, Asset, U256};
use trace_core::view::Answer;
use trace_core::view::account::AccountView;

use crate::chain::{Chain, Tx, address, event, name_of, token, tx, word};
use crate::event::{swapped_v2, swapped_v3};

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

/// Who gave and received what, and through what: `ann: usd 100 > gbp 70 by pool, second; router`.
fn told(tx: Tx) -> Vec<String> {
    let amounts = |amounts: &[(Asset, U256)]| {
        let shown = amounts
            .iter()
            .map(|(asset, amount)| match asset.contract() {
                Some(contract) => format!("{} {amount}", name_of(&contract)),
                None => format!("native {amount}"),
            });
        shown.collect::<Vec<_>>().join(" + ")
    };
    let shown = |swap: &Swap| {
        let (given, received) = (amounts(&swap.given), amounts(&swap.received));
        let (pools, routers) = (names(&swap.pools), names(&swap.routers));
        let (pools, routers) = (pools.join(", "), routers.join(", "));
        let trader = name_of(&swap.trader);
        format!("{trader}: {given} > {received} by {pools}; {routers}")
    };
    of(tx).iter().map(shown).collect()
}

/// A pool of the third kind pays first and is paid in the callback.
#[test]
fn a_pool_that_pays_before_it_is_paid_is_a_pool() {
    let pays_first = tx("ann")
        .sends("eur", "pool", "ann", 90)
        .sends("usd", "ann", "pool", 100)
        .says(swapped_v3("pool", "router", "ann", [100, -90]));
    assert_eq!(told(pays_first), ["ann: usd 100 > eur 90 by pool; "]);
}

/// For an exact output the last pool of the way pays first, and each is paid by the one before it.
#[test]
fn many_hops_are_one_swap_in_whichever_order_they_pay() {
    let exact_output = tx("ann")
        .sends("gbp", "third", "ann", 70)
        .sends("eur", "second", "third", 80)
        .sends("jpy", "first", "second", 9000)
        .sends("usd", "ann", "first", 100)
        .says(swapped_v3("third", "router", "ann", [80, -70]))
        .says(swapped_v3("second", "router", "third", [-80, 9000]))
        .says(swapped_v3("first", "router", "second", [100, -9000]));
    let way = "ann: usd 100 > gbp 70 by third, second, first; ";
    assert_eq!(told(exact_output), [way]);
    // Through a router that holds what is between, over pools of both kinds.
    let exact_input = tx("ann")
        .sends("eur", "third", "router", 80)
        .sends("usd", "ann", "third", 100)
        .sends("eur", "router", "second", 80)
        .sends("gbp", "second", "ann", 70)
        .says(swapped_v3("third", "router", "router", [100, -80]))
        .says(swapped_v2("second", "router", [80, 0], [0, 70], "ann"));
    let way = "ann: usd 100 > gbp 70 by third, second; router";
    assert_eq!(told(exact_input), [way]);
}

/// A router wraps what it is paid in the pool's callback, and gives back, or keeps, what was too much.
#[test]
fn a_router_that_wraps_and_keeps_a_rest_is_no_trader() {
    let with = |back: u64| {
        let way = tx("ann")
            .pays("router", 100)
            .sends("usd", "pool", "ann", 70)
            .wraps("weth", "router", 90)
            .sends("weth", "router", "pool", 90)
            .says(swapped_v3("pool", "router", "ann", [90, -70]));
        match back {
            0 => way,
            _ => way.calls("router", "ann", back),
        }
    };
    assert_eq!(told(with(10)), ["ann: native 90 > usd 70 by pool; router"]);
    assert_eq!(told(with(0)), ["ann: native 100 > usd 70 by pool; "]);
    let sold = tx("ann")
        .sends("weth", "pool", "router", 90)
        .sends("usd", "ann", "pool", 70)
        .unwraps("weth", "router", 90)
        .calls("router", "ann", 88)
        .says(swapped_v3("pool", "router", "router", [70, -90]));
    assert_eq!(told(sold), ["ann: usd 70 > native 88 by pool; "]);
    // Who wraps alone exchanges nothing.
    assert!(told(tx("ann").wraps("weth", "ann", 5)).is_empty());
}

/// An aggregator takes by a permit what somebody else than the signer gives.
#[test]
fn whose_order_a_relayer_sends_is_the_trader() {
    let relayed = |rest: Tx| {
        rest.tips("miner", 3)
            .sends("usd", "ann", "settler", 100)
            .sends("usd", "settler", "pool", 98)
            .sends("usd", "settler", "relay", 2)
            .sends("eur", "pool", "settler", 90)
            .sends("eur", "settler", "ann", 90)
            .says(swapped_v2("pool", "settler", [98, 0], [0, 90], "settler"))
            .says(event("settler", &[word(4)], &[]))
    };
    let order = "ann: usd 100 > eur 90 by pool; settler";
    assert_eq!(told(relayed(tx("relay"))), [order]);
    // Two orders in one transaction, the second of which meets the first.
    let both = relayed(tx("relay"))
        .sends("eur", "bob", "settler", 9)
        .sends("eur", "settler", "pool", 9)
        .sends("usd", "pool", "bob", 10);
    let both = told(both);
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[0].starts_with("ann: usd 100 > eur 90"), "{both:?}");
    assert!(both[1].starts_with("bob: eur 9 > usd 10"), "{both:?}");
}

#[test]
fn a_wallet_that_speaks_is_not_told_from_the_pool_that_it_trades_with() {
    let order = |signer: &str| {
        tx(signer)
            .sends("usd", "wallet", "pool", 100)
            .sends("eur", "pool", "wallet", 90)
            .says(swapped_v2("pool", "wallet", [100, 0], [0, 90], "wallet"))
            .says(event("wallet", &[word(4)], &[]))
    };
    let judged = judged(&Chain::of([order("relay")]));
    assert_eq!(judged, Err(Reason::TraderUnknown));
    // Two pools that somebody evens out for a gain look alike.
    let evened = tx("bot")
        .sends("eur", "pool", "second", 90)
        .sends("usd", "second", "pool", 100)
        .sends("usd", "second", "bot", 1)
        .says(swapped_v3("pool", "bot", "second", [100, -90]))
        .says(swapped_v3("second", "bot", "bot", [-101, 90]));
    assert_eq!(
        self::judged(&Chain::of([evened])),
        Err(Reason::TraderUnknown)
    );
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
    // The pool paid native coin to somebody whose order a relayer sent.
    let relayed = tx("relay")
        .sends("usd", "ann", "pool", 100)
        .says(swapped_v3("pool", "relay", "ann", [100, -90]));
    let chain = Chain::of([relayed]).untraced();
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

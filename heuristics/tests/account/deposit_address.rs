//! Deposit-address reuse.

use std::collections::BTreeMap;

use heuristics::account::deposit_address::{DepositAddresses, Limits};
use heuristics::account::{AccountLink, Confidence, Evidence, Placed};
use trace_core::cluster::Actor;
use trace_core::model::account::U256;
use trace_core::model::{Position, TxNumber};

use crate::chain::{Chain, Tx, address, name_of, tx};

const LIMITS: Limits = Limits {
    fee_max: U256::from_limbs([10, 0, 0, 0]),
    blocks_max: 100,
    contracts: false,
};

fn exchanges() -> BTreeMap<trace_core::model::account::Address, Actor> {
    [("shop", 1), ("shop hot", 1), ("other shop", 2)]
        .map(|(name, actor)| (address(name), Actor(actor)))
        .into()
}

fn observed(chain: &Chain, limits: Limits) -> (Vec<AccountLink>, DepositAddresses) {
    let mut rule = DepositAddresses::new(limits, exchanges());
    let mut links = Vec::new();
    let mut number = 0;
    for block in &chain.blocks {
        for (index, transaction) in (0..).zip(&block.transactions) {
            let position = Position {
                height: block.at.height,
                index,
            };
            let placed = Placed {
                tx: TxNumber(number),
                position,
                transaction,
            };
            rule.observe(&placed, &mut links);
            number += 1;
        }
    }
    (links, rule)
}

fn pairs(all: impl IntoIterator<Item = Tx>) -> Vec<(String, String)> {
    let (links, _) = observed(&Chain::of(all), LIMITS);
    let pair = |link: &AccountLink| (name_of(&link.link.a), name_of(&link.link.b));
    links.iter().map(pair).collect()
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

#[test]
fn users_of_one_deposit_address_have_one_owner() {
    let found = pairs([
        tx("ann").pays("dep", 100),
        tx("dep").pays("shop", 95),
        tx("bob").pays("dep", 100),
        tx("cat").pays("dep", 80),
        tx("dep").pays("shop hot", 80),
        tx("dep").pays("shop", 90),
    ]);
    assert_eq!(found, [pair("ann", "cat"), pair("ann", "bob")]);
}

#[test]
fn tokens_must_come_whole() {
    let with = |passed| {
        pairs([
            tx("ann").sends("usd", "ann", "dep", 100),
            tx("dep").sends("usd", "dep", "shop", 100),
            tx("bob").sends("usd", "bob", "dep", 70),
            tx("dep").sends("usd", "dep", "shop", passed),
        ])
    };
    assert_eq!(with(70), [pair("ann", "bob")]);
    assert!(with(69).is_empty());
    // Of another token nothing came.
    let other = pairs([
        tx("ann").sends("usd", "ann", "dep", 100),
        tx("dep").sends("eur", "dep", "shop", 100),
        tx("bob").sends("usd", "bob", "dep", 70),
        tx("dep").sends("eur", "dep", "shop", 70),
    ]);
    assert!(other.is_empty());
}

#[test]
fn too_little_too_much_or_too_late_is_not_passed_on() {
    let with = |passed: u64, blocks: u32| {
        let mut chain = Chain::of([tx("ann").pays("dep", 100), tx("dep").pays("shop", 100)]);
        chain.push(tx("bob").pays("dep", 100));
        chain.skip(blocks - 1);
        chain.push(tx("dep").pays("shop", passed));
        observed(&chain, LIMITS).0.len()
    };
    assert_eq!(with(90, 100), 1);
    assert_eq!(with(89, 100), 0);
    assert_eq!(with(101, 1), 0);
    assert_eq!(with(90, 101), 0);
}

#[test]
fn exchanges_contracts_and_fee_recipients_are_left_out() {
    // An exchange that pays to a deposit address is no customer.
    assert!(
        pairs([
            tx("other shop").pays("dep", 100),
            tx("dep").pays("shop", 100),
            tx("bob").pays("dep", 100),
            tx("dep").pays("shop", 100),
        ])
        .is_empty()
    );
    // Who gets the fees of a block is a miner.
    assert!(
        pairs([
            tx("ann").tips("dep", 1).pays("dep", 100),
            tx("dep").pays("shop", 100),
            tx("bob").pays("dep", 100),
            tx("dep").pays("shop", 100),
        ])
        .is_empty()
    );
    // A contract that pays is nobody's account.
    assert!(
        pairs([
            tx("ann").pays("dep", 100),
            tx("dep").pays("shop", 100),
            tx("bob").calls("box", "dep", 100),
            tx("dep").pays("shop", 100),
        ])
        .is_empty()
    );
}

#[test]
fn a_contract_passes_on_only_where_it_may() {
    let chain = Chain::of([
        tx("ann").pays("dep", 100).calls("dep", "shop", 100),
        tx("bob").pays("dep", 100).calls("dep", "shop", 100),
    ]);
    assert!(observed(&chain, LIMITS).0.is_empty());
    let contracts = Limits {
        contracts: true,
        ..LIMITS
    };
    assert_eq!(observed(&chain, contracts).0.len(), 1);
}

#[test]
fn who_passes_on_to_two_exchanges_is_nobodys_deposit_address() {
    let chain = Chain::of([
        tx("ann").pays("dep", 100),
        tx("dep").pays("shop", 100),
        tx("bob").pays("dep", 100),
        tx("dep").pays("other shop", 100),
        tx("cat").pays("dep", 100),
        tx("dep").pays("shop", 100),
    ]);
    let (links, rule) = observed(&chain, LIMITS);
    assert!(links.is_empty());
    assert_eq!(rule.found().count(), 0);
}

#[test]
fn one_payment_is_passed_on_once() {
    let found = pairs([
        tx("ann").pays("dep", 100),
        tx("dep").pays("shop", 100),
        tx("dep").pays("shop", 100),
        tx("bob").pays("dep", 100),
    ]);
    assert!(found.is_empty());
    // The one that is left is passed on next.
    let found = pairs([
        tx("ann").pays("dep", 100),
        tx("bob").pays("dep", 100),
        tx("dep").pays("shop", 100),
        tx("dep").pays("shop", 100),
    ]);
    assert_eq!(found, [pair("bob", "ann")]);
}

#[test]
fn who_pays_itself_is_no_user() {
    let found = pairs([
        tx("dep").pays("dep", 100),
        tx("dep").pays("shop", 100),
        tx("bob").pays("dep", 70),
        tx("dep").pays("shop", 70),
    ]);
    assert!(found.is_empty());
}

#[test]
fn confidence_falls_with_time_and_fee() {
    let mut chain = Chain::of([tx("ann").pays("dep", 100)]);
    let first = chain.blocks[1].transactions[0].hash;
    chain.skip(49);
    // 50 of 100 blocks, 2 of 10: half of 0.5 + 0.8.
    let passed = chain.push(tx("dep").pays("shop", 98));
    let (_, rule) = observed(&chain, LIMITS);
    let found: Vec<_> = rule.found().collect();
    assert_eq!(found[0].confidence, Confidence::thousandths(650));
    let second = chain.push(tx("bob").pays("dep", 100));
    let also = chain.push_beside(tx("dep").pays("shop", 100));
    let (links, rule) = observed(&chain, LIMITS);
    assert_eq!(links[0].confidence, Some(Confidence::thousandths(650)));
    let found: Vec<_> = rule.found().collect();
    assert_eq!(found[0].confidence, Confidence::CERTAIN);
    assert_eq!(
        links[0].evidence,
        Evidence::DepositAddress {
            deposit: address("dep"),
            exchange: address("shop"),
            first: [first, passed],
            second: [second, also],
        }
    );
}

//! Airdrop multi-participation.

use heuristics::account::airdrop::Limits;
use heuristics::account::clustering::Rules;
use trace_core::claim::Reason;

use crate::chain::{Chain, Tx, tx};
use crate::clustering::{known, shown, walked};

fn given_out(recipients: &[&str]) -> Tx {
    let start = tx("giver");
    recipients
        .iter()
        .fold(start, |tx, to| tx.sends("drop", "giver", to, 5))
}

fn rules() -> Rules {
    Rules {
        airdrop: Limits {
            recipients_min: 4,
            together_min: 2,
            forwards_min: 2,
        },
        ..Rules::default()
    }
}

fn links(chain: &Chain) -> Vec<String> {
    let clusters = walked(&chain.view(), rules(), known(&["shop"]));
    let mut links = shown(&clusters);
    links.retain(|link| link.contains("airdrop"));
    links
}

fn passed(from: &str, to: &str, amount: u64) -> Tx {
    tx(from).sends("drop", from, to, amount)
}

#[test]
fn who_collects_what_several_were_given_is_all_of_them() {
    let chain = Chain::of([
        tx("dog").pays("shop", 1),
        given_out(&["ann", "bob"]),
        given_out(&["cat", "dog"]),
        passed("ann", "dog", 5),
        passed("bob", "dog", 5),
        passed("cat", "else", 5),
    ]);
    assert_eq!(
        links(&chain),
        [
            "dog-ann airdrop-multi-participation",
            "dog-bob airdrop-multi-participation"
        ]
    );
}

#[test]
fn few_recipients_or_other_amounts_or_one_by_one_are_no_airdrop() {
    let few = Chain::of([
        tx("dog").pays("shop", 1),
        given_out(&["ann", "bob", "dog"]),
        passed("ann", "dog", 5),
        passed("bob", "dog", 5),
    ]);
    assert!(links(&few).is_empty());
    let other = Chain::of([
        tx("dog").pays("shop", 1),
        given_out(&["ann", "bob", "cat", "dog"]),
        passed("ann", "dog", 5),
        passed("bob", "dog", 4),
    ]);
    assert!(links(&other).is_empty());
    let singly = Chain::of([
        tx("dog").pays("shop", 1),
        given_out(&["ann"]),
        given_out(&["bob"]),
        given_out(&["cat"]),
        given_out(&["dog"]),
        passed("ann", "dog", 5),
        passed("bob", "dog", 5),
    ]);
    assert!(links(&singly).is_empty());
}

#[test]
fn exchanges_and_contracts_collect_from_everybody() {
    let with = |collector| {
        Chain::of([
            tx("dog").creates("box").pays("shop", 1),
            given_out(&["ann", "bob", "cat", "dog"]),
            passed("ann", collector, 5),
            passed("bob", collector, 5),
        ])
    };
    assert_eq!(links(&with("dog")).len(), 2);
    assert!(links(&with("shop")).is_empty());
    assert!(links(&with("box")).is_empty());
    // It signed nothing, so it may be a contract.
    let chain = with("eve");
    assert!(links(&chain).is_empty());
    let clusters = walked(&chain.view(), rules(), known(&["shop"]));
    let unknown = &clusters.found().unknown;
    assert!(unknown.iter().any(|it| it.why == Reason::CodeUnknown));
}

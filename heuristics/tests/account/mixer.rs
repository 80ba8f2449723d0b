//! Mixers: what goes through them, and what gives it away.

use std::collections::BTreeMap;

use heuristics::account::Confidence;
use heuristics::account::clustering::{AccountClusters, Mining, Rules};
use heuristics::account::mixer::{Denomination, Pool, Reveal, multi_denomination};
use trace_core::claim::Reason;
use trace_core::model::account::{Asset, U256};

use crate::chain::{Chain, Tx, address, name_of, token, tx};
use crate::clustering::{clusters, known, walked};
use crate::event::{mixed_in, mixed_out, rewarded};

/// `who` puts into a pool of tens.
fn puts(who: &str, pool: &str) -> Tx {
    tx(who).pays(pool, 10).says(mixed_in(pool, 1))
}

/// A recipient takes out by itself.
fn takes(who: &str, pool: &str) -> Tx {
    tx(who)
        .calls(pool, who, 10)
        .says(mixed_out(pool, who, None, 0))
}

/// A relayer takes out for a recipient.
fn relays(who: &str, pool: &str) -> Tx {
    tx("relay")
        .calls(pool, who, 9)
        .calls(pool, "relay", 1)
        .says(mixed_out(pool, who, Some("relay"), 1))
}

/// Every reveal as `from>to rule left/among`.
fn shown(clusters: &AccountClusters) -> Vec<String> {
    let shown = |reveal: &Reveal| {
        let (from, to) = (name_of(&reveal.from), name_of(&reveal.to));
        let rule = reveal.rule.name.strip_prefix("mixer-").unwrap();
        format!("{from}>{to} {rule} {}/{}", reveal.left, reveal.among)
    };
    clusters.found().reveals.iter().map(shown).collect()
}

fn reveals(all: impl IntoIterator<Item = Tx>) -> Vec<String> {
    shown(&clusters(&Chain::of(all), &["shop"]))
}

#[test]
fn a_pool_is_known_by_what_it_says_and_takes() {
    let chain = Chain::of([
        puts("ann", "pool"),
        tx("bob")
            .sends("usd", "bob", "usd pool", 7)
            .says(mixed_in("usd pool", 3)),
        relays("cat", "pool"),
        takes("dog", "usd pool"),
        // It says the same and is no pool: it takes what comes.
        tx("eve").pays("vault", 10).says(mixed_in("vault", 1)),
        tx("eve").pays("vault", 11).says(mixed_in("vault", 2)),
    ]);
    let clusters = clusters(&chain, &[]);
    let pool = |name, asset, amount| Pool {
        address: address(name),
        denomination: Some(Denomination {
            asset,
            amount: U256::from(amount),
        }),
    };
    let found = clusters.found();
    let expected = [
        pool("pool", Asset::Native, 10),
        pool("usd pool", token("usd"), 7),
    ];
    assert_eq!(found.pools, expected);
    let record = &found.record;
    assert_eq!(record.deposits().len(), 2);
    let [relayed, own] = record.withdrawals() else {
        panic!("there are two");
    };
    assert!(relayed.is_relayed() && !own.is_relayed());
    assert_eq!(relayed.to, address("cat"));
    assert_eq!(relayed.relayer, Some(address("relay")));
    assert_eq!(relayed.fee, U256::ONE);
    let count = clusters.census()[&address("pool")];
    assert_eq!((count.deposits, count.withdrawals), (1, 1));
    assert_eq!((count.relayed, count.revealed, count.left), (1, 0, 1));
}

#[test]
fn only_given_pools_count_where_it_is_so_asked() {
    let chain = Chain::of([puts("ann", "pool"), puts("ann", "other")]);
    let mut known = known(&[]);
    known.recognise_pools = false;
    known.pools = vec![Pool {
        address: address("other"),
        denomination: None,
    }];
    let clusters = walked(&chain.view(), Rules::default(), known);
    let found = clusters.found();
    assert_eq!(found.pools.len(), 1);
    assert_eq!(found.pools[0].denomination.unwrap().amount, U256::from(10));
    assert_eq!(found.record.deposits().len(), 1);
}

#[test]
fn taking_out_to_the_account_that_put_in_gives_it_away() {
    let clusters = clusters(
        &Chain::of([
            puts("ann", "pool"),
            puts("bob", "pool"),
            puts("ann", "pool"),
            relays("ann", "pool"),
            relays("cat", "pool"),
            puts("eve", "other"),
            relays("bob", "other"),
            puts("bob", "other"),
            // What comes later is no deposit that it can come from.
            puts("bob", "pool"),
        ]),
        &[],
    );
    assert_eq!(shown(&clusters), ["ann>ann address-match 2/3"]);
    let reveal = &clusters.found().reveals[0];
    // Which of the two it was is open.
    assert_eq!(reveal.confidence, Confidence::thousandths(500));
    assert_eq!(reveal.link(), None);
    let count = clusters.census()[&address("pool")];
    assert_eq!((count.deposits, count.depositors), (4, 2));
    assert_eq!((count.revealed, count.left), (1, 3));
}

#[test]
fn a_price_that_two_alone_paid_gives_them_away() {
    let with = |first: u64, second: u64, out| {
        reveals([
            puts("ann", "pool").at_price(first),
            puts("bob", "pool").at_price(second),
            puts("ann", "other").at_price(99),
            out,
        ])
    };
    let own = || takes("cat", "pool").at_price(99);
    assert_eq!(with(99, 5, own()), ["ann>cat unique-gas-price 1/2"]);
    assert!(with(99, 99, own()).is_empty());
    assert!(with(98, 5, own()).is_empty());
    // A relayer chooses its own price.
    assert!(with(99, 5, relays("cat", "pool").at_price(99)).is_empty());
}

#[test]
fn dealing_with_each_other_gives_both_away() {
    let with = |payments: usize, partner| {
        let pay = |index: usize| match index % 2 {
            0 => tx(partner).pays("cat", 1).sends("usd", partner, "cat", 1),
            _ => tx("cat").pays(partner, 1),
        };
        let start = [
            puts("bob", "pool").at_price(1),
            puts(partner, "pool").at_price(2),
        ];
        let end = [relays("cat", "pool")];
        let chain = Chain::of(start.into_iter().chain((0..payments).map(pay)).chain(end));
        clusters(&chain, &["shop"])
    };
    assert_eq!(shown(&with(3, "ann")), ["ann>cat linked-addresses 1/2"]);
    assert!(shown(&with(2, "ann")).is_empty());
    assert!(shown(&with(3, "shop")).is_empty());
    let joined = with(3, "ann");
    // It is reported, and joins nobody unless it is asked for.
    assert!(!joined.are_together(&address("ann"), &address("cat")));
    let links = joined.links_at(&address("cat"));
    assert!(links.into_iter().any(|(link, _)| link.confidence.is_some()));
}

#[test]
fn whoever_is_not_known_wholly_may_deal_with_anybody() {
    let chain = Chain::of([puts("ann", "pool"), takes("cat", "pool")]);
    let mut rules = Rules::default();
    rules.linked_addresses.transactions_max = 0;
    let clusters = walked(&chain.view(), rules, known(&[]));
    let unknown = &clusters.found().unknown;
    assert!(unknown.iter().any(|(_, why)| *why == Reason::LimitReached));
}

#[test]
fn the_same_portfolio_gives_it_away() {
    let start = || {
        vec![
            puts("ann", "pool"),
            puts("bob", "pool"),
            puts("ann", "other"),
            puts("ann", "pool"),
        ]
    };
    let out = || {
        vec![
            relays("cat", "pool"),
            relays("cat", "pool"),
            relays("cat", "other"),
        ]
    };
    let all = start().into_iter().chain(out());
    assert_eq!(reveals(all), ["ann>cat multi-denomination 1/1"]);
    // Another one with the same portfolio makes two candidates, which is one too many.
    let other = [
        puts("dog", "pool"),
        puts("dog", "pool"),
        puts("dog", "other"),
    ];
    let all = || start().into_iter().chain(other).chain(out());
    let chain = Chain::of(all());
    assert!(shown(&clusters(&chain, &[])).is_empty());
    let mut rules = Rules::default();
    rules.multi_denomination.candidates_max = 2;
    let clusters = walked(&chain.view(), rules, known(&[]));
    assert_eq!(
        shown(&clusters),
        [
            "ann>cat multi-denomination 2/2",
            "dog>cat multi-denomination 2/2"
        ]
    );
    let confidence = clusters.found().reveals[0].confidence;
    assert_eq!(confidence, Confidence::thousandths(250));
}

#[test]
fn what_was_put_in_too_late_or_in_one_pool_only_is_no_portfolio() {
    let late = [
        puts("eve", "other"),
        puts("ann", "pool"),
        relays("cat", "pool"),
        relays("cat", "other"),
        puts("ann", "other"),
    ];
    assert!(reveals(late).is_empty());
    let one = [
        puts("ann", "pool"),
        puts("ann", "pool"),
        relays("cat", "pool"),
        relays("cat", "pool"),
    ];
    assert!(reveals(one).is_empty());
    assert_eq!(multi_denomination::Limits::default().pools_min, 2);
}

#[test]
fn points_say_how_long_a_deposit_lay() {
    let with = |points: u64, pairs_max| {
        let mut chain = Chain::of([puts("ann", "pool"), puts("bob", "pool")]);
        chain.skip(7);
        chain.push(relays("cat", "pool"));
        chain.push(relays("dog", "pool"));
        chain.push(tx("relay").says(rewarded("miner", "cat", points)));
        let rules = Rules {
            mining: Some(Mining {
                rewards: address("miner"),
                rates: BTreeMap::from([(address("pool"), U256::from(20))]),
                pairs_max,
            }),
            ..Rules::default()
        };
        shown(&walked(&chain.view(), rules, known(&[])))
    };
    // `cat` took out eight blocks after `bob` put in, and nine after `ann`.
    assert_eq!(with(160, 1), ["bob>cat torn-mining 1/2"]);
    assert_eq!(with(180, 1), ["ann>cat torn-mining 1/2"]);
    assert!(with(170, 1).is_empty());
    assert!(with(200, 1).is_empty());
    assert!(with(180, 0).is_empty());
}

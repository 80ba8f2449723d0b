//! Mixers: what goes through them, and what gives it away.

use std::collections::BTreeMap;

use heuristics::account::Confidence;
use heuristics::account::clustering::{AccountClusters, Mining, Rules, Untold};
use heuristics::account::mixer::{
    Denomination, Pool, Reveal, fifo_order, linked_addresses, multi_denomination, same_block,
    torn_mining,
};
use heuristics::account::{AccountLink, Evidence};
use trace_core::claim::{Reason, Rule};
use trace_core::model::account::{Asset, U256};

use crate::chain::{Chain, Tx, address, name_of, token, tx};
use crate::clustering::{clusters, known, walked, walked_from};
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
    shown_of(&clusters.found().reveals)
}

fn shown_of(reveals: &[Reveal]) -> Vec<String> {
    let shown = |reveal: &Reveal| {
        let (from, to) = (name_of(&reveal.from), name_of(&reveal.to));
        let rule = reveal.rule.name.strip_prefix("mixer-").unwrap();
        format!("{from}>{to} {rule} {}/{}", reveal.left, reveal.among)
    };
    reveals.iter().map(shown).collect()
}

/// What time alone suggests, by one of the two rules.
fn priors(clusters: &AccountClusters, rule: &str) -> Vec<String> {
    let all = shown_of(&clusters.found().priors);
    let of_rule = all.into_iter().filter(|it| it.contains(rule));
    of_rule.collect()
}

/// What a rule could not tell.
fn untold(clusters: &AccountClusters, rule: Rule) -> Vec<Reason> {
    let unknown = clusters.found().unknown.iter();
    let of_rule = unknown.filter(|it| it.rule == rule);
    of_rule.map(|it| it.why).collect()
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
    let of_rule = |it: &&Untold| it.rule == linked_addresses::RULE;
    let why: Vec<Reason> = unknown.iter().filter(of_rule).map(|it| it.why).collect();
    assert_eq!(why, [Reason::LimitReached]);
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
    let several = clusters(&chain, &[]);
    assert!(shown(&several).is_empty());
    let limit = [Reason::LimitReached];
    assert_eq!(untold(&several, multi_denomination::RULE), limit);
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
        walked(&chain.view(), rules, known(&[]))
    };
    let told = with;
    let with = |points, pairs_max| shown(&told(points, pairs_max));
    // `cat` took out eight blocks after `bob` put in, and nine after `ann`.
    assert_eq!(with(160, 1), ["bob>cat torn-mining 1/2"]);
    assert_eq!(with(180, 1), ["ann>cat torn-mining 1/2"]);
    assert!(with(170, 1).is_empty());
    assert!(with(200, 1).is_empty());
    assert!(with(180, 0).is_empty());
    let limit = [Reason::LimitReached];
    assert_eq!(untold(&told(180, 0), torn_mining::RULE), limit);
    assert!(untold(&told(170, 1), torn_mining::RULE).is_empty());
    assert_eq!(Rules::default().unasked(), [torn_mining::RULE]);
    // Deposit, withdrawal and claim show it.
    let found = told(180, 1);
    let mixed = mixed(&found, "cat", torn_mining::RULE);
    assert_eq!(mixed.evidence.transactions().len(), 3);
}

/// The link of an account by one of the rules.
fn mixed<'a>(clusters: &'a AccountClusters, who: &str, rule: Rule) -> &'a AccountLink {
    let links: Vec<_> = clusters.links_at(&address(who)).collect();
    let mut of_rule = links.into_iter().filter(|(link, _)| link.link.rule == rule);
    &of_rule.next().unwrap().0
}

#[test]
fn a_link_names_the_deposits_the_withdrawals_and_what_else_shows_it() {
    let mut chain = Chain::of([puts("bob", "pool").at_price(1)]);
    let deposit = chain.push(puts("ann", "pool").at_price(2));
    let payments = [0, 1, 2, 3].map(|_| chain.push(tx("ann").pays("cat", 1)));
    let withdrawal = chain.push(relays("cat", "pool"));
    let dealing = clusters(&chain, &[]);
    let link = mixed(&dealing, "cat", linked_addresses::RULE);
    let shown = [vec![deposit, withdrawal], payments[..3].to_vec()].concat();
    assert_eq!(link.evidence.transactions(), shown);
    let said = link.evidence.to_string();
    assert!(said.contains(&deposit.to_string()), "{said}");
    assert!(said.contains(&withdrawal.to_string()), "{said}");

    let mut chain = Chain::new();
    let deposits = ["pool", "other", "pool"].map(|pool| chain.push(puts("ann", pool)));
    let withdrawals = ["pool", "other", "pool"].map(|pool| chain.push(relays("cat", pool)));
    let alike = clusters(&chain, &[]);
    let link = mixed(&alike, "cat", multi_denomination::RULE);
    let Evidence::Mixer {
        deposits: went_in,
        withdrawals: came_out,
        ..
    } = &link.evidence
    else {
        panic!("{link:?}");
    };
    assert_eq!(
        (&went_in[..], &came_out[..]),
        (&deposits[..], &withdrawals[..])
    );
}

#[test]
fn what_comes_out_in_the_block_in_which_it_went_in_is_suggested_and_no_more() {
    let with = |beside: Option<&str>, accounts_max| {
        let mut chain = Chain::of([puts("bob", "pool")]);
        chain.push(puts("ann", "pool"));
        if let Some(who) = beside {
            chain.push_beside(puts(who, "pool"));
        }
        chain.push_beside(relays("cat", "pool"));
        // Behind it.
        chain.push_beside(puts("eve", "pool"));
        let mut rules = Rules::default();
        rules.same_block.accounts_max = accounts_max;
        walked(&chain.view(), rules, known(&[]))
    };
    let alone = with(None, 1);
    assert_eq!(priors(&alone, "same-block"), ["ann>cat same-block 1/2"]);
    assert!(shown(&alone).is_empty());
    // It takes nothing out of the anonymity set, and is reported.
    assert_eq!(alone.census()[&address("pool")].left, 3);
    assert!(!alone.are_together(&address("ann"), &address("cat")));
    let link = mixed(&alone, "cat", same_block::RULE);
    assert_eq!(link.confidence, Some(Confidence::thousandths(50)));
    assert_eq!(link.evidence.transactions().len(), 2);
    // Somebody else put in just before.
    let two = with(Some("dog"), 1);
    assert!(priors(&two, "same-block").is_empty());
    assert_eq!(untold(&two, same_block::RULE), [Reason::LimitReached]);
    assert_eq!(
        priors(&with(Some("dog"), 2), "same-block"),
        ["ann>cat same-block 2/3", "dog>cat same-block 2/3"]
    );
    // In another block, or another pool, it is not suggested.
    let apart = Chain::of([puts("ann", "pool"), relays("cat", "pool")]);
    assert!(priors(&clusters(&apart, &[]), "same-block").is_empty());
    let mut other = Chain::of([puts("bob", "other"), puts("ann", "pool")]);
    other.push_beside(relays("cat", "other"));
    assert!(priors(&clusters(&other, &[]), "same-block").is_empty());
}

#[test]
fn the_order_of_deposits_suggests_that_of_withdrawals_where_all_of_them_were_seen() {
    let chain = Chain::of([
        puts("ann", "pool"),
        puts("bob", "pool"),
        puts("eve", "other"),
        relays("cat", "pool"),
        relays("dog", "pool"),
        relays("cat", "other"),
    ]);
    let whole = clusters(&chain, &[]);
    let suggested = [
        "ann>cat fifo-order 1/2",
        "bob>dog fifo-order 1/2",
        "eve>cat fifo-order 1/1",
    ];
    assert_eq!(priors(&whole, "fifo-order"), suggested);
    assert_eq!(whole.census()[&address("pool")].left, 2);
    let link = mixed(&whole, "dog", fifo_order::RULE);
    assert_eq!(link.confidence, Some(Confidence::thousandths(20)));
    // Whose turn it is depends on every deposit before.
    let late = walked_from(2, &chain.view_from(2), Rules::default(), known(&[]));
    assert!(priors(&late, "fifo-order").is_empty());
    let why = untold(&late, fifo_order::RULE);
    assert!(!why.is_empty() && why.iter().all(|why| *why == Reason::HistoryUnknown));
    // What goes in and comes out in one transaction has its turn too.
    let through = Chain::of([puts("ann", "pool")
        .calls("pool", "cat", 10)
        .says(mixed_out("pool", "cat", None, 0))]);
    assert_eq!(
        priors(&clusters(&through, &[]), "fifo-order"),
        ["ann>cat fifo-order 1/0"]
    );
}

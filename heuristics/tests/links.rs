//! Stories of links: what joins two addresses, what explains it, and why nothing does.

use std::fs;

use heuristics::change;
use heuristics::clustering::Clustering;
use heuristics::links::{self, Bounds, Gap, NoLink};
use heuristics::mix::MixKind;
use heuristics::same_key::Equivalents;
use heuristics::{RuleSet, co_spend};
use tempfile::TempDir;
use testdata::scenario::{Scenario, address};
use trace_core::claim::Link;
use trace_core::cluster::{Actor, ClusterFolder, Connection, Veto};
use trace_core::model::{AddressId, BitcoinNetwork, KeyHash, OutPoint};
use trace_core::view::{CoinView, Gathered, Question, Unknown};

const EVERYTHING: Bounds = Bounds {
    from_height: 0,
    transactions_max: usize::MAX,
};

fn rules(change: &[&str], change_votes: usize) -> RuleSet {
    RuleSet {
        change: change
            .iter()
            .map(|name| change::find(name).expect("a rule of that name"))
            .collect(),
        change_votes,
    }
}

fn number(view: &dyn CoinView, name: &str) -> AddressId {
    let number = view.find_address(&address(name));
    number.expect("the story mentions the address")
}

fn shown(story: &Scenario, view: &Gathered, links: &[Link]) -> Vec<String> {
    let links = links.iter().map(|link| {
        let located = story
            .transactions()
            .get(usize::try_from(link.tx.0).unwrap_or(usize::MAX));
        let tx = located.and_then(|located| story.transaction_name(&located.transaction.txid));
        let [a, b] = [link.a, link.b].map(|end| story.shown(view, end));
        format!("{a} {b} {} {}", link.rule, tx.unwrap_or("?"))
    });
    links.collect()
}

/// The links of every transaction of a story, in order.
#[track_caller]
fn check(story: &str, rules: &RuleSet, expected: &[&str]) {
    let story = Scenario::of(story);
    let view = story.view();
    let mut found = Vec::new();
    for located in story.transactions() {
        let name = story
            .transaction_name(&located.transaction.txid)
            .unwrap_or("?");
        let (tx, transaction) = story.numbered(&view, name);
        links::of_transaction(&view, tx, &transaction, rules, &mut found);
    }
    assert_eq!(shown(&story, &view, &found), expected);
}

fn equivalents(view: &Gathered) -> Equivalents {
    Equivalents::of_transactions(view, view.transaction_numbers())
}

#[track_caller]
fn explain(story: &str, rules: &RuleSet, ends: [&str; 2], expected: &[&str]) {
    let story = Scenario::of(story);
    let view = story.view();
    let ends = ends.map(|name| number(&view, name));
    let known = equivalents(&view);
    match links::explain(&view, ends, rules, &known, EVERYTHING, 1000).connection {
        Connection::Linked(path) => assert_eq!(shown(&story, &view, &path), expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_spent_together_is_linked_with_the_first_input() {
    check(
        "pay: a1 1 + a2 1 + a1 2 + a3 1 -> bob 4.9",
        &RuleSet::default(),
        &["a1 a2 co-spend pay", "a1 a3 co-spend pay"],
    );
    check(
        "pay: ? + a2 1 + a3 1 -> bob 1.9",
        &RuleSet::default(),
        &["a2 a3 co-spend pay"],
    );
    check(
        "mix: a{1..5} 3 -> c{1..5} 1.23456789, d1 1.7, d2 1.71, d3 1.72, d4 1.73
         maybe: e1 1 + f1 1 -> e2 0.9, f2 0.9
         alone: a1 1 -> bob 0.9",
        &RuleSet::default(),
        &[],
    );
}

#[test]
fn change_is_linked_when_enough_rules_agree_on_one_output() {
    let story = "pay: a1 1 + a2 2 -> bob/p2pkh 2.5, a3 49990123sat";
    check(
        story,
        &rules(&["optimal-change", "address-type"], 2),
        &["a1 a2 co-spend pay", "a1 a3 optimal-change pay"],
    );
    check(
        story,
        &rules(&["address-type", "self-change"], 2),
        &["a1 a2 co-spend pay"],
    );
    // The form says bob, the amount says a3: they disagree.
    let torn = "pay: a1 1 + a2 2 -> bob 2.5, a3/p2tr 49990123sat";
    check(
        torn,
        &rules(&["address-type", "round-amount"], 1),
        &["a1 a2 co-spend pay"],
    );
    check(
        torn,
        &rules(&["address-type"], 0),
        &["a1 a2 co-spend pay", "a1 bob address-type pay"],
    );
    // Change that went back to an input is linked already.
    check(
        "pay: a1 1 -> bob 0.5, a1 0.4",
        &rules(&["self-change"], 1),
        &[],
    );
}

#[test]
fn scripts_of_one_key_are_linked_when_the_second_appears() {
    check(
        "one: x 1 -> bob/p2pk 1
         two: y 1 -> bob/p2pkh 1
         three: z 1 -> bob 1
         four: w 1 -> bob/p2sh 1, bob/p2tr 1",
        &RuleSet::default(),
        // The P2PK leads to all that the view has; the others to those before them.
        &["bob/p2pkh bob same-key three"],
    );
}

#[test]
fn a_walk_finds_scripts_of_one_key_in_whatever_order_they_appear() {
    let forms = ["bob/p2pk", "bob/p2pkh", "bob", "bob/p2sh"];
    let mut orders = Vec::new();
    for first in 0..4 {
        for second in (0..4).filter(|at| *at != first) {
            for third in (0..4).filter(|at| ![first, second].contains(at)) {
                let fourth = 6 - first - second - third;
                orders.push([first, second, third, fourth].map(|at| forms[at]));
            }
        }
    }
    assert_eq!(orders.len(), 24);
    for order in orders {
        let lines = order.iter().enumerate();
        let mut lines: Vec<String> = lines
            .map(|(line, form)| format!("t{line}: x{line} 1 -> {form} 1"))
            .collect();
        lines.push("spend: bob/p2sh 1 -> y 1".to_owned());
        let story = Scenario::of(&lines.join("\n"));
        let view = story.view();
        let mut whole = Clustering::new(RuleSet::default(), 0);
        let numbers = view.transaction_numbers();
        whole.advance(&view, numbers.take(4)).unwrap();
        let cluster = |of: &Clustering, name| of.clusters().find(number(&view, name));
        // The last one to come is a P2SH, and nobody can know whose it is before it is spent.
        let hidden = order[3] == "bob/p2sh";
        let apart = cluster(&whole, "bob") != cluster(&whole, "bob/p2sh");
        assert_eq!(apart, hidden, "{order:?}");
        let (spend, _) = story.numbered(&view, "spend");
        whole.advance(&view, [spend]).unwrap();
        for form in forms {
            assert_eq!(
                cluster(&whole, form),
                cluster(&whole, "bob"),
                "{form} in {order:?}"
            );
            let ends = [form, order[0]].map(|name| number(&view, name));
            let (rules, known) = (RuleSet::default(), equivalents(&view));
            let path = links::explain(&view, ends, &rules, &known, EVERYTHING, 100).connection;
            assert!(matches!(path, Connection::Linked(_)), "{form} in {order:?}");
        }
        assert_ne!(cluster(&whole, "x0"), cluster(&whole, "bob"));

        // Stored after each line and taken up again, it comes to the same bytes.
        let [in_parts, at_once] = [TempDir::new().unwrap(), TempDir::new().unwrap()];
        let mut folder = ClusterFolder::open(in_parts.path()).unwrap();
        let mut parts = Clustering::new(RuleSet::default(), 0);
        for tx in view.transaction_numbers() {
            parts.advance(&view, [tx]).unwrap();
            assert_eq!(parts.save(&mut folder, story.tip()), Ok(true));
            let resumed = Clustering::resume(&mut folder, 1000, RuleSet::default(), 0, |_| true);
            parts = resumed.unwrap().0;
        }
        for form in forms {
            assert_eq!(cluster(&parts, form), cluster(&whole, form), "{order:?}");
        }
        let mut folder = ClusterFolder::open(at_once.path()).unwrap();
        assert_eq!(whole.save(&mut folder, story.tip()), Ok(true));
        for file in ["basis", "links", "notes"] {
            let [parts, whole] = [&in_parts, &at_once].map(|dir| fs::read(dir.path().join(file)));
            assert_eq!(parts.unwrap(), whole.unwrap(), "{file} of {order:?}");
        }
    }
}

/// A story in which spending `spent` shows the key of `bob`.
fn showing_bobs_key(text: &str, spent: &str) -> (Scenario, Gathered) {
    let story = Scenario::of(text);
    let mut view = Gathered::new(BitcoinNetwork::Regtest, story.tip());
    let hashes: Vec<KeyHash> = address("bob").key_hashes();
    for located in story.transactions() {
        let mut located = located.clone();
        for input in &mut located.transaction.inputs {
            let prevout = input.prevout.as_ref();
            if prevout.and_then(|prevout| prevout.address.as_ref()) == Some(&address(spent)) {
                input.reveals = hashes.first().copied();
            }
        }
        view.insert(&located);
    }
    for address in story.addresses() {
        view.insert_receipts(address, Ok(0));
    }
    (story, view)
}

#[test]
fn an_uncompressed_key_is_linked_with_its_compressed_form_once_it_is_spent() {
    for text in [
        "get: x 1 -> legacy/p2pkh 1\n spend: legacy/p2pkh 1 -> y 1\n late: z 1 -> bob 1",
        "late: z 1 -> bob 1\n get: x 1 -> legacy/p2pkh 1\n spend: legacy/p2pkh 1 -> y 1",
    ] {
        let (story, view) = showing_bobs_key(text, "legacy/p2pkh");
        let mut clustering = Clustering::new(RuleSet::default(), 0);
        clustering
            .advance(&view, view.transaction_numbers())
            .unwrap();
        let forest: Vec<Link> = clustering.clusters().forest().iter().collect();
        let (last, _) = story.numbered(
            &view,
            if text.starts_with("late") {
                "spend"
            } else {
                "late"
            },
        );
        assert_eq!(forest.len(), 1, "{text}");
        assert_eq!(forest[0].tx, last, "{text}");
        let [legacy, bob] = ["legacy/p2pkh", "bob"].map(|name| number(&view, name));
        assert_eq!(
            clustering.clusters().find(legacy),
            clustering.clusters().find(bob)
        );
        let (rules, known) = (RuleSet::default(), equivalents(&view));
        let path = links::explain(&view, [bob, legacy], &rules, &known, EVERYTHING, 100);
        assert!(matches!(
            path.connection,
            Connection::Linked(path) if path.len() == 1 && path[0].tx == last
        ));
    }
}

#[test]
fn a_form_that_never_appeared_is_not_linked_before_it_does() {
    // As in a ledger after a reorganisation: known by number, but not from this branch.
    let text = "get: x 1 -> legacy/p2pkh 1\n spend: legacy/p2pkh 1 -> y 1";
    let (_, mut view) = showing_bobs_key(text, "legacy/p2pkh");
    view.insert_receipts(&address("bob"), Ok(0));
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    clustering
        .advance(&view, view.transaction_numbers())
        .unwrap();
    assert!(view.find_address(&address("bob")).is_some());
    assert!(clustering.clusters().forest().is_empty());
}

#[test]
fn a_key_shown_where_it_cannot_be_the_spent_scripts_links_nobody() {
    // Anybody can make a P2SH whose redeem script has the form of Bob's key.
    let text = "late: z 1 -> bob 1\n get: x 1 -> mallory/p2sh 1\n spend: mallory/p2sh 1 -> y 1";
    let (_, view) = showing_bobs_key(text, "mallory/p2sh");
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    clustering
        .advance(&view, view.transaction_numbers())
        .unwrap();
    assert_eq!(clustering.clusters().forest().iter().count(), 0);
    let found = links::neighbours(
        &view,
        number(&view, "mallory/p2sh"),
        &RuleSet::default(),
        EVERYTHING,
    );
    assert_eq!(found.links, []);
}

#[test]
fn the_explanation_is_as_short_as_the_transactions_allow() {
    // Links of a2 and a3 go through a1, but the two were spent together themselves.
    explain(
        "mint: -> a1 1, a2 1, a3 1
         one: a1 1 + a2 1 + a3 1 -> bob 2.9",
        &RuleSet::default(),
        ["a3", "a2"],
        &["a3 a2 co-spend one"],
    );
    explain(
        "mint: -> a1 1, a2 1, a2 3, a3 1, x1 1, a3 2, a3 3, a4 1
         one: a1 1 + a2 1 -> bob 1.9
         two: a2 3 + a3 1 -> carol 3.9
         other: x1 1 + a3 2 -> dave 2.9
         three: a3 3 + a4 1 -> erin 3.9",
        &RuleSet::default(),
        ["a1", "a4"],
        &[
            "a1 a2 co-spend one",
            "a2 a3 co-spend two",
            "a3 a4 co-spend three",
        ],
    );
    explain(
        "mint: -> a1 1, a2 2
         pay: a1 1 + a2 2 -> bob/p2pkh 2.5, a3 49990123sat
         later: a3 49990123sat -> carol/p2sh 0.2, a4/p2pkh 0.29",
        &rules(&["optimal-change"], 1),
        ["a2", "a3"],
        &["a2 a3 optimal-change pay"],
    );
    explain(
        "zero: x 1 -> a1/p2sh 1
         one: x2 1 -> a1 1, a2 1
         two: a1 1 + a2 1 -> carol 2",
        &RuleSet::default(),
        ["a2", "a1/p2sh"],
        &["a2 a1 co-spend two", "a1 a1/p2sh same-key one"],
    );
}

#[test]
fn what_is_not_known_of_an_address_is_asked_for_or_named() {
    let story = Scenario::of(
        "get: x 5 -> a1 5
         pay: a1 5 + a2 3 -> bob 7, a3 0.9
         more: y 1 -> a1 1",
    );
    let mut view = Gathered::new(BitcoinNetwork::Regtest, story.tip());
    view.insert(&story.transactions()[0]);
    let a1 = number(&view, "a1");
    let ask = |view: &Gathered, bounds| links::neighbours(view, a1, &RuleSet::default(), bounds);
    let found = ask(&view, EVERYTHING);
    assert_eq!(found.wants, [Question::Receipts(address("a1"), 0)]);

    for located in story.transactions() {
        if located.transaction.txid != story.txid("pay") {
            view.insert(located);
        }
    }
    view.insert_receipts(&address("a1"), Ok(0));
    let outpoint = |name| OutPoint {
        txid: story.txid(name),
        vout: 0,
    };
    let found = ask(&view, EVERYTHING);
    assert_eq!(
        found.wants,
        [
            Question::Spender(outpoint("get")),
            Question::Spender(outpoint("more"))
        ]
    );
    view.insert(&story.transactions()[1]);
    view.insert_spender(
        outpoint("more"),
        trace_core::view::Answer::Unknown(Unknown::NoIndex),
    );
    let found = ask(&view, EVERYTHING);
    assert_eq!(shown(&story, &view, &found.links).len(), 1);
    assert!(found.wants.is_empty());
    assert!(matches!(
        found.gaps[..],
        [Gap::Spender {
            why: Unknown::NoIndex,
            ..
        }]
    ));

    let bounds = Bounds {
        transactions_max: 1,
        ..EVERYTHING
    };
    let found = ask(&view, bounds);
    assert!(found.links.is_empty());
    assert_eq!(
        found.gaps[1..],
        [Gap::TooManyTransactions {
            address: a1,
            left_out: 2
        }]
    );
    // Fresh addresses are judged by the whole history, so that is asked for too.
    let found = links::neighbours(&view, a1, &rules(&["fresh-address"], 1), EVERYTHING);
    assert!(found.wants.contains(&Question::Receipts(address("bob"), 0)));
}

const MIX_AND_PAYMENT: &str = "
    mix: a{1..5} 3 -> c{1..5} 1.23456789, d1 1.7, d2 1.71, d3 1.72, d4 1.73
    pay: b1 1 -> a1 0.5, b2 0.4";

#[test]
fn why_nothing_links_two_addresses() {
    let story = Scenario::of(&format!(
        "mint: -> a1 3, a2 3, a3 3, a4 3, a5 3, b1 1{MIX_AND_PAYMENT}"
    ));
    let view = story.view();
    let why = |a: &str, b: &str| {
        let [a, b] = [a, b].map(|name| number(&view, name));
        links::why_none(&view, a, b, &RuleSet::default(), EVERYTHING)
    };
    let named = |name| (story.numbered(&view, name).0, story.txid(name));
    let (tx, txid) = named("mint");
    let paid = NoLink::PaidTogether { tx, txid };
    let (tx, txid) = named("mix");
    let why_withheld = co_spend::Withheld::Mix(MixKind::JoinMarket);
    let mixed = NoLink::SpentTogether {
        tx,
        txid,
        why: why_withheld,
    };
    assert_eq!(why("a1", "a2").common, [paid, mixed]);
    let (tx, txid) = named("pay");
    assert_eq!(why("b2", "b1").common, [NoLink::Paid { tx, txid }]);
    let none = why("b2", "c1");
    assert!(none.common.is_empty() && none.gaps.is_empty() && none.wants.is_empty());
}

#[test]
fn that_nothing_links_two_addresses_is_not_known_without_their_history() {
    let story = Scenario::of(MIX_AND_PAYMENT);
    let view = story.view();
    let [a, b] = ["a1", "a2"].map(|name| number(&view, name));
    let absence = links::why_none(&view, a, b, &RuleSet::default(), EVERYTHING);
    assert!(absence.common.is_empty());
    let why = Unknown::BeforeFirstBlock;
    assert_eq!(
        absence.gaps,
        [a, b].map(|address| Gap::Receipts { address, why })
    );
}

#[test]
fn a_change_link_between_two_labelled_owners_is_refused() {
    let text = "pay: a1 1 + a2 2 -> shop/p2pkh 2.5, b1 49990123sat
                gather: b1 49990123sat + b2 1 -> b3 1.4
                both: a1 5 + b2 5 -> carol 10
                fine: c1 1 + c2 2 -> shop/p2pkh 2.5, c3 49990123sat";
    let story = Scenario::of(text);
    let view = story.view();
    let mut clustering = Clustering::new(rules(&["address-type"], 1), 10);
    assert_eq!(clustering.label(number(&view, "a2"), Actor(1)), None);
    assert_eq!(clustering.label(number(&view, "b1"), Actor(2)), None);
    clustering
        .advance(&view, view.transaction_numbers())
        .unwrap();
    let veto = Veto::Actors {
        a: Actor(1),
        b: Actor(2),
    };
    let against: Vec<(String, Veto, bool)> = clustering
        .against()
        .links
        .iter()
        .map(|found| {
            let link = shown(&story, &view, &[found.link]).concat();
            (link, found.veto, found.refused)
        })
        .collect();
    assert_eq!(
        against,
        [
            ("a1 b1 address-type pay".to_owned(), veto, true),
            ("a1 b2 co-spend both".to_owned(), veto, false),
        ]
    );
    let find = |name| clustering.clusters().find(number(&view, name));
    assert_eq!(find("c3"), find("c1"));
    assert_ne!(find("shop/p2pkh"), find("c1"));
    let dir = TempDir::new().unwrap();
    let mut folder = ClusterFolder::open(dir.path()).unwrap();
    assert_eq!(clustering.save(&mut folder, story.tip()), Ok(false));
    assert!(!dir.path().join("basis").exists());
}

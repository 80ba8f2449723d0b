//! Stories of change: for each rule one in which it supports, one in which it contradicts,
//! and one in which it cannot tell.

use heuristics::change;
use testdata::scenario::Scenario;
use trace_core::claim::Verdict;

/// Judges the transaction `pay` of a story.
#[track_caller]
fn check(rule: &str, story: &str, expected: &[&str]) {
    let story = Scenario::of(story);
    let view = story.view();
    let (tx, transaction) = story.numbered(&view, "pay");
    let rule = change::find(rule).expect("a rule of that name");
    let judged: Vec<String> = rule
        .judge(&view, tx, &transaction)
        .into_iter()
        .map(|(vout, verdict)| {
            let paid = transaction.outputs.get(vout as usize);
            let address = paid.and_then(|output| output.address).expect("an address");
            let name = story.shown(&view, address);
            match verdict {
                Verdict::Inconclusive(why) => format!("{name}: {why}"),
                _ => format!("{name} {}", verdict.name()),
            }
        })
        .collect();
    assert_eq!(judged, expected);
}

const SEVERAL: &str = "more than one output fits";
const NONE: &str = "no output fits";
const FUTURE: &str = "what happened to the outputs later is not known";

#[test]
fn address_type() {
    let check = |story, expected: &[&str]| check("address-type", story, expected);
    check(
        "pay: a1 1 + a2 1 -> bob/p2pkh 0.5, a3 1.4",
        &["bob/p2pkh contradicts", "a3 supports"],
    );
    check(
        "pay: a1 1 + a2 1 -> bob/p2pkh 0.5, carol 0.3, a3 1.1",
        &[
            "bob/p2pkh contradicts",
            "carol: more than one output fits",
            "a3: more than one output fits",
        ],
    );
    check(
        "pay: a1 1 -> bob/p2pkh 0.5, carol/p2tr 0.3",
        &[
            &format!("bob/p2pkh: {NONE}"),
            &format!("carol/p2tr: {NONE}"),
        ],
    );
    let mixed = "the inputs are of different script forms";
    check(
        "pay: a1 1 + a2/p2tr 1 -> bob/p2pkh 0.5, a3 1.4",
        &[&format!("bob/p2pkh: {mixed}"), &format!("a3: {mixed}")],
    );
    let unknown = "the value or script of a spent output is not known";
    check(
        "pay: a1 1 + ? -> bob/p2pkh 0.5, a3 1.4",
        &[&format!("bob/p2pkh: {unknown}"), &format!("a3: {unknown}")],
    );
}

#[test]
fn fresh_address() {
    let check = |story, expected: &[&str]| check("fresh-address", story, expected);
    check(
        "mint: -> a1 5
         before: x 1 -> bob 1
         pay: a1 5 -> bob 2, a2 2.9",
        &["bob contradicts", "a2 supports"],
    );
    // That the address is paid again later is not looked at.
    check(
        "mint: -> a1 5
         before: x 1 -> bob 1
         pay: a1 5 -> bob 2, a2 2.9
         after: y 1 -> a2 1",
        &["bob contradicts", "a2 supports"],
    );
    check(
        "pay: a1 5 -> bob 2, a2 2.9",
        &[&format!("bob: {SEVERAL}"), &format!("a2: {SEVERAL}")],
    );
    check(
        "before: x 2 -> bob 1, a2 1
         pay: a1 5 -> bob 2, a2 2.9",
        &[&format!("bob: {NONE}"), &format!("a2: {NONE}")],
    );
    // An output that goes back to an input is the change, so the fresh one is not.
    check(
        "mint: -> a1 5
         pay: a1 5 -> bob 2, a1 2.9",
        &[&format!("bob: {SEVERAL}"), &format!("a1: {SEVERAL}")],
    );
    // Bob spends coins from before the view, so he may have been paid before too.
    let unknown = "the view does not reach back to the first block";
    check(
        "pay: a1 5 -> bob 2, a2 2.9
         later: bob 7 -> carol 7",
        &[&format!("bob: {unknown}"), &format!("a2: {unknown}")],
    );
}

#[test]
fn optimal_change() {
    let check = |story, expected: &[&str]| check("optimal-change", story, expected);
    check(
        "pay: a1 3 + a2 2 -> bob 4, a3 0.9",
        &["bob contradicts", "a3 supports"],
    );
    check(
        "pay: a1 3 + a2 2 -> bob 2, a3 2.9",
        &[&format!("bob: {NONE}"), &format!("a3: {NONE}")],
    );
    check(
        "pay: a1 3 + a2 2 -> bob 1, a3 1.9, carol 2",
        &[
            &format!("bob: {SEVERAL}"),
            &format!("a3: {SEVERAL}"),
            "carol contradicts",
        ],
    );
    check(
        "pay: a1 3 -> bob 2, a3 0.9",
        &[
            "bob: there is only one input",
            "a3: there is only one input",
        ],
    );
}

#[test]
fn self_change() {
    let check = |story, expected: &[&str]| check("self-change", story, expected);
    check(
        "pay: a1 3 + a2 2 -> bob 4, a2 0.9",
        &["bob contradicts", "a2 supports"],
    );
    check(
        "pay: a1 3 + a2 2 -> a1 4, a2 0.9, bob 0.05",
        &[
            &format!("a1: {SEVERAL}"),
            &format!("a2: {SEVERAL}"),
            "bob contradicts",
        ],
    );
    check(
        "pay: a1 3 + a2 2 -> bob 4, a3 0.9",
        &[&format!("bob: {NONE}"), &format!("a3: {NONE}")],
    );
    // The unknown input may be of either output's address.
    let unknown = "the value or script of a spent output is not known";
    check(
        "pay: a1 3 + ? -> bob 4, a1 0.9",
        &[&format!("bob: {unknown}"), &format!("a1: {unknown}")],
    );
}

#[test]
fn round_amount() {
    let check = |story, expected: &[&str]| check("round-amount", story, expected);
    check(
        "pay: a1 3 -> bob 2.5, a2 49990123sat",
        &["bob contradicts", "a2 supports"],
    );
    // A multiple of a thousandth of a bitcoin is not round enough.
    check(
        "pay: a1 3 -> bob 2.501, a2 49890123sat",
        &[&format!("bob: {SEVERAL}"), &format!("a2: {SEVERAL}")],
    );
    check(
        "pay: a1 3 -> bob 2, a2 1",
        &[&format!("bob: {NONE}"), &format!("a2: {NONE}")],
    );
    check(
        "pay: a1 3 -> bob 1, carol 1234567sat, a2 49990123sat",
        &[
            "bob contradicts",
            &format!("carol: {SEVERAL}"),
            &format!("a2: {SEVERAL}"),
        ],
    );
}

#[test]
fn peeling_chain() {
    let check = |story, expected: &[&str]| check("peeling-chain", story, expected);
    check(
        "pay: a1 10 -> bob 1, a2 9
         peel: a2 9 -> carol 1, a3 8
         gather: bob 1 + bob2 3 -> bob3 4",
        &["bob contradicts", "a2 supports"],
    );
    // Unspent outputs may be peeled from yet.
    check(
        "pay: a1 10 -> bob 1, a2 9
         peel: a2 9 -> carol 1, a3 8",
        &[&format!("bob: {SEVERAL}"), &format!("a2: {SEVERAL}")],
    );
    // The parent is of the form too, and no child is.
    check(
        "peel: a1 10 -> carol 1, a2 9
         pay: a2 9 -> bob 1, a3 8
         gather: bob 1 + bob2 3 -> bob3 4",
        &["bob contradicts", "a3 supports"],
    );
    let other = "the transaction does not have the form that the rule speaks of";
    check(
        "pay: a1 10 + a2 1 -> bob 1, a3 9
         peel: a3 9 -> carol 1, a4 8",
        &[&format!("bob: {other}"), &format!("a3: {other}")],
    );
    check(
        "mint: -> a1 10
         pay: a1 10 -> bob 1, a2 9
         gather: bob 1 + a2 9 -> a3 9.9",
        &[&format!("bob: {other}"), &format!("a2: {other}")],
    );
    check(
        "peel: a0 20 -> carol 10, a1 10
         pay: a1 10 -> bob 1, a2 9
         gather: bob 1 + a2 9 -> a3 9.9",
        &[&format!("bob: {NONE}"), &format!("a2: {NONE}")],
    );
    let history = "the view does not reach back to the first block";
    check(
        "pay: a1 10 -> bob 1, a2 9",
        &[&format!("bob: {history}"), &format!("a2: {history}")],
    );
}

/// A payment and how its two outputs are spent; `own` is how Alice's software writes.
fn spent(own: &str, bob: &str, alice: &str) -> String {
    format!(
        "pay [{own}]: a1 10 -> bob 1, a2 9
         bobs [{bob}]: bob 1 -> carol 1
         mine [{alice}]: a2 9 -> dave 9"
    )
}

#[track_caller]
fn check_mark(rule: &str, mark: &str, other: &str) {
    check(
        rule,
        &spent(mark, other, mark),
        &["bob contradicts", "a2 supports"],
    );
    check(
        rule,
        &spent(mark, mark, mark),
        &[&format!("bob: {SEVERAL}"), &format!("a2: {SEVERAL}")],
    );
    check(
        rule,
        &spent(mark, other, other),
        &[&format!("bob: {NONE}"), &format!("a2: {NONE}")],
    );
    let unspent = spent(mark, other, mark);
    let unspent: Vec<&str> = unspent.lines().take(2).collect();
    check(
        rule,
        &unspent.join("\n"),
        &["bob contradicts", &format!("a2: {FUTURE}")],
    );
}

#[test]
fn lock_time() {
    check_mark("lock-time", "locktime=0", "locktime=700123");
    check_mark("lock-time", "locktime=700001", "locktime=0");
    check_mark("lock-time", "locktime=700001", "locktime=1700000000");
    // Two heights are one habit.
    check(
        "lock-time",
        &spent("locktime=700001", "locktime=0", "locktime=700900"),
        &["bob contradicts", "a2 supports"],
    );
}

#[test]
fn version() {
    check_mark("version", "version=2", "version=1");
    check_mark("version", "version=1", "version=2");
}

#[test]
fn sequence() {
    check_mark("sequence", "sequence=0xfffffffd", "sequence=0xffffffff");
    check_mark("sequence", "sequence=0xfffffffe", "sequence=0xfffffffd");
    // Whatever signals replaceability is one habit.
    check(
        "sequence",
        &spent("sequence=0", "sequence=0xfffffffe", "sequence=0xfffffffd"),
        &["bob contradicts", "a2 supports"],
    );
}

#[test]
fn witness() {
    let check = |story, expected: &[&str]| check("witness", story, expected);
    check(
        "pay: a1 10 -> bob/p2pkh 1, a2 9
         bobs: bob/p2pkh 1 -> carol 1
         mine: a2 9 -> dave 9",
        &["bob/p2pkh contradicts", "a2 supports"],
    );
    check(
        "pay: a1 10 -> bob/p2tr 1, a2 9
         bobs: bob/p2tr 1 -> carol 1
         mine: a2 9 -> dave 9",
        &[&format!("bob/p2tr: {SEVERAL}"), &format!("a2: {SEVERAL}")],
    );
    check(
        "pay: a1 10 -> bob/p2pkh 1, a2 9
         bobs: bob/p2pkh 1 -> carol 1",
        &["bob/p2pkh contradicts", &format!("a2: {FUTURE}")],
    );
}

#[test]
fn bip69() {
    let check = |story: &str, expected: &[&str]| check("bip69", story, expected);
    // The hashes of these names are, as written, in the order three, pay, mint2, one, two.
    let coins = "one: -> a1 10
                 two: -> a2 10
                 three: -> b2 10
                 mint2: -> a9 10
                 pay: one:0 + two:0 -> bob 1, a3 18
                 bobs: bob 1 + b2 10 -> carol 10, bob3 0.9\n";
    check(
        &format!("{coins} mine: a3 18 + mint2:0 -> dave 3, a4 24"),
        &["bob contradicts", "a3 supports"],
    );
    check(
        &format!("{coins} mine: mint2:0 + a3 18 -> dave 3, a4 24"),
        &[&format!("bob: {NONE}"), &format!("a3: {NONE}")],
    );
    // One output shows no order.
    check(
        &format!("{coins} mine: a3 18 + mint2:0 -> a4 27"),
        &["bob contradicts", &format!("a3: {FUTURE}")],
    );
    let other = "the transaction does not have the form that the rule speaks of";
    check(
        "pay: a1 10 -> bob 1, a3 8",
        &[&format!("bob: {other}"), &format!("a3: {other}")],
    );
}

#[test]
fn what_all_rules_share() {
    for rule in change::RULES {
        let name = rule.rule.name;
        let mix = "the transaction is a mix, or may be one";
        let why = |names: [&str; 2], why: &str| names.map(|name| format!("{name}: {why}"));
        let check = |story, names, reason| {
            let expected = why(names, reason);
            check(name, story, &[&expected[0], &expected[1]]);
        };
        check(
            "pay: -> miner 25, other 25",
            ["miner", "other"],
            "a coinbase spends nothing",
        );
        // Two or three equal outputs, each with an input that could pay for it.
        check("pay: a1 1 + b1 1 -> a2 0.9, b2 0.9", ["a2", "b2"], mix);
        self::check(
            name,
            "pay: a1 1 + b1 1 -> a2 1.9, return 0",
            &["a2: fewer than two outputs can be spent"],
        );
    }
}

#[test]
fn rules_are_found_by_their_names_and_by_no_other() {
    for rule in change::RULES {
        let found = change::find(rule.rule.name).map(|found| found.rule);
        assert_eq!(found, Some(rule.rule));
    }
    assert!(change::find("change").is_none());
}

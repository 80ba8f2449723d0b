//! Stories of mixes and of what looks like one.

use heuristics::{co_spend, mix};
use testdata::scenario::Scenario;

/// Judges the last transaction of a story.
#[track_caller]
fn check(story: &str, verdict: &str, co_spend: &str) {
    let story = Scenario::of(story);
    let transaction = &story
        .transactions()
        .last()
        .expect("a transaction")
        .transaction;
    let judged = mix::detect(transaction);
    let kind = judged.kind().unwrap_or("-");
    assert_eq!(format!("{} {kind}: {judged}", judged.name()), verdict);
    assert_eq!(co_spend::judge(transaction, &judged).to_string(), co_spend);
}

const NO_STRUCTURE: &str = "none -: it has the structure of no known kind of mix";
const UNKNOWN: &str = "unknown -: the value or script of a spent output is not known";

#[test]
fn a_whirlpool_round_is_a_mix_whatever_its_scripts() {
    check(
        "round: a{1..3} 0.01 + b1/p2tr 0.01007 + b2/p2wsh 0.0102 -> c{1..4} 0.01, d/p2tr 0.01",
        "mix whirlpool: 5 of 5 outputs are worth 1000000 sat each, paid for by 5 different \
         input scripts",
        "the transaction is a mix (whirlpool)",
    );
    check(
        "round: a{1..9} 0.001 + b 0.0019 -> c{1..10} 0.001",
        "mix whirlpool: 10 of 10 outputs are worth 100000 sat each, paid for by 10 different \
         input scripts",
        "the transaction is a mix (whirlpool)",
    );
}

#[test]
fn a_round_of_a_pool_nobody_knows_is_only_possible() {
    check(
        "round: a{1..3} 0.025 + b{1..2} 0.0251 -> c{1..5} 0.025",
        "possible whirlpool: 5 of 5 outputs are worth 2500000 sat each, paid for by 5 different \
         input scripts; it is too small or too irregular to be certain",
        "the transaction may be a mix (whirlpool)",
    );
}

#[test]
fn five_equal_payments_are_no_whirlpool_round_unless_the_inputs_fit_too() {
    // Here one input is far above what a Tx0 would have cut.
    check(
        "sweep: a{1..4} 0.01 + b 0.5 -> c{1..5} 0.01",
        "possible joinmarket: 5 of 5 outputs are worth 1000000 sat each, paid for by 5 different \
         input scripts; it is too small or too irregular to be certain",
        "the transaction may be a mix (joinmarket)",
    );
    // Here one address comes twice.
    check(
        "round: a{1..3} 0.01 + a1 0.01 + b 0.0102 -> c{1..5} 0.01",
        NO_STRUCTURE,
        "4 different addresses are spent together in a transaction that is no mix",
    );
}

#[test]
fn what_the_outputs_rule_out_is_ruled_out_and_the_rest_is_unknown() {
    check(
        "round: ? + ? + ? + ? + ? -> c{1..5} 0.01",
        UNKNOWN,
        "the value or script of a spent output is not known",
    );
    check(
        "pay: ? -> bob 0.01, alice 0.7",
        NO_STRUCTURE,
        "the value or script of a spent output is not known",
    );
    check(
        "pay: alice1 1 + alice2 1 + ? -> bob 0.01, alice 0.7",
        NO_STRUCTURE,
        "2 different addresses are spent together in a transaction that is no mix",
    );
}

#[test]
fn a_tx0_is_one_owners_and_no_mix() {
    check(
        "tx0: alice1 0.03 + alice2 0.02 -> return 0, coordinator 0.0005, change 0.00918, \
         premix{1..4} 0.01007",
        "none whirlpool-tx0: one owner prepares 4 outputs for the Whirlpool pool of 1000000 sat",
        "2 different addresses are spent together in a transaction that is no mix",
    );
    check(
        "two_returns: alice 0.05 -> return 0, return 0, coordinator 0.0005, premix{1..4} 0.01007",
        NO_STRUCTURE,
        "all inputs are of one address",
    );
}

#[test]
fn a_wasabi_1_round_is_a_mix_with_or_without_doubling_levels() {
    check(
        "round: a{1..12} 0.3 -> b{1..12} 0.10002, c{1..9} 0.19, fee 0.003",
        "mix wasabi1: 12 of 22 outputs are worth 10002000 sat each, paid for by 12 different \
         input scripts",
        "the transaction is a mix (wasabi1)",
    );
    check(
        "round: a{1..14} 0.5 -> b{1..10} 0.1098, d{1..4} 0.2196, e{1..2} 0.4392, \
         c1 0.3, c2 0.31, c3 0.32, c4 0.33, c5 0.34, c6 0.35, c7 0.36, c8 0.37, c9 0.38, \
         c10 0.39, c11 0.29, c12 0.28, c13 0.27, c14 0.26, fee 0.003",
        "mix wasabi1: 10 of 31 outputs are worth 10980000 sat each, paid for by 14 different \
         input scripts",
        "the transaction is a mix (wasabi1)",
    );
}

#[test]
fn ten_equal_payments_out_of_one_address_are_a_payout() {
    check(
        "payout: hot 1.2 + hot 1.1 + cold{1..8} 0.01 -> b{1..10} 0.1, hot 1.37",
        NO_STRUCTURE,
        "9 different addresses are spent together in a transaction that is no mix",
    );
}

fn wabisabi(inputs: u32) -> String {
    format!(
        "round: a{{1..{inputs}}} 0.02 -> b{{1..2}}/p2tr 1594323sat, c{{1..3}} 1062882sat, \
         d{{1..2}} 1048576sat, e{{1..4}} 0.01, f{{1..2}} 531441sat, rest 7777sat"
    )
}

#[test]
fn a_wabisabi_round_is_certain_from_twenty_inputs_on() {
    check(
        &wabisabi(20),
        "mix wasabi2: 20 input scripts are cut into 14 outputs, nearly all of standard \
         denominations, both sides in descending order",
        "the transaction is a mix (wasabi2)",
    );
    check(
        &wabisabi(19),
        "possible wasabi2: 19 input scripts are cut into 14 outputs, nearly all of standard \
         denominations, both sides in descending order; it is too small or too irregular to be \
         certain",
        "the transaction may be a mix (wasabi2)",
    );
}

#[test]
fn round_decimal_payments_in_descending_order_are_no_wabisabi_round() {
    check(
        "payout: a{1..20} 0.02 -> b1 0.05, b2 0.02, b3 0.02, c1 0.01, c2 0.005, c3 0.002, \
         c4 0.001, rest 7777sat",
        NO_STRUCTURE,
        "20 different addresses are spent together in a transaction that is no mix",
    );
    // One output out of order: no client writes it so.
    check(
        &wabisabi(20).replace("rest 7777sat", "rest 7777sat, late 8192sat"),
        NO_STRUCTURE,
        "20 different addresses are spent together in a transaction that is no mix",
    );
}

#[test]
fn a_joinmarket_round_of_five_is_certain_and_one_of_three_is_possible() {
    check(
        "round: a{1..5} 3 + b 1 -> c{1..5} 1.23456789, d1 1.7, d2 1.71, d3 1.72, d4 1.73",
        "mix joinmarket: 5 of 9 outputs are worth 123456789 sat each, paid for by 6 different \
         input scripts",
        "the transaction is a mix (joinmarket)",
    );
    check(
        "round: a{1..3} 3 -> c{1..3} 1.23456789, d1 1.7, d2 1.71, d3 1.72",
        "possible joinmarket: 3 of 6 outputs are worth 123456789 sat each, paid for by 3 \
         different input scripts; it is too small or too irregular to be certain",
        "the transaction may be a mix (joinmarket)",
    );
}

#[test]
fn equal_outputs_that_one_script_paid_for_are_not_joinmarket() {
    check(
        "sweep: buyer 5 + seller{1..5} 546sat -> seller{6..10} 0.9, market 0.01",
        "possible equal-outputs: 5 of 6 outputs are worth 90000000 sat each, paid for by 6 \
         different input scripts; a payout or a trade may look the same",
        "the transaction may be a mix (equal-outputs)",
    );
}

#[test]
fn a_stonewall_is_possible_and_never_certain() {
    check(
        "pay: a1 1 + a2 2 -> bob 0.5, decoy 0.5, a3 0.49, a4 1.49",
        "possible stonewall: 2 of 4 outputs are worth 50000000 sat each, paid for by 2 different \
         input scripts; one wallet may have made all of it",
        "the transaction may be a mix (stonewall)",
    );
}

#[test]
fn ordinary_transactions_are_no_mixes() {
    for (story, co_spend) in [
        ("mint: -> miner 50", "a coinbase spends nothing"),
        (
            "pay: a1 1 + a2 2 -> bob 0.5, a3 2.49",
            "2 different addresses are spent together in a transaction that is no mix",
        ),
        (
            "consolidate: a{1..30} 0.1 -> hot 2.999",
            "30 different addresses are spent together in a transaction that is no mix",
        ),
        (
            "payout: hot 30 -> b{1..9} 0.1, c 7, hot 22",
            "all inputs are of one address",
        ),
        (
            "spend_of_a_mix: a{1..4} 0.01 -> shop 0.035, a9 0.0049",
            "4 different addresses are spent together in a transaction that is no mix",
        ),
    ] {
        let verdict = if story.starts_with("mint") {
            "none -: a coinbase spends nothing"
        } else {
            NO_STRUCTURE
        };
        check(story, verdict, co_spend);
    }
}

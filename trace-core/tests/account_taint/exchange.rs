//! What is received for what is given takes over its taint.

use trace_core::taint::Policy;
use trace_core::taint::account::{Plan, Pools};

use crate::story::{Story, check, check_plan, destinations, follow, plan};

fn conserving() -> impl Iterator<Item = Policy> {
    Policy::ALL
        .into_iter()
        .filter(|policy| policy.conserves_value())
}

/// A thief's 8 of which 6 are stolen are swapped for 100 of a token.
const SWAP: &str = "own: new -> thief 2
    fill: new -> pair 500 usd
    theft: victim -> thief 6
    swap: thief -> pair 8, pair -> thief 100 usd";

#[test]
fn a_swap_hands_the_part_of_what_was_given_to_what_was_received() {
    for policy in conserving() {
        check(
            SWAP,
            policy,
            &["theft"],
            "swapped swap thief native 0=6
             held thief usd 0=75",
        );
    }
}

#[test]
fn a_swap_through_a_router_needs_nothing_known_of_it() {
    for policy in conserving() {
        check(
            "fill: new -> pair1 500 usd, new -> pair2 500 dai
             theft: victim -> thief 6
             swap: thief -> router 6, router -> pair1 6, pair1 -> pair2 50 usd, \
                pair2 -> router 40 dai, router -> thief 39 dai, router -> shop 1 dai",
            policy,
            &["theft"],
            "swapped swap thief native 0=6
             held thief dai 0=39",
        );
    }
}

#[test]
fn a_pool_may_pay_before_it_is_paid() {
    for policy in conserving() {
        check(
            "fill: new -> pair 500 usd
             theft: victim -> thief 6
             swap: pair -> thief 100 usd, thief -> pair 6",
            policy,
            &["theft"],
            "swapped swap thief native 0=6
             held thief usd 0=100",
        );
    }
}

#[test]
fn what_comes_back_of_what_was_given_is_as_tainted_as_that() {
    // 9 of 10 are tainted, 4 come back.
    for (policy, expected) in [
        (
            Policy::Fifo,
            "held thief native 0=4\nswapped swap thief native 0=5\nheld thief usd 0=5",
        ),
        (
            Policy::Haircut,
            "held thief native 0=4\nswapped swap thief native 0=5\nheld thief usd 0=5",
        ),
        (
            Policy::Lifo,
            "held thief native 0=3\nswapped swap thief native 0=6\nheld thief usd 0=6",
        ),
    ] {
        let story = Story::of(
            "own: new -> thief 1
             fill: new -> pair 500 usd
             theft: victim -> thief 9
             swap: thief -> router 10, router -> pair 6, pair -> thief 6 usd, router -> thief 4",
        );
        let view = story.view();
        let trail = follow(&view, plan(policy, &["theft"]));
        let found = destinations(&view, &trail);
        let mut found: Vec<&str> = found.lines().collect();
        let mut expected: Vec<&str> = expected.lines().collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{policy}");
        assert!(trail.conserves());
    }
}

#[test]
fn several_assets_received_take_over_the_same_part_each() {
    check(
        "own: new -> thief 2 lp
         fill: new -> pair 40 usd, new -> pair 7
         theft: victim -> thief 6 lp
         out: thief -> pair 8 lp, pair -> gone 8 lp, pair -> thief 40 usd, pair -> thief 7",
        Policy::Haircut,
        &["theft"],
        // 3/4 of 7 is 5.25.
        "swapped out thief lp 0=6
         held thief native 0=5
         held thief usd 0=30",
    );
}

#[test]
fn of_several_assets_given_each_counts_for_an_equal_part() {
    // All of the 10 is stolen and none of the tokens is: half of what is made.
    check(
        "own: new -> thief 40 usd
         theft: victim -> thief 10
         in: thief -> pair 40 usd, thief -> pair 10, new -> thief 9 pair",
        Policy::Haircut,
        &["theft"],
        "swapped in thief native 0=10
         held thief pair 0=5",
    );
}

#[test]
fn a_token_that_is_burnt_for_another_is_swapped() {
    check(
        "theft: victim -> thief 6 atoken
         fill: new -> atoken 100 usd
         out: thief -> gone 6 atoken, atoken -> thief 6 usd",
        Policy::Fifo,
        &["theft"],
        "swapped out thief atoken 0=6
         held thief usd 0=6",
    );
}

#[test]
fn what_comes_from_elsewhere_in_the_same_transaction_takes_over_nothing() {
    // The thief's own worthless token is no price for what an accomplice got.
    for policy in conserving() {
        check(
            "theft: victim -> thief 6
             hide: thief -> friend 6, new -> thief 1000 junk",
            policy,
            &["theft"],
            "held friend native 0=6",
        );
    }
}

#[test]
fn under_poison_what_was_given_is_followed_too() {
    check(
        SWAP,
        Policy::Poison,
        &["theft"],
        "held pair native 0=8
         held thief usd 0=100",
    );
}

#[test]
fn wrapping_changes_the_asset_and_not_a_unit() {
    for policy in conserving() {
        let found = "own: new -> thief 4
            theft: victim -> thief 3
            wrap: wrap thief 7
            unwrap: unwrap thief 5";
        let story = Story::of(found);
        let view = story.view();
        let trail = follow(&view, plan(policy, &["theft"]));
        let all = destinations(&view, &trail);
        let held = |of: &str| {
            let line = all
                .lines()
                .find(|line| line.starts_with(&format!("held thief {of}")));
            line.map_or(0, |line| {
                line.rsplit_once('=').unwrap().1.parse::<u64>().unwrap()
            })
        };
        // Haircut: 15/7. FIFO and clean-first: 4 clean ones first. LIFO turned them round. The
        // others: all 3.
        let native = match policy {
            Policy::Haircut => 2,
            Policy::Fifo | Policy::Lifo | Policy::CleanFirst => 1,
            _ => 3,
        };
        assert_eq!(
            (held("native"), held("weth")),
            (native, 3 - native),
            "{policy}\n{all}"
        );
        assert!(trail.conserves());
        assert!(!all.contains(" weth native"), "{all}");
    }
}

#[test]
fn it_does_not_matter_which_side_of_unwrapping_is_told_first() {
    for unwrap in ["unwrap", "late-unwrap"] {
        check(
            &format!(
                "theft: victim -> thief 3 weth
                 back: {unwrap} thief 2, thief -> a 1"
            ),
            Policy::Fifo,
            &["theft"],
            "swapped back thief weth 0=2
             held thief weth 0=1
             held thief native 0=1
             held a native 0=1",
        );
    }
}

#[test]
fn a_router_that_wraps_passes_the_taint_on() {
    check(
        "theft: victim -> thief 3
         pay: thief -> router 3, wrap router 3, router -> friend 3 weth",
        Policy::Haircut,
        &["theft"],
        "swapped pay router native 0=3
         held friend weth 0=3",
    );
}

/// Somebody else swaps with a pool into which stolen coin was paid without an exchange.
const POOL: &str = "fill: new -> pool 90, new -> other 50 usd
    theft: victim -> thief 10
    give: thief -> pool 10
    swap: other -> pool 50 usd, pool -> other 20";

#[test]
fn following_stops_at_a_pool_or_is_spread_by_the_policy() {
    check(POOL, Policy::Haircut, &["theft"], "pool pool native 0=10");
    let plan = Plan {
        pools: Pools::Spread,
        ..plan(Policy::Haircut, &["theft"])
    };
    check_plan(
        POOL,
        plan,
        "held pool native 0=8
         held other native 0=2",
    );
}

#[test]
fn an_account_that_passes_on_what_it_gets_is_passed_through() {
    check(
        "own: new -> router 4
         theft: victim -> thief 3
         pay: thief -> router 3, router -> a 2, router -> shop 1",
        Policy::Lifo,
        &["theft"],
        "held a native 0=2
         service0 shop native 0=1",
    );
}

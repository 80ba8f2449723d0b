//! Where value came from.

use std::collections::BTreeMap;

use trace_core::model::account::U256;
use trace_core::taint::account::{Bounds, LimitHit, Plan};
use trace_core::taint::{Direction, Policy};

use crate::story::{Story, asset, back, check_plan, destinations, follow, gaps, plan, sums};

fn check(text: &str, policy: Policy, seeds: &[&str], expected: &str) {
    check_plan(text, back(policy, seeds), expected);
}

#[test]
fn each_policy_takes_it_from_where_it_says() {
    // Bob has 4 of his own and then 6 from Ann, and sends 5 of the 10 on.
    let loot = "own: new -> bob 4
        theft: new -> ann 6
        one: ann -> bob 6
        two: bob -> thief 5";
    for (policy, own, theft) in [
        (Policy::Poison, 4, 6),
        (Policy::Haircut, 2, 3),
        (Policy::Fifo, 4, 1),
        (Policy::Lifo, 0, 5),
        (Policy::Tiho, 0, 5),
        (Policy::DirtyFirst, 0, 5),
        (Policy::CleanFirst, 4, 1),
    ] {
        let mut expected = format!("created theft ann native 0={theft}");
        if own > 0 {
            expected = format!("created own bob native 0={own}\n{expected}");
        }
        check(loot, policy, &["two"], &expected);
    }
}

#[test]
fn a_fee_is_no_source_and_what_was_earned_as_one_is() {
    check(
        "own: new -> ann 10
         pay: fee ann 1, tip ann miner 2, ann -> bob 3
         on: miner -> cat 2",
        Policy::Fifo,
        &["on", "pay"],
        "fee pay miner native 0=2
         created own ann native 1=3",
    );
}

#[test]
fn fees_were_taken_before_what_the_transaction_moved() {
    let swap = "one: new -> ann 1
        two: new -> ann 4
        pay: fee ann 1, ann -> bob 4";
    check(swap, Policy::Fifo, &["pay"], "created two ann native 0=4");
    let swap = "one: new -> ann 1
        two: new -> ann 4
        start: new -> pool 9 usd
        swap: fee ann 1, ann -> pool 4, pool -> ann 9 usd
        on: ann -> bob 9 usd";
    check(
        swap,
        Policy::Fifo,
        &["on"],
        "swapped swap ann usd 0=9
         created two ann native 0=4",
    );
}

#[test]
fn an_account_is_the_same_value_both_ways() {
    // Blocks 1 and 2 come before, 3 and 4 count.
    let text = "one: new -> thief 5, new -> thief 7 usd
        two: thief -> friend 1
        three: new -> thief 2
        four: fee thief 1, thief -> a 4";
    check(
        text,
        Policy::Fifo,
        &["@thief>3"],
        "created three thief native 0=2
         created one thief usd 0=7
         created one thief native 0=4",
    );
    check(
        text,
        Policy::Fifo,
        &["@thief/usd>9"],
        "created one thief usd 0=7",
    );
    let view = Story::of(text).view();
    for policy in Policy::ALL {
        let seeded = |plan: Plan| -> BTreeMap<String, U256> {
            let sums = sums(&view, &follow(&view, plan));
            let seeded = sums.into_iter();
            seeded
                .filter(|(what, _)| what.starts_with("seeded"))
                .collect()
        };
        let there = seeded(plan(policy, &["@thief>3"]));
        assert_eq!(there.len(), 2);
        assert_eq!(there, seeded(back(policy, &["@thief>3"])));
    }
}

#[test]
fn a_service_is_where_it_came_from_unless_that_is_the_question() {
    let text = "own: new -> shop 9
        buy: shop -> ann 5
        on: ann -> bob 5";
    check(text, Policy::Fifo, &["on"], "service0 shop native 0=5");
    check(
        text,
        Policy::Fifo,
        &["@shop"],
        "created own shop native 0=9",
    );
    let text = text.replace("shop", "mixer");
    check(&text, Policy::Fifo, &["on"], "mix1 mixer native 0=5");
    let text = text.replace("mixer", "pool");
    check(&text, Policy::Fifo, &["on"], "pool pool native 0=5");
}

#[test]
fn what_was_received_leads_to_what_was_given() {
    check(
        "own: new -> ann 6
         start: new -> pool 300 usd
         swap: ann -> router 4, router -> pool 4, pool -> ann 100 usd
         on: ann -> bob 50 usd",
        Policy::Fifo,
        &["on"],
        "swapped swap ann usd 0=50
         created own ann native 0=2",
    );
    // New units of a share in a pool were given for what went into it, and the reverse.
    check(
        "own: new -> ann 6
         more: new -> ann 8 usd
         join: ann -> lp 4, ann -> lp 8 usd, new -> ann 10 lp
         on: ann -> bob 10 lp",
        Policy::Haircut,
        &["on"],
        "swapped join ann lp 0=10
         created own ann native 0=4
         created more ann usd 0=8",
    );
    check(
        "start: new -> lp 9
         own: new -> ann 10 lp
         leave: ann -> gone 10 lp, lp -> ann 9
         on: ann -> bob 9",
        Policy::Haircut,
        &["on"],
        "swapped leave ann native 0=9
         created own ann lp 0=10",
    );
}

#[test]
fn who_exchanged_what_is_the_same_both_ways() {
    // A router that destroys what it took was given it.
    let text = "own: new -> ann 10 lp
        start: new -> router 9
        leave: ann -> router 10 lp, router -> gone 10 lp, router -> ann 9
        on: ann -> bob 9";
    check(
        text,
        Policy::Fifo,
        &["on"],
        "swapped leave ann native 0=9
         created own ann lp 0=10",
    );
    check_plan(
        text,
        plan(Policy::Fifo, &["own"]),
        "swapped leave ann lp 0=10
         held bob native 0=9",
    );
    // One to whom new units were given has not given them, though it hands them on and keeps a gift.
    let text = "own: new -> ann 5
        get: ann -> router 5, new -> router 10 lp, router -> ann 10 lp
        on: ann -> bob 10 lp";
    check(text, Policy::Fifo, &["on"], "created get router lp 0=10");
    check_plan(text, plan(Policy::Fifo, &["own"]), "held router native 0=5");
}

#[test]
fn wrapping_is_exact() {
    check(
        "own: new -> ann 6
         more: new -> ann 4
         wrap: wrap ann 7
         on: ann -> bob 3 weth",
        Policy::Fifo,
        &["on"],
        "swapped wrap ann weth 0=3
         created own ann native 0=3",
    );
    for how in ["unwrap", "late-unwrap"] {
        let text = format!(
            "own: new -> ann 6
             wrap: wrap ann 6
             un: {how} ann 4
             on: ann -> bob 3"
        );
        check(
            &text,
            Policy::Lifo,
            &["on"],
            "swapped un ann native 0=3
             swapped wrap ann weth 0=3
             created own ann native 0=3",
        );
    }
}

#[test]
fn rewards_are_new() {
    check(
        "one: new -> ann 1
         &after: new -> val 5
         on: val -> ann 2",
        Policy::Lifo,
        &["on"],
        "created after val native 0=2",
    );
}

#[test]
fn a_transfer_is_what_left_by_it() {
    let text = "own: new -> ann 3
        more: new -> bob 4
        theft: ann -> thief 3, bob -> thief 4";
    check(
        text,
        Policy::Fifo,
        &["theft:1"],
        "created more bob native 0=4",
    );
    let view = Story::of(text).view();
    let trail = follow(&view, back(Policy::Fifo, &["own:0"]));
    assert_eq!(gaps(&view, &trail), "seed 0 NotFound");
    assert!(trail.visits.is_empty());
    assert_eq!(trail.direction, Direction::Back);
}

#[test]
fn limits_are_the_same_seen_from_the_other_end() {
    let chain = "own: new -> a 9
        p1: a -> b 8
        p2: b -> c 7
        p3: c -> d 6";
    let bounded = |bounds: Bounds, expected: &str, limits: &[LimitHit]| {
        let view = Story::of(chain).view();
        let plan = Plan {
            bounds,
            ..back(Policy::Fifo, &["p3"])
        };
        let trail = follow(&view, plan);
        assert_eq!(destinations(&view, &trail).trim_end(), expected);
        assert_eq!(trail.limits_hit, limits);
        assert!(trail.conserves());
    };
    let none = Bounds::default;
    bounded(none(), "created own a native 0=6", &[]);
    let bounds = Bounds {
        height_max: Some(1),
        ..none()
    };
    bounded(bounds, "created own a native 0=6", &[]);
    let bounds = Bounds {
        height_min: Some(3),
        ..none()
    };
    bounded(bounds, "bound Height b native 0=6", &[LimitHit::Height]);
    let bounds = Bounds {
        height_min: Some(9),
        ..none()
    };
    bounded(bounds, "bound Height c native 0=6", &[LimitHit::Height]);
    let bounds = Bounds {
        hops_max: Some(1),
        ..none()
    };
    bounded(bounds, "bound Hops b native 0=6", &[LimitHit::Hops]);
    let bounds = Bounds {
        transactions_max: Some(1),
        ..none()
    };
    bounded(
        bounds,
        "bound Transactions b native 0=6",
        &[LimitHit::Transactions],
    );
    let bounds = Bounds {
        accounts_max: Some(1),
        ..none()
    };
    bounded(bounds, "bound Accounts b native 0=6", &[LimitHit::Accounts]);
    let amount_min = [(asset("native"), U256::from(7))].into();
    let bounds = Bounds {
        amount_min,
        ..none()
    };
    bounded(bounds, "bound Amount b native 0=6", &[LimitHit::Amount]);
}

#[test]
fn under_poison_all_that_was_there_at_the_bound_is_marked() {
    let text = "own: new -> a 9
        more: new -> a 3
        pay: a -> b 2";
    check(
        text,
        Policy::Poison,
        &["pay"],
        "created more a native 0=3
         created own a native 0=9",
    );
    for (height, held) in [(3, 12), (2, 9)] {
        let bounds = Bounds {
            height_min: Some(height),
            ..Bounds::default()
        };
        let plan = Plan {
            bounds,
            ..back(Policy::Poison, &["pay"])
        };
        let mut expected = format!("bound Height a native 0={held}");
        if height == 2 {
            expected = format!("created more a native 0=3\n{expected}");
        }
        check_plan(text, plan, &expected);
    }
}

#[test]
fn what_lies_before_the_first_block_is_not_seen() {
    let story = Story::of(
        "own: new -> bob 4
         theft: new -> ann 6
         one: ann -> bob 6
         two: bob -> thief 5",
    );
    let view = story.view_from(3);
    let before = "BeforeFirstBlock";
    for (policy, who, gap) in [
        (Policy::Poison, "ann native 0=6", "account ann"),
        (Policy::DirtyFirst, "ann native 0=5", "account ann"),
        (Policy::Fifo, "bob native 0=5", "balance bob native two"),
    ] {
        let trail = follow(&view, back(policy, &["two"]));
        let found = destinations(&view, &trail);
        assert!(
            found.contains(&format!("unseen {before} {who}\n")),
            "{found}"
        );
        assert!(
            gaps(&view, &trail).contains(&format!("{gap} {before}")),
            "{policy}"
        );
    }
}

#[test]
fn more_than_ever_came_has_no_source_and_that_is_said() {
    let story = Story::of("own: new -> ann 3\n pay: ann -> bob 5");
    let view = story.view();
    for (policy, expected, gap) in [
        (
            Policy::Lifo,
            "created own ann native 0=3\nunseen Contradictory ann native 0=2\n",
            "balance ann native - Contradictory",
        ),
        (
            Policy::Fifo,
            "unseen Contradictory ann native 0=5\n",
            "balance ann native pay Contradictory",
        ),
    ] {
        let trail = follow(&view, back(policy, &["pay"]));
        assert_eq!(destinations(&view, &trail), expected);
        assert_eq!(gaps(&view, &trail), gap);
        assert!(trail.conserves());
    }
}

#[test]
fn inner_calls_count_up_to_the_seed_and_down_to_the_bound() {
    let story = Story::of("own: new -> a 9\n p1: a -> b 8\n p2: b -> c 7\n p3: c -> d 6");
    for (height, height_min, is_missing) in [
        (1, None, true),
        (1, Some(2), false),
        (3, None, true),
        (4, None, false),
    ] {
        let mut view = story.view();
        view.insert_untraced(height);
        let bounds = Bounds {
            height_min,
            ..Bounds::default()
        };
        let plan = Plan {
            bounds,
            ..back(Policy::Tiho, &["p2"])
        };
        let found = gaps(&view, &follow(&view, plan));
        assert_eq!(found == "inner calls", is_missing, "{height} {found}");
    }
}

//! Where following ends for another reason than that the value stays: limits, what is not
//! known, and views that contradict themselves.

use testdata::scenario::address;
use trace_core::model::{BitcoinNetwork, OutPoint, Position, Txid};
use trace_core::taint::{
    Bounds, Direction, Gap, LimitHit, Plan, Policy, Progress, Propagator, Seed, Trail,
};
use trace_core::view::{Answer, CoinView, Gathered, Located, Unknown};

use crate::story::{Places, Story, follow};

/// A chain of payments: 8 go in, 1 is kept in each of four steps.
const PEEL: &str = "mint: -> a 8sat
    p1: a 8sat -> k1 1sat, b 7sat
    p2: b 7sat -> k2 1sat, c 6sat
    p3: c 6sat -> k3 1sat, d 5sat
    p4: d 5sat -> k4 1sat, e 4sat";

fn bounded(story: &Story, bounds: Bounds) -> Trail {
    story.follow(Plan {
        bounds,
        ..story.plan(Policy::Fifo, &["mint"])
    })
}

fn check(bounds: Bounds, expected: &str, limits: &[LimitHit]) {
    let story = Story::of(PEEL);
    let trail = bounded(&story, bounds);
    let found = story.destinations(&story.scenario.view(), &trail);
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(found.join(", "), expected);
    assert_eq!(trail.limits_hit, limits);
    assert!(trail.conserves());
}

#[test]
fn without_bounds_following_goes_to_the_end() {
    check(
        Bounds::default(),
        "unspent p1:0 0=1, unspent p2:0 0=1, unspent p3:0 0=1, unspent p4:0 0=1, unspent p4:1 0=4",
        &[],
    );
}

#[test]
fn what_is_unspent_at_the_last_hop_is_said_to_be() {
    check(
        Bounds {
            hops_max: Some(2),
            ..Bounds::default()
        },
        "unspent p1:0 0=1, unspent p2:0 0=1, bound Hops p2:1 0=6",
        &[LimitHit::Hops],
    );
}

#[test]
fn no_more_transactions_than_allowed() {
    check(
        Bounds {
            transactions_max: Some(3),
            ..Bounds::default()
        },
        "unspent p1:0 0=1, unspent p2:0 0=1, unspent p3:0 0=1, bound Transactions p3:1 0=5",
        &[LimitHit::Transactions],
    );
    check(
        Bounds {
            transactions_max: Some(0),
            ..Bounds::default()
        },
        "bound Transactions mint:0 0=8",
        &[LimitHit::Transactions],
    );
}

#[test]
fn no_block_above_the_highest() {
    check(
        Bounds {
            height_max: Some(3),
            ..Bounds::default()
        },
        "unspent p1:0 0=1, unspent p2:0 0=1, bound Height p2:1 0=6",
        &[LimitHit::Height],
    );
}

#[test]
fn small_parts_are_left_where_they_are() {
    check(
        Bounds {
            amount_min_sat: 6,
            hops_max: Some(9),
            ..Bounds::default()
        },
        "bound Amount p1:0 0=1, bound Amount p2:0 0=1, bound Amount p3:0 0=1, bound Amount p3:1 0=5",
        &[LimitHit::Amount],
    );
}

#[test]
fn back_no_block_below_the_lowest() {
    let story = Story::of(PEEL);
    let trail = story.follow(Plan {
        direction: Direction::Back,
        bounds: Bounds {
            height_min: Some(3),
            ..Bounds::default()
        },
        ..story.plan(Policy::Fifo, &["p4:1"])
    });
    let found = story.destinations(&story.scenario.view(), &trail);
    assert_eq!(found, "bound Height p1:1 0=4\n");
    assert_eq!(trail.limits_hit, [LimitHit::Height]);
}

fn gaps(story: &Story, view: &Gathered, trail: &Trail) -> Vec<String> {
    let gaps = trail.gaps.iter();
    gaps.map(|gap| story.gap(view, *gap)).collect()
}

#[test]
fn without_an_inputs_value_some_policies_lose_the_taint_and_some_do_not() {
    let story = Story::of("mint: -> a 5sat\npay: ? + a 5sat -> b 4sat, c 9sat");
    let view = story.scenario.view();
    let lost = "unseen BeforeFirstBlock mint:0 0=5\n";
    for (policy, expected, gap) in [
        (
            Policy::Poison,
            "unspent pay:0 0=4\nunspent pay:1 0=9\n",
            true,
        ),
        (Policy::Haircut, lost, true),
        (Policy::Fifo, lost, true),
        (Policy::Lifo, lost, true),
        (Policy::CleanFirst, lost, true),
        (Policy::Tiho, "unspent pay:1 0=5\n", false),
        (
            Policy::DirtyFirst,
            "unspent pay:0 0=4\nunspent pay:1 0=1\n",
            false,
        ),
    ] {
        let trail = follow(&view, &story.places, story.plan(policy, &["mint"]));
        assert_eq!(story.destinations(&view, &trail), expected, "{policy}");
        let expected: &[&str] = if gap { &["gap value pay"] } else { &[] };
        assert_eq!(gaps(&story, &view, &trail), expected, "{policy}");
    }
}

#[test]
fn what_the_outputs_cannot_hold_is_in_the_fee_even_where_the_fee_is_not_known() {
    let story = Story::of("mint: -> a 5sat\npay: ? + a 5sat -> b 3sat");
    let view = story.scenario.view();
    let trail = follow(&view, &story.places, story.plan(Policy::Tiho, &["mint"]));
    assert_eq!(
        story.destinations(&view, &trail),
        "unspent pay:0 0=3\nfee pay 0=2\n"
    );
}

#[test]
fn back_through_an_input_of_unknown_value_only_poison_goes_on() {
    let story = Story::of("mint: -> a 5sat\npay: ? + a 5sat -> b 4sat");
    let view = story.scenario.view();
    for policy in Policy::ALL {
        let plan = Plan {
            direction: Direction::Back,
            ..story.plan(policy, &["pay"])
        };
        let trail = follow(&view, &story.places, plan);
        let expected = match policy {
            Policy::Poison => "coinbase mint mint:0 0=5\n",
            _ => "unseen BeforeFirstBlock pay:0 0=4\n",
        };
        assert_eq!(story.destinations(&view, &trail), expected, "{policy}");
        assert_eq!(gaps(&story, &view, &trail), ["gap value pay"]);
    }
}

#[test]
fn what_may_be_a_mix_is_followed_and_said_to_be_uncertain() {
    let story = Story::of("mint: -> a 5sat\nmaybe: a 5sat -> b 4sat, c 1sat");
    let view = story.scenario.view();
    let trail = follow(&view, &story.places, story.plan(Policy::Fifo, &["mint"]));
    let found = story.destinations(&view, &trail);
    assert_eq!(found, "unspent maybe:0 0=4\nunspent maybe:1 0=1\n");
    assert_eq!(gaps(&story, &view, &trail), ["gap mix maybe"]);
}

#[test]
fn an_output_that_nobody_can_spend_keeps_its_value() {
    let story = Story::of("mint: -> a 5sat\nburn: a 5sat -> return 2sat, return 0sat, b 3sat");
    let view = story.scenario.view();
    let trail = follow(&view, &story.places, story.plan(Policy::Fifo, &["mint"]));
    let found = story.destinations(&view, &trail);
    assert_eq!(found, "unspent burn:0 0=2\nunspent burn:2 0=3\n");
}

#[test]
fn an_output_whose_future_is_not_known_is_lost_from_view() {
    let story = Story::of("mint: -> a 5sat\npay: a 5sat -> b 4sat, c 1sat");
    let mut view = story.scenario.view();
    let outpoint = OutPoint {
        txid: story.scenario.txid("pay"),
        vout: 0,
    };
    view.insert_spender(outpoint, Answer::Unknown(Unknown::NoIndex));
    let trail = follow(&view, &story.places, story.plan(Policy::Fifo, &["mint"]));
    let found = story.destinations(&view, &trail);
    assert_eq!(found, "unseen NoIndex pay:0 0=4\nunspent pay:1 0=1\n");
    assert_eq!(gaps(&story, &view, &trail), ["gap pay:0 NoIndex"]);
}

#[test]
fn a_seed_that_another_seed_has_reached_gets_only_the_rest() {
    let story = Story::of("mint: -> a 5sat, b 5sat\npay: a 5sat + b 5sat -> c 8sat, d 2sat");
    let view = story.scenario.view();
    let plan = story.plan(Policy::Fifo, &["pay:0", "mint:1", "pay:0"]);
    let trail = follow(&view, &story.places, plan);
    let seeded: Vec<u64> = trail.seeds.iter().map(|seed| seed.seeded_sat).collect();
    assert_eq!(seeded, [5, 5, 0]);
    let found = story.destinations(&view, &trail);
    assert_eq!(found, "unspent pay:0 0=5 1=3\nunspent pay:1 1=2\n");
    assert_eq!(gaps(&story, &view, &trail), ["gap twice pay:0"]);
    // Under poison each seed has all of it.
    let plan = story.plan(Policy::Poison, &["pay:0", "mint:1"]);
    let trail = follow(&view, &story.places, plan);
    let found = story.destinations(&view, &trail);
    assert_eq!(found, "unspent pay:0 0=8 1=8\nunspent pay:1 1=2\n");
    assert_eq!(trail.gaps, []);
}

#[test]
fn a_seed_that_is_not_there_is_named() {
    let story = Story::of("mint: -> a 5sat");
    let mut view = story.scenario.view();
    let nowhere = Txid([7; 32]);
    view.insert_unknown(nowhere, Unknown::NotFound);
    let mut plan = story.plan(Policy::Fifo, &["mint", "mint:3"]);
    plan.seeds.push(Seed::Transaction(nowhere));
    let trail = follow(&view, &story.places, plan);
    let missing = |seed| Gap::Seed(seed, Unknown::NotFound);
    assert_eq!(trail.gaps, [missing(1), missing(2)]);
    let seeded: Vec<u64> = trail.seeds.iter().map(|seed| seed.seeded_sat).collect();
    assert_eq!(seeded, [5, 0, 0]);
    assert!(trail.conserves());
}

#[test]
fn an_address_seeds_what_it_receives_from_a_height_on() {
    let story = Story::of("one @1: -> a 1sat\ntwo @2: -> a 2sat\nfour @3: -> a 4sat");
    for (seed, seeded_sat) in [("@a", 7), ("@a>2", 6), ("@a>3", 4), ("@a>9", 0), ("@b", 0)] {
        let trail = story.follow(story.plan(Policy::Fifo, &[seed]));
        assert_eq!(trail.seeds[0].seeded_sat, seeded_sat, "{seed}");
    }
}

/// A view in which `pay` stands before what it spends, which no chain can hold.
fn out_of_order(height: u32) -> (Story, Gathered) {
    let story = Story::of("mint @5: -> a 5sat\npay @6: a 5sat -> b 4sat");
    let chain = BitcoinNetwork::Regtest;
    let mut view = Gathered::new(chain, story.scenario.tip());
    let [mint, pay] = story.scenario.transactions() else {
        panic!("two transactions")
    };
    view.insert(mint);
    view.insert(&Located {
        position: Position { height, index: 0 },
        ..pay.clone()
    });
    view.insert_receipts(&address("b"), Ok(0));
    (story, view)
}

#[test]
fn an_output_spent_before_or_when_it_was_created_is_lost_from_view() {
    for height in [4, 5] {
        let (story, view) = out_of_order(height);
        let trail = follow(&view, &story.places, story.plan(Policy::Fifo, &["mint"]));
        let found = story.destinations(&view, &trail);
        assert_eq!(found, "unseen Contradictory mint:0 0=5\n");
        assert_eq!(gaps(&story, &view, &trail), ["gap mint:0 Contradictory"]);
        let plan = Plan {
            direction: Direction::Back,
            ..story.plan(Policy::Fifo, &["pay"])
        };
        let trail = follow(&view, &story.places, plan);
        assert!(trail.conserves());
        let found = story.destinations(&view, &trail);
        assert_eq!(found, "unseen Contradictory mint:0 0=4\n");
        // The same where the output has already been seeded when value comes to it.
        let plan = Plan {
            direction: Direction::Back,
            ..story.plan(Policy::Fifo, &["pay", "mint"])
        };
        assert!(follow(&view, &story.places, plan).conserves());
    }
}

#[test]
fn outputs_worth_more_than_what_they_spend_lose_the_taint_from_view() {
    let story = Story::of("mint: -> a 5sat\npay: a 5sat -> b 4sat, c 3sat");
    let view = story.scenario.view();
    for policy in [
        Policy::Haircut,
        Policy::Fifo,
        Policy::Lifo,
        Policy::CleanFirst,
    ] {
        let trail = follow(&view, &story.places, story.plan(policy, &["mint"]));
        let found = story.destinations(&view, &trail);
        assert_eq!(found, "unseen Contradictory mint:0 0=5\n", "{policy}");
        assert_eq!(gaps(&story, &view, &trail), ["gap value pay"]);
    }
}

#[test]
fn two_transactions_at_one_place_are_both_entered() {
    let story =
        Story::of("mint @1: -> a 5sat, b 3sat\none @2: a 5sat -> c 5sat\ntwo @2: b 3sat -> d 3sat");
    let chain = BitcoinNetwork::Regtest;
    let mut view = Gathered::new(chain, story.scenario.tip());
    for located in story.scenario.transactions() {
        let height = located.position.height;
        view.insert(&Located {
            position: Position { height, index: 1 },
            ..located.clone()
        });
    }
    for name in ["one", "two"] {
        let outpoint = OutPoint {
            txid: story.scenario.txid(name),
            vout: 0,
        };
        view.insert_spender(outpoint, Answer::Known(trace_core::view::Spender::Unspent));
    }
    let trail = follow(&view, &story.places, story.plan(Policy::Fifo, &["mint"]));
    assert_eq!(trail.transactions, 2);
    assert!(trail.conserves());
    assert_eq!(trail.totals[0].unspent_sat, 8);
}

#[test]
fn steps_are_counted_and_the_walk_goes_on_after_a_pause() {
    let story = Story::of(PEEL);
    let view = story.scenario.view();
    let plan = story.plan(Policy::Fifo, &["mint"]);
    let mut propagator = Propagator::new(plan.clone());
    let mut pauses = Vec::new();
    let trail = loop {
        match propagator.advance(&view, &Places::default(), 2) {
            Progress::Paused { transactions } => pauses.push(transactions),
            Progress::Done(trail) => break trail,
            Progress::Wants(questions) => panic!("{questions:?}"),
        }
    };
    // The seed's own turn is a step too.
    assert_eq!(pauses, [1, 3]);
    assert_eq!(trail, follow(&view, &story.places, plan));
    assert_eq!(view.tip(), trail.as_of);
}

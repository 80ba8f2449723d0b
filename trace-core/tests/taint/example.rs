//! The worked examples of the policies, as stories.

use trace_core::taint::{Direction, Mixes, Plan, Policy};

use crate::story::{Story, follow};

/// What is found in the story `text` from `seeds`, one destination a line.
fn check(text: &str, policy: Policy, seeds: &[&str], expected: &str) {
    check_with(text, |story| story.plan(policy, seeds), expected);
}

fn check_with(text: &str, plan: impl Fn(&Story) -> Plan, expected: &str) {
    let story = Story::of(text);
    let plan = plan(&story);
    let view = story.view(&plan);
    let trail = follow(&view, &story.places, plan);
    let found = story.destinations(&view, &trail);
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(found.trim_end(), expected.join("\n"));
}

/// A thief's 3 satoshis are spent before 4 clean ones.
const THEFT: &str = "theft: victim 3sat -> thief 3sat
    spend: thief 3sat + own 4sat -> a 5sat, b 1sat";

#[test]
fn poison_taints_everything_that_comes_out() {
    check(
        THEFT,
        Policy::Poison,
        &["theft"],
        "unspent spend:0 0=5
         unspent spend:1 0=1
         fee spend 0=1",
    );
}

#[test]
fn haircut_divides_in_proportion_and_rounds_by_the_largest_remainder() {
    // 15/7, 3/7 and 3/7.
    check(
        THEFT,
        Policy::Haircut,
        &["theft"],
        "unspent spend:0 0=2
         unspent spend:1 0=1",
    );
}

#[test]
fn fifo_goes_on_where_the_queue_was_cut() {
    let story = "theft: victim 3sat -> thief 3sat
         spend: thief 3sat + own 4sat -> a 1sat, b 5sat
         again: b 5sat -> c 1sat, d 3sat";
    check(
        story,
        Policy::Fifo,
        &["theft"],
        "unspent spend:0 0=1
         unspent again:0 0=1
         unspent again:1 0=1",
    );
}

#[test]
fn lifo_takes_from_the_end_of_the_queue() {
    let story = "theft: victim 3sat -> thief 3sat
         spend: thief 3sat + own 4sat -> a 1sat, b 5sat
         again: b 5sat -> c 1sat, d 3sat";
    // b holds 3 clean satoshis and then 2 stolen ones; taken from its end, c gets a stolen one,
    // d a stolen one and 2 clean ones.
    check(
        story,
        Policy::Lifo,
        &["theft"],
        "fee spend 0=1
         unspent again:0 0=1
         unspent again:1 0=1",
    );
}

#[test]
fn tiho_serves_the_largest_output_first() {
    let story = "theft: victim 3sat -> thief 3sat
         spend: thief 3sat + own 4sat -> a 1sat, b 5sat";
    check(story, Policy::Tiho, &["theft"], "unspent spend:1 0=3");
}

#[test]
fn dirty_first_serves_the_first_output_first_whatever_input_comes_first() {
    let story = "theft: victim 4sat -> thief 4sat
         spend: own 3sat + thief 4sat -> a 1sat, b 5sat";
    check(
        story,
        Policy::DirtyFirst,
        &["theft"],
        "unspent spend:0 0=1
         unspent spend:1 0=3",
    );
}

#[test]
fn clean_first_lets_clean_value_leave_first() {
    check(
        THEFT,
        Policy::CleanFirst,
        &["theft"],
        "unspent spend:0 0=1
         unspent spend:1 0=1
         fee spend 0=1",
    );
}

#[test]
fn seeds_that_meet_are_kept_apart() {
    let story = "one: x 2sat -> a 2sat
         two: y 3sat -> b 3sat
         meet: a 2sat + b 3sat + own 5sat -> c 6sat, d 4sat";
    // Together 3 and 2 of 5. The first seed's 2 over these are 6/5 and 4/5.
    check(
        story,
        Policy::Haircut,
        &["one", "two"],
        "unspent meet:0 0=1 1=2
         unspent meet:1 0=1 1=1",
    );
    check(
        story,
        Policy::Fifo,
        &["one", "two"],
        "unspent meet:0 0=2 1=3",
    );
    check(
        story,
        Policy::Poison,
        &["one", "two"],
        "unspent meet:0 0=6 1=6
         unspent meet:1 0=4 1=4",
    );
}

/// Two of three equal outputs hold what goes in; the coordinator and the change do not.
const MIX: &str = "theft: victim 5sat -> thief 5sat
    mix: thief 5sat + p 4sat + q 4sat -> fee1 2sat, m1 3sat, m2 3sat, m3 3sat, c 1sat";

fn through(policy: Policy, mixes: Mixes) -> impl Fn(&Story) -> Plan {
    move |story| Plan {
        mixes,
        ..story.plan(policy, &["theft"])
    }
}

#[test]
fn following_stops_at_what_goes_into_a_mix() {
    check_with(
        MIX,
        through(Policy::Fifo, Mixes::Stop),
        "mix mix theft:0 0=5",
    );
}

#[test]
fn through_a_mix_the_equal_outputs_take_the_taint() {
    check_with(
        MIX,
        through(Policy::Fifo, Mixes::Through),
        "unspent mix:1 0=3
         unspent mix:2 0=2",
    );
    check_with(
        MIX,
        through(Policy::CleanFirst, Mixes::Through),
        "unspent mix:2 0=2
         unspent mix:3 0=3",
    );
    // 5/3 each.
    check_with(
        MIX,
        through(Policy::Haircut, Mixes::Through),
        "unspent mix:1 0=2
         unspent mix:2 0=2
         unspent mix:3 0=1",
    );
    check_with(
        MIX,
        through(Policy::Poison, Mixes::Through),
        "unspent mix:1 0=3
         unspent mix:2 0=3
         unspent mix:3 0=3",
    );
}

#[test]
fn what_does_not_fit_the_equal_outputs_goes_to_the_others() {
    let story = "theft: victim 9sat -> thief 9sat
         mix: p 2sat + thief 9sat -> c 2sat, m1 3sat, m2 3sat, d 1sat";
    check_with(
        story,
        through(Policy::Fifo, Mixes::Through),
        "unspent mix:0 0=2
         unspent mix:1 0=3
         unspent mix:2 0=3
         unspent mix:3 0=1",
    );
    check_with(
        story,
        through(Policy::CleanFirst, Mixes::Through),
        "unspent mix:1 0=3
         unspent mix:2 0=3
         unspent mix:3 0=1
         fee mix 0=2",
    );
}

#[test]
fn a_poisoned_mix_taints_all_outputs_under_any_policy() {
    check_with(
        MIX,
        through(Policy::Fifo, Mixes::Poison),
        "unspent mix:0 0=2
         unspent mix:1 0=3
         unspent mix:2 0=3
         unspent mix:3 0=3
         unspent mix:4 0=1
         fee mix 0=1",
    );
}

/// 4 satoshis of miner one and 6 of miner two are merged, and divided 5 to 5.
const SOURCES: &str = "one: -> a 4sat
    two: -> b 6sat
    merge: a 4sat + b 6sat -> c 5sat, d 5sat";

fn back(policy: Policy, seeds: &'static [&str]) -> impl Fn(&Story) -> Plan {
    move |story| Plan {
        direction: Direction::Back,
        ..story.plan(policy, seeds)
    }
}

#[test]
fn back_leads_to_the_coins_that_were_created() {
    check_with(
        SOURCES,
        back(Policy::Fifo, &["merge:0"]),
        "coinbase one one:0 0=4
         coinbase two two:0 0=1",
    );
    check_with(
        SOURCES,
        back(Policy::Lifo, &["merge:0"]),
        "coinbase two two:0 0=5",
    );
    // The largest input first.
    check_with(
        SOURCES,
        back(Policy::Tiho, &["merge:0"]),
        "coinbase two two:0 0=5",
    );
    check_with(
        SOURCES,
        back(Policy::Poison, &["merge:0"]),
        "coinbase one one:0 0=4
         coinbase two two:0 0=6",
    );
}

/// 2 of one's 4 go to c forwards, so 2 of c's 5 come from one backwards.
#[test]
fn back_by_haircut_is_the_transpose_of_forward() {
    check(
        SOURCES,
        Policy::Haircut,
        &["one", "two"],
        "unspent merge:0 0=2 1=3
         unspent merge:1 0=2 1=3",
    );
    check_with(
        SOURCES,
        back(Policy::Haircut, &["merge:0", "merge:1"]),
        "coinbase one one:0 0=2 1=2
         coinbase two two:0 0=3 1=3",
    );
}

#[test]
fn back_starts_at_a_service_and_stops_at_another() {
    let story = "mint: -> shop1 5sat
         buy: shop1 5sat -> a 5sat
         pay: a 5sat -> shop2 5sat";
    check_with(story, back(Policy::Fifo, &["pay"]), "service0 mint:0 0=5");
}

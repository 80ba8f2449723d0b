//! The worked examples of the policies, as stories.

use trace_core::taint::Policy;

use crate::story::check;

/// Four clean units are there before a thief's three, and two of gas are paid with what is paid.
const THEFT: &str = "own: new -> thief 4
    theft: victim -> thief 3
    spend: fee thief 1, thief -> a 1, thief -> b 4";

#[test]
fn poison_taints_everything_that_leaves() {
    check(
        THEFT,
        Policy::Poison,
        &["theft"],
        "fee spend thief native 0=1
         held thief native 0=1
         held a native 0=1
         held b native 0=4",
    );
}

#[test]
fn poison_lasts_when_all_that_was_there_has_left() {
    check(
        "theft: victim -> thief 3
         spend: thief -> a 3
         wage: new -> thief 5
         more: thief -> b 2",
        Policy::Poison,
        &["theft"],
        "held thief native 0=3
         held a native 0=3
         held b native 0=2",
    );
}

#[test]
fn haircut_divides_what_leaves_and_what_stays_by_the_largest_remainder() {
    // Of 7 units 3 are tainted. The fee of 1 has 3/7 of a unit, which is less than what lacks to
    // the 18/7 that stay, so it is clean. Of 6 then 3: a's unit has a half, and of equal halves
    // the one that leaves is made whole. Of 5 then 2: b's 4 have 8/5, which is 2.
    check(
        THEFT,
        Policy::Haircut,
        &["theft"],
        "held a native 0=1
         held b native 0=2",
    );
}

#[test]
fn haircut_takes_part_of_every_withdrawal() {
    check(
        "own: new -> thief 700
         theft: victim -> thief 300
         spend: fee thief 10, thief -> a 90
         more: thief -> b 450",
        Policy::Haircut,
        &["theft"],
        "fee spend thief native 0=3
         held thief native 0=135
         held a native 0=27
         held b native 0=135",
    );
}

#[test]
fn fifo_lets_what_came_first_leave_first() {
    // The four clean units pay the fee, a, and two of b's.
    check(
        THEFT,
        Policy::Fifo,
        &["theft"],
        "held thief native 0=1
         held b native 0=2",
    );
}

#[test]
fn fifo_goes_on_where_the_queue_was_cut() {
    // b has 2 clean units and then 2 tainted ones.
    check(
        &format!("{THEFT}\n again: b -> c 1, b -> d 2"),
        Policy::Fifo,
        &["theft"],
        "held thief native 0=1
         held b native 0=1
         held d native 0=1",
    );
}

#[test]
fn lifo_lets_what_came_last_leave_first() {
    check(
        THEFT,
        Policy::Lifo,
        &["theft"],
        "fee spend thief native 0=1
         held a native 0=1
         held b native 0=1",
    );
}

#[test]
fn lifo_turns_what_it_moves_round() {
    // b gets the tainted unit first and then the clean ones, and pays clean ones first.
    check(
        &format!("{THEFT}\n again: b -> c 3"),
        Policy::Lifo,
        &["theft"],
        "fee spend thief native 0=1
         held a native 0=1
         held b native 0=1",
    );
}

#[test]
fn tiho_serves_the_largest_withdrawal_of_a_transaction_first_and_the_fee_last() {
    check(THEFT, Policy::Tiho, &["theft"], "held b native 0=3");
}

#[test]
fn tiho_does_not_wait_for_a_withdrawal_behind_an_arrival() {
    // Had the 3 waited for the withdrawal of 5, a would have been paid with nothing.
    check(
        "theft: victim -> thief 3
         spend: thief -> a 3, new -> thief 9, thief -> b 5",
        Policy::Tiho,
        &["theft"],
        "held a native 0=3",
    );
}

#[test]
fn tiho_looks_at_one_transaction_at_a_time() {
    check(
        "theft: victim -> thief 3
         wage: new -> thief 9
         spend: thief -> a 1, thief -> b 2
         more: thief -> c 9",
        Policy::Tiho,
        &["theft"],
        "held a native 0=1
         held b native 0=2",
    );
}

#[test]
fn dirty_first_serves_withdrawals_in_their_order() {
    check(
        THEFT,
        Policy::DirtyFirst,
        &["theft"],
        "fee spend thief native 0=1
         held a native 0=1
         held b native 0=1",
    );
}

#[test]
fn clean_first_lets_clean_value_leave_first() {
    // 4 clean ones: the fee, a, and two of b's.
    check(
        THEFT,
        Policy::CleanFirst,
        &["theft"],
        "held thief native 0=1
         held b native 0=2",
    );
}

#[test]
fn clean_value_that_comes_later_leaves_before_taint_too() {
    check(
        "theft: victim -> thief 3
         wage: new -> thief 5
         spend: thief -> a 6",
        Policy::CleanFirst,
        &["theft"],
        "held thief native 0=2
         held a native 0=1",
    );
}

#[test]
fn seeds_that_meet_are_kept_apart() {
    let story = "own: new -> c 5
        one: x -> c 2
        two: y -> c 3
        pay: c -> d 6";
    // d gets 5 clean units and one of the first seed's.
    check(
        story,
        Policy::Fifo,
        &["one", "two"],
        "held c native 0=1 1=3
         held d native 0=1",
    );
    // Together 3 of 5 leave, 2 stay. The first seed's 2 over these are 6/5 and 4/5.
    check(
        story,
        Policy::Haircut,
        &["one", "two"],
        "held c native 0=1 1=1
         held d native 0=1 1=2",
    );
    check(
        story,
        Policy::Poison,
        &["one", "two"],
        "held c native 0=4 1=4
         held d native 0=6 1=6",
    );
}

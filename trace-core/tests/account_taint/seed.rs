//! Where following starts.

use trace_core::taint::Policy;

use crate::story::{Story, account_name, check, follow, gaps, plan};

#[test]
fn an_account_is_what_it_holds_and_what_it_receives_from_a_height_on() {
    // Blocks 1 and 2 come before, 3 and 4 count.
    let story = "one: new -> thief 5, new -> thief 7 usd
        two: thief -> friend 1
        three: new -> thief 2
        four: thief -> a 5";
    check(
        story,
        Policy::Fifo,
        &["@thief>3"],
        "held thief usd 0=7
         held thief native 0=1
         held a native 0=5",
    );
    check(story, Policy::Fifo, &["@thief/usd>3"], "held thief usd 0=7");
    check(
        story,
        Policy::Fifo,
        &["@thief/native>4"],
        "held thief native 0=1
         held a native 0=5",
    );
}

#[test]
fn what_an_account_held_before_is_clean_where_only_its_receipts_count() {
    check(
        "one: new -> thief 5
         two: new -> thief 2
         three: thief -> a 6",
        Policy::Fifo,
        &["two"],
        "held thief native 0=1
         held a native 0=1",
    );
}

#[test]
fn a_transaction_is_what_it_moves_to_others_and_not_what_passes_through() {
    check(
        "theft: victim -> drainer 9 usd, other -> drainer 1, drainer -> thief 8 usd, \
            drainer -> helper 1 usd",
        Policy::Fifo,
        &["theft"],
        "held drainer native 0=1
         held thief usd 0=8
         held helper usd 0=1",
    );
}

#[test]
fn a_transfer_is_what_arrives_by_it() {
    check(
        "theft: victim -> thief 3, victim -> thief 4
         spend: thief -> a 5",
        Policy::Fifo,
        &["theft:1"],
        "held thief native 0=2
         held a native 0=2",
    );
}

#[test]
fn a_transfer_that_passes_through_is_followed_in_its_transaction() {
    check(
        "theft: victim -> router 3, router -> thief 2",
        Policy::Fifo,
        &["theft:0"],
        "held router native 0=1
         held thief native 0=2",
    );
}

#[test]
fn what_is_not_there_cannot_be_followed_and_that_is_said() {
    let story = Story::of("burn: victim -> gone 3");
    for (seed, gap) in [
        ("burn:0", "seed 0 NotFound"),
        ("burn:7", "seed 0 NotFound"),
        ("other", "seed 0 NotFound"),
    ] {
        let view = story.view();
        let trail = follow(&view, plan(Policy::Fifo, &[seed]));
        assert_eq!(gaps(&view, &trail), gap, "{seed}");
        assert!(trail.visits.is_empty());
    }
    // An account of which a whole chain knows nothing holds nothing.
    let view = story.view();
    let trail = follow(&view, plan(Policy::Fifo, &["@nobody"]));
    assert!(trail.gaps.is_empty() && trail.visits.is_empty());
}

#[test]
fn what_is_tainted_already_is_not_seeded_again() {
    let story = Story::of(
        "own: new -> c 5
         one: x -> c 2
         two: x -> c 3",
    );
    let view = story.view();
    let trail = follow(&view, plan(Policy::Fifo, &["one", "@c/native>3"]));
    let all = crate::story::destinations(&view, &trail);
    assert_eq!(all, "held c native 0=2 1=8\n");
    assert_eq!(gaps(&view, &trail), "twice c native -");
    assert!(trail.conserves());
}

#[test]
fn under_poison_every_seed_marks_all() {
    check(
        "one: x -> c 2
         two: x -> c 3
         pay: c -> d 4",
        Policy::Poison,
        &["one", "@c/native>2"],
        "held c native 0=1 1=1
         held d native 0=4 1=4",
    );
}

#[test]
fn the_path_leads_from_the_seed() {
    let story = Story::of(
        "theft: victim -> a 5
         one: a -> b 5
         two: b -> router 5, router -> c 5",
    );
    let view = story.view();
    let trail = follow(&view, plan(Policy::Lifo, &["theft"]));
    let last = trail.visits.last().unwrap();
    let mut path = vec![account_name(&view, last.account)];
    let mut parent = last.parent;
    while let Some(visit) = parent {
        let visit = &trail.visits[visit.0 as usize];
        path.push(account_name(&view, visit.account));
        parent = visit.parent;
    }
    assert_eq!(path, ["c", "router", "b", "a"]);
    let hops: Vec<u32> = trail.visits.iter().map(|visit| visit.hops).collect();
    assert_eq!(hops, [0, 1, 2, 2]);
}

//! Chains on which balances do not follow from transfers, and other things that happen.

use trace_core::taint::Policy;
use trace_core::view::Unknown;

use crate::story::{Story, asset, check, destinations, follow, gaps, plan};

fn found(story: &str, policy: Policy, seeds: &[&str]) -> (String, String) {
    let view = Story::of(story).view();
    let trail = follow(&view, plan(policy, seeds));
    assert!(trail.conserves() || policy == Policy::Poison);
    (destinations(&view, &trail), gaps(&view, &trail))
}

#[test]
fn what_is_overdrawn_is_said_and_makes_no_taint() {
    // A token that grows in its holders' hands: 12 leave where 10 came.
    let story = "own: new -> thief 4 rebase
        theft: victim -> thief 6 rebase
        spend: thief -> a 12 rebase
        later: new -> thief 5 rebase
        more: thief -> b 5 rebase";
    for policy in [Policy::Haircut, Policy::Fifo, Policy::CleanFirst] {
        let (places, gaps) = found(story, policy, &["theft"]);
        assert_eq!(places, "held a rebase 0=6\n", "{policy}");
        assert_eq!(gaps, "overdrawn thief rebase spend", "{policy}");
    }
    // These do not ask what is clean, so they do not see it.
    for policy in [Policy::Lifo, Policy::Tiho, Policy::DirtyFirst] {
        let (places, gaps) = found(story, policy, &["theft"]);
        assert_eq!(
            (places.as_str(), gaps.as_str()),
            ("held a rebase 0=6\n", ""),
            "{policy}"
        );
    }
}

#[test]
fn a_balance_that_contradicts_itself_is_not_divided() {
    let story = "own: new -> thief 4 rebase
        early: thief -> x 5 rebase
        theft: victim -> thief 6 rebase";
    let (places, gaps) = found(story, Policy::Haircut, &["theft"]);
    assert_eq!(places, "unseen Contradictory thief rebase 0=6\n");
    assert_eq!(gaps, "balance thief rebase theft Contradictory");
    let (places, gaps) = found(story, Policy::DirtyFirst, &["theft"]);
    assert_eq!(
        (places.as_str(), gaps.as_str()),
        ("held thief rebase 0=6\n", "")
    );
}

#[test]
fn a_fee_on_a_transfer_is_a_withdrawal_like_any_other() {
    // The token takes a tenth on the way and destroys half of that.
    check(
        "theft: victim -> thief 100 taxed
         pay: thief -> a 90 taxed, thief -> taxed 5 taxed, thief -> gone 5 taxed",
        Policy::Fifo,
        &["theft"],
        "burnt pay thief taxed 0=5
         held a taxed 0=90
         held taxed taxed 0=5",
    );
}

#[test]
fn a_transfer_to_oneself_goes_to_the_end_of_the_queue() {
    let story = "theft: victim -> thief 3
        wage: new -> thief 4
        self: thief -> thief 3
        spend: thief -> a 4";
    check(story, Policy::Fifo, &["theft"], "held thief native 0=3");
    check(story, Policy::DirtyFirst, &["theft"], "held a native 0=3");
}

#[test]
fn what_is_minted_is_clean_and_what_is_burnt_is_gone() {
    check(
        "theft: victim -> thief 3 nft#7, victim -> thief 2 nft#8
         mint: new -> thief 2 nft#7
         burn: thief -> gone 4 nft#7",
        Policy::Lifo,
        &["theft"],
        "burnt burn thief nft#7 0=2
         held thief nft#7 0=1
         held thief nft#8 0=2",
    );
}

#[test]
fn a_transaction_that_failed_costs_its_fee() {
    check(
        "theft: victim -> thief 5
         try[failed]: fee thief 1, tip thief miner 1",
        Policy::Fifo,
        &["theft"],
        "fee try thief native 0=1
         fee try thief native 0=1
         held thief native 0=3",
    );
}

#[test]
fn whether_a_transaction_failed_may_not_be_known() {
    let (places, gaps) = found(
        "theft: victim -> thief 5
         try[unknown]: tip thief miner 1",
        Policy::Fifo,
        &["theft"],
    );
    assert_eq!(places, "fee try thief native 0=1\nheld thief native 0=4\n");
    assert_eq!(gaps, "outcome try");
}

#[test]
fn a_miner_gets_fees_clean() {
    check(
        "theft: victim -> thief 5, victim -> miner 5
         pay: tip thief miner 5
         spend: miner -> a 6",
        Policy::DirtyFirst,
        &["theft"],
        "fee pay thief native 0=5
         held a native 0=5",
    );
}

#[test]
fn what_moves_after_the_transactions_of_a_block_is_followed_there() {
    check(
        "theft: victim -> staker 5
         &after: new -> staker 2
         spend: staker -> a 6",
        Policy::Lifo,
        &["theft"],
        "held staker native 0=1
         held a native 0=4",
    );
}

#[test]
fn several_assets_are_pots_of_their_own() {
    check(
        "theft: victim -> thief 5 usd, victim -> thief 3
         pay: fee thief 1, thief -> a 2 usd",
        Policy::Fifo,
        &["theft"],
        "held thief usd 0=3
         fee pay thief native 0=1
         held thief native 0=2
         held a usd 0=2",
    );
}

#[test]
fn an_asset_of_more_than_can_be_counted_is_lost_from_view() {
    let most = trace_core::model::account::U256::MAX;
    let story = format!(
        "theft: victim -> thief 5 fake
         flood: thief -> thief 1 fake, new -> thief {most} fake
         again: victim -> thief 7 fake
         spend: thief -> a 9 fake"
    );
    for policy in Policy::ALL {
        let (_, gaps) = found(&story, policy, &["theft", "again"]);
        let sees = policy != Policy::Poison && !matches!(policy, Policy::Tiho | Policy::DirtyFirst);
        assert_eq!(
            gaps.contains("overfull thief fake flood"),
            sees,
            "{policy} {gaps}"
        );
    }
}

#[test]
fn inner_calls_that_were_not_seen_are_a_gap() {
    let story = Story::of("theft: victim -> thief 5");
    let mut view = story.view();
    view.insert_untraced(1);
    let trail = follow(&view, plan(Policy::Fifo, &["theft"]));
    assert_eq!(gaps(&view, &trail), "inner calls");
}

#[test]
fn without_the_balance_before_policies_that_divide_by_it_end_there() {
    let story = Story::of(
        "own: new -> thief 4
         theft: victim -> thief 3
         spend: thief -> a 2",
    );
    let view = story.view_from(2);
    for policy in Policy::ALL {
        let trail = follow(&view, plan(policy, &["theft"]));
        let places = destinations(&view, &trail);
        let why = "balance thief native theft BeforeFirstBlock";
        let (expected, gap) = match policy {
            Policy::Haircut | Policy::Fifo | Policy::CleanFirst => {
                ("unseen BeforeFirstBlock thief native 0=3\n", why)
            }
            Policy::Lifo | Policy::Tiho | Policy::DirtyFirst => {
                ("held thief native 0=1\nheld a native 0=2\n", "")
            }
            // How much is held at the tip is not known either; 1 of what came has not left.
            Policy::Poison => (
                "unseen BeforeFirstBlock thief native 0=1\n\
                 unseen BeforeFirstBlock a native 0=2\n",
                "balance a native - BeforeFirstBlock\n\
                 balance thief native - BeforeFirstBlock",
            ),
        };
        assert_eq!(places, expected, "{policy}");
        assert_eq!(gaps(&view, &trail), gap, "{policy}");
    }
}

#[test]
fn what_a_seed_held_before_the_first_block_is_a_gap() {
    let story = Story::of(
        "own: new -> thief 4
         wage: new -> thief 3
         spend: thief -> a 2",
    );
    let view = story.view_from(2);
    let trail = follow(&view, plan(Policy::DirtyFirst, &["@thief/native>2"]));
    assert_eq!(
        destinations(&view, &trail),
        "held thief native 0=1\nheld a native 0=2\n"
    );
    assert_eq!(gaps(&view, &trail), "seed 0 BeforeFirstBlock");
    // A source that can be asked may know.
    let mut told = story.view_from(2);
    let thief = crate::story::address("thief");
    let four = "4".parse().unwrap();
    told.insert_balance(&thief, &asset("native"), 1, Ok(four));
    let trail = follow(&told, plan(Policy::DirtyFirst, &["@thief/native>2"]));
    assert_eq!(
        destinations(&told, &trail),
        "held thief native 0=5\nheld a native 0=2\n"
    );
    assert!(trail.gaps.is_empty());
}

#[test]
fn an_account_whose_later_transactions_are_not_known_is_lost_from_view() {
    let story = Story::of(
        "theft: victim -> thief 3
         spend: thief -> a 2",
    );
    let mut view =
        trace_core::view::account::GatheredAccounts::new(crate::story::CHAIN, story.tip());
    let theft = &story.blocks[1].transactions[0];
    let position = trace_core::model::Position {
        height: 1,
        index: 0,
    };
    let block = &story.blocks[1];
    let held = block.checks.of_transactions();
    view.insert(position, 0, block.inner_calls, held, theft);
    let thief = crate::story::address("thief");
    view.insert_history(&thief, Err(Unknown::LimitReached));
    let trail = follow(&view, plan(Policy::Lifo, &["theft"]));
    assert_eq!(
        destinations(&view, &trail),
        "unseen LimitReached thief native 0=3\n"
    );
    assert_eq!(gaps(&view, &trail), "account thief LimitReached");
}

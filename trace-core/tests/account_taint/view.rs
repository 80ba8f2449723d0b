//! What a view of accounts answers, and what it does not know.

use trace_core::model::account::{HeldAgainst, InnerCalls, Outcome, U256};
use trace_core::model::{Position, TxNumber};
use trace_core::view::account::{AccountView, GatheredAccounts, behind, start_of};
use trace_core::view::{Answer, Unknown};

use crate::story::{CHAIN, Story, address, asset, hash};

const STORY: &str = "one: new -> a 5, new -> a 7 usd
    two: a -> b 2
    &three: a -> b 1, b -> a 3 usd
    &after: new -> b 1
    four[failed]: fee a 1";

fn at(height: u32, index: u32) -> Position {
    Position { height, index }
}

fn known<T: std::fmt::Debug>(answer: Answer<T>) -> T {
    match answer {
        Answer::Known(known) => known,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_chain_knows_everything() {
    let view = Story::of(STORY).view();
    let (a, b) = (
        known(view.find_account(&address("a"))),
        known(view.find_account(&address("b"))),
    );
    let native = known(view.find_asset(&asset("native")));
    assert!(view.is_complete());
    let balance = |account, height, index| known(view.balance(account, native, at(height, index)));
    assert_eq!(balance(a, 0, 0), U256::ZERO);
    assert_eq!(balance(a, 2, 0), U256::from(5));
    assert_eq!(balance(a, 2, 1), U256::from(3));
    assert_eq!(balance(a, 9, 0), U256::from(1));
    assert_eq!(balance(b, 2, 2), U256::from(3));
    assert_eq!(balance(b, 2, 3), U256::from(4));
    let next = |from| known(view.next(a, from)).map(|tx| known(view.hash(tx)));
    assert_eq!(next(start_of(0)), Some(Some(hash("one"))));
    assert_eq!(next(at(2, 1)), Some(Some(hash("three"))));
    assert_eq!(next(at(2, 2)), Some(Some(hash("four"))));
    assert_eq!(next(at(3, 1)), None);
    let of_b = known(view.transactions_of(b, 2));
    let hashes: Vec<_> = of_b.iter().map(|tx| known(view.hash(*tx))).collect();
    assert_eq!(hashes, [Some(hash("two")), Some(hash("three")), None]);
    assert_eq!(known(view.position(of_b[2])), at(2, 2));
    assert_eq!(known(view.time(of_b[2])), 24);
    let four = known(view.find_transaction(&hash("four")));
    assert_eq!(known(view.outcome(four)), Outcome::Failed);
    let usd = known(view.find_asset(&asset("usd")));
    assert_eq!(known(view.assets(a, start_of(2))), [native, usd]);
    assert_eq!(known(view.assets(b, at(2, 1))), [native]);
    // It signed nothing, so it may have been there from the beginning.
    assert_eq!(view.is_contract(a), Answer::Unknown(Unknown::NoIndex));
    assert_eq!(view.inner_calls(0, 3), InnerCalls::Seen);
}

#[test]
fn more_than_there_can_be_is_no_balance_even_if_it_went_at_once() {
    let most = U256::MAX;
    let story = format!("one: new -> a {most} usd, new -> a {most} usd, a -> b {most} usd");
    let view = Story::of(&story).view();
    let a = known(view.find_account(&address("a")));
    let usd = known(view.find_asset(&asset("usd")));
    let contradictory = Answer::Unknown(Unknown::Contradictory);
    assert_eq!(view.balance(a, usd, at(9, 0)), contradictory);
}

#[test]
fn a_chain_is_walked_and_a_transaction_told_as_it_was() {
    let story = Story::of(STORY);
    let view = story.view();
    let mut hashes = Vec::new();
    let mut from = start_of(0);
    while let Some(tx) = known(view.first_from(from)) {
        hashes.push(known(view.hash(tx)));
        from = behind(known(view.position(tx)));
    }
    let named = |name| Some(hash(name));
    let expected = ["one", "two", "three"].map(named);
    assert_eq!(hashes[..3], expected);
    assert_eq!(hashes[3..], [None, named("four")]);
    let three = known(view.find_transaction(&hash("three")));
    let told = story.blocks[2].transactions[1].clone();
    assert_eq!(known(view.transaction(three)), Some(told));
    let after = known(view.first_from(at(2, 2))).unwrap();
    assert_eq!(known(view.transaction(after)), None);
    let part = story.view_from(2);
    let before = Answer::Unknown(Unknown::BeforeFirstBlock);
    assert_eq!(part.first_from(start_of(1)), before);
    let mut asked = GatheredAccounts::new(CHAIN, story.tip());
    assert_eq!(asked.first_from(start_of(3)), Answer::NotFetched);
    asked.insert_block(&story.blocks[3]);
    assert!(known(asked.first_from(start_of(3))).is_some());
}

#[test]
fn what_is_not_there_is_unknown_and_never_a_panic() {
    let view = Story::of(STORY).view();
    let none = Answer::Unknown(Unknown::NotFound);
    assert_eq!(
        view.find_account(&address("nobody")),
        Answer::Unknown(Unknown::NotFound)
    );
    assert_eq!(view.find_transaction(&hash("nothing")), none);
    assert_eq!(
        view.position(TxNumber(99)),
        Answer::Unknown(Unknown::NotFound)
    );
    assert_eq!(
        view.transfers(TxNumber(u64::MAX), &mut Vec::new()),
        Answer::Unknown(Unknown::NotFound)
    );
    let nobody = trace_core::view::account::AccountId(u32::MAX);
    assert_eq!(
        view.next(nobody, start_of(0)),
        Answer::Unknown(Unknown::NotFound)
    );
    assert_eq!(view.address(nobody), None);
}

#[test]
fn a_part_of_a_chain_knows_what_is_in_it() {
    let view = Story::of(STORY).view_from(2);
    let a = known(view.find_account(&address("a")));
    let native = known(view.find_asset(&asset("native")));
    assert!(!view.is_complete());
    assert!(matches!(view.next(a, start_of(2)), Answer::Known(Some(_))));
    let before = Unknown::BeforeFirstBlock;
    assert_eq!(view.next(a, start_of(1)), Answer::Unknown(before));
    assert_eq!(view.balance(a, native, at(2, 1)), Answer::Unknown(before));
    assert_eq!(view.is_contract(a), Answer::Unknown(Unknown::NoIndex));
    assert_eq!(view.assets(a, start_of(3)), Answer::Unknown(before));
}

#[test]
fn a_balance_that_was_told_is_carried_on() {
    let story = Story::of(STORY);
    let mut view = GatheredAccounts::new(CHAIN, story.tip());
    assert_eq!(view.find_account(&address("a")), Answer::NotFetched);
    let a = view.intern_account(&address("a"));
    let native = view.intern_asset(&asset("native"));
    view.insert_balance(&address("a"), &asset("native"), 1, Ok(U256::from(50)));
    // What happened since is not known yet.
    assert_eq!(view.balance(a, native, at(2, 1)), Answer::NotFetched);
    view.insert_block(&story.blocks[2]);
    view.insert_history(&address("a"), Ok(2));
    assert_eq!(known(view.balance(a, native, start_of(2))), U256::from(50));
    assert_eq!(known(view.balance(a, native, at(2, 1))), U256::from(48));
    assert_eq!(known(view.balance(a, native, start_of(3))), U256::from(47));
    assert_eq!(view.balance(a, native, start_of(1)), Answer::NotFetched);
    // The last one told before counts.
    view.insert_balance(&address("a"), &asset("native"), 2, Ok(U256::from(9)));
    assert_eq!(known(view.balance(a, native, start_of(3))), U256::from(9));
    view.insert_balance(
        &address("b"),
        &asset("native"),
        1,
        Err(Unknown::SourceFailed),
    );
    let b = view.intern_account(&address("b"));
    assert_eq!(
        view.balance(b, native, start_of(2)),
        Answer::Unknown(Unknown::SourceFailed)
    );
}

#[test]
fn a_balance_below_nothing_contradicts_itself() {
    let view = Story::of("own: new -> a 1\n pay: a -> b 2\n more: new -> a 5").view();
    let a = known(view.find_account(&address("a")));
    let native = known(view.find_asset(&asset("native")));
    assert_eq!(known(view.balance(a, native, start_of(2))), U256::ONE);
    let contradictory = Answer::Unknown(Unknown::Contradictory);
    assert_eq!(view.balance(a, native, start_of(3)), contradictory);
    assert_eq!(view.balance(a, native, start_of(4)), contradictory);
}

#[test]
fn what_is_above_the_tip_does_not_count() {
    let story = Story::of(STORY);
    let mut view = GatheredAccounts::new(CHAIN, story.blocks[1].at);
    for block in &story.blocks {
        view.insert_block(block);
    }
    let a = known(view.find_account(&address("a")));
    assert!(view.is_complete());
    assert_eq!(known(view.next(a, start_of(2))), None);
    let four = &story.blocks[3].transactions[0];
    let held = HeldAgainst::Nothing;
    assert_eq!(view.insert(at(3, 0), 0, InnerCalls::Seen, held, four), None);
}

#[test]
fn contracts_are_known_by_their_creation() {
    let mut story = Story::of(STORY);
    story.blocks[2].transactions[0].creations = vec![(address("b"), address("a"))];
    let view = story.view();
    let b = known(view.find_account(&address("b")));
    assert!(known(view.is_contract(b)));
    // Who signs has no code, whatever was not seen.
    let mut signed = story.clone();
    signed.blocks[2].transactions[0].from = address("a");
    let signed = signed.view();
    let a = known(signed.find_account(&address("a")));
    assert!(!known(signed.is_contract(a)));
    let mut untraced = story.view();
    untraced.insert_untraced(3);
    assert_eq!(untraced.inner_calls(3, 3), InnerCalls::NotSeen);
    assert_eq!(untraced.inner_calls(0, 2), InnerCalls::Seen);
}

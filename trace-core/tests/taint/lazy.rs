//! Following while the view is filled is following in a view that is full.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use trace_core::taint::{Bounds, Direction, Mixes, Plan, Policy, Progress, Propagator, Trail};
use trace_core::view::{CoinView, Gathered, Question};

use crate::chain::chain;
use crate::question::Source;
use crate::story::{Places, Story};

/// What a run asked, round by round.
type Rounds = Vec<Vec<Question>>;

/// Advances until all is known, answering of each round at least one question: those that
/// `choose` picks by round and index.
fn follow_lazily(
    source: &Source<'_>,
    places: &Places,
    plan: &Plan,
    steps_max: u64,
    mut choose: impl FnMut(usize, usize) -> bool,
) -> (Gathered, Trail, Rounds) {
    let mut view = source.empty_view();
    let mut propagator = Propagator::new(plan.clone());
    let mut rounds = Rounds::new();
    loop {
        match propagator.advance(&view, places, steps_max) {
            Progress::Done(trail) => return (view, trail, rounds),
            Progress::Paused { .. } => {}
            Progress::Wants(questions) => {
                assert!(questions.is_sorted() && !questions.is_empty());
                let mut answered = false;
                for (index, question) in questions.iter().enumerate() {
                    if choose(rounds.len(), index) || (!answered && index + 1 == questions.len()) {
                        source.answer(&mut view, question);
                        answered = true;
                    }
                }
                rounds.push(questions);
                assert!(rounds.len() < 10_000, "it never ends");
            }
        }
    }
}

fn all_at_once(source: &Source<'_>, places: &Places, plan: &Plan) -> (Gathered, Trail, Rounds) {
    follow_lazily(source, places, plan, u64::MAX, |_, _| true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn it_does_not_matter_when_what_is_answered(
        chain in chain(24), seeds in vec(any::<u16>(), 1..4), policy in 0..7_usize,
        back in any::<bool>(), tells_prevouts in any::<bool>(), steps_max in 0..5_u64,
        choices in vec(any::<bool>(), 64),
        mixes in prop_oneof![Just(Mixes::Stop), Just(Mixes::Through), Just(Mixes::Poison)],
        transactions_max in prop::option::of(0..9_u64), hops_max in prop::option::of(0..5_u32),
    ) {
        let story = Story::of(&chain.text);
        let names: Vec<String> = seeds.iter().map(|seed| chain.seed(*seed)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let plan = Plan {
            direction: if back { Direction::Back } else { Direction::Forward },
            mixes,
            bounds: Bounds { transactions_max, hops_max, ..Bounds::default() },
            ..story.plan(Policy::ALL[policy], &names)
        };
        let full = story.view(&plan);
        let expected = story.all(&full, &story.follow(plan.clone()));
        let source = Source { scenario: &story.scenario, tells_prevouts };
        let (view, trail, _) = follow_lazily(&source, &story.places, &plan, steps_max, |round, index| {
            choices[(round * 7 + index) % choices.len()]
        });
        prop_assert_eq!(story.all(&view, &trail), expected);
    }

    #[test]
    fn numbers_do_not_show_in_a_result(
        chain in chain(24), seed in any::<u16>(), order in vec(any::<Index>(), 24),
        policy in 0..7_usize, back in any::<bool>(),
    ) {
        let story = Story::of(&chain.text);
        let direction = if back { Direction::Back } else { Direction::Forward };
        let plan = Plan { direction, ..story.plan(Policy::ALL[policy], &[&chain.seed(seed)]) };
        let source = Source { scenario: &story.scenario, tells_prevouts: true };
        let mut shuffled = source.empty_view();
        let mut questions: Vec<Question> = story.scenario.transactions().iter()
            .map(|located| Question::Transaction(located.transaction.txid))
            .collect();
        for index in order {
            if !questions.is_empty() {
                let question = questions.remove(index.index(questions.len()));
                source.answer(&mut shuffled, &question);
            }
        }
        let mut propagator = Propagator::new(plan.clone());
        let trail = loop {
            match propagator.advance(&shuffled, &story.places, u64::MAX) {
                Progress::Done(trail) => break trail,
                Progress::Wants(questions) => for question in questions {
                    source.answer(&mut shuffled, &question);
                }
                Progress::Paused { .. } => panic!("there is no limit of steps"),
            }
        };
        let full = story.view(&plan);
        prop_assert_eq!(
            story.all(&shuffled, &trail),
            story.all(&full, &story.follow(plan.clone()))
        );
    }

    /// Unless a bound on transactions cuts it off, or the rounding of haircut takes a satoshi
    /// from an output because more came in.
    #[test]
    fn nothing_is_asked_that_does_not_show_in_the_result(
        chain in chain(24), seeds in vec(any::<u16>(), 1..4), policy in 0..6_usize,
    ) {
        let story = Story::of(&chain.text);
        let names: Vec<String> = seeds.iter().map(|seed| chain.seed(*seed)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut policies = Policy::ALL.into_iter().filter(|policy| *policy != Policy::Haircut);
        let plan = story.plan(policies.nth(policy).unwrap(), &names);
        let source = Source { scenario: &story.scenario, tells_prevouts: true };
        let (view, trail, rounds) = all_at_once(&source, &story.places, &plan);
        for question in rounds.concat() {
            if let Question::Spender(outpoint) = question {
                let output = trail.visits.iter().map(|visit| view.outpoint(visit.output));
                let mut output = output.filter(|o| *o == trace_core::view::Answer::Known(outpoint));
                prop_assert!(output.next().is_some(), "{outpoint}");
            }
        }
    }
}

#[test]
fn all_that_can_be_asked_is_asked_together() {
    // Two chains that never meet, and one of them is five times as deep as the other.
    let mut text = "mint: -> a0 8, b0 8\n".to_owned();
    for n in 0..10 {
        let mut pay = |from: &str, to: u32, kept: &str| {
            let (in_coin, out_coin) = (amount(n), amount(to));
            writeln!(
                text,
                "{from}{n}: {from}{n} {in_coin} -> {from}{to} {out_coin}, x{n} {kept}"
            )
            .unwrap();
        };
        pay("a", n + 1, "0.5");
        if n.is_multiple_of(5) {
            pay("b", n + 5, "2.5");
        }
    }
    let story = Story::of(&text);
    let source = Source {
        scenario: &story.scenario,
        tells_prevouts: true,
    };
    let plan = story.plan(Policy::Haircut, &["mint"]);
    let (_, trail, rounds) = all_at_once(&source, &story.places, &plan);
    assert!(trail.conserves());
    // The seed, the two outputs, and one round for each transaction of the deeper chain.
    assert_eq!(rounds.len(), 1 + 1 + 10);
    let asked: Vec<usize> = rounds.iter().map(Vec::len).collect();
    assert_eq!(asked, [1, 2, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2]);
}

/// In the scenario's writing, half a coin less each time.
fn amount(n: u32) -> String {
    format!(
        "{}.{}",
        (16 - n) / 2,
        if n.is_multiple_of(2) { "0" } else { "5" }
    )
}

#[test]
fn a_transaction_waits_for_what_a_branch_not_known_yet_may_bring() {
    // The merge is found by its first input at once, its second input only after two more
    // rounds. It must not be entered before.
    let story = Story::of(
        "mint: -> a 5, b 5
         pay1: b 5 -> c 4, d 1
         pay2: c 4 -> e 4
         merge: a 5 + e 4 -> f 6, g 3",
    );
    let source = Source {
        scenario: &story.scenario,
        tells_prevouts: true,
    };
    let plan = story.plan(Policy::Lifo, &["mint:0", "mint:1"]);
    let (view, trail, _) = all_at_once(&source, &story.places, &plan);
    assert_eq!(
        story.destinations(&view, &trail),
        "unspent pay1:1 1=100000000\n\
         unspent merge:0 0=200000000 1=400000000\n\
         unspent merge:1 0=300000000\n"
    );
}

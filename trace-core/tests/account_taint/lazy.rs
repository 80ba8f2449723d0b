//! Following while the view is filled is following in a view that is full.

use proptest::collection::vec;
use proptest::prelude::*;
use trace_core::model::Position;
use trace_core::model::account::{Address, Transfer, U256};
use trace_core::taint::account::{
    Bounds, DestinationKind, Plan, Pools, Progress, Propagator, Seed, Trail,
};
use trace_core::taint::{Direction, Policy};
use trace_core::view::Unknown;
use trace_core::view::account::{AccountQuestion, AccountView, GatheredAccounts};

use crate::economy::economy;
use crate::story::{CHAIN, Names, Story, all, back, follow, plan};

/// A source that knows a story and answers one question at a time.
struct Source<'a>(&'a Story);

fn takes_part(address: Address, transfers: &[Transfer]) -> bool {
    let mut transfers = transfers.iter();
    transfers.any(|transfer| transfer.from == Some(address) || transfer.to == Some(address))
}

impl Source<'_> {
    fn answer(&self, view: &mut GatheredAccounts, question: &AccountQuestion) {
        match question {
            AccountQuestion::Transaction(hash) => {
                self.insert(view, |_, transaction, _| transaction == Some(*hash));
                if let trace_core::view::Answer::NotFetched = view.find_transaction(hash) {
                    view.insert_unknown(*hash, Unknown::NotFound);
                }
            }
            AccountQuestion::History(address, from) => {
                self.insert(view, |height, _, transfers| {
                    height >= *from && takes_part(*address, transfers)
                });
                view.insert_history(address, Ok(*from));
            }
            AccountQuestion::Balance(address, asset, height) => {
                let mut balance = U256::ZERO;
                for block in self.0.blocks.iter().take(*height as usize + 1) {
                    let transfers = block.transactions.iter().flat_map(|tx| &tx.transfers);
                    for transfer in transfers.chain(&block.after) {
                        if transfer.asset == *asset {
                            if transfer.to == Some(*address) {
                                balance += transfer.amount;
                            }
                            if transfer.from == Some(*address) {
                                balance -= transfer.amount;
                            }
                        }
                    }
                }
                view.insert_balance(address, asset, *height, Ok(balance));
            }
            AccountQuestion::Code(_) => panic!("nobody needs to know"),
        }
    }

    fn insert(
        &self,
        view: &mut GatheredAccounts,
        wanted: impl Fn(u32, Option<trace_core::model::account::B256>, &[Transfer]) -> bool,
    ) {
        for block in &self.0.blocks {
            let height = block.at.height;
            for (index, transaction) in (0..).zip(&block.transactions) {
                if wanted(height, Some(transaction.hash), &transaction.transfers) {
                    let position = Position { height, index };
                    let held = block.checks.of_transactions();
                    view.insert(position, block.time, block.inner_calls, held, transaction);
                }
            }
            if wanted(height, None, &block.after) {
                let index = block.transactions.len() as u32;
                let position = Position { height, index };
                view.insert_after(position, block.time, block.checks.of_after(), &block.after);
            }
        }
    }
}

type Rounds = Vec<Vec<AccountQuestion>>;

/// Advances until all is known, answering of each round at least one question: those that
/// `choose` picks by round and index.
fn follow_lazily(
    story: &Story,
    plan: &Plan,
    steps_max: u64,
    mut choose: impl FnMut(usize, usize) -> bool,
) -> (GatheredAccounts, Trail, Rounds) {
    let mut view = GatheredAccounts::new(CHAIN, story.tip());
    let mut propagator = Propagator::new(plan.clone());
    let mut rounds = Rounds::new();
    loop {
        match propagator.advance(&view, &Names, steps_max) {
            Progress::Done(trail) => return (view, trail, rounds),
            Progress::Paused { .. } => {}
            Progress::Wants(questions) => {
                assert!(questions.is_sorted() && !questions.is_empty());
                let mut answered = false;
                for (index, question) in questions.iter().enumerate() {
                    if choose(rounds.len(), index) || (!answered && index + 1 == questions.len()) {
                        Source(story).answer(&mut view, question);
                        answered = true;
                    }
                }
                rounds.push(questions);
                assert!(rounds.len() < 1_000, "it never ends: {:?}", rounds.last());
            }
        }
    }
}

fn config() -> ProptestConfig {
    match std::env::var("PROPTEST_CASES") {
        Ok(_) => ProptestConfig::default(),
        Err(_) => ProptestConfig::with_cases(100),
    }
}

fn way() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Forward), Just(Direction::Back)]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn it_does_not_matter_when_what_is_answered(
        economy in economy(14), seeds in vec(any::<u16>(), 1..4), policy in 0..7_usize,
        steps_max in 0..4_u64, choices in vec(any::<bool>(), 64), spread in any::<bool>(),
        transactions_max in prop::option::of(0..9_u64), hops_max in prop::option::of(0..4_u32),
        height in prop::option::of(1..12_u32), accounts_max in prop::option::of(0..4_u64),
        way in way(),
    ) {
        let story = Story::of(&economy.text);
        let names: Vec<String> = seeds.iter().map(|seed| economy.seed(*seed)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let plan = Plan {
            direction: way,
            pools: if spread { Pools::Spread } else { Pools::Stop },
            bounds: Bounds {
                transactions_max, hops_max, accounts_max, height_max: height, height_min: height,
                ..Bounds::default()
            },
            ..plan(Policy::ALL[policy], &names)
        };
        let full = story.view();
        let expected = all(&full, &follow(&full, plan.clone()));
        let (view, trail, _) = follow_lazily(&story, &plan, steps_max, |round, index| {
            choices[(round * 7 + index) % choices.len()]
        });
        prop_assert_eq!(all(&view, &trail), expected);
    }

    /// Who is asked about holds taint or is a seed, and balances are asked of pots that hold some.
    #[test]
    fn nothing_is_asked_that_does_not_show_in_the_result(
        economy in economy(14), seeds in vec(any::<u16>(), 1..4), policy in 0..7_usize,
        direction in way(),
    ) {
        let story = Story::of(&economy.text);
        let names: Vec<String> = seeds.iter().map(|seed| economy.seed(*seed)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let plan = Plan { direction, ..plan(Policy::ALL[policy], &names) };
        let (view, trail, rounds) = follow_lazily(&story, &plan, u64::MAX, |_, _| true);
        // Of what a seeded transaction brought to somebody a fee may have left nothing, which is not
        // known before the balance is.
        let is_seed = |address: &Address| plan.seeds.iter().any(|seed| match seed {
            Seed::Account { address: of, .. } => of == address,
            Seed::Transaction(hash) => {
                let mut all = story.blocks.iter().flat_map(|block| &block.transactions);
                all.any(|tx| tx.hash == *hash && takes_part(*address, &tx.transfers))
            }
            Seed::Transfer { .. } => false,
        });
        for question in rounds.concat() {
            let shows = match &question {
                AccountQuestion::Transaction(_) | AccountQuestion::Code(_) => true,
                AccountQuestion::History(address, _) => is_seed(address)
                    || trail.visits.iter().any(|visit| view.address(visit.account) == Some(*address)),
                // What is received for what was given may take over so little that it rounds to
                // nothing, which is not known before.
                AccountQuestion::Balance(address, asset, _) => is_seed(address)
                    || trail.visits.iter().any(|visit| {
                        let is_there = view.asset(visit.asset) == Some(*asset)
                            || trail.destinations.iter().any(|place| {
                                matches!(place.kind, DestinationKind::Swapped(_))
                                    && trail.visits[place.visit.0 as usize].account == visit.account
                            });
                        view.address(visit.account) == Some(*address) && is_there
                    }),
            };
            prop_assert!(shows, "{question:?}");
        }
    }
}

#[test]
fn what_is_open_is_asked_together_and_not_what_a_policy_can_do_without() {
    let story = Story::of(
        "own: new -> thief 5
         theft: victim -> thief 5
         split: thief -> a 3, thief -> b 3, thief -> shop 4
         on: a -> c 3",
    );
    let count = |policy| {
        let (_, _, rounds) =
            follow_lazily(&story, &plan(policy, &["theft"]), u64::MAX, |_, _| true);
        rounds.iter().map(Vec::len).collect::<Vec<_>>()
    };
    // The transaction; the thief; a and b, for a service is not asked about; c.
    assert_eq!(count(Policy::DirtyFirst), [1, 1, 2, 1]);
    // With the balances, which lead to the histories: of the thief, of a and b under FIFO, where
    // the thief's own 5 go to a and in part to b, only of b.
    assert_eq!(count(Policy::Fifo), [1, 2, 2]);
}

#[test]
fn back_the_whole_history_of_an_account_leads_to_its_balances() {
    let story = Story::of(
        "own: new -> a 5
         start: new -> b 3
         one: a -> thief 5, b -> thief 3
         two: thief -> shop 8",
    );
    let count = |bounds, policy| {
        let plan = Plan {
            bounds,
            ..back(policy, &["two"])
        };
        let (_, _, rounds) = follow_lazily(&story, &plan, u64::MAX, |_, _| true);
        rounds.iter().map(Vec::len).collect::<Vec<_>>()
    };
    // The transaction; the thief; a and b, under FIFO one after the other, for what comes to each
    // must be known. No balance is asked where everything is.
    assert_eq!(count(Bounds::default(), Policy::DirtyFirst), [1, 1, 2]);
    assert_eq!(count(Bounds::default(), Policy::Fifo), [1, 1, 1, 1]);
    // From a block on that must be what was there before.
    let bounds = Bounds {
        height_min: Some(2),
        ..Bounds::default()
    };
    assert_eq!(count(bounds, Policy::Fifo), [1, 2, 2, 2]);
    // Below the bound nobody is asked for anything.
    let bounds = Bounds {
        height_min: Some(4),
        ..Bounds::default()
    };
    assert_eq!(count(bounds, Policy::DirtyFirst), [1]);
}

#[test]
fn an_asset_that_an_account_never_had_is_known_not_to_be_there() {
    let story = Story::of("own: new -> a 5");
    let plan = back(Policy::Fifo, &["@a/usd"]);
    let (_, trail, rounds) = follow_lazily(&story, &plan, u64::MAX, |_, _| true);
    assert!(trail.visits.is_empty() && trail.gaps.is_empty());
    assert_eq!(rounds.len(), 1);
}

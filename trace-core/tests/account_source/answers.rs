//! Single answers.

use testdata::evm::{Act, Event, EvmChain, EvmNode, Offers, address, random};
use trace_core::model::account::{Asset, InnerCalls, U256};
use trace_core::normalise::account_block;
use trace_core::source::ethereum::Ethereum;
use trace_core::source::{AccountBlockSource, AccountHistorySource, AccountTold, Transport};
use trace_core::view::account::{AccountQuestion, AccountView, GatheredAccounts, Moved, start_of};
use trace_core::view::{Answer, Unknown};

use crate::served::{Served, over, wait};

fn ask<T: Transport>(source: &Ethereum<T>, questions: &[AccountQuestion]) -> Vec<AccountTold> {
    wait(async {
        let tip = AccountHistorySource::tip(source).await.unwrap();
        let told = source.answer(questions, tip).await;
        told.into_iter().map(Result::unwrap).collect()
    })
}

fn served(chain: EvmChain, offers: Offers) -> Served {
    Served::new(EvmNode { chain, offers })
}

#[test]
fn a_transaction_is_the_same_alone_as_out_of_its_block() {
    let ways = [
        (Offers::default(), InnerCalls::Seen),
        (
            Offers {
                tracer: false,
                flat: true,
                ..Offers::default()
            },
            InnerCalls::Seen,
        ),
        (
            Offers {
                tracer: false,
                operations: true,
                ..Offers::default()
            },
            InnerCalls::Unsure,
        ),
        (
            Offers {
                tracer: false,
                ..Offers::default()
            },
            InnerCalls::NotSeen,
        ),
    ];
    for (offers, seen) in ways {
        let (chain, hashes) = random(1, 7, 60);
        let served = served(chain, offers);
        let source = over(&served);
        let questions: Vec<_> = hashes
            .iter()
            .map(|hash| AccountQuestion::Transaction(*hash))
            .collect();
        let alone = ask(&source, &questions);
        let refs = wait(source.refs(0, u32::MAX)).unwrap();
        let raw = wait(source.blocks(&refs));
        let blocks = raw
            .into_iter()
            .map(|raw| account_block(AccountBlockSource::chain(&source), &raw.unwrap()).unwrap());
        let blocks: Vec<_> = blocks.collect();
        for (hash, told) in hashes.iter().zip(alone) {
            let AccountTold::Transaction(located) = told else {
                panic!("{told:?}")
            };
            let block = &blocks[located.position.height as usize];
            let transaction = &block.transactions[located.position.index as usize];
            assert_eq!((transaction.hash, block.time), (*hash, located.time));
            assert_eq!(
                located.moved,
                Moved::Transaction(Box::new(transaction.clone()))
            );
            assert_eq!(located.inner_calls, seen);
        }
    }
}

#[test]
fn what_nobody_sent_is_not_known_and_what_comes_later_does_not_count() {
    let (chain, hashes) = random(1, 7, 20);
    let served = served(chain, Offers::default());
    let source = over(&served);
    let last = *hashes.last().unwrap();
    let absent = trace_core::model::account::B256::ZERO;
    let questions = [absent, last].map(AccountQuestion::Transaction);
    let told = wait(async {
        let before = source.block_at(3).await.unwrap().unwrap();
        source.answer(&questions, before).await
    });
    let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
    assert_eq!(
        told,
        [
            AccountTold::NoTransaction(absent),
            AccountTold::NoTransaction(last)
        ]
    );
    assert_eq!(wait(source.block_at(1_000_000)).unwrap(), None);
}

#[test]
fn balances_are_those_at_the_end_of_a_block() {
    let mut chain = EvmChain::new(1337, &[("alice", 9_000_000)]);
    let usd = chain.deploy("usd");
    let vault = chain.deploy("vault");
    let (alice, bob) = (address("alice"), address("bob"));
    let nobody = trace_core::model::account::Address::ZERO;
    chain.at(5);
    chain.run(
        "alice",
        usd,
        0,
        vec![Act::Say(Event::Token(usd, nobody, alice, 70))],
    );
    chain.at(6);
    let punks = chain.deploy("punks");
    chain.run(
        "alice",
        punks,
        0,
        vec![Act::Say(Event::Item(punks, nobody, bob, 3))],
    );
    chain.next_block();
    let served = served(chain, Offers::default());
    let source = over(&served);
    let fee = 210_000;
    let cases = [
        (alice, Asset::Native, 4, 9_000_000),
        (alice, Asset::Native, 5, 9_000_000 - fee),
        (alice, Asset::Token(usd), 4, 0),
        (alice, Asset::Token(usd), 5, 70),
        (bob, Asset::Token(usd), 5, 0),
        (bob, Asset::Item(punks, U256::from(3)), 5, 0),
        (bob, Asset::Item(punks, U256::from(3)), 6, 1),
        (alice, Asset::Item(punks, U256::from(3)), 6, 0),
        (alice, Asset::Item(punks, U256::from(4)), 6, 0),
        // A contract that was not there yet held nobody's balance.
        (alice, Asset::Token(punks), 5, 0),
    ];
    for (account, asset, height, expected) in cases {
        let told = ask(&source, &[AccountQuestion::Balance(account, asset, height)]);
        assert_eq!(
            told,
            [AccountTold::Balance(U256::from(expected))],
            "{asset} at {height}"
        );
    }
    let no_token = ask(
        &source,
        &[AccountQuestion::Balance(alice, Asset::Token(punks), 6)],
    );
    assert_eq!(no_token, [AccountTold::Unknown(Unknown::NoIndex)]);
    let codes = ask(
        &source,
        &[AccountQuestion::Code(alice), AccountQuestion::Code(vault)],
    );
    assert_eq!(codes, [AccountTold::Code(false), AccountTold::Code(true)]);
}

#[test]
fn what_was_held_since_the_genesis_block_is_part_of_a_history() {
    let mut chain = EvmChain::new(1337, &[("alice", 9_000_000), ("bob", 8_000_000)]);
    chain.at(40);
    chain.pay("alice", "bob", 100);
    chain.next_block();
    let tip = chain.tip();
    let served = served(chain, Offers::default());
    let source = over(&served);
    let mut view = wait(async {
        let tip = AccountHistorySource::tip(&source).await.unwrap();
        GatheredAccounts::new(AccountHistorySource::chain(&source), tip)
    });
    for (name, allocated) in [("alice", 9_000_000), ("bob", 8_000_000)] {
        let question = AccountQuestion::History(address(name), 0);
        let [AccountTold::History(history)] = &ask(&source, &[question])[..] else {
            panic!("no history")
        };
        assert_eq!(history.moves.len(), 2);
        let Moved::Allocation(allocation) = &history.moves[0].moved else {
            panic!("{history:?}")
        };
        assert_eq!(allocation.amount, U256::from(allocated));
        for located in &history.moves {
            view.insert_located(located);
            view.insert_located(located);
        }
        view.insert_history(&address(name), Ok(0));
    }
    let balance = |name: &str, before| {
        let (Answer::Known(account), Answer::Known(asset)) = (
            view.find_account(&address(name)),
            view.find_asset(&Asset::Native),
        ) else {
            panic!("{name} is not known")
        };
        view.balance(account, asset, start_of(before))
    };
    assert_eq!(balance("alice", 0), Answer::Known(U256::ZERO));
    assert_eq!(balance("alice", 1), Answer::Known(U256::from(9_000_000)));
    assert_eq!(balance("bob", 1), Answer::Known(U256::from(8_000_000)));
    assert_eq!(
        balance("alice", tip),
        Answer::Known(U256::from(9_000_000 - 210_000 - 100))
    );
}

//! What is paid by whom and when: the theft's edges among payments of strangers.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::address;
use testdata::evm_node::GENESIS_TIME;
use testdata::recorded_theft::{Edge, RecordedTheft};
use trace_core::model::account::{Address, U256};

use crate::strangers::{Mixing, Strangers};

pub(crate) const DAY: u64 = 24 * 3600;

/// Who holds everything before the first block: the first account of every test node.
pub(crate) const FAUCET: Address = address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

/// An amount that leaves one account for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) amount: U256,
}

/// A transaction: what is paid first, and what whoever is paid passes on in the course of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) moves: Vec<Move>,
}

/// Whose money a payment is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Money {
    /// The payer's own, and then the payee's.
    Own,
    /// A stranger's, left with an account of the theft.
    Left,
    /// What was left there, passed on to another stranger.
    Passed,
}

/// A payment that is to happen.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) time: u64,
    pub(crate) money: Money,
    pub(crate) payment: Payment,
}

/// A block before a node has made it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlannedBlock {
    pub(crate) time: u64,
    pub(crate) payments: Vec<Payment>,
}

/// Everything that happens.
#[derive(Debug)]
pub(crate) struct Script {
    /// The blocks behind the genesis block.
    pub(crate) blocks: Vec<PlannedBlock>,
    pub(crate) sources: BTreeSet<Address>,
    /// What the sources hold when it begins: all that leaves them.
    pub(crate) loot: U256,
    /// Clean money that accounts of the theft are given because they pay more than they got.
    pub(crate) short: U256,
    pub(crate) strangers: Strangers,
}

impl Script {
    /// Plans it. The same each time.
    pub(crate) fn new(theft: &RecordedTheft, mixing: Mixing) -> Self {
        let strangers = Strangers::new(theft, mixing);
        let mut events: Vec<Event> = payments(&theft.edges);
        let begin = events[0].time - DAY;
        events.extend(strangers.events.iter().cloned());
        events.sort_by_key(|event| event.time);
        let mut script = Self {
            blocks: Vec::new(),
            sources: theft.sources.clone(),
            loot: U256::ZERO,
            short: U256::ZERO,
            strangers,
        };
        let mut own: BTreeMap<Address, U256> = BTreeMap::new();
        for source in &theft.sources {
            let leaves = theft.edges.iter().filter(|edge| edge.from == *source);
            let loot = leaves.map(|edge| edge.amount).sum();
            script.pay(begin, gift(*source, loot));
            own.insert(*source, loot);
            script.loot += loot;
        }
        for event in events {
            script.play(event, &mut own);
        }
        script
    }

    /// When the first payment of the theft is made.
    pub(crate) fn first_theft(&self) -> u64 {
        // The sources are given the loot a day before.
        self.blocks[0].time + DAY
    }

    /// Gives who pays what is missing, and makes the payment.
    fn play(&mut self, event: Event, own: &mut BTreeMap<Address, U256>) {
        for (at, paid) in event.payment.moves.iter().enumerate() {
            if event.money != Money::Passed {
                let held = own.entry(paid.from).or_default();
                let missing = paid.amount.saturating_sub(*held);
                if !missing.is_zero() {
                    assert_eq!(at, 0, "nobody can give in the midst of a transaction");
                    self.pay(event.time, gift(paid.from, missing));
                    if !self.strangers.accounts.contains(&paid.from) {
                        self.short += missing;
                    }
                }
                *held = (*held + missing) - paid.amount;
            }
            if event.money != Money::Left {
                *own.entry(paid.to).or_default() += paid.amount;
            }
        }
        self.pay(event.time, event.payment);
    }

    fn pay(&mut self, time: u64, payment: Payment) {
        assert!(time > GENESIS_TIME);
        if self.blocks.last().is_none_or(|block| block.time < time) {
            let payments = Vec::new();
            self.blocks.push(PlannedBlock { time, payments });
        }
        self.blocks.last_mut().unwrap().payments.push(payment);
    }
}

/// The edges, those of one transaction together.
fn payments(edges: &[Edge]) -> Vec<Event> {
    let transactions = edges.chunk_by(|one, next| one.hash == next.hash);
    let events = transactions.map(|edges| {
        for pair in edges.windows(2) {
            assert_eq!(pair[0].to, pair[1].from, "each passes on what it was paid");
        }
        let moves = edges.iter().map(|edge| Move {
            from: edge.from,
            to: edge.to,
            amount: edge.amount,
        });
        Event {
            time: edges[0].time,
            money: Money::Own,
            payment: Payment {
                moves: moves.collect(),
            },
        }
    });
    events.collect()
}

fn gift(to: Address, amount: U256) -> Payment {
    Payment {
        moves: vec![Move {
            from: FAUCET,
            to,
            amount,
        }],
    }
}

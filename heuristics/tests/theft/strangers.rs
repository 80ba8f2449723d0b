//! Payments of people who have nothing to do with the theft.

use std::collections::BTreeSet;

use alloy_primitives::keccak256;
use testdata::chance::Chance;
use testdata::recorded_theft::{DOLLAR_DECIMALS, RecordedTheft};
use trace_core::model::account::{Address, U256};

use crate::script::{DAY, Event, Money, Move, Payment};

const STRANGERS: usize = 200;
/// Payments among them.
const PAYMENTS: usize = 1000;
/// In the middle, in cents.
const MEDIAN: u64 = 50_000;
/// Times that strangers' money goes through each account of the theft.
const ERRANDS: u64 = 2;
const HOUR: u64 = 3600;

/// How much of strangers' money goes through every account of the theft but its sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mixing {
    /// There are no strangers.
    None,
    /// A tenth of what the account gets in the theft.
    Tenth,
    /// As much as that.
    Same,
}

impl Mixing {
    pub(crate) const ALL: [Self; 3] = [Self::None, Self::Tenth, Self::Same];

    fn percent(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Tenth => 10,
            Self::Same => 100,
        }
    }
}

/// What they do.
#[derive(Debug)]
pub(crate) struct Strangers {
    pub(crate) accounts: BTreeSet<Address>,
    pub(crate) events: Vec<Event>,
    /// What they pay each other, and what they leave with accounts of the theft.
    pub(crate) among_them: U256,
    pub(crate) through: U256,
}

impl Strangers {
    pub(crate) fn new(theft: &RecordedTheft, mixing: Mixing) -> Self {
        let mut strangers = Self {
            accounts: BTreeSet::new(),
            events: Vec::new(),
            among_them: U256::ZERO,
            through: U256::ZERO,
        };
        if mixing == Mixing::None {
            return strangers;
        }
        let names = (0..STRANGERS).map(|number| keccak256(format!("stranger {number}")));
        let people: Vec<Address> = names.map(Address::from_word).collect();
        strangers.accounts.extend(&people);
        let mut chance = Chance::new(1);
        strangers.pay_each_other(&mut chance, &people, theft);
        let of_theft = theft.edges.iter().flat_map(|edge| [edge.from, edge.to]);
        let of_theft: BTreeSet<Address> = of_theft.collect();
        for account in of_theft.difference(&theft.sources) {
            for _ in 0..ERRANDS {
                strangers.pass_through(&mut chance, &people, theft, *account, mixing);
            }
        }
        strangers
    }

    fn pay_each_other(&mut self, chance: &mut Chance, people: &[Address], theft: &RecordedTheft) {
        let (first, last) = (theft.edges.first().unwrap(), theft.edges.last().unwrap());
        for _ in 0..PAYMENTS {
            let cents = U256::from(chance.amount(MEDIAN).max(1));
            let amount = cents * U256::from(10).pow(U256::from(DOLLAR_DECIMALS - 2));
            let time = chance.between(first.time - DAY, last.time + DAY);
            let [from, to] = two(chance, people);
            self.among_them += amount;
            self.events.push(event(time, Money::Own, from, to, amount));
        }
    }

    /// Somebody leaves money with an account of the theft before it has paid for the last time,
    /// and the account passes it on to somebody else after it has been paid for the first time.
    fn pass_through(
        &mut self,
        chance: &mut Chance,
        people: &[Address],
        theft: &RecordedTheft,
        account: Address,
        mixing: Mixing,
    ) {
        let edges = || theft.edges.iter();
        let came = edges().filter(|edge| edge.to == account);
        let got: U256 = came.clone().map(|edge| edge.amount).sum();
        let mut its = edges().filter(|edge| edge.to == account || edge.from == account);
        let last = its.next_back().unwrap().time;
        // Every account of the theft that is no source is paid in it.
        let first = came.clone().next().map_or(last, |edge| edge.time);
        let amount = got * U256::from(mixing.percent()) / U256::from(100 * ERRANDS);
        if amount.is_zero() {
            return;
        }
        let left = chance.between(first - HOUR, last);
        let passed = chance.between(left.max(first) + 1, last + HOUR);
        let [from, to] = two(chance, people);
        self.through += amount;
        let there = event(left, Money::Left, from, account, amount);
        let back = event(passed, Money::Passed, account, to, amount);
        self.events.extend([there, back]);
    }
}

fn event(time: u64, money: Money, from: Address, to: Address, amount: U256) -> Event {
    let payment = Payment {
        moves: vec![Move { from, to, amount }],
    };
    Event {
        time,
        money,
        payment,
    }
}

/// Two of them.
fn two(chance: &mut Chance, people: &[Address]) -> [Address; 2] {
    let first = chance.index(people.len());
    let apart = 1 + chance.index(people.len() - 1);
    [people[first], people[(first + apart) % people.len()]]
}

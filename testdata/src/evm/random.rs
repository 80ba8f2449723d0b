//! A chain of accounts that pay, wrap, pass on and fail at random.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use trace_core::model::account::{Address, B256};

use super::{Act, Event, EvmChain, address};

const PEOPLE: [&str; 7] = ["alice", "bob", "carol", "dave", "erin", "frank", "grace"];

/// A chain of about so many transactions, with the hashes of those that did not fail.
///
/// Among them are coin passed on by a contract that keeps none of it, calls that are undone inside
/// of transactions that are not, contracts that are paid and pay later, tokens, single things,
/// wrapped coin, and what the beacon chain pays out.
pub fn random(chain: u64, seed: u64, transactions: usize) -> (EvmChain, Vec<B256>) {
    play(EvmChain::new(chain, &[]), seed, transactions, (11, 40))
}

/// The same where some of them, and a contract, hold something since the genesis block.
pub fn allocated(chain: u64, seed: u64, transactions: usize) -> (EvmChain, Vec<B256>) {
    let held = [("bob", 7_000_000), ("alice", 900_000_000), ("vault", 5_000)];
    play(EvmChain::new(chain, &held), seed, transactions, (11, 40))
}

/// The same of people alone, who pay each other.
pub fn people(chain: u64, seed: u64, transactions: usize) -> (EvmChain, Vec<B256>) {
    play(EvmChain::new(chain, &[]), seed, transactions, (2, 40))
}

/// The first of these with up to so many empty blocks between two that are not.
pub fn sparse(chain: u64, seed: u64, transactions: usize, apart: u32) -> (EvmChain, Vec<B256>) {
    play(EvmChain::new(chain, &[]), seed, transactions, (11, apart))
}

/// Of the things that can happen the first `acts`, with up to `apart` blocks between them.
fn play(
    mut made: EvmChain,
    seed: u64,
    transactions: usize,
    (acts, apart): (u32, u32),
) -> (EvmChain, Vec<B256>) {
    let mut random = Pcg64::seed_from_u64(seed);
    let contracts = ["weth", "usd", "punks", "splitter", "vault"].map(|name| made.deploy(name));
    made.next_block();
    for name in PEOPLE {
        made.withdraw(name, 1 + random.next_u64() % 3);
    }
    made.next_block();
    let mut hashes = Vec::new();
    let mut items = 0;
    while hashes.len() < transactions {
        match random.next_u64() % 4 {
            0 => {}
            1..3 => drop(made.next_block()),
            _ => drop(made.at(made.tip() + 1 + below(&mut random, apart))),
        }
        if random.next_u64().is_multiple_of(12) {
            let name = PEOPLE[pick(&mut random)];
            // It comes behind the block's transactions, so nobody spends it in the same block.
            made.withdraw(name, 1 + random.next_u64() % 2).next_block();
        }
        let act = random.next_u32() % acts;
        hashes.extend(step(&mut made, &mut random, (contracts, act), &mut items));
    }
    made.next_block();
    (made, hashes)
}

fn below(random: &mut Pcg64, bound: u32) -> u32 {
    random.next_u32() % bound
}

fn pick(random: &mut Pcg64) -> usize {
    usize::try_from(random.next_u32()).unwrap_or(0) % PEOPLE.len()
}

fn step(
    made: &mut EvmChain,
    random: &mut Pcg64,
    ([weth, usd, punks, splitter, vault], act): ([Address; 5], u32),
    items: &mut u64,
) -> Option<B256> {
    let (from, to) = (PEOPLE[pick(random)], PEOPLE[pick(random)]);
    let (sender, receiver) = (address(from), address(to));
    let value = 1 + random.next_u64() % 400_000_000;
    if !made.can_pay(from, value) {
        return None;
    }
    let call = |to, value| Act::Call {
        to,
        value,
        inside: Vec::new(),
        undone: false,
    };
    let nobody = Address::ZERO;
    let has = |made: &EvmChain, contract| {
        made.tokens(contract, sender) >= trace_core::model::account::U256::from(value)
    };
    Some(match act {
        0 | 1 => made.pay(from, to, value),
        2 => {
            // All of it is passed on: the contract holds as much behind it as before.
            let parts = vec![
                call(receiver, value / 3),
                call(address("dave"), value - value / 3),
            ];
            made.run(from, splitter, value, parts)
        }
        3 => {
            made.fail(from, splitter, value);
            return None;
        }
        4 => {
            let undone = Act::Call {
                to: receiver,
                value,
                inside: Vec::new(),
                undone: true,
            };
            made.run(
                from,
                vault,
                value,
                vec![undone, call(address("bob"), value / 2)],
            )
        }
        5 => {
            let held = made.balance(vault).to::<u64>();
            made.run(from, vault, 0, vec![call(receiver, held / 2)])
        }
        6 => {
            let inside = vec![Act::Say(Event::Deposit(weth, sender, value))];
            made.run(from, weth, value, inside)
        }
        7 if has(made, weth) => {
            let inside = vec![
                Act::Say(Event::Withdrawal(weth, sender, value)),
                call(sender, value),
            ];
            made.run(from, weth, 0, inside)
        }
        8 if has(made, usd) => {
            let inside = vec![Act::Say(Event::Token(usd, sender, receiver, value))];
            made.run(from, usd, 0, inside)
        }
        9 => {
            *items += 1;
            let mint = Act::Say(Event::Item(punks, nobody, sender, *items));
            let give = Act::Say(Event::Item(punks, sender, receiver, *items));
            let inside = if sender == receiver {
                vec![mint]
            } else {
                vec![mint, give]
            };
            made.run(from, punks, 0, inside)
        }
        10 if random.next_u32().is_multiple_of(4) => {
            let hash = made.next_hash();
            made.create(from, value);
            hash
        }
        _ => {
            let mint = Event::Token(usd, nobody, sender, 2 * value);
            made.run(from, usd, 0, vec![Act::Say(mint)])
        }
    })
}

//! Owners, the software of their wallets, and the coins in them.

use std::collections::VecDeque;

use super::encode::{Coin, Pay};
use super::key::{Form, Key};
use crate::chance::Chance;

/// How a wallet chooses what to spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    Oldest,
    Largest,
    SmallestThatSuffices,
    Random,
}

/// Where a wallet puts its change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeAt {
    Last,
    Anywhere,
    /// Inputs and outputs sorted (BIP 69).
    Sorted,
}

/// The habits by which a wallet's software can be told on chain.
#[derive(Debug)]
pub(crate) struct Software {
    pub(crate) form: Form,
    pub(crate) change_at: ChangeAt,
    pub(crate) selection: Selection,
    pub(crate) version: u32,
    /// Lock time is the height at which the transaction is made.
    pub(crate) locks_height: bool,
    pub(crate) sequence: u32,
    /// How often, in a thousand, change goes back to the first input's own address.
    pub(crate) self_change: u64,
}

const FINAL: u32 = 0xffff_ffff;
const LOCKED: u32 = 0xffff_fffe;
const REPLACEABLE: u32 = 0xffff_fffd;

/// The software in use, commonest first.
pub(crate) const SOFTWARE: [Software; 9] = [
    software(
        Form::P2wpkh,
        ChangeAt::Anywhere,
        Selection::Random,
        2,
        true,
        REPLACEABLE,
    ),
    software(
        Form::P2wpkh,
        ChangeAt::Sorted,
        Selection::SmallestThatSuffices,
        2,
        true,
        REPLACEABLE,
    ),
    software(
        Form::P2shP2wpkh,
        ChangeAt::Last,
        Selection::Largest,
        1,
        false,
        FINAL,
    ),
    software(
        Form::P2pkh,
        ChangeAt::Last,
        Selection::Oldest,
        1,
        false,
        FINAL,
    ),
    software(
        Form::P2tr,
        ChangeAt::Anywhere,
        Selection::Random,
        2,
        true,
        REPLACEABLE,
    ),
    software(
        Form::P2wpkh,
        ChangeAt::Last,
        Selection::Largest,
        2,
        false,
        REPLACEABLE,
    ),
    software(
        Form::P2wsh,
        ChangeAt::Sorted,
        Selection::Oldest,
        1,
        false,
        LOCKED,
    ),
    software(
        Form::P2shMultisig,
        ChangeAt::Anywhere,
        Selection::Largest,
        1,
        false,
        FINAL,
    ),
    Software {
        self_change: 1000,
        ..software(
            Form::P2pkh,
            ChangeAt::Last,
            Selection::Oldest,
            1,
            false,
            FINAL,
        )
    },
];

const fn software(
    form: Form,
    change_at: ChangeAt,
    selection: Selection,
    version: u32,
    locks_height: bool,
    sequence: u32,
) -> Software {
    Software {
        form,
        change_at,
        selection,
        version,
        locks_height,
        sequence,
        self_change: 0,
    }
}

/// What an owner's keys are for. Keys of different accounts never meet by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    Main = 0,
    /// Addresses that an exchange gave to its customers, one each.
    Deposits = 1,
    Premix = 2,
    Postmix = 3,
    Cold = 4,
}

impl Account {
    const BITS: u32 = 27;

    pub(crate) fn of(key: Key) -> Self {
        [
            Self::Main,
            Self::Deposits,
            Self::Premix,
            Self::Postmix,
            Self::Cold,
        ]
        .into_iter()
        .find(|account| *account as u32 == key.index >> Self::BITS)
        .unwrap_or(Self::Main)
    }
}

/// Someone with keys.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) number: u32,
    pub(crate) software: &'static Software,
    /// How often, in a thousand, he gives out an address again.
    pub(crate) reuse: u64,
    coins: Vec<(Account, VecDeque<Coin>)>,
    keys: u32,
}

impl Owner {
    pub(crate) fn new(number: u32, software: &'static Software, reuse: u64) -> Self {
        Self {
            number,
            software,
            reuse,
            coins: Vec::new(),
            keys: 0,
        }
    }

    /// A key of an account by its index there.
    pub(crate) fn key(&self, account: Account, index: u32) -> Key {
        let form = match account {
            Account::Premix | Account::Postmix => Form::P2wpkh,
            Account::Cold => Form::P2wsh,
            _ => self.software.form,
        };
        let index = (account as u32) << Account::BITS | index & ((1 << Account::BITS) - 1);
        Key {
            owner: self.number,
            index,
            form,
        }
    }

    /// A key nobody has seen.
    pub(crate) fn fresh_key(&mut self, account: Account) -> Key {
        self.keys += 1;
        self.key(account, self.keys)
    }

    /// The key he gives to somebody who wants to pay him.
    pub(crate) fn receiving_key(&mut self, chance: &mut Chance) -> Key {
        if self.keys > 0 && chance.happens(self.reuse) {
            self.key(Account::Main, self.keys)
        } else {
            self.fresh_key(Account::Main)
        }
    }

    /// The key to which his change goes when he spends `inputs`.
    pub(crate) fn change_key(&mut self, inputs: &[Coin], chance: &mut Chance) -> Key {
        match inputs.first() {
            Some(first) if chance.happens(self.software.self_change) => first.key,
            _ => self.fresh_key(Account::Main),
        }
    }

    pub(crate) fn coins(&mut self, account: Account) -> &mut VecDeque<Coin> {
        let place = self.coins.iter().position(|(at, _)| *at == account);
        let place = place.unwrap_or_else(|| {
            self.coins.push((account, VecDeque::new()));
            self.coins.len() - 1
        });
        &mut self.coins[place].1
    }

    /// Takes coins worth `target_sat` and the fee of spending them at `rate` satoshis a
    /// virtual byte, or leaves everything as it is. Looks at no more than the 64 oldest.
    pub(crate) fn select(
        &mut self,
        account: Account,
        target_sat: u64,
        rate: u64,
        chance: &mut Chance,
    ) -> Option<Vec<Coin>> {
        let selection = self.software.selection;
        let coins = self.coins(account);
        let mut seen: Vec<Coin> = coins.iter().take(64).copied().collect();
        let worth = |coin: &Coin| {
            coin.value_sat
                .saturating_sub(coin.key.form.input_vbytes() * rate)
        };
        match selection {
            Selection::Oldest => {}
            Selection::Largest => seen.sort_by_key(|coin| std::cmp::Reverse(coin.value_sat)),
            Selection::Random => chance.shuffle(&mut seen),
            Selection::SmallestThatSuffices => {
                seen.sort_by_key(|coin| (worth(coin) < target_sat, coin.value_sat));
                if seen.first().is_some_and(|coin| worth(coin) < target_sat) {
                    seen.reverse();
                }
            }
        }
        let mut chosen = Vec::new();
        let mut sum = 0;
        for coin in seen {
            if sum >= target_sat && !chosen.is_empty() {
                break;
            }
            sum += worth(&coin);
            chosen.push(coin);
        }
        if sum < target_sat {
            return None;
        }
        coins.retain(|coin| !chosen.iter().any(|taken| same(taken, coin)));
        Some(chosen)
    }
}

fn same(a: &Coin, b: &Coin) -> bool {
    a.vout == b.vout && a.txid == b.txid
}

/// A script's bytes and its share of a transaction's size.
pub(crate) fn output_script(pay: Pay, chance: &mut Chance) -> Vec<u8> {
    match pay {
        Pay::To(key) => key.output_script(),
        Pay::Return(length) => {
            let mut data = vec![0; usize::from(length)];
            chance.fill(&mut data);
            [&[0x6a, length], &data[..]].concat()
        }
    }
}

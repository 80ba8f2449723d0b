//! Random economies, written as stories so that a failing one can be read.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use trace_core::model::account::U256;

/// What a move is made from. Numbers are taken modulo what there is to choose from.
#[derive(Clone, Debug)]
struct Draft {
    what: u8,
    who: u8,
    whom: u8,
    asset: u8,
    amount: u16,
    other: u16,
}

#[derive(Clone, Debug)]
struct Line {
    moves: Vec<Draft>,
    same_block: bool,
    after: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    (
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u16>(),
        any::<u16>(),
    )
        .prop_map(|(what, who, whom, asset, amount, other)| Draft {
            what,
            who,
            whom,
            asset,
            amount,
            other,
        })
}

fn line() -> impl Strategy<Value = Line> {
    (vec(draft(), 1..5), any::<bool>(), 0..8_u8).prop_map(|(moves, same_block, after)| Line {
        moves,
        same_block,
        after: after == 0,
    })
}

/// An economy of persons, shops, pools, a wrapping contract and some tokens.
#[derive(Clone, Debug)]
pub(crate) struct Economy {
    pub(crate) text: String,
    pub(crate) transactions: Vec<String>,
    /// How many transfers each of them has.
    lengths: Vec<usize>,
    balances: BTreeMap<(String, String), u64>,
    /// More may leave an account than it has.
    overdraws: bool,
}

const PERSONS: [&str; 6] = ["ann", "bob", "cat", "dan", "eve", "fay"];
const ASSETS: [&str; 5] = ["native", "usd", "native", "weth", "lp"];

pub(crate) fn economy(lines: usize) -> impl Strategy<Value = Economy> {
    vec(line(), 3..lines).prop_map(|lines| Economy::of(&lines, false))
}

/// One whose balances do not follow from its transfers.
pub(crate) fn odd_economy(lines: usize) -> impl Strategy<Value = Economy> {
    vec(line(), 3..lines).prop_map(|lines| Economy::of(&lines, true))
}

impl Economy {
    /// The same with every amount multiplied.
    pub(crate) fn times(&self, factor: U256) -> Self {
        let word = |word: &str| {
            let digits = word.trim_end_matches(',');
            match digits.parse::<U256>() {
                Ok(amount) => word.replace(digits, &amount.saturating_mul(factor).to_string()),
                Err(_) => word.to_owned(),
            }
        };
        let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n";
        Self {
            text: self.text.lines().map(line).collect(),
            ..self.clone()
        }
    }

    fn of(lines: &[Line], overdraws: bool) -> Self {
        let mut economy = Self {
            text: String::new(),
            transactions: Vec::new(),
            lengths: Vec::new(),
            balances: BTreeMap::new(),
            overdraws,
        };
        let start = [
            "new -> ann 20",
            "new -> bob 12 usd",
            "new -> cat 9 lp",
            "new -> pair 40",
            "new -> pair 40 usd",
            "new -> pool 30 lp",
            "new -> pool 30",
        ];
        let start: Vec<String> = start.iter().map(|text| economy.tell(text)).collect();
        economy.add("start", &start, false);
        // Nothing comes behind what moves after a block's transactions.
        let mut ended = false;
        for (number, line) in lines.iter().enumerate() {
            let mut moves = Vec::new();
            for draft in &line.moves {
                economy.play(draft, &mut moves);
            }
            let after = line.after && moves.iter().all(|text| text.contains("->"));
            let name = if after {
                "after".to_owned()
            } else {
                format!("t{number}")
            };
            economy.add(&name, &moves, (line.same_block || after) && !ended);
            ended = after;
        }
        economy
    }

    fn add(&mut self, name: &str, moves: &[String], same_block: bool) {
        let sign = if same_block { "&" } else { "" };
        writeln!(self.text, "{sign}{name}: {}", moves.join(", ")).unwrap();
        if name != "after" {
            self.transactions.push(name.to_owned());
            let twice = moves.iter().filter(|text| text.contains("wrap")).count();
            self.lengths.push(moves.len() + twice);
        }
    }

    fn balance(&mut self, who: &str, of: &str) -> &mut u64 {
        self.balances
            .entry((who.to_owned(), of.to_owned()))
            .or_default()
    }

    /// Notes a move that is written as in a story.
    fn tell(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (from, to, amount) = (words[0], words[2], words[3].parse::<u64>().unwrap());
        let of = words.get(4).copied().unwrap_or("native");
        let left = self.balance(from, of);
        *left = left.saturating_sub(amount);
        *self.balance(to, of) += amount;
        text.to_owned()
    }

    fn pay(&mut self, from: &str, to: &str, of: &str, amount: u64, moves: &mut Vec<String>) {
        let of_text = if of == "native" { "" } else { of };
        let text = format!("{from} -> {to} {amount} {of_text}");
        moves.push(self.tell(text.trim_end()));
    }

    /// A part of what somebody has.
    fn part(&mut self, who: &str, of: &str, amount: u16) -> u64 {
        let all = *self.balance(who, of);
        if self.overdraws && amount.is_multiple_of(16) {
            return all + 2;
        }
        u64::from(amount) % (all + 1)
    }

    fn play(&mut self, draft: &Draft, moves: &mut Vec<String>) {
        let who = PERSONS[usize::from(draft.who) % PERSONS.len()];
        let whom = match draft.whom % 16 {
            14 => "shop",
            15 => "pool",
            13 => who,
            number => PERSONS[usize::from(number) % PERSONS.len()],
        };
        let of = ASSETS[usize::from(draft.asset) % ASSETS.len()];
        let amount = self.part(who, of, draft.amount);
        match draft.what % 16 {
            0 => self.pay("new", who, of, amount % 5 + 1, moves),
            1 => self.pay(who, "gone", of, amount, moves),
            2 => {
                let fee = self.part(who, "native", draft.other) % 4;
                let left = self.balance(who, "native");
                *left = left.saturating_sub(fee);
                if draft.whom.is_multiple_of(2) {
                    moves.push(format!("fee {who} {fee}"));
                } else {
                    *self.balance(whom, "native") += fee;
                    moves.push(format!("tip {who} {whom} {fee}"));
                }
            }
            3 => {
                let amount = self.part(who, "native", draft.amount);
                let left = self.balance(who, "native");
                *left = left.saturating_sub(amount);
                *self.balance("weth", "native") += amount;
                *self.balance(who, "weth") += amount;
                moves.push(format!("wrap {who} {amount}"));
            }
            4 => {
                let amount = self.part(who, "weth", draft.amount);
                let amount = amount.min(*self.balance("weth", "native"));
                let left = self.balance(who, "weth");
                *left = left.saturating_sub(amount);
                *self.balance("weth", "native") -= amount;
                *self.balance(who, "native") += amount;
                let late = if draft.whom.is_multiple_of(2) {
                    "late-"
                } else {
                    ""
                };
                moves.push(format!("{late}unwrap {who} {amount}"));
            }
            5..=9 => self.swap(draft, who, of, amount, moves),
            _ => self.pay(who, whom, of, amount, moves),
        }
    }

    fn swap(&mut self, draft: &Draft, who: &str, of: &str, amount: u64, moves: &mut Vec<String>) {
        let maker = ["pair", "pool", "cat"][usize::from(draft.whom) % 3];
        let other = ASSETS[usize::from(draft.asset >> 4) % ASSETS.len()];
        let paid = self.part(maker, other, draft.other);
        let pays_first = draft.whom.is_multiple_of(5);
        if pays_first {
            self.pay(maker, who, other, paid, moves);
        }
        if draft.whom.is_multiple_of(7) {
            let change = amount / 4;
            self.pay(who, "router", of, amount, moves);
            self.pay("router", maker, of, amount - change, moves);
            self.pay("router", who, of, change, moves);
        } else {
            self.pay(who, maker, of, amount, moves);
        }
        if !pays_first {
            let paid = paid.min(*self.balance(maker, other));
            self.pay(maker, who, other, paid, moves);
        }
        if draft.whom.is_multiple_of(11) {
            self.pay("new", who, "lp", u64::from(draft.other % 7), moves);
        }
    }

    /// A transaction, one of its transfers, or an account.
    pub(crate) fn seed(&self, number: u16) -> String {
        let pick = usize::from(number >> 3);
        let index = pick % self.transactions.len();
        match number % 8 {
            0 | 1 => self.transactions[index].clone(),
            2 | 3 => {
                let name = PERSONS[pick % PERSONS.len()];
                let of = ["", "/native", "/usd"][pick / 8 % 3];
                let from = pick / 32 % 12;
                format!("@{name}{of}>{from}")
            }
            _ => {
                let transfer = pick / 64 % self.lengths[index].max(1);
                format!("{}:{transfer}", self.transactions[index])
            }
        }
    }
}

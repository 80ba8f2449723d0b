//! Random chains, written as scenarios so that a failing one can be read.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;

/// What a line is made from. Numbers are taken modulo what there is to choose from.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// New coins of this value instead of spending any.
    coinbase_sat: Option<u64>,
    /// Which of the unspent outputs.
    spends: Vec<u16>,
    /// Where their value is cut into outputs, the last piece being the fee.
    cuts: Vec<u16>,
    payees: Vec<u8>,
    name: u8,
    same_block: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    (
        prop_oneof![1 => (1..40_u64).prop_map(Some), 3 => Just(None)],
        vec(any::<u16>(), 1..5),
        vec(any::<u16>(), 1..5),
        vec(any::<u8>(), 4),
        any::<u8>(),
        any::<bool>(),
    )
        .prop_map(
            |(coinbase_sat, spends, cuts, payees, name, same_block)| Draft {
                coinbase_sat,
                spends,
                cuts,
                payees,
                name,
                same_block,
            },
        )
}

/// A chain with shops, mixes and transactions that may be mixes; and the names of its outputs
/// that have a value.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) text: String,
    pub(crate) outputs: Vec<String>,
    pub(crate) transactions: Vec<String>,
}

pub(crate) fn chain(lines: usize) -> impl Strategy<Value = Chain> {
    vec(draft(), 4..lines).prop_map(|drafts| Chain::of(&drafts))
}

impl Chain {
    fn of(drafts: &[Draft]) -> Self {
        let mut chain = Self {
            text: String::new(),
            outputs: Vec::new(),
            transactions: Vec::new(),
        };
        let mut unspent: Vec<(String, u64)> = Vec::new();
        let mut height = 0;
        for (number, draft) in drafts.iter().enumerate() {
            let mints = draft.coinbase_sat.filter(|_| number > 0);
            let mints = mints.or((number == 0 || unspent.is_empty()).then_some(20));
            if mints.is_some() || !draft.same_block {
                height += 1;
            }
            let name = match draft.name % 12 {
                0 | 1 if mints.is_none() => format!("mix{number}"),
                2 if mints.is_none() => format!("maybe{number}"),
                _ => format!("t{number}"),
            };
            let (spent, values) = match mints {
                Some(value_sat) => (Vec::new(), vec![value_sat]),
                None => draft.spend(&mut unspent),
            };
            let paid: Vec<String> = values
                .iter()
                .zip(&draft.payees)
                .map(|(value_sat, payee)| format!("{} {value_sat}sat", payee_of(*payee)))
                .collect();
            for (vout, (value_sat, payee)) in values.iter().zip(&draft.payees).enumerate() {
                if payee_of(*payee) != "return" {
                    unspent.push((format!("{name}:{vout}"), *value_sat));
                }
                if *value_sat > 0 {
                    chain.outputs.push(format!("{name}:{vout}"));
                }
            }
            let (spent, paid) = (spent.join(" + "), paid.join(", "));
            writeln!(chain.text, "{name} @{height}: {spent} -> {paid}").unwrap();
            chain.transactions.push(name);
        }
        chain
    }

    /// One of the outputs that have a value.
    pub(crate) fn output(&self, number: u16) -> &str {
        &self.outputs[usize::from(number) % self.outputs.len()]
    }

    /// An output or a transaction or an address of the chain.
    pub(crate) fn seed(&self, number: u16) -> String {
        match number % 8 {
            0 => format!("@{}>{}", payee_of((number >> 3 & 7) as u8), number >> 13),
            1 | 2 => {
                let index = usize::from(number >> 3) % self.transactions.len();
                self.transactions[index].clone()
            }
            _ => self.output(number >> 3).to_owned(),
        }
    }
}

impl Draft {
    fn spend(&self, unspent: &mut Vec<(String, u64)>) -> (Vec<String>, Vec<u64>) {
        let mut spent = Vec::new();
        let mut all_sat = 0;
        for pick in &self.spends {
            if !unspent.is_empty() {
                let (name, value_sat) = unspent.remove(usize::from(*pick) % unspent.len());
                spent.push(name);
                all_sat += value_sat;
            }
        }
        // A fee of at most a quarter, so that something is left to follow.
        let (last, others) = self.cuts.split_last().unwrap();
        let paid_sat = all_sat - u64::from(*last) % (all_sat / 4 + 1);
        let mut cuts: Vec<u64> = others
            .iter()
            .map(|cut| u64::from(*cut) % (paid_sat + 1))
            .collect();
        cuts.extend([0, paid_sat]);
        cuts.sort_unstable();
        (
            spent,
            cuts.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        )
    }
}

fn payee_of(number: u8) -> String {
    match number % 32 {
        31 => "return".to_owned(),
        30 => "shop1".to_owned(),
        name => format!("a{}", name % 8),
    }
}

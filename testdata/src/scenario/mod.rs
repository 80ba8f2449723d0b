//! A small language in which a test tells what happened on a chain, with names, not hex.
//!
//! ```text
//! # Alice pays Bob and keeps the change.
//! mint: -> alice1 5
//! gift: carol 3 -> alice2 3
//! pay [version=2 locktime=150] @152: alice1 5 + alice2 3 -> bob1 6, alice3/p2tr 1.9
//! ```
//!
//! One transaction a line: `name [attributes] @height: inputs -> outputs`. `#` starts a
//! comment; empty lines mean nothing.
//!
//! * **Inputs and outputs** are `NAME AMOUNT`, parted by `+` or `,`. An amount is in bitcoin
//!   (`1.9`) or in satoshis (`190sat`). `a{1..5} 0.001` stands for `a1 0.001, …, a5 0.001`.
//! * **A name is a key.** `alice/p2pkh` and `alice/p2wpkh` are two scripts of one key; without
//!   a form it is P2WPKH. Forms are named as [`ScriptKind::name`](trace_core::model::ScriptKind::name)
//!   names them; `p2sh` is the key's P2WPKH inside P2SH. The name `return` is an output that
//!   nobody can spend.
//! * **An input spends** the earliest unspent output of that address and amount in the lines
//!   above. `pay:1` spends output 1 of `pay`. Where no line above has such an output, the
//!   input comes *from outside*: its prevout is known, the transaction that made it is not.
//!   `?` is an input of which nothing is known.
//! * **No inputs** make a coinbase.
//! * **Heights** rise by one a line from 1 unless `@height` states one. In a block the
//!   coinbase is transaction 0, the others count from 1.
//! * **Attributes**: `version` (2), `locktime` (0), `sequence` of every input (`0xffffffff`),
//!   `weight` (unknown).
//!
//! Transaction hashes are the SHA-256 of the names, so they never change.

mod line;
mod name;

use std::collections::BTreeMap;

use trace_core::model::{
    Address, AddressId, BitcoinNetwork, BlockHash, BlockRef, Input, OutPoint, Output, Position,
    ScriptKind, Transaction, TxNumber, Txid,
};
use trace_core::view::{
    Answer, CoinView, Gathered, Located, NumberedTransaction, Spender, Unknown,
};

use line::{Coin, Line};

/// What a test says happened on a chain.
#[derive(Clone, Debug)]
pub struct Scenario {
    transactions: Vec<Located>,
    /// Of the transactions, in the order of the lines.
    names: Vec<String>,
    /// The name of every address met.
    addresses: BTreeMap<Address, String>,
    /// What no line so far spends.
    unspent: BTreeMap<OutPoint, Output<Address>>,
    outside: Vec<OutPoint>,
}

/// What is wrong with a scenario, and in which of its lines (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// The address that a scenario means by `name`, such as `alice1` or `alice1/p2tr`.
///
/// # Panics
/// When the name has an unknown form: a scenario is part of a test, and the test is wrong.
pub fn address(name: &str) -> Address {
    match name::output_script(name) {
        Ok((_, Some(address))) => address,
        Ok((_, None)) => panic!("{name:?} is an output without an address"),
        Err(why) => panic!("{why}"),
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// Names the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let mut scenario = Self {
            transactions: Vec::new(),
            names: Vec::new(),
            addresses: BTreeMap::new(),
            unspent: BTreeMap::new(),
            outside: Vec::new(),
        };
        for (number, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default().trim();
            if !text.is_empty() {
                Line::parse(text)
                    .and_then(|line| scenario.push(&line))
                    .map_err(|why| ScenarioError { line: number, why })?;
            }
        }
        Ok(scenario)
    }

    /// Reads a scenario that is part of a test.
    ///
    /// # Panics
    /// When it is wrong, with the line.
    pub fn of(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|error| panic!("line {}: {}", error.line, error.why))
    }

    /// The transactions in chain order.
    pub fn transactions(&self) -> &[Located] {
        &self.transactions
    }

    /// The hash of the transaction named `name`.
    ///
    /// # Panics
    /// When no line has that name.
    pub fn txid(&self, name: &str) -> Txid {
        assert!(
            self.names.iter().any(|known| known == name),
            "no transaction is named {name:?}"
        );
        name::txid(name)
    }

    /// The name of a transaction, where it is one of this scenario.
    pub fn transaction_name(&self, txid: &Txid) -> Option<&str> {
        self.names
            .iter()
            .map(String::as_str)
            .find(|name| name::txid(name) == *txid)
    }

    /// The name of an address, where a line mentions it.
    pub fn address_name(&self, address: &Address) -> Option<&str> {
        self.addresses.get(address).map(String::as_str)
    }

    /// Every address that the lines mention.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.keys()
    }

    /// The last line's block. Its hash is the height, repeated.
    pub fn tip(&self) -> BlockRef {
        let height = self
            .transactions
            .iter()
            .map(|located| located.position.height)
            .max();
        let height = height.unwrap_or(0);
        let mut hash = [0; 32];
        hash.iter_mut()
            .zip(height.to_le_bytes().iter().cycle())
            .for_each(|(to, from)| *to = *from);
        BlockRef {
            height,
            hash: BlockHash(hash),
        }
    }

    /// A view of regtest in which everything the lines tell is known: outputs that no line
    /// spends are unspent, and an address that spends nothing from outside has no history
    /// but this. What lies outside is [`Unknown::BeforeFirstBlock`].
    pub fn view(&self) -> Gathered {
        let mut view = Gathered::new(BitcoinNetwork::Regtest, self.tip());
        for located in &self.transactions {
            view.insert(located);
        }
        for outpoint in self.unspent.keys() {
            view.insert_spender(*outpoint, Answer::Known(Spender::Unspent));
        }
        for outpoint in &self.outside {
            view.insert_unknown(outpoint.txid, Unknown::BeforeFirstBlock);
        }
        let from_outside = |address: &Address| {
            self.transactions
                .iter()
                .flat_map(|located| &located.transaction.inputs)
                .any(|input| {
                    self.outside.contains(&input.spends)
                        && input
                            .prevout
                            .as_ref()
                            .and_then(|output| output.address.as_ref())
                            == Some(address)
                })
        };
        for address in self.addresses.keys() {
            let complete = if from_outside(address) {
                Err(Unknown::BeforeFirstBlock)
            } else {
                Ok(0)
            };
            view.insert_receipts(address, complete);
        }
        view
    }

    /// The transaction named `name` as `view` numbers it.
    ///
    /// # Panics
    /// When no line has that name or `view` does not hold it.
    pub fn numbered(&self, view: &impl CoinView, name: &str) -> (TxNumber, NumberedTransaction) {
        let Answer::Known(tx) = view.find_transaction(&self.txid(name)) else {
            panic!("the view does not hold {name:?}");
        };
        let mut transaction = Transaction {
            txid: Txid::default(),
            version: 0,
            lock_time: 0,
            weight: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        assert_eq!(view.transaction(tx, &mut transaction), Answer::Known(()));
        (tx, transaction)
    }

    /// What a test calls the address with this number: its name, or its script.
    pub fn shown(&self, view: &impl CoinView, id: AddressId) -> String {
        match view.address(id) {
            Some(address) => self.address_name(&address).map_or_else(
                || address.text(BitcoinNetwork::Regtest).to_string(),
                str::to_owned,
            ),
            None => format!("{id:?}"),
        }
    }

    fn push(&mut self, line: &Line) -> Result<(), String> {
        if self.names.iter().any(|name| name == line.name) {
            return Err(format!("a second transaction is named {:?}", line.name));
        }
        let position = self.next_position(line)?;
        let mut inputs = Vec::new();
        for coin in &line.inputs {
            inputs.push(self.spend(coin, line.sequence)?);
        }
        let mut outputs = Vec::new();
        for coin in &line.outputs {
            outputs.push(self.output(coin)?);
        }
        let txid = name::txid(line.name);
        for (vout, output) in (0..).zip(&outputs) {
            if output.kind.is_spendable() {
                self.unspent.insert(OutPoint { txid, vout }, output.clone());
            }
        }
        self.names.push(line.name.to_owned());
        self.transactions.push(Located {
            position,
            transaction: Transaction {
                txid,
                version: line.version,
                lock_time: line.lock_time,
                weight: line.weight,
                inputs,
                outputs,
            },
        });
        Ok(())
    }

    fn next_position(&self, line: &Line) -> Result<Position, String> {
        let last = self.transactions.last().map(|located| located.position);
        let height = line
            .height
            .or(last.map(|last| last.height.saturating_add(1)))
            .unwrap_or(1);
        let first_index = u32::from(!line.inputs.is_empty());
        let position = match last {
            Some(last) if last.height == height => Position {
                height,
                index: last.index.saturating_add(1),
            },
            _ => Position {
                height,
                index: first_index,
            },
        };
        if last.is_some_and(|last| last >= position)
            || (position.index > 0) == line.inputs.is_empty()
        {
            return Err(
                "heights must not fall, and a coinbase comes first in its block".to_owned(),
            );
        }
        Ok(position)
    }

    fn spend(&mut self, coin: &Coin, sequence: u32) -> Result<Input<Address, OutPoint>, String> {
        let (spends, prevout) = match coin {
            Coin::Unknown => (self.outside_outpoint(), None),
            Coin::Named { transaction, vout } => {
                let outpoint = OutPoint {
                    txid: name::txid(transaction),
                    vout: *vout,
                };
                let output = self.unspent.remove(&outpoint);
                let output =
                    output.ok_or_else(|| format!("{transaction}:{vout} is not unspent here"))?;
                (outpoint, Some(output))
            }
            Coin::Paid { .. } => {
                let wanted = self.output(coin)?;
                let outpoint = self
                    .earliest_unspent(&wanted)
                    .unwrap_or_else(|| self.outside_outpoint());
                self.unspent.remove(&outpoint);
                (outpoint, Some(wanted))
            }
        };
        let kind = prevout.as_ref().map(|output| output.kind);
        let owner = prevout.as_ref().and_then(|output| output.address.as_ref());
        let reveals = match kind {
            Some(ScriptKind::P2sh) => owner
                .and_then(|address| self.address_name(address))
                .map(name::key_hash),
            _ => None,
        };
        Ok(Input {
            spends,
            prevout,
            sequence,
            has_witness: matches!(
                kind,
                Some(ScriptKind::P2sh | ScriptKind::P2wpkh | ScriptKind::P2wsh | ScriptKind::P2tr)
            ),
            reveals,
        })
    }

    fn output(&mut self, coin: &Coin) -> Result<Output<Address>, String> {
        let Coin::Paid { name, value_sat } = coin else {
            return Err("an output is NAME AMOUNT".to_owned());
        };
        let (kind, address) = name::output_script(name)?;
        if let Some(address) = &address {
            self.addresses
                .entry(address.clone())
                .or_insert_with(|| name.clone());
        }
        Ok(Output {
            value_sat: *value_sat,
            kind,
            address,
        })
    }

    fn earliest_unspent(&self, wanted: &Output<Address>) -> Option<OutPoint> {
        self.transactions
            .iter()
            .flat_map(|located| {
                let Transaction { txid, outputs, .. } = &located.transaction;
                (0..)
                    .zip(outputs)
                    .map(|(vout, _)| OutPoint { txid: *txid, vout })
            })
            .find(|outpoint| self.unspent.get(outpoint) == Some(wanted))
    }

    fn outside_outpoint(&mut self) -> OutPoint {
        let outpoint = OutPoint {
            txid: name::txid(&format!("outside {}", self.outside.len())),
            vout: 0,
        };
        self.outside.push(outpoint);
        outpoint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> ScenarioError {
        Scenario::parse(text).expect_err("a wrong scenario")
    }

    #[test]
    fn a_story_becomes_transactions_that_spend_each_other() {
        let story = Scenario::of(
            "mint: -> alice1 5
             gift: carol 3 -> alice2 3   # from outside

             pay [version=1 locktime=7 sequence=0xfffffffd weight=560] @9: alice1 5 + alice2 3 -> bob1 6, alice3/p2tr 1.9, return 0
             more @9: pay:0 + ? -> dave{1..2} 100sat",
        );
        let view = story.view();
        let (pay, transaction) = story.numbered(&view, "pay");
        assert_eq!(
            view.position(pay),
            Answer::Known(Position {
                height: 9,
                index: 1
            })
        );
        assert_eq!(transaction.version, 1);
        assert_eq!(transaction.lock_time, 7);
        assert_eq!(transaction.weight, Some(560));
        assert_eq!(transaction.fee_sat(), Some(10_000_000));
        assert_eq!(transaction.inputs[0].sequence, 0xffff_fffd);
        let (mint, _) = story.numbered(&view, "mint");
        assert_eq!(
            view.creator(transaction.inputs[0].spends),
            Answer::Known(mint)
        );
        assert_eq!(transaction.outputs[1].kind, ScriptKind::P2tr);
        assert_eq!(transaction.outputs[2].address, None);
        let (more, spent) = story.numbered(&view, "more");
        assert_eq!(
            view.spender(view.output_id(pay, 0).unwrap()),
            Answer::Known(Spender::Spent(more))
        );
        assert_eq!(
            view.spender(view.output_id(pay, 1).unwrap()),
            Answer::Known(Spender::Unspent)
        );
        assert_eq!(spent.inputs[1].prevout, None);
        assert_eq!(spent.outputs.len(), 2);
        assert_eq!(spent.outputs[0].value_sat, 100);
        let alice1 = view.find_address(&address("alice1")).unwrap();
        assert_eq!(view.first_appearance(alice1), Answer::Known(mint));
        let carol = view.find_address(&address("carol")).unwrap();
        assert_eq!(
            view.first_appearance(carol),
            Answer::Unknown(Unknown::BeforeFirstBlock)
        );
        assert_eq!(story.shown(&view, alice1), "alice1");
    }

    #[test]
    fn one_name_in_two_forms_is_one_key() {
        let [legacy, segwit, key] =
            ["bob/p2pkh", "bob", "bob/p2pk"].map(|name| address(name).key_hashes());
        assert_eq!(legacy, segwit);
        assert_eq!(legacy, key);
        let story = Scenario::of("spend: bob/p2sh 1 -> carol 1");
        let [input] = &story.transactions()[0].transaction.inputs[..] else {
            panic!("one input")
        };
        assert_eq!(input.reveals, Some(legacy[0]));
        assert!(legacy[0].addresses().contains(&address("bob/p2sh")));
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(refused("mint: -> a 5\n\nmint: -> a 5").line, 3);
        for wrong in [
            "pay alice 5 -> bob 5",
            "pay: alice 5 bob 5",
            "pay: alice five -> bob 5",
            "pay: alice 5 -> bob 0.123456789",
            "pay: alice/p3x 5 -> bob 5",
            "pay: nothing:0 -> bob 5",
            "pay [colour=red]: alice 5 -> bob 5",
            "mint @5: -> a 5\npay @4: a 5 -> b 5",
            "mint @5: -> a 5\nmint2 @5: -> a 5",
            ": a 5 -> b 5",
            "pay: a{5..1} 5 -> b 5",
            "pay: a 5 -> ",
        ] {
            refused(wrong);
        }
    }
}

//! The chain while it is being written: who can spend what, and what is still to be mined.

use std::collections::BTreeMap;
use std::mem;

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness};

use super::block;
use super::book::Book;
use super::dice::Dice;
use super::draft::{Draft, Place, Planned};
use super::key::{Form, Key, Lock, sign};
use super::truth::{Kind, Purpose};
use super::wallet::{Addresses, ChangeAt, Software, Takes, software};

/// Blocks until new coins may be spent.
const MATURITY: u32 = 100;
/// The first block's time, 14 November 2023, and the seconds between blocks.
const FIRST_TIME: u32 = 1_700_000_000;
const BLOCK_SECONDS: u32 = 600;
/// Change below this is left to the miner, and a coin below it is not spent by itself.
const SMALL_SAT: u64 = 3_000;

/// An output that somebody can spend.
#[derive(Clone, Debug)]
pub(super) struct Coin {
    pub(super) output: TxOut,
    lock: Lock,
    pub(super) purse: &'static str,
    /// The height from which on it may be spent.
    from_height: u32,
    /// How many outputs there were before it.
    age: usize,
}

/// Everything that has happened so far.
pub(super) struct World {
    pub(super) blocks: Vec<Block>,
    pub(super) book: Book,
    coins: BTreeMap<OutPoint, Coin>,
    pending: Vec<Transaction>,
    pending_fees_sat: u64,
    /// Addresses handed out so far, by purse.
    addresses: BTreeMap<&'static str, u32>,
    created: usize,
    dice: Dice,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            blocks: Vec::new(),
            book: Book::default(),
            coins: BTreeMap::new(),
            pending: Vec::new(),
            pending_fees_sat: 0,
            addresses: BTreeMap::new(),
            created: 0,
            dice: Dice::new("wallets"),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        let genesis = block::genesis();
        for transaction in &genesis.txdata {
            let outputs = transaction.output.iter().map(|output| {
                let place = Place {
                    purse: "genesis",
                    ..Place::script(output.script_pubkey.clone())
                };
                Planned::new(place, output.value.to_sat(), Purpose::Reward)
            });
            let outputs: Vec<_> = outputs.collect();
            self.record(transaction, Kind::Coinbase, &[], &outputs);
        }
        self.blocks.push(genesis);
    }

    /// The height of the block that is mined next.
    pub(super) fn next_height(&self) -> u32 {
        u32::try_from(self.blocks.len()).expect("the chain is short")
    }

    /// The next address of a purse.
    pub(super) fn place(&mut self, purse: &'static str) -> Place {
        self.place_in_form(purse, software(purse).form)
    }

    /// The address that a service keeps for a customer.
    pub(super) fn place_for(purse: &'static str, customer: &'static str) -> Place {
        Place {
            lock: Lock::Key(Key::named(
                &format!("{purse} for {customer}"),
                software(purse).form,
            )),
            purse,
            customer: Some(customer),
        }
    }

    /// The next address of a purse, in another form than its usual one.
    pub(super) fn place_in_form(&mut self, purse: &'static str, form: Form) -> Place {
        let handed_out = self.addresses.entry(purse).or_default();
        let (key, form) = match software(purse).addresses {
            Addresses::Fresh => (*handed_out, form),
            Addresses::One => (0, form),
            Addresses::EachKeyTwice if handed_out.is_multiple_of(2) => {
                (*handed_out / 2, Form::P2pkh)
            }
            Addresses::EachKeyTwice => (*handed_out / 2, Form::P2wpkh),
        };
        *handed_out += 1;
        Place {
            lock: Lock::Key(Key::named(&format!("{purse} {key}"), form)),
            purse,
            customer: None,
        }
    }

    /// The coins of a purse that may be spent in the next block, in the order in which its
    /// software takes them. Dust is left where it is.
    pub(super) fn coins_of(&self, purse: &str) -> Vec<OutPoint> {
        let height = self.next_height();
        let mut coins: Vec<_> = self
            .coins
            .iter()
            .filter(|(_, coin)| coin.purse == purse && coin.from_height <= height)
            .filter(|(_, coin)| coin.value_sat() >= SMALL_SAT)
            .collect();
        coins.sort_by_key(|(_, coin)| match software(purse).takes {
            Takes::Oldest => (0, coin.age),
            Takes::Largest => (u64::MAX - coin.value_sat(), coin.age),
            Takes::Smallest => (coin.value_sat(), coin.age),
        });
        coins.into_iter().map(|(outpoint, _)| *outpoint).collect()
    }

    /// The outputs of this value that `txid` gave to a purse, in order.
    pub(super) fn coins_from(&self, txid: Txid, purse: &str, value_sat: u64) -> Vec<OutPoint> {
        let first = OutPoint { txid, vout: 0 };
        self.coins
            .range(first..)
            .take_while(|(outpoint, _)| outpoint.txid == txid)
            .filter(|(_, coin)| coin.purse == purse && coin.value_sat() == value_sat)
            .map(|(outpoint, _)| *outpoint)
            .collect()
    }

    /// What may be spent from a purse in the next block, in satoshis.
    pub(super) fn balance_sat(&self, purse: &str) -> u64 {
        let coins = self.coins_of(purse).into_iter();
        coins.map(|outpoint| self.coin(outpoint).value_sat()).sum()
    }

    pub(super) fn coin(&self, outpoint: OutPoint) -> &Coin {
        self.coins
            .get(&outpoint)
            .expect("the story spends what there is")
    }

    /// Pays `payees` from a purse, as its software does it.
    pub(super) fn pay(&mut self, purse: &'static str, kind: Kind, payees: &[(Place, u64)]) -> Txid {
        let mut chosen = Vec::new();
        let mut sum_sat = 0;
        for outpoint in self.coins_of(purse) {
            if sum_sat >= self.cost_sat(purse, &chosen, payees) {
                break;
            }
            sum_sat += self.coin(outpoint).value_sat();
            chosen.push(outpoint);
        }
        self.pay_with(purse, kind, chosen, payees)
    }

    /// Pays `payees` from a purse with these coins. What is left over comes back to it.
    pub(super) fn pay_with(
        &mut self,
        purse: &'static str,
        kind: Kind,
        inputs: Vec<OutPoint>,
        payees: &[(Place, u64)],
    ) -> Txid {
        let software = software(purse);
        let cost_sat = self.cost_sat(purse, &inputs, payees);
        let sum_sat = self.sum_sat(&inputs);
        let change_sat = sum_sat
            .checked_sub(cost_sat)
            .unwrap_or_else(|| panic!("{purse} has {sum_sat} of {cost_sat}"));
        let mut outputs: Vec<_> = payees
            .iter()
            .map(|(place, sat)| Planned::payment(place.clone(), *sat))
            .collect();
        if change_sat >= SMALL_SAT {
            let place = self.place_in_form(purse, software.change_form);
            let change = Planned::new(place, change_sat, Purpose::Change);
            let index = match software.change_at {
                ChangeAt::First => 0,
                ChangeAt::Last => outputs.len(),
                ChangeAt::Anywhere => {
                    let index = self.dice.throw(outputs.len() as u64 + 1);
                    usize::try_from(index).expect("an index fits")
                }
            };
            outputs.insert(index, change);
        }
        let draft = Draft {
            kind,
            inputs,
            outputs,
        };
        let draft = if software.sorts {
            draft.sorted()
        } else {
            draft
        };
        self.transact(software, draft)
    }

    /// Sends all of `inputs` to one place.
    pub(super) fn send_all(
        &mut self,
        purse: &'static str,
        kind: Kind,
        inputs: Vec<OutPoint>,
        place: Place,
    ) -> Txid {
        let fee_sat = self.cost_sat(purse, &inputs, &[(place.clone(), 0)]);
        let value_sat = self.sum_sat(&inputs) - fee_sat;
        let draft = Draft {
            kind,
            inputs,
            outputs: vec![Planned::payment(place, value_sat)],
        };
        self.transact(software(purse), draft)
    }

    /// Makes the transaction exactly as drafted, signs it, and leaves it to be mined.
    pub(super) fn transact(&mut self, software: Software, draft: Draft) -> Txid {
        let Draft {
            kind,
            inputs,
            outputs,
        } = draft;
        let tip = self.next_height() - 1;
        let sequence = match (software.replaceable, software.locks_to_height) {
            (true, _) => Sequence::ENABLE_RBF_NO_LOCKTIME,
            (false, true) => Sequence::ENABLE_LOCKTIME_NO_RBF,
            (false, false) => Sequence::MAX,
        };
        let mut transaction = Transaction {
            version: Version(software.version),
            lock_time: LockTime::from_consensus(if software.locks_to_height { tip } else { 0 }),
            input: inputs
                .iter()
                .map(|spent| unsigned(*spent, sequence))
                .collect(),
            output: outputs.iter().map(Planned::output).collect(),
        };
        let sum_sat = self.sum_sat(&inputs);
        let spent: Vec<Coin> = inputs
            .iter()
            .map(|outpoint| {
                let spent = self.coins.remove(outpoint);
                spent.expect("the story spends a coin once")
            })
            .collect();
        let prevouts: Vec<_> = spent.iter().map(|coin| coin.output.clone()).collect();
        let locks: Vec<_> = spent.iter().map(|coin| coin.lock.clone()).collect();
        sign(&mut transaction, &prevouts, &locks, software.low_r);

        let fee_sat = sum_sat
            .checked_sub(outputs.iter().map(|output| output.value_sat).sum())
            .expect("the story spends what there is");
        let virtual_bytes = transaction.vsize() as u64;
        assert!(
            fee_sat >= virtual_bytes,
            "{kind:?} pays {fee_sat} of {virtual_bytes}"
        );
        self.pending_fees_sat += fee_sat;
        let purses: Vec<_> = spent.iter().map(|coin| coin.purse).collect();
        self.record(&transaction, kind, &purses, &outputs);
        let txid = transaction.compute_txid();
        self.pending.push(transaction);
        txid
    }

    /// Mines what is pending, in its order; the reward goes to `miner`.
    pub(super) fn mine(&mut self, miner: Place) {
        let height = self.next_height();
        let subsidy_sat = 5_000_000_000_u64 >> (height / 150);
        let reward_sat = subsidy_sat + mem::take(&mut self.pending_fees_sat);
        let reward = Planned::new(miner, reward_sat, Purpose::Reward);
        let transactions = mem::take(&mut self.pending);
        let previous = self.blocks.last().expect("there is a genesis block");
        let time = FIRST_TIME + height * BLOCK_SECONDS;
        let hash = previous.block_hash();
        let block = block::assemble(hash, height, time, reward.output(), transactions);
        let coinbase = block.txdata.first().expect("a block has a coinbase");
        let commitment = coinbase.output.get(1).expect("it commits to the witnesses");
        let commitment = Place::script(commitment.script_pubkey.clone());
        let commitment = Planned::new(commitment, 0, Purpose::Data);
        self.record(coinbase, Kind::Coinbase, &[], &[reward, commitment]);
        self.blocks.push(block);
    }

    /// Writes a transaction down and hands out the coins it creates.
    fn record(
        &mut self,
        transaction: &Transaction,
        kind: Kind,
        spenders: &[&'static str],
        outputs: &[Planned],
    ) {
        let height = self.next_height();
        let maturity = if kind == Kind::Coinbase { MATURITY } else { 0 };
        self.book
            .write(height, transaction, kind, spenders, outputs);
        let txid = transaction.compute_txid();
        for (vout, planned) in (0..).zip(outputs) {
            let coin = Coin {
                output: planned.output(),
                lock: planned.place.lock.clone(),
                purse: planned.place.purse,
                from_height: height + maturity,
                age: self.created,
            };
            self.created += 1;
            self.coins.insert(OutPoint { txid, vout }, coin);
        }
    }

    fn sum_sat(&self, inputs: &[OutPoint]) -> u64 {
        let coins = inputs.iter().map(|outpoint| self.coin(*outpoint));
        coins.map(Coin::value_sat).sum()
    }

    /// What a payment from a purse costs with change and fee, in satoshis.
    fn cost_sat(&self, purse: &str, inputs: &[OutPoint], payees: &[(Place, u64)]) -> u64 {
        /// Version, counts, lock time and the witness marker; and a change output.
        const FIXED_WEIGHT: u64 = 46 + 4 * 43;
        let inputs = inputs.iter().map(|outpoint| self.coin(*outpoint));
        let inputs: u64 = inputs.map(|coin| coin.lock.input_weight()).sum();
        let outputs: u64 = payees
            .iter()
            .map(|(place, _)| 4 * (9 + place.lock.script().len() as u64))
            .sum();
        let paid_sat: u64 = payees.iter().map(|(_, value_sat)| value_sat).sum();
        let weight = FIXED_WEIGHT + inputs + outputs;
        paid_sat + weight.div_ceil(4) * software(purse).fee_rate_sat
    }
}

impl Coin {
    /// The address it lies at.
    pub(super) fn place(&self) -> Place {
        Place {
            lock: self.lock.clone(),
            purse: self.purse,
            customer: None,
        }
    }

    pub(super) fn value_sat(&self) -> u64 {
        self.output.value.to_sat()
    }
}

fn unsigned(spent: OutPoint, sequence: Sequence) -> TxIn {
    TxIn {
        previous_output: spent,
        script_sig: ScriptBuf::new(),
        sequence,
        witness: Witness::new(),
    }
}

//! Chains of which everything is known, as a view and the truth beside it.

use std::collections::HashMap;

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use testdata::economy;
use testdata::simulator::{self, Settings, Simulation, Use};
use trace_core::model::{
    Address, AddressId, BitcoinNetwork, Block, BlockHash, BlockRef, Position, Transaction,
    TxNumber, Txid,
};
use trace_core::normalise::{self, RawBlock, Spent};
use trace_core::view::{Answer, CoinView, Gathered, Located, NumberedTransaction, Spender};

/// A chain that is told whole, and what is true of it.
pub(crate) struct Told {
    pub(crate) view: Gathered,
    /// Whose an address is, by its number.
    pub(crate) owners: Vec<Option<u32>>,
    /// By the transaction's number: what it is called, whether it is a mix, and which of its
    /// outputs is the only change, if there is one.
    transactions: Vec<(String, bool, Option<u32>)>,
}

/// What is told of one transaction: kind, mix or not, owner of each output, the only change.
type TransactionTold = (String, bool, Vec<Option<u32>>, Option<u32>);

impl Told {
    pub(crate) fn economy() -> Self {
        let played = economy::play();
        let mut names: Vec<&String> = played.truth.owners.keys().collect();
        names.sort();
        let number = |name: &String| {
            let at = names.iter().position(|known| *known == name);
            at.and_then(|at| u32::try_from(at).ok())
        };
        let mut outputs = HashMap::new();
        let mut truths = played.truth.transactions.iter();
        let blocks: Vec<_> = (0..)
            .zip(&played.blocks)
            .map(|(height, block)| {
                let mut spent = Vec::new();
                let mut told = Vec::new();
                for tx in &block.txdata {
                    for input in tx.input.iter().filter(|_| !tx.is_coinbase()) {
                        let output = outputs.remove(&input.previous_output);
                        spent.extend(serialize(&output.expect("an output of this chain")));
                    }
                    let txid = tx.compute_txid();
                    for (vout, output) in (0..).zip(&tx.output) {
                        outputs.insert(bitcoin::OutPoint { txid, vout }, output.clone());
                    }
                    let truth = truths.next().expect("the book is whole");
                    assert_eq!(truth.txid, txid.to_string());
                    let purposes = truth.outputs.iter().map(|output| output.purpose);
                    let owners = truth.outputs.iter();
                    told.push((
                        format!("{:?}", truth.kind),
                        truth.kind.is_mix(),
                        owners
                            .map(|output| output.owner.as_ref().and_then(number))
                            .collect(),
                        only(purposes.map(|purpose| purpose == economy::Purpose::Change)),
                    ));
                }
                let at = BlockRef {
                    height,
                    hash: BlockHash(block.block_hash().to_byte_array()),
                };
                (read(at, serialize(block), Spent::Outputs(spent)), told)
            })
            .collect();
        Self::of(blocks)
    }

    pub(crate) fn simulated(transactions: u64) -> Self {
        use simulator::Kind;
        let blocks = Simulation::new(Settings::of_size(transactions, 1)).map(|block| {
            let at = BlockRef {
                height: block.height,
                hash: BlockHash(block.hash),
            };
            let spent = if block.height == 0 {
                Spent::Unknown
            } else {
                Spent::Undo(block.undo)
            };
            let told = block.truth.iter().map(|truth| {
                let is_mix = matches!(
                    truth.kind,
                    Kind::Whirlpool | Kind::Wasabi1 | Kind::Wasabi2 | Kind::JoinMarket
                );
                let owners = truth.outputs.iter();
                let owners =
                    owners.map(|(owner, _)| (*owner != simulator::NOBODY).then_some(*owner));
                let change = only(truth.outputs.iter().map(|(_, used)| *used == Use::Change));
                (
                    format!("{:?}", truth.kind),
                    is_mix,
                    owners.collect(),
                    change,
                )
            });
            let told = told.collect();
            (read(at, block.bytes, spent), told)
        });
        Self::of(blocks.collect())
    }

    fn of(blocks: Vec<(Block, Vec<TransactionTold>)>) -> Self {
        let tip = blocks.last().expect("there are blocks").0.at;
        let mut view = Gathered::new(BitcoinNetwork::Regtest, tip);
        let mut owner_of: HashMap<Address, Option<u32>> = HashMap::new();
        let mut transactions = Vec::new();
        for (block, told) in blocks {
            assert_eq!(block.transactions.len(), told.len());
            for ((index, transaction), told) in (0..).zip(block.transactions).zip(told) {
                let (kind, is_mix, owners, change) = told;
                for (output, owner) in transaction.outputs.iter().zip(owners) {
                    if let Some(address) = &output.address {
                        owner_of.insert(address.clone(), owner);
                    }
                }
                view.insert(&Located {
                    position: Position {
                        height: block.at.height,
                        index,
                    },
                    transaction,
                });
                transactions.push((kind, is_mix, change));
            }
        }
        let mut owners = vec![None; owner_of.len()];
        for (address, owner) in &owner_of {
            view.insert_receipts(address, Ok(0));
            let id = view.find_address(address).expect("it was paid");
            if let Some(known) = owners.get_mut(id.0 as usize) {
                *known = *owner;
            }
        }
        let mut told = Self {
            view,
            owners,
            transactions,
        };
        told.say_what_is_unspent();
        told
    }

    fn say_what_is_unspent(&mut self) {
        for tx in self.view.transaction_numbers() {
            for vout in (0..).take(self.transaction(tx).outputs.len()) {
                let output = self.view.output_id(tx, vout).expect("an output");
                if self.view.spender(output) == Answer::NotFetched
                    && let Answer::Known(outpoint) = self.view.outpoint(output)
                {
                    let unspent = Answer::Known(Spender::Unspent);
                    self.view.insert_spender(outpoint, unspent);
                }
            }
        }
    }

    pub(crate) fn transaction(&self, tx: TxNumber) -> NumberedTransaction {
        let mut transaction = Transaction {
            txid: Txid::default(),
            version: 0,
            lock_time: 0,
            weight: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let held = self.view.transaction(tx, &mut transaction);
        assert_eq!(held, Answer::Known(()));
        transaction
    }

    pub(crate) fn owner(&self, address: AddressId) -> Option<u32> {
        *self.owners.get(address.0 as usize)?
    }

    pub(crate) fn told(&self) -> impl Iterator<Item = (TxNumber, &(String, bool, Option<u32>))> {
        (0..).map(TxNumber).zip(&self.transactions)
    }
}

/// The index of the only one that is true.
fn only(which: impl Iterator<Item = bool>) -> Option<u32> {
    let mut found = (0..).zip(which).filter(|(_, is)| *is).map(|(at, _)| at);
    found.next().filter(|_| found.next().is_none())
}

fn read(at: BlockRef, block: Vec<u8>, spent: Spent) -> Block {
    normalise::block(&RawBlock::Serialised { at, block, spent }).expect("a whole block")
}

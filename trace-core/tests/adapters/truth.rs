//! What is true of a chain, worked out naively from its blocks.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use bitcoin::consensus::{Encodable, deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::{Block, TxOut};
use testdata::economy;
use trace_core::model::{Address, BlockHash, BlockRef, OutPoint, Position, Txid};
use trace_core::normalise::{RawBlock, Spent, block};
use trace_core::source::Told;
use trace_core::view::{Located, Question};

/// Everything that the blocks say.
pub(crate) struct Truth {
    pub(crate) blocks: Vec<Block>,
    pub(crate) refs: Vec<BlockRef>,
    pub(crate) parsed: Vec<trace_core::model::Block>,
    located: BTreeMap<Txid, Located>,
    spenders: BTreeMap<OutPoint, Txid>,
    receipts: BTreeMap<Address, Vec<Txid>>,
}

/// The scripted economy, read once for all tests from the file that ships.
pub(crate) fn economy() -> &'static Truth {
    static ECONOMY: OnceLock<Truth> = OnceLock::new();
    ECONOMY.get_or_init(|| {
        let file = fs::read(economy::shipped().join("blocks/blk00000.dat")).unwrap();
        let (mut blocks, mut rest) = (Vec::new(), &file[..]);
        while let Some((head, tail)) = rest.split_at_checked(8) {
            let length = u32::from_le_bytes(head[4..].try_into().unwrap());
            let (block, tail) = tail.split_at(length as usize);
            blocks.push(deserialize(block).unwrap());
            rest = tail;
        }
        Truth::of(blocks)
    })
}

impl Truth {
    pub(crate) fn of(blocks: Vec<Block>) -> Self {
        let mut truth = Self {
            blocks,
            refs: Vec::new(),
            parsed: Vec::new(),
            located: BTreeMap::new(),
            spenders: BTreeMap::new(),
            receipts: BTreeMap::new(),
        };
        let mut coins: BTreeMap<bitcoin::OutPoint, TxOut> = BTreeMap::new();
        for (height, raw) in (0..).zip(&truth.blocks) {
            let mut spent = Vec::new();
            for transaction in &raw.txdata {
                for input in transaction
                    .input
                    .iter()
                    .filter(|_| !transaction.is_coinbase())
                {
                    let coin = coins.remove(&input.previous_output).unwrap();
                    coin.consensus_encode(&mut spent).unwrap();
                }
                let txid = transaction.compute_txid();
                let outputs = (0..).zip(&transaction.output);
                coins.extend(
                    outputs
                        .map(|(vout, output)| (bitcoin::OutPoint { txid, vout }, output.clone())),
                );
            }
            let hash = BlockHash(raw.block_hash().to_byte_array());
            let at = BlockRef { height, hash };
            truth.refs.push(at);
            let read = block(&RawBlock::Serialised {
                at,
                block: serialize(raw),
                spent: Spent::Outputs(spent),
            });
            truth.parsed.push(read.unwrap());
        }
        for block in &truth.parsed {
            for (index, transaction) in (0..).zip(&block.transactions) {
                let txid = transaction.txid;
                for input in &transaction.inputs {
                    truth.spenders.insert(input.spends, txid);
                }
                for address in transaction
                    .outputs
                    .iter()
                    .filter_map(|out| out.address.as_ref())
                {
                    let receipts = truth.receipts.entry(address.clone()).or_default();
                    if receipts.last() != Some(&txid) {
                        receipts.push(txid);
                    }
                }
                let position = Position {
                    height: block.at.height,
                    index,
                };
                let transaction = transaction.clone();
                truth.located.insert(
                    txid,
                    Located {
                        position,
                        transaction,
                    },
                );
            }
        }
        truth
    }

    pub(crate) fn tip(&self) -> BlockRef {
        *self.refs.last().unwrap()
    }

    pub(crate) fn transactions(&self) -> impl Iterator<Item = &Located> {
        self.located.values()
    }

    pub(crate) fn transaction_questions(&self) -> Vec<Question> {
        self.located
            .keys()
            .map(|txid| Question::Transaction(*txid))
            .collect()
    }

    /// One for each output that somebody can spend.
    pub(crate) fn spender_questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for located in self.located.values() {
            for (vout, output) in (0..).zip(&located.transaction.outputs) {
                let txid = located.transaction.txid;
                if output.address.is_some() {
                    questions.push(Question::Spender(OutPoint { txid, vout }));
                }
            }
        }
        questions
    }

    /// For each address from the first block on and from the block after its first payment.
    pub(crate) fn receipts_questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for (address, receipts) in &self.receipts {
            let first = self.located[&receipts[0]].position.height;
            questions.push(Question::Receipts(address.clone(), 0));
            questions.push(Question::Receipts(address.clone(), first + 1));
        }
        questions
    }

    /// A part of all questions, of each kind, that takes a test less time.
    pub(crate) fn some_questions(&self) -> Vec<Question> {
        self.questions().into_iter().step_by(11).collect()
    }

    pub(crate) fn questions(&self) -> Vec<Question> {
        let mut questions = self.transaction_questions();
        questions.extend(self.spender_questions());
        questions.extend(self.receipts_questions());
        questions
    }

    /// Whether the answer to a question is the right one as of a height. An output that is
    /// not there as of then is not spent either; which of the two a source says is its own.
    pub(crate) fn agrees(&self, question: &Question, as_of: u32, answer: &Told) -> bool {
        let absent = match (question, answer) {
            (Question::Spender(outpoint), Told::NoTransaction(txid)) => {
                let creator = self.located.get(&outpoint.txid);
                *txid == outpoint.txid
                    && creator.is_none_or(|creator| creator.position.height > as_of)
            }
            _ => false,
        };
        absent || *answer == self.told(question, as_of)
    }

    /// What is to be answered as of a height.
    pub(crate) fn told(&self, question: &Question, as_of: u32) -> Told {
        let known = |txid: &Txid| {
            let located = self.located.get(txid)?;
            (located.position.height <= as_of).then(|| located.clone())
        };
        match question {
            Question::Transaction(txid) => match known(txid) {
                Some(located) => Told::Transaction(Box::new(located)),
                None => Told::NoTransaction(*txid),
            },
            Question::Spender(outpoint) => match self.spenders.get(outpoint).and_then(known) {
                Some(located) => Told::Spent(Box::new(located)),
                None => Told::Unspent,
            },
            Question::Receipts(address, from) => {
                let txids = self.receipts.get(address).into_iter().flatten();
                let mut receipts: Vec<Located> = txids
                    .filter_map(known)
                    .filter(|located| located.position.height >= *from)
                    .collect();
                receipts.sort_by_key(|located| located.position);
                Told::Receipts(receipts)
            }
        }
    }
}

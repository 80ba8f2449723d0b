//! A chain of accounts, told transaction by transaction, with names, not hex.

use std::collections::BTreeMap;

use trace_core::model::account::{
    Address, Asset, B256, Block, Checks, InnerCalls, Log, Outcome, Transaction, Transfer,
    TransferKind, U256,
};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::view::account::GatheredAccounts;

pub(crate) const CHAIN: ChainId = ChainId(1337);

/// An account's address is its name.
pub(crate) fn address(name: &str) -> Address {
    let mut bytes = [0; 20];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Address::from(bytes)
}

pub(crate) fn name_of(address: &Address) -> String {
    let name = address.iter().copied().take_while(|byte| *byte != 0);
    String::from_utf8(name.collect()).unwrap()
}

pub(crate) fn token(name: &str) -> Asset {
    Asset::Token(address(name))
}

pub(crate) fn word(number: u64) -> B256 {
    B256::from(U256::from(number))
}

pub(crate) fn event(contract: &str, topics: &[B256], data: &[B256]) -> Log {
    Log {
        address: address(contract),
        topics: topics.to_vec(),
        data: data.iter().flat_map(|word| word.0).collect(),
    }
}

/// A transaction in the making.
#[derive(Clone, Debug)]
pub(crate) struct Tx(Transaction);

/// A transaction that `from` signs.
pub(crate) fn tx(from: &str) -> Tx {
    Tx(Transaction {
        hash: B256::ZERO,
        from: address(from),
        to: Some(address("callee")),
        created: None,
        nonce: 0,
        gas_price: U256::from(7),
        selector: None,
        outcome: Outcome::Succeeded,
        transfers: Vec::new(),
        logs: Vec::new(),
        creations: Vec::new(),
    })
}

impl Tx {
    /// Native coin that the signer pays.
    pub(crate) fn pays(self, to: &str, amount: u64) -> Self {
        let from = self.0.from;
        self.moves(TransferKind::Value, Asset::Native, Some(from), to, amount)
    }

    /// Native coin that a contract pays.
    pub(crate) fn calls(self, from: &str, to: &str, amount: u64) -> Self {
        let from = Some(address(from));
        self.moves(TransferKind::Call, Asset::Native, from, to, amount)
    }

    /// Units of a token; `new` and `gone` are nobody.
    pub(crate) fn sends(self, of: &str, from: &str, to: &str, amount: u64) -> Self {
        let from = (from != "new").then(|| address(from));
        self.moves(TransferKind::Token, token(of), from, to, amount)
    }

    /// Native coin of `who` becomes its own token.
    pub(crate) fn wraps(self, of: &str, who: &str, amount: u64) -> Self {
        let native = self.calls(who, of, amount);
        native.moves(TransferKind::Wrap, token(of), None, who, amount)
    }

    /// The token becomes native coin again.
    pub(crate) fn unwraps(self, of: &str, who: &str, amount: u64) -> Self {
        let from = Some(address(who));
        let gone = self.moves(TransferKind::Unwrap, token(of), from, "gone", amount);
        gone.calls(of, who, amount)
    }

    /// The fee, which a miner gets.
    pub(crate) fn tips(self, miner: &str, amount: u64) -> Self {
        let from = self.0.from;
        self.moves(
            TransferKind::PriorityFee,
            Asset::Native,
            Some(from),
            miner,
            amount,
        )
    }

    fn moves(
        mut self,
        kind: TransferKind,
        asset: Asset,
        from: Option<Address>,
        to: &str,
        amount: u64,
    ) -> Self {
        self.0.transfers.push(Transfer {
            kind,
            asset,
            from,
            to: (to != "gone").then(|| address(to)),
            amount: U256::from(amount),
        });
        self
    }

    pub(crate) fn says(mut self, log: Log) -> Self {
        self.0.logs.push(log);
        self
    }

    pub(crate) fn creates(mut self, contract: &str) -> Self {
        self.0.to = None;
        self.0.created = Some(address(contract));
        self
    }

    pub(crate) fn has_created(mut self, contract: &str, creator: &str) -> Self {
        let creation = (address(contract), address(creator));
        self.0.creations.push(creation);
        self
    }

    pub(crate) fn at_price(mut self, gas_price: u64) -> Self {
        self.0.gas_price = U256::from(gas_price);
        self
    }

    pub(crate) fn ends(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }
}

/// Blocks from height 0 on; nonces and hashes count.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) blocks: Vec<Block>,
    nonces: BTreeMap<Address, u64>,
    count: u64,
}

impl Chain {
    /// One block with nothing in it.
    pub(crate) fn new() -> Self {
        let mut chain = Self {
            blocks: Vec::new(),
            nonces: BTreeMap::new(),
            count: 0,
        };
        chain.skip(1);
        chain
    }

    /// Transactions, each in a block of its own.
    pub(crate) fn of(all: impl IntoIterator<Item = Tx>) -> Self {
        let mut chain = Self::new();
        for tx in all {
            chain.push(tx);
        }
        chain
    }

    /// Blocks with nothing in them.
    pub(crate) fn skip(&mut self, blocks: u32) {
        for _ in 0..blocks {
            let height = self.blocks.len() as u32;
            self.blocks.push(Block {
                at: BlockRef {
                    height,
                    hash: BlockHash::default(),
                },
                parent: BlockHash::default(),
                time: u64::from(height) * 12,
                fee_recipient: address("miner"),
                transactions: Vec::new(),
                after: Vec::new(),
                inner_calls: InnerCalls::Seen,
                checks: Checks::default(),
            });
        }
    }

    /// A transaction in a new block; returns its hash.
    pub(crate) fn push(&mut self, tx: Tx) -> B256 {
        self.skip(1);
        self.push_beside(tx)
    }

    /// A transaction in the last block; returns its hash.
    pub(crate) fn push_beside(&mut self, Tx(mut tx): Tx) -> B256 {
        let nonce = self.nonces.entry(tx.from).or_default();
        tx.nonce = *nonce;
        *nonce += 1;
        self.count += 1;
        tx.hash = word(self.count);
        let hash = tx.hash;
        self.blocks.last_mut().unwrap().transactions.push(tx);
        hash
    }

    pub(crate) fn view(&self) -> GatheredAccounts {
        self.view_from(0)
    }

    /// The blocks from a height on, and nobody to ask for the others.
    pub(crate) fn view_from(&self, height: u32) -> GatheredAccounts {
        let tip = self.blocks.last().unwrap().at;
        let mut view = GatheredAccounts::new(CHAIN, tip).alone();
        for block in &self.blocks[height as usize..] {
            view.insert_block(block);
        }
        view
    }

    /// The same without the inner calls of its blocks.
    pub(crate) fn untraced(mut self) -> Self {
        for block in &mut self.blocks {
            block.inner_calls = InnerCalls::NotSeen;
        }
        self
    }
}

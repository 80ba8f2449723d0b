//! The accounts, what they hold, and the blocks so far.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, U256};
use trace_core::model::account::Asset;

use super::PlayedBlock;
use super::account::{Account, Pricing, Unsigned};
use super::order::{self, Moved, Order};
use super::truth::{Kind, MixTruth, Move, TransactionTruth};
use crate::economy::AddressTruth;
use crate::evm_node::GENESIS_TIME;

/// What a payment to a contract is let take.
const GAS_TO_CODE: u64 = 60_000;
const SLOT_SECONDS: u64 = 12;
const GWEI: u128 = 1_000_000_000;
/// What exchanges and other programs offer for a unit of gas, in the older form: exactly this.
const LEGACY_PRICE: u128 = 3 * GWEI;

/// Everything so far. Accounts have names of two or three parts: `owner/purse/customer`.
pub(super) struct World {
    time: u64,
    accounts: BTreeMap<String, Account>,
    contracts: BTreeMap<String, Address>,
    nonces: BTreeMap<Address, u64>,
    held: BTreeMap<(Asset, Address), U256>,
    pub(super) addresses: BTreeMap<Address, AddressTruth>,
    pub(super) transactions: Vec<TransactionTruth>,
    pub(super) mixes: Vec<MixTruth>,
    pub(super) blocks: Vec<PlayedBlock>,
    pending: Vec<Vec<u8>>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            time: GENESIS_TIME,
            accounts: BTreeMap::new(),
            contracts: BTreeMap::new(),
            nonces: BTreeMap::new(),
            held: BTreeMap::new(),
            addresses: BTreeMap::new(),
            transactions: Vec::new(),
            mixes: Vec::new(),
            blocks: Vec::new(),
            pending: Vec::new(),
        };
        let faucet = Account::faucet();
        world.accounts.insert("faucet/genesis".to_owned(), faucet);
        world.register(faucet.address, "faucet/genesis");
        let ether = order::ether(crate::evm_node::FAUCET_ETHER);
        world.held.insert((Asset::Native, faucet.address), ether);
        world
    }

    /// The account of that name, known from now on.
    fn account(&mut self, name: &str) -> Account {
        if let Some(account) = self.accounts.get(name) {
            return *account;
        }
        let account = Account::named(name);
        self.accounts.insert(name.to_owned(), account);
        self.register(account.address, name);
        account
    }

    /// The address of a contract, or else of an account, of that name.
    pub(super) fn address(&mut self, name: &str) -> Address {
        match self.contracts.get(name) {
            Some(contract) => *contract,
            None => self.account(name).address,
        }
    }

    /// Says whose a contract is.
    pub(super) fn name_contract(&mut self, address: Address, name: &str) {
        self.contracts.insert(name.to_owned(), address);
        self.register(address, name);
    }

    fn register(&mut self, address: Address, name: &str) {
        let mut parts = name.splitn(3, '/').map(str::to_owned);
        let truth = AddressTruth {
            owner: parts.next().unwrap_or_default(),
            purse: parts.next().expect("a name has an owner and a purse"),
            customer: parts.next(),
        };
        let before = self.addresses.insert(address, truth);
        assert!(before.is_none(), "{name} has an address of its own");
    }

    /// The height of the last block.
    pub(super) fn height(&self) -> u32 {
        u32::try_from(self.blocks.len()).expect("the story is short")
    }

    /// What an account holds. Of ether: what it would hold if gas were free.
    pub(super) fn held(&self, asset: Asset, account: Address) -> U256 {
        let held = self.held.get(&(asset, account));
        held.copied().unwrap_or_default()
    }

    /// Somebody signs it; it is in the next block.
    pub(super) fn send(&mut self, by: &str, order: Order) -> B256 {
        let account = self.account(by);
        let nonce = self.nonces.entry(account.address).or_default();
        let unsigned = Unsigned {
            nonce: *nonce,
            pricing: pricing(by),
            gas: order.gas,
            to: order.to,
            value: order.value,
            input: order.input,
        };
        let created = account.address.create(*nonce);
        *nonce += 1;
        let mut moves = Vec::new();
        if !order.fails && !order.value.is_zero() {
            let to = order.to.unwrap_or(created);
            moves.push(Moved::ether(account.address, to, order.value));
        }
        moves.extend(order.moves);
        moves.retain(|moved| !moved.amount.is_zero());
        for moved in &moves {
            self.apply(moved);
        }
        let (signed, hash) = account.sign(unsigned);
        self.pending.push(signed);
        self.transactions.push(TransactionTruth {
            hash,
            height: self.height() + 1,
            kind: order.kind,
            by: by.split('/').next().unwrap_or_default().to_owned(),
            from: account.address,
            fails: order.fails,
            moves: moves.iter().map(told).collect(),
        });
        hash
    }

    /// Creates a contract and gives it a name. `order` is told its address.
    pub(super) fn deploy(
        &mut self,
        by: &str,
        name: &str,
        order: impl FnOnce(Address) -> Order,
    ) -> Address {
        let creator = self.account(by).address;
        let nonce = self.nonces.get(&creator).copied().unwrap_or_default();
        let address = creator.create(nonce);
        self.name_contract(address, name);
        self.send(by, order(address));
        address
    }

    /// A plain payment.
    pub(super) fn pay(&mut self, kind: Kind, by: &str, to: &str, value: U256) -> B256 {
        let order = Order::pay(kind, self.address(to), value);
        let has_code = self.contracts.contains_key(to);
        self.send(
            by,
            if has_code {
                order.gas(GAS_TO_CODE)
            } else {
                order
            },
        )
    }

    /// Pays all the ether of an account that has never paid for gas before, and leaves nothing.
    pub(super) fn empty(&mut self, kind: Kind, by: &str, to: &str) -> B256 {
        let account = self.account(by).address;
        let Pricing::Legacy(price) = pricing(by) else {
            panic!("{by} cannot know what gas will cost")
        };
        let fee = U256::from(price) * U256::from(order::GAS_OF_PAYMENT);
        let left = Moved {
            asset: Asset::Native,
            from: Some(account),
            to: None,
            amount: fee,
        };
        self.apply(&left);
        let value = self.held(Asset::Native, account);
        self.pay(kind, by, to, value)
    }

    /// Makes a block, one slot after the one before.
    pub(super) fn mine(&mut self) {
        self.time += SLOT_SECONDS;
        self.blocks.push(PlayedBlock {
            time: self.time,
            transactions: std::mem::take(&mut self.pending),
        });
    }

    /// Lets time pass before the next block.
    pub(super) fn wait_hours(&mut self, hours: u64) {
        self.time += hours * 3600;
    }

    fn apply(&mut self, moved: &Moved) {
        if let Some(from) = moved.from {
            let held = self.held.entry((moved.asset, from)).or_default();
            *held = held
                .checked_sub(moved.amount)
                .unwrap_or_else(|| panic!("{from} has too little of {}", moved.asset));
        }
        if let Some(to) = moved.to {
            *self.held.entry((moved.asset, to)).or_default() += moved.amount;
        }
    }
}

fn told(moved: &Moved) -> Move {
    Move {
        asset: moved.asset.to_string(),
        from: moved.from,
        to: moved.to,
        amount: moved.amount.to_string(),
    }
}

/// Each program offers in its own way.
fn pricing(by: &str) -> Pricing {
    match by.split('/').next() {
        Some("harbour" | "kestrel" | "rolf") => Pricing::Legacy(LEGACY_PRICE),
        Some("dave") => Pricing::AccessList(4 * GWEI),
        Some("mallory") => Pricing::Dynamic {
            most: 40 * GWEI,
            priority: 2 * GWEI,
        },
        _ => Pricing::Dynamic {
            most: 30 * GWEI,
            priority: GWEI,
        },
    }
}

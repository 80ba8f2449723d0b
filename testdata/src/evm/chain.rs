//! A chain as it is being made.

use std::collections::BTreeMap;

use trace_core::model::account::{Address, B256, U256};

use super::{Act, Event};

/// Wei for a unit of gas: 7 are burnt, 3 go to the maker of the block.
const BASE_FEE: u64 = 7;
const TIP: u64 = 3;
const GAS: u64 = 21_000;

/// Wei that the maker of a block of Ethereum's first years is paid.
const REWARD: u64 = 5_000_000_000_000_000_000;

/// Who makes the blocks.
pub(super) const MAKER: &str = "maker";

/// An account's address is its name.
pub fn address(name: &str) -> Address {
    let mut bytes = [0x11; 20];
    for (place, byte) in bytes.iter_mut().zip(name.bytes()) {
        *place = byte;
    }
    Address::from(bytes)
}

/// A chain whose blocks are empty but for those that were filled.
#[derive(Clone, Debug)]
pub struct EvmChain {
    pub(super) chain: u64,
    pub(super) tip: u32,
    pub(super) blocks: BTreeMap<u32, Made>,
    pub(super) held: BTreeMap<Holding, BTreeMap<u32, U256>>,
    /// From where on its blocks are not those of the chain that it was copied from.
    pub(super) forked_from: Option<u32>,
}

/// What is kept by height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holding {
    Native(Address),
    Nonce(Address),
    Code(Address),
    Token(Address, Address),
    /// Whether an account owns a thing.
    Item(Address, u64, Address),
}

/// A block that was filled.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub(super) transactions: Vec<Transaction>,
    /// To whom the beacon chain pays how many gwei.
    pub(super) withdrawals: Vec<(Address, u64)>,
}

/// A transaction.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) hash: B256,
    pub(super) from: Address,
    /// `None` where it creates `created`.
    pub(super) to: Option<Address>,
    pub(super) created: Option<Address>,
    pub(super) value: u64,
    pub(super) nonce: u64,
    pub(super) failed: bool,
    pub(super) inside: Vec<Act>,
}

impl EvmChain {
    /// A chain with a genesis block that gives something to these accounts.
    pub fn new(chain: u64, allocations: &[(&str, u64)]) -> Self {
        let mut made = Self {
            chain,
            tip: 0,
            blocks: BTreeMap::new(),
            held: BTreeMap::new(),
            forked_from: None,
        };
        for (name, amount) in allocations {
            made.change(Holding::Native(address(name)), *amount, 0);
        }
        made
    }

    /// The same chain up to a height, which goes on with other blocks.
    ///
    /// # Panics
    /// When there is no block at that height, or it is the genesis block.
    #[must_use]
    pub fn forked_from(&self, height: u32) -> Self {
        assert!((1..=self.tip).contains(&height), "no block {height}");
        let mut fork = self.clone();
        fork.forked_from = Some(height);
        fork.tip = height;
        fork.blocks.split_off(&height);
        for amounts in fork.held.values_mut() {
            amounts.split_off(&height);
        }
        fork
    }

    /// Goes on to a later block, with which the chain ends for now.
    ///
    /// # Panics
    /// When it is none.
    pub fn at(&mut self, height: u32) -> &mut Self {
        assert!(height >= self.tip, "{height} is before {}", self.tip);
        self.tip = height;
        self
    }

    /// Goes on to the next block.
    pub fn next_block(&mut self) -> &mut Self {
        self.at(self.tip + 1)
    }

    /// The height of the last block.
    pub fn tip(&self) -> u32 {
        self.tip
    }

    /// Makes an account a contract.
    pub fn deploy(&mut self, name: &str) -> Address {
        let contract = address(name);
        self.change(Holding::Code(contract), 1, 0);
        contract
    }

    /// The beacon chain pays out with this block.
    pub fn withdraw(&mut self, to: &str, gwei: u64) -> &mut Self {
        let to = address(to);
        self.change(Holding::Native(to), gwei * 1_000_000_000, 0);
        self.block().withdrawals.push((to, gwei));
        self
    }

    /// The hash of the transaction that is made next.
    pub fn next_hash(&self) -> B256 {
        let index = self.blocks.get(&self.tip);
        let index = index.map_or(0, |block| block.transactions.len());
        let mut bytes = [0x77; 32];
        let place = u64::from(self.tip) << 16 | index as u64;
        bytes
            .iter_mut()
            .rev()
            .zip(place.to_le_bytes())
            .for_each(|(to, from)| *to = from);
        B256::from(bytes)
    }

    /// A transaction that pays and does these things.
    ///
    /// # Panics
    /// When somebody sends what he has not.
    pub fn run(&mut self, from: &str, to: Address, value: u64, inside: Vec<Act>) -> B256 {
        self.add(address(from), Some(to), value, inside, false)
    }

    /// A transaction from one account to another that does nothing else.
    ///
    /// # Panics
    /// When somebody sends what he has not.
    pub fn pay(&mut self, from: &str, to: &str, value: u64) -> B256 {
        self.run(from, address(to), value, Vec::new())
    }

    /// A transaction that is undone but for its fee.
    ///
    /// # Panics
    /// When its sender cannot pay the fee.
    pub fn fail(&mut self, from: &str, to: Address, value: u64) -> B256 {
        self.add(address(from), Some(to), value, Vec::new(), true)
    }

    /// A transaction that creates a contract.
    ///
    /// # Panics
    /// When somebody sends what he has not.
    pub fn create(&mut self, from: &str, value: u64) -> Address {
        let hash = self.add(address(from), None, value, Vec::new(), false);
        created_by(hash)
    }

    /// What an account has of the native coin by now.
    pub fn balance(&self, account: Address) -> U256 {
        self.held_at(Holding::Native(account), self.tip)
    }

    /// Whether an account could pay this and the fee.
    pub fn can_pay(&self, from: &str, value: u64) -> bool {
        self.balance(address(from)) >= U256::from(value + (BASE_FEE + TIP) * GAS)
    }

    /// What an account has of a token by now.
    pub fn tokens(&self, contract: Address, account: Address) -> U256 {
        self.held_at(Holding::Token(contract, account), self.tip)
    }

    pub(super) fn held_at(&self, holding: Holding, height: u32) -> U256 {
        let held = self.held.get(&holding);
        let held = held.and_then(|held| held.range(..=height).next_back());
        let held = held.map_or(U256::ZERO, |(_, amount)| *amount);
        if holding == Holding::Native(address(MAKER)) && self.chain == 1 {
            return held + U256::from(REWARD) * U256::from(height);
        }
        held
    }

    /// Who owns a thing at the end of a block.
    pub(super) fn owner(&self, contract: Address, id: u64, height: u32) -> Option<Address> {
        let holdings = self.held.keys();
        let mut owners = holdings.filter_map(|holding| match holding {
            Holding::Item(of, number, owner) if (*of, *number) == (contract, id) => Some(*owner),
            _ => None,
        });
        owners.find(|owner| {
            !self
                .held_at(Holding::Item(contract, id, *owner), height)
                .is_zero()
        })
    }

    fn add(
        &mut self,
        from: Address,
        to: Option<Address>,
        value: u64,
        inside: Vec<Act>,
        failed: bool,
    ) -> B256 {
        let hash = self.next_hash();
        let nonce = self.held_at(Holding::Nonce(from), self.tip).to::<u64>();
        self.change(Holding::Nonce(from), 1, 0);
        self.change(Holding::Native(from), 0, (BASE_FEE + TIP) * GAS);
        self.change(Holding::Native(address(MAKER)), TIP * GAS, 0);
        let created = to.is_none().then(|| created_by(hash));
        if let Some(contract) = created {
            self.change(Holding::Nonce(contract), 1, 0);
            self.change(Holding::Code(contract), 1, 0);
        }
        if !failed && let Some(to) = to.or(created) {
            self.moves(from, to, value);
            self.execute(to, &inside);
        }
        self.block().transactions.push(Transaction {
            hash,
            from,
            to,
            created,
            value,
            nonce,
            failed,
            inside,
        });
        hash
    }

    fn execute(&mut self, account: Address, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Call { undone: true, .. } => {}
                Act::Call {
                    to, value, inside, ..
                } => {
                    self.moves(account, *to, *value);
                    self.execute(*to, inside);
                }
                Act::Say(event) => self.say(*event),
            }
        }
    }

    fn say(&mut self, event: Event) {
        let token = |contract, holder: Address| Holding::Token(contract, holder);
        match event {
            Event::Token(contract, from, to, amount)
            | Event::OldToken(contract, from, to, amount) => {
                if !from.is_zero() {
                    self.change(token(contract, from), 0, amount);
                }
                self.change(token(contract, to), amount, 0);
            }
            Event::Item(contract, from, to, id) => {
                if !from.is_zero() {
                    self.change(Holding::Item(contract, id, from), 0, 1);
                }
                self.change(Holding::Item(contract, id, to), 1, 0);
            }
            Event::Deposit(contract, to, amount) => self.change(token(contract, to), amount, 0),
            Event::Withdrawal(contract, from, amount) => {
                self.change(token(contract, from), 0, amount);
            }
        }
    }

    fn moves(&mut self, from: Address, to: Address, value: u64) {
        self.change(Holding::Native(from), 0, value);
        self.change(Holding::Native(to), value, 0);
    }

    fn change(&mut self, holding: Holding, more: u64, less: u64) {
        // The reward of every block is counted when the holding is asked for.
        let held = self.held.entry(holding).or_default();
        let before = held.range(..).next_back();
        let before = before.map_or(U256::ZERO, |(_, amount)| *amount);
        let after = before + U256::from(more);
        let after = after
            .checked_sub(U256::from(less))
            .unwrap_or_else(|| panic!("{holding:?} is {after} and lacks {less}"));
        held.insert(self.tip, after);
    }

    fn block(&mut self) -> &mut Made {
        self.blocks.entry(self.tip).or_default()
    }
}

fn created_by(transaction: B256) -> Address {
    let mut bytes = transaction.0;
    bytes.rotate_left(12);
    let mut address = [0xcc; 20];
    for (to, from) in address.iter_mut().skip(1).zip(bytes) {
        *to = from;
    }
    Address::from(address)
}

/// The gas that a transaction uses and its price, as nodes tell them.
pub(super) fn gas() -> (u64, u64, u64) {
    (GAS, BASE_FEE + TIP, BASE_FEE)
}

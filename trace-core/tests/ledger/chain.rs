//! Small random chains in which everything adds up, with every kind of script, with forks,
//! with transactions that spend within their block and with repeated coinbases (BIP 30).

use std::collections::BTreeMap;

use bitcoin::hashes::{Hash, sha256d};
use trace_core::model::{
    Address, BitcoinNetwork, Block, BlockHash, BlockRef, Header, Input, KeyHash, OutPoint, Output,
    ScriptKind, Transaction, Txid,
};

pub(crate) type Coins = BTreeMap<OutPoint, Output<Address>>;

/// A tree of blocks. The first one is the root, the others are built on one before them.
pub(crate) struct Tree {
    pub(crate) blocks: Vec<Block>,
    /// The block that each is built on.
    pub(crate) parents: Vec<Option<usize>>,
    unspent: Vec<Coins>,
    chance: Chance,
    first_height: u32,
}

/// `SplitMix64`: enough chance for a test, the same everywhere.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

pub(crate) const NETWORK: BitcoinNetwork = BitcoinNetwork::Regtest;
const ADDRESSES: u64 = 24;

/// One of the addresses that the chains pay to.
pub(crate) fn address(number: u64) -> (ScriptKind, Option<Address>) {
    let body = sha256d::Hash::hash(&number.to_le_bytes()).to_byte_array();
    let script = match number % 10 {
        0 => [&[0x76, 0xa9, 0x14], &body[..20], &[0x88, 0xac]].concat(),
        1 => [&[0xa9, 0x14], &body[..20], &[0x87]].concat(),
        2 | 3 => [&[0x00, 0x14], &body[..20]].concat(),
        4 => [&[0x00, 0x20], &body[..]].concat(),
        5 => [&[0x51, 0x20], &body[..]].concat(),
        6 => [&[0x21, 0x02], &body[..], &[0xac]].concat(),
        7 => [&[0x51, 0x21, 0x02], &body[..], &[0x51, 0xae]].concat(),
        8 => body[..number as usize % 5].to_vec(),
        _ => [&[0x6a, 0x08], &body[..8]].concat(),
    };
    (ScriptKind::of(&script), Address::of_script(&script))
}

/// Every address that the chains may pay to.
pub(crate) fn addresses() -> impl Iterator<Item = Address> {
    (0..ADDRESSES).filter_map(|number| address(number).1)
}

impl Tree {
    pub(crate) fn new(seed: u64, first_height: u32) -> Self {
        let mut tree = Self {
            blocks: Vec::new(),
            parents: Vec::new(),
            unspent: Vec::new(),
            chance: Chance::new(seed),
            first_height,
        };
        tree.grow(None);
        tree
    }

    /// A chain without forks.
    pub(crate) fn straight(seed: u64, first_height: u32, blocks: usize) -> Self {
        let mut tree = Self::new(seed, first_height);
        while tree.blocks.len() < blocks {
            tree.grow(Some(tree.blocks.len() - 1));
        }
        tree
    }

    /// Adds a block on one of the tree, and returns which it is.
    pub(crate) fn grow(&mut self, parent: Option<usize>) -> usize {
        let height = parent.map_or(self.first_height, |parent| {
            self.blocks[parent].at.height + 1
        });
        let mut unspent = parent.map_or_else(Coins::new, |parent| self.unspent[parent].clone());
        let mut fees = 0;
        let mut transactions = vec![self.coinbase(parent, height)];
        create(&mut unspent, &transactions[0]);
        for _ in 0..self.chance.below(5) {
            if let Some((transaction, fee)) = self.transaction(&mut unspent) {
                create(&mut unspent, &transaction);
                transactions.push(transaction);
                fees += fee;
            }
        }
        assert!(fees < u64::MAX / 2);
        let block = seal(
            parent.map(|parent| self.blocks[parent].at),
            height,
            transactions,
            self.chance.next(),
        );
        self.blocks.push(block);
        self.parents.push(parent);
        self.unspent.push(unspent);
        self.blocks.len() - 1
    }

    /// The blocks from the root to one of the tree.
    pub(crate) fn branch(&self, tip: usize) -> Vec<&Block> {
        let mut branch = Vec::new();
        let mut next = Some(tip);
        while let Some(block) = next {
            branch.push(&self.blocks[block]);
            next = self.parents[block];
        }
        branch.reverse();
        branch
    }

    fn coinbase(&mut self, parent: Option<usize>, height: u32) -> Transaction<Address, OutPoint> {
        if let Some(parent) = parent
            && self.chance.below(8) == 0
        {
            return self.blocks[parent].transactions[0].clone();
        }
        let subsidy = NETWORK.subsidy_sat(height);
        let mut outputs = vec![self.output(subsidy / 2)];
        if self.chance.below(3) == 0 {
            outputs.push(self.output(0));
        }
        self.named(Vec::new(), outputs)
    }

    fn transaction(
        &mut self,
        unspent: &mut Coins,
    ) -> Option<(Transaction<Address, OutPoint>, u64)> {
        let mut inputs = Vec::new();
        for _ in 0..=self.chance.below(3) {
            inputs.extend(self.input(unspent));
        }
        if inputs.is_empty() {
            return None;
        }
        let values = inputs.iter().map(|input| input.prevout.as_ref());
        let sum = values.map(|output| output.map_or(0, |output| output.value_sat));
        let sum: u64 = sum.sum();
        let fee = self.chance.below(sum / 4 + 1);
        let mut left = sum - fee;
        let mut outputs = Vec::new();
        for _ in 0..=self.chance.below(4) {
            let value = self.chance.below(left + 1);
            left -= value;
            outputs.push(self.output(value));
        }
        outputs.push(self.output(left));
        Some((self.named(inputs, outputs), fee))
    }

    fn input(&mut self, unspent: &mut Coins) -> Option<Input<Address, OutPoint>> {
        let is_outside = self.first_height > 0 && self.chance.below(3) == 0;
        let (spends, prevout) = if is_outside {
            let mut txid = Txid::default();
            txid.0[..8].copy_from_slice(&self.chance.next().to_le_bytes());
            let known = self.chance.below(3) > 0;
            let outpoint = OutPoint { txid, vout: 3 };
            (outpoint, known.then(|| self.spendable(5_000)))
        } else {
            let spendable = unspent.iter();
            let spendable = spendable.filter(|(_, output)| output.address.is_some());
            let spendable: Vec<OutPoint> = spendable.map(|(outpoint, _)| *outpoint).collect();
            if spendable.is_empty() {
                return None;
            }
            let chosen = spendable[self.chance.below(spendable.len() as u64) as usize];
            // The ledger knows the output better than the source does.
            let prevout = unspent.remove(&chosen)?;
            (chosen, Some(prevout))
        };
        let sequences = [u32::MAX, u32::MAX - 1, u32::MAX - 2, 0, 144, 7];
        let reveals = self.chance.below(4) == 0;
        Some(Input {
            spends,
            prevout,
            sequence: sequences[self.chance.below(6) as usize],
            has_witness: self.chance.below(2) == 0,
            reveals: reveals.then(|| KeyHash([self.chance.below(256) as u8; 20])),
        })
    }

    fn spendable(&mut self, value_sat: u64) -> Output<Address> {
        loop {
            let output = self.output(value_sat);
            if output.address.is_some() {
                return output;
            }
        }
    }

    fn output(&mut self, value_sat: u64) -> Output<Address> {
        let (kind, address) = address(self.chance.below(ADDRESSES));
        Output {
            value_sat,
            kind,
            address,
        }
    }

    fn named(
        &mut self,
        inputs: Vec<Input<Address, OutPoint>>,
        outputs: Vec<Output<Address>>,
    ) -> Transaction<Address, OutPoint> {
        let name = self.chance.next().to_le_bytes();
        let weight = self.chance.below(3) > 0;
        Transaction {
            txid: Txid(sha256d::Hash::hash(&name).to_byte_array()),
            version: self.chance.below(3) as i32,
            lock_time: self.chance.below(1000) as u32,
            weight: weight.then(|| self.chance.below(4000) as u32),
            inputs,
            outputs,
        }
    }
}

fn create(unspent: &mut Coins, transaction: &Transaction<Address, OutPoint>) {
    for (vout, output) in (0..).zip(&transaction.outputs) {
        let txid = transaction.txid;
        unspent.insert(OutPoint { txid, vout }, output.clone());
    }
}

/// A block of these transactions, with a header that commits to them.
pub(crate) fn seal(
    parent: Option<BlockRef>,
    height: u32,
    transactions: Vec<Transaction<Address, OutPoint>>,
    nonce: u64,
) -> Block {
    let txids = transactions.iter().map(|transaction| transaction.txid.0);
    let mut header = [0; 80];
    if let Some(parent) = parent {
        header[4..36].copy_from_slice(&parent.hash.0);
    }
    header[36..68].copy_from_slice(&merkle_root(txids.collect()));
    header[68..72].copy_from_slice(&(1_231_006_505 + 600 * height).to_le_bytes());
    header[72..80].copy_from_slice(&nonce.to_le_bytes());
    let header = Header(header);
    Block {
        at: BlockRef {
            height,
            hash: header.hash(),
        },
        header,
        transactions,
    }
}

fn merkle_root(mut level: Vec<[u8; 32]>) -> [u8; 32] {
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| {
                let both = [pair[0], *pair.last().unwrap()].concat();
                sha256d::Hash::hash(&both).to_byte_array()
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

/// The hash of a block that no tree has.
pub(crate) fn unknown_block() -> BlockHash {
    BlockHash([7; 32])
}

//! A small language in which a test tells what happened between accounts, with names, not hex.
//!
//! ```text
//! # Alice pays Bob, and Bob swaps the half of it.
//! gift: new -> alice 10
//! pay: fee alice 1, alice -> bob 8
//! swap: bob -> pool 4, pool -> bob 100 usd
//! ```
//!
//! One transaction a line: `name [attribute]: moves`. Each line is a block of its own, unless its
//! name begins with `&`, which puts it behind the line before. A name that begins with `after` is
//! what moved after the block's transactions.
//!
//! * **A move** is `FROM -> TO AMOUNT ASSET`. `new` and `gone` are nobody. An asset is the name of
//!   its contract, or `CONTRACT#ID`; without one it is the native coin.
//! * `fee WHO AMOUNT` is burnt, `tip WHO MINER AMOUNT` goes to the miner.
//! * `wrap WHO AMOUNT` and `unwrap WHO AMOUNT` change native coin and `weth`; `late-unwrap` is the
//!   same from a node that tells the coin before the token.
//! * **Attributes** are `[failed]` and `[unknown]`, how a transaction ended.
//! * **Names** of accounts that begin with `shop` are services, `mixer` mixers, `pool` pools.

use std::collections::BTreeMap;
use std::fmt::Write;

use trace_core::model::account::{
    Address, Asset, B256, Block, Checks, InnerCalls, Outcome, Transaction, Transfer, TransferKind,
    U256,
};
use trace_core::model::{BlockHash, BlockRef, ChainId, TxNumber};
use trace_core::taint::account::{
    Bounds, DestinationKind, Gap, Plan, Pools, Progress, Propagator, Seed, Share, Standing,
    Surroundings, Trail,
};
use trace_core::taint::{Direction, LabelIndex, Policy};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView, AssetId, GatheredAccounts};

pub(crate) const CHAIN: ChainId = ChainId(1337);

#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) blocks: Vec<Block>,
}

/// An account's address is its name.
pub(crate) fn address(name: &str) -> Address {
    let mut bytes = [0; 20];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Address::from(bytes)
}

/// A transaction's hash is its name.
pub(crate) fn hash(name: &str) -> B256 {
    let mut bytes = [0; 32];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    B256::from(bytes)
}

pub(crate) fn name_of(bytes: &[u8]) -> String {
    let name: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect();
    String::from_utf8(name).unwrap()
}

pub(crate) fn asset(name: &str) -> Asset {
    match name.split_once('#') {
        Some((contract, id)) => Asset::Item(address(contract), id.parse().unwrap()),
        None if name == "native" => Asset::Native,
        None => Asset::Token(address(name)),
    }
}

pub(crate) fn asset_name(asset: Asset) -> String {
    match asset {
        Asset::Native => "native".to_owned(),
        Asset::Token(contract) => name_of(contract.as_slice()),
        Asset::Item(contract, id) => format!("{}#{id}", name_of(contract.as_slice())),
    }
}

fn transfer(kind: TransferKind, asset: Asset, from: &str, to: &str, amount: &str) -> Transfer {
    let account = |name: &str| (!matches!(name, "new" | "gone")).then(|| address(name));
    Transfer {
        kind,
        asset,
        from: account(from),
        to: account(to),
        amount: amount.parse().unwrap(),
    }
}

fn transfers(text: &str) -> Vec<Transfer> {
    let mut transfers = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let words: Vec<&str> = part.split_whitespace().collect();
        let native = Asset::Native;
        match words[..] {
            ["fee", who, amount] => {
                transfers.push(transfer(TransferKind::BaseFee, native, who, "gone", amount));
            }
            ["tip", who, miner, amount] => {
                let kind = TransferKind::PriorityFee;
                transfers.push(transfer(kind, native, who, miner, amount));
            }
            ["wrap", who, amount] => {
                let weth = asset("weth");
                transfers.push(transfer(TransferKind::Value, native, who, "weth", amount));
                transfers.push(transfer(TransferKind::Wrap, weth, "new", who, amount));
            }
            [how @ ("unwrap" | "late-unwrap"), who, amount] => {
                let weth = asset("weth");
                transfers.push(transfer(TransferKind::Unwrap, weth, who, "gone", amount));
                transfers.push(transfer(TransferKind::Call, native, "weth", who, amount));
                if how == "late-unwrap" {
                    let last = transfers.len() - 1;
                    transfers.swap(last - 1, last);
                }
            }
            [from, "->", to, amount] => {
                transfers.push(transfer(TransferKind::Value, native, from, to, amount));
            }
            [from, "->", to, amount, of] => {
                transfers.push(transfer(TransferKind::Token, asset(of), from, to, amount));
            }
            _ => panic!("{part:?} is no move"),
        }
    }
    transfers
}

impl Story {
    pub(crate) fn of(text: &str) -> Self {
        let mut blocks = vec![block(0)];
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (head, moves) = line.split_once(':').unwrap();
            let (name, outcome) = match head.split_once('[') {
                None => (head, Outcome::Succeeded),
                Some((name, "failed]")) => (name, Outcome::Failed),
                Some((name, "unknown]")) => (name, Outcome::Unknown),
                Some(_) => panic!("{head:?} has no such attribute"),
            };
            let (name, same_block) = match name.trim().strip_prefix('&') {
                Some(name) => (name, true),
                None => (name.trim(), false),
            };
            if !same_block {
                blocks.push(block(blocks.len() as u32));
            }
            let block = blocks.last_mut().unwrap();
            let transfers = transfers(moves);
            if name.starts_with("after") {
                block.after.extend(transfers);
                continue;
            }
            block.transactions.push(Transaction {
                hash: hash(name),
                from: address("sender"),
                to: None,
                created: None,
                nonce: 0,
                gas_price: U256::ZERO,
                selector: None,
                outcome,
                transfers,
                logs: Vec::new(),
                creations: Vec::new(),
            });
        }
        Self { blocks }
    }

    pub(crate) fn tip(&self) -> BlockRef {
        self.blocks.last().unwrap().at
    }

    /// Everything is known.
    pub(crate) fn view(&self) -> GatheredAccounts {
        self.view_from(0)
    }

    /// The blocks from a height on, and nobody to ask for the others.
    pub(crate) fn view_from(&self, height: u32) -> GatheredAccounts {
        let mut view = GatheredAccounts::new(CHAIN, self.tip()).alone();
        for block in &self.blocks[height as usize..] {
            view.insert_block(block);
        }
        view
    }

    /// A seed is `TRANSACTION`, `TRANSACTION:INDEX` or `@ACCOUNT`, the last with or without
    /// `/ASSET` and then with or without `>HEIGHT`.
    pub(crate) fn seed(text: &str) -> Seed {
        if let Some(text) = text.strip_prefix('@') {
            let (text, from) = text.split_once('>').unwrap_or((text, "0"));
            let (name, of) = match text.split_once('/') {
                Some((name, of)) => (name, Some(asset(of))),
                None => (text, None),
            };
            return Seed::Account {
                address: address(name),
                asset: of,
                from_height: from.parse().unwrap(),
            };
        }
        match text.split_once(':') {
            Some((name, index)) => Seed::Transfer {
                transaction: hash(name),
                index: index.parse().unwrap(),
            },
            None => Seed::Transaction(hash(text)),
        }
    }
}

fn block(height: u32) -> Block {
    Block {
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
    }
}

/// Without bounds, stopping at pools.
pub(crate) fn plan(policy: Policy, seeds: &[&str]) -> Plan {
    Plan {
        direction: Direction::Forward,
        policy,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: seeds.iter().map(|seed| Story::seed(seed)).collect(),
    }
}

/// The same backwards.
pub(crate) fn back(policy: Policy, seeds: &[&str]) -> Plan {
    Plan {
        direction: Direction::Back,
        ..plan(policy, seeds)
    }
}

/// Accounts are what their names say.
pub(crate) struct Names;

impl Surroundings<GatheredAccounts> for Names {
    fn standing(&self, view: &GatheredAccounts, account: AccountId) -> Standing {
        standing(&account_name(view, account))
    }
}

pub(crate) fn standing(name: &str) -> Standing {
    if name.starts_with("shop") {
        Standing::Service(LabelIndex(0))
    } else if name.starts_with("mixer") {
        Standing::Mixer(LabelIndex(1))
    } else if name.starts_with("pool") {
        Standing::Pool
    } else {
        Standing::Plain
    }
}

pub(crate) fn follow(view: &GatheredAccounts, plan: Plan) -> Trail {
    match Propagator::new(plan).advance(view, &Names, u64::MAX) {
        Progress::Done(trail) => trail,
        other => panic!("a view that knows everything was asked: {other:?}"),
    }
}

pub(crate) fn account_name(view: &GatheredAccounts, account: AccountId) -> String {
    name_of(view.address(account).unwrap().as_slice())
}

pub(crate) fn asset_of(view: &GatheredAccounts, asset: AssetId) -> String {
    asset_name(view.asset(asset).unwrap())
}

fn transaction(view: &GatheredAccounts, tx: TxNumber) -> String {
    match view.hash(tx) {
        Answer::Known(Some(hash)) => name_of(hash.as_slice()),
        Answer::Known(None) => "after".to_owned(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn shares(shares: &[Share]) -> String {
    let parts: Vec<_> = shares
        .iter()
        .map(|share| format!("{}={}", share.seed, share.amount))
        .collect();
    parts.join(" ")
}

pub(crate) fn kind(view: &GatheredAccounts, kind: DestinationKind) -> String {
    match kind {
        DestinationKind::Held => "held".to_owned(),
        DestinationKind::Service(label) => format!("service{}", label.0),
        DestinationKind::Mix(label) => format!("mix{}", label.0),
        DestinationKind::Pool => "pool".to_owned(),
        DestinationKind::Fee(tx) => format!("fee {}", transaction(view, tx)),
        DestinationKind::Burnt(tx) => format!("burnt {}", transaction(view, tx)),
        DestinationKind::Created(tx) => format!("created {}", transaction(view, tx)),
        DestinationKind::Swapped(tx) => format!("swapped {}", transaction(view, tx)),
        DestinationKind::Bound(limit) => format!("bound {limit:?}"),
        DestinationKind::Unseen(why) => format!("unseen {why:?}"),
    }
}

/// One destination a line, such as `held bob usd 0=5`.
pub(crate) fn destinations(view: &GatheredAccounts, trail: &Trail) -> String {
    let mut text = String::new();
    for place in &trail.destinations {
        let visit = &trail.visits[place.visit.0 as usize];
        writeln!(
            text,
            "{} {} {} {}",
            kind(view, place.kind),
            account_name(view, visit.account),
            asset_of(view, visit.asset),
            shares(&place.shares)
        )
        .unwrap();
    }
    text
}

pub(crate) fn gap(view: &GatheredAccounts, gap: Gap) -> String {
    let name = |account| account_name(view, account);
    let of = |asset| asset_of(view, asset);
    let at = |tx: Option<TxNumber>| tx.map_or_else(|| "-".to_owned(), |tx| transaction(view, tx));
    match gap {
        Gap::Seed(seed, why) => format!("seed {seed} {why:?}"),
        Gap::InnerCalls => "inner calls".to_owned(),
        Gap::Unindexed(asset) => format!("unindexed {}", of(asset)),
        Gap::Account(account, why) => format!("account {} {why:?}", name(account)),
        Gap::Transaction(tx, why) => format!("transaction {} {why:?}", at(Some(tx))),
        Gap::Outcome(tx) => format!("outcome {}", at(Some(tx))),
        Gap::Balance(account, asset, tx, why) => {
            format!("balance {} {} {} {why:?}", name(account), of(asset), at(tx))
        }
        Gap::Overdrawn(account, asset, tx) => {
            format!("overdrawn {} {} {}", name(account), of(asset), at(Some(tx)))
        }
        Gap::Overfull(account, asset, tx) => {
            format!("overfull {} {} {}", name(account), of(asset), at(Some(tx)))
        }
        Gap::SeededTwice(account, asset, tx) => {
            format!("twice {} {} {}", name(account), of(asset), at(tx))
        }
    }
}

/// Everything that was found, by names, so that two views can be compared.
pub(crate) fn all(view: &GatheredAccounts, trail: &Trail) -> String {
    let mut text = format!("{} transactions\n", trail.transactions);
    for (number, visit) in trail.visits.iter().enumerate() {
        writeln!(
            text,
            "{number} {} {} {} in {:?}:{:?} {:?} {} from {:?} after {}",
            account_name(view, visit.account),
            asset_of(view, visit.asset),
            visit.amount,
            visit.tx.map(|tx| transaction(view, tx)),
            visit.transfer,
            visit.via,
            shares(&visit.shares),
            visit.parent.map(|parent| parent.0),
            visit.hops,
        )
        .unwrap();
    }
    text += &destinations(view, trail);
    for totals in &trail.totals {
        let of = asset_of(view, totals.asset);
        let (seeded, received) = (totals.seeded, totals.received);
        writeln!(
            text,
            "{} {of} {seeded} + {received} = {}",
            totals.seed,
            totals.sum()
        )
        .unwrap();
    }
    for found in &trail.gaps {
        writeln!(text, "gap {}", gap(view, *found)).unwrap();
    }
    writeln!(text, "{:?}", trail.limits_hit).unwrap();
    text
}

/// The gaps, one a line.
pub(crate) fn gaps(view: &GatheredAccounts, trail: &Trail) -> String {
    let gaps = trail.gaps.iter().map(|found| gap(view, *found));
    gaps.collect::<Vec<_>>().join("\n")
}

/// What is found in the story `text` from `seeds`, one destination a line.
pub(crate) fn check(text: &str, policy: Policy, seeds: &[&str], expected: &str) {
    check_plan(text, plan(policy, seeds), expected);
}

/// The same of a plan.
pub(crate) fn check_plan(text: &str, plan: Plan, expected: &str) {
    let story = Story::of(text);
    let view = story.view();
    let policy = plan.policy;
    let trail = follow(&view, plan);
    let found = destinations(&view, &trail);
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(found.trim_end(), expected.join("\n"), "{policy}");
    assert!(trail.conserves() || !policy.conserves_value(), "{policy}");
}

/// The totals of each seed and asset by name, summed over what is alike.
pub(crate) fn sums(view: &GatheredAccounts, trail: &Trail) -> BTreeMap<String, U256> {
    let mut sums: BTreeMap<String, U256> = BTreeMap::new();
    for place in &trail.destinations {
        let visit = &trail.visits[place.visit.0 as usize];
        let kind = kind(view, place.kind);
        let (account, of) = (
            account_name(view, visit.account),
            asset_of(view, visit.asset),
        );
        for share in &place.shares {
            let key = format!("{kind} {account} {of} {}", share.seed);
            *sums.entry(key).or_default() += share.amount;
        }
    }
    for totals in &trail.totals {
        let of = asset_of(view, totals.asset);
        for (what, amount) in [("seeded", totals.seeded), ("received", totals.received)] {
            if !amount.is_zero() {
                let key = format!("{what} {of} {}", totals.seed);
                sums.insert(key, U256::saturating_from(amount));
            }
        }
    }
    sums
}

//! One side of a crossing.

use std::collections::BTreeSet;

use trace_core::model::ChainId;
use trace_core::model::account::{Address, Asset, B256, Log, Transaction, Transfer, U256};

use crate::account::event;

/// Into a bridge or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// A deposit.
    In,
    /// A withdrawal.
    Out,
}

/// What a bridge does with an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It keeps it, or gives it out from what it keeps.
    Kept,
    /// It destroys it, or makes it.
    Made,
}

/// What went into a bridge or came out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Which it is.
    pub direction: Direction,
    /// How.
    pub way: Way,
    /// The chain.
    pub chain: ChainId,
    /// The contract that said so.
    pub bridge: Address,
    /// Who paid, or who was paid.
    pub account: Address,
    /// Of what.
    pub asset: Asset,
    /// How much, in its smallest unit.
    pub amount: U256,
    /// Accounts that the event names: the recipient on the other chain is among them.
    pub named: Vec<Address>,
    /// Words of the event that are too wide to be anything but hashes, by which the other side
    /// may name this one.
    pub ids: Vec<B256>,
    /// The transaction.
    pub hash: B256,
    /// Its block's time in seconds since 1970; `None` where nobody told.
    pub time: Option<u64>,
}

/// Everything that went into `bridges` or came out of them in a transaction, in the order of the
/// transfers. Each is a transfer to or from a bridge, or one that destroys or makes units, and an
/// event of a bridge that names its amount; each event is used once.
///
/// Where inner calls were not seen, native coin that a bridge gave out is missing.
pub fn crossings(
    chain: ChainId,
    time: Option<u64>,
    transaction: &Transaction,
    bridges: &BTreeSet<Address>,
) -> Vec<Crossing> {
    let logs = transaction.logs.iter();
    let mut events: Vec<Event> = logs
        .filter(|log| bridges.contains(&log.address))
        .filter_map(Event::read)
        .collect();
    let mut found = Vec::new();
    for transfer in &transaction.transfers {
        let Some((direction, way, account)) = side(transfer, bridges) else {
            continue;
        };
        let names = |event: &Event| event.amounts.contains(&transfer.amount);
        let Some(event) = events.iter().position(names) else {
            continue;
        };
        let event = events.remove(event);
        found.push(Crossing {
            direction,
            way,
            chain,
            bridge: event.bridge,
            account,
            asset: transfer.asset,
            amount: transfer.amount,
            named: event.named,
            ids: event.ids,
            hash: transaction.hash,
            time,
        });
    }
    found
}

fn side(transfer: &Transfer, bridges: &BTreeSet<Address>) -> Option<(Direction, Way, Address)> {
    let is_bridge = |side: Option<Address>| side.is_some_and(|side| bridges.contains(&side));
    if transfer.kind.is_fee() {
        return None;
    }
    match (transfer.from, transfer.to) {
        (Some(from), Some(to)) => match (is_bridge(Some(from)), is_bridge(Some(to))) {
            (false, true) => Some((Direction::In, Way::Kept, from)),
            (true, false) => Some((Direction::Out, Way::Kept, to)),
            _ => None,
        },
        // Wrapped native coin is made and destroyed too, but by nobody's bridge.
        (Some(from), None) => Some((Direction::In, Way::Made, from)),
        (None, Some(to)) => Some((Direction::Out, Way::Made, to)),
        (None, None) => None,
    }
}

/// The words of an event.
struct Event {
    bridge: Address,
    amounts: Vec<U256>,
    named: Vec<Address>,
    ids: Vec<B256>,
}

impl Event {
    fn read(log: &Log) -> Option<Self> {
        let data = event::words(log)?;
        let topics = log.topics.iter().skip(1);
        let topics = topics.map(|topic| U256::from_be_bytes(topic.0));
        let mut event = Self {
            bridge: log.address,
            amounts: data.clone(),
            named: Vec::new(),
            ids: Vec::new(),
        };
        for word in topics.chain(data) {
            // An address fills 20 bytes, and hardly ever fewer than 17; an amount hardly ever
            // more than 16.
            match word.bit_len() {
                161.. => event.ids.push(B256::from(word)),
                129..=160 => event.named.extend(event::address(&word.to_be_bytes())),
                _ => {}
            }
        }
        Some(event)
    }
}

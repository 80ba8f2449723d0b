//! Events by contract and topic over a range of blocks.
//!
//! Nodes refuse ranges that are too long or answers that are too large, each at another limit,
//! in other words and under another code. A range that is refused is halved until it is not;
//! what is refused for one block alone is an error. A node that cuts its answer off and does
//! not say so cannot be told from one that does not.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::is_too_much;
use super::{Ethereum, call};
use crate::model::account::{Address, B256};
use crate::model::{BlockHash, BlockRef};
use crate::normalise::evm::{PlacedLog, placed_logs};
use crate::source::round::Round;
use crate::source::{Request, SourceError, Transport};

/// Ranges asked for in one round trip, at most.
const RANGES_AT_ONCE: usize = 16;

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Of these contracts; of all where there is none.
    pub addresses: BTreeSet<Address>,
    /// With one of these at each place; with anything where a place has none. At most four.
    pub topics: Vec<BTreeSet<B256>>,
}

impl LogFilter {
    /// Whether an event is wanted.
    pub fn wants(&self, log: &PlacedLog) -> bool {
        let (wanted, topics) = (&self.topics, &log.log.topics);
        let contract = self.addresses.is_empty() || self.addresses.contains(&log.log.address);
        contract
            && wanted.iter().enumerate().all(|(place, wanted)| {
                wanted.is_empty()
                    || topics
                        .get(place)
                        .is_some_and(|topic| wanted.contains(topic))
            })
    }

    fn question(&self, from: u32, to: u32) -> Request {
        let addresses = list(&self.addresses);
        let topics: Vec<String> = self
            .topics
            .iter()
            .map(|topics| {
                if topics.is_empty() {
                    "null".to_owned()
                } else {
                    list(topics)
                }
            })
            .collect();
        let address = if self.addresses.is_empty() {
            String::new()
        } else {
            format!("\"address\":{addresses},")
        };
        call::rpc(
            "eth_getLogs",
            format!(
                "[{{{address}\"topics\":[{}],\"fromBlock\":\"0x{from:x}\",\"toBlock\":\"0x{to:x}\"}}]",
                topics.join(",")
            ),
        )
    }
}

/// In lower case, as hashes and addresses are compared by nodes that compare text.
fn list<T: std::fmt::LowerHex>(items: &BTreeSet<T>) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("\"{item:#x}\"")).collect();
    format!("[{}]", items.join(","))
}

impl<T: Transport> Ethereum<T> {
    /// The events of the best chain from height `from` to height `to`, both included, that a
    /// filter wants, in the order of the chain.
    ///
    /// # Errors
    /// When the node does not answer or refuses a single block, or its replies hold events that
    /// were not asked for or blocks of two branches.
    pub async fn logs(
        &self,
        filter: &LogFilter,
        from: u32,
        to: u32,
    ) -> Result<Vec<PlacedLog>, SourceError> {
        let mut found: BTreeMap<(u32, u64), PlacedLog> = BTreeMap::new();
        let mut hashes: BTreeMap<u32, BlockHash> = BTreeMap::new();
        // Ranges still to be asked for, the lowest last.
        let mut left = vec![(from, to)];
        left.retain(|(from, to)| from <= to);
        // Until one was answered nobody knows how long they may be.
        let mut at_once = 1;
        while !left.is_empty() {
            let mut round = Round::default();
            let next = left.split_off(left.len().saturating_sub(at_once));
            let asked = next.into_iter();
            let asked = asked.map(|(from, to)| (from, to, round.add(filter.question(from, to))));
            let asked: Vec<_> = asked.collect();
            let replies = round.ask(&self.transport).await;
            for (from, to, ticket) in asked {
                let reply = match replies.bytes(ticket) {
                    Err(error) if from < to && is_too_much(&error) => {
                        let middle = from.midpoint(to);
                        left.push((middle.saturating_add(1), to));
                        left.push((from, middle));
                        continue;
                    }
                    other => other?,
                };
                at_once = RANGES_AT_ONCE;
                for log in placed_logs(reply)? {
                    let BlockRef { height, hash } = log.at;
                    if !(from..=to).contains(&height) || !filter.wants(&log) {
                        return Err(replies.malformed(ticket, "an event that was not asked for"));
                    }
                    if *hashes.entry(height).or_insert(hash) != hash {
                        let why =
                            format!("height {height} is of two blocks, {hash} is one of them");
                        return Err(SourceError::Contradiction(why));
                    }
                    if found.insert((height, log.log_index), log).is_some() {
                        return Err(replies.malformed(ticket, "an event twice"));
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }
}

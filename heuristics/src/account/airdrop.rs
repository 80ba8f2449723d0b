//! Airdrop multi-participation: who takes part in an airdrop with many accounts collects the
//! tokens in one of them.
//!
//! Victor, *Address Clustering Heuristics for Ethereum* (Financial Cryptography 2020), section
//! 3.2. An airdrop is one token given out by one account, or made, to at least 1000 recipients.
//! Where two recipients or more pass on just what they were given to one account, they and that
//! account have one owner.
//!
//! To tell a giving-out from daily payments of an exchange, only transactions count that give the
//! token to several recipients at once (`together_min`, which is ours; Victor picked the airdrops
//! by hand). Airdrops that each recipient claims by a transaction of its own are missed.
//!
//! Left out: services that collect, and contracts where the view knows them: a pool or a market collects from
//! everybody. Where it does not know, it cannot tell. Known false positives: somebody who buys
//! the tokens of others; a deposit address of an exchange that is not labelled.
//!
//! Memory: every recipient of transactions that give to several at once.

use std::collections::BTreeMap;

use trace_core::claim::{Link, Reason, Rule};
use trace_core::model::Position;
use trace_core::model::TxNumber;
use trace_core::model::account::{Address, Asset, B256, TransferKind, U256};
use trace_core::view::account::AccountView;

use super::{AccountLink, Evidence, Placed, code};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "airdrop-multi-participation",
    version: 1,
};

/// What counts as an airdrop and as collecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Different recipients.
    pub recipients_min: usize,
    /// Recipients in one transaction, for it to be part of a giving-out.
    pub together_min: usize,
    /// Recipients that pass on to one account.
    pub forwards_min: usize,
}

impl Default for Limits {
    /// 1000 and 2 of Victor 2020; 10 together, ours.
    fn default() -> Self {
        Self {
            recipients_min: 1000,
            together_min: 10,
            forwards_min: 2,
        }
    }
}

/// Who gave out which token. What was made at once was given by its contract.
type Drop = (Address, Address);

/// Finds airdrops and who collects them, transaction by transaction.
#[derive(Clone, Debug, Default)]
pub struct Airdrops {
    limits: Limits,
    drops: BTreeMap<Drop, BTreeMap<Address, U256>>,
    /// The airdrops that an account got a token in.
    given: BTreeMap<(Address, Address), Vec<Address>>,
    collected: BTreeMap<(Drop, Address), Vec<Forward>>,
}

#[derive(Clone, Copy, Debug)]
struct Forward {
    from: Address,
    tx: TxNumber,
    position: Position,
    hash: B256,
}

impl Airdrops {
    /// None seen yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Looks at the next transaction.
    pub fn observe(&mut self, placed: &Placed<'_>) {
        let transaction = placed.transaction;
        let mut outs: BTreeMap<Drop, BTreeMap<Address, U256>> = BTreeMap::new();
        for transfer in &transaction.transfers {
            let (Asset::Token(token), Some(to)) = (transfer.asset, transfer.to) else {
                continue;
            };
            if transfer.kind != TransferKind::Token || transfer.from == Some(to) {
                continue;
            }
            if transfer.from == Some(transaction.from) {
                self.forward(placed, token, to, transfer.amount);
            }
            let to_all = outs.entry((transfer.from.unwrap_or(token), token));
            let amount = to_all.or_default().entry(to).or_default();
            *amount = amount.saturating_add(transfer.amount);
        }
        outs.retain(|_, recipients| recipients.len() >= self.limits.together_min.max(1));
        for (drop, recipients) in outs {
            let all = self.drops.entry(drop).or_default();
            for (recipient, amount) in recipients {
                if all.insert(recipient, amount).is_none() {
                    self.given
                        .entry((recipient, drop.1))
                        .or_default()
                        .push(drop.0);
                }
            }
        }
    }

    fn forward(&mut self, placed: &Placed<'_>, token: Address, to: Address, amount: U256) {
        let from = placed.transaction.from;
        let Some(givers) = self.given.get(&(from, token)) else {
            return;
        };
        for giver in givers {
            let drop = (*giver, token);
            let given = self.drops.get(&drop).and_then(|all| all.get(&from));
            if given != Some(&amount) || to == *giver {
                continue;
            }
            let forwards = self.collected.entry((drop, to)).or_default();
            if forwards.iter().all(|known| known.from != from) {
                forwards.push(Forward {
                    from,
                    tx: placed.tx,
                    position: placed.position,
                    hash: placed.transaction.hash,
                });
            }
        }
    }

    /// The airdrops so far: distributor, token, recipients.
    pub fn found(&self) -> impl Iterator<Item = (Address, Address, usize)> + '_ {
        let large =
            |(_, all): &(&Drop, &BTreeMap<Address, U256>)| all.len() >= self.limits.recipients_min;
        let drops = self.drops.iter().filter(large);
        drops.map(|((giver, token), all)| (*giver, *token, all.len()))
    }

    /// The links between each collector and those it collected from, in the order of the airdrops
    /// and of the collectors. Whether enough took part is only known in the end. Of a collector
    /// that may have code it cannot tell: its first transaction is put into `unknown`.
    pub fn links(
        &self,
        view: &dyn AccountView,
        is_service: impl Fn(&Address) -> bool,
        unknown: &mut Vec<(B256, Reason)>,
    ) -> Vec<AccountLink> {
        let mut links = Vec::new();
        for ((drop, aggregator), forwards) in &self.collected {
            let recipients = self.drops.get(drop).map_or(0, BTreeMap::len);
            let enough = recipients >= self.limits.recipients_min
                && forwards.len() >= self.limits.forwards_min.max(1);
            if !enough || is_service(aggregator) {
                continue;
            }
            match code::has_code(view, aggregator) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(why) => {
                    unknown.extend(forwards.first().map(|first| (first.hash, why)));
                    continue;
                }
            }
            links.extend(forwards.iter().map(|forward| AccountLink {
                link: Link {
                    a: *aggregator,
                    b: forward.from,
                    tx: forward.tx,
                    rule: RULE,
                },
                position: forward.position,
                confidence: None,
                evidence: Evidence::Airdrop {
                    token: drop.1,
                    distributor: drop.0,
                    aggregator: *aggregator,
                    forwards: forwards.iter().map(|forward| forward.hash).collect(),
                },
            }));
        }
        links
    }
}

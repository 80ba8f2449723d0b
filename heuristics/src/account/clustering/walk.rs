//! One walk over a chain, in which every rule is shown every transaction.

use std::error::Error;
use std::fmt;

use trace_core::claim::{Reason, Rule};
use trace_core::model::account::{Address, B256, InnerCalls, Transaction};
use trace_core::model::{Position, TxNumber};
use trace_core::view::account::{AccountView, behind, start_of};
use trace_core::view::{Answer, Unknown};

use super::clusters::{Found, Untold};
use super::{AccountClusters, Known, Rules};
use crate::account::airdrop::{self, Airdrops};
use crate::account::deposit_address::DepositAddresses;
use crate::account::mixer::torn_mining::{self, Claim};
use crate::account::mixer::{
    Pools, Record, Reveal, Revealed, address_match, fifo_order, linked_addresses,
    multi_denomination, same_block, unique_gas_price,
};
use crate::account::same_owner_funding::{self, Funder};
use crate::account::self_authorisation::{self, Spenders};
use crate::account::{AccountLink, Placed, contract_creator};

/// Clusters that grow with a chain of accounts.
///
/// Memory: what each rule says that it takes, and every link.
#[derive(Clone, Debug)]
pub struct Clustering {
    rules: Rules,
    known: Known,
    next: Position,
    /// Whether inner calls were seen in all blocks up to there.
    inner_calls: InnerCalls,
    deposit_addresses: DepositAddresses,
    airdrops: Airdrops,
    pools: Pools,
    spenders: Spenders,
    claims: Vec<Claim>,
    links: Vec<AccountLink>,
    unknown: Vec<Untold>,
}

/// Something that the view could not give, so that the walk stopped before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where.
    pub from: Position,
    /// Why; `None` where it was not fetched.
    pub why: Option<Unknown>,
}

impl Clustering {
    /// Nothing seen yet. Walks from `first_height` on, which is 0 for a whole chain; what was
    /// before the first block of a part of a chain is not known to any rule.
    pub fn new(rules: Rules, known: Known, first_height: u32) -> Self {
        let pools = Pools::given(known.pools.iter().copied());
        Self {
            next: start_of(first_height),
            deposit_addresses: DepositAddresses::new(
                rules.deposit_address,
                known.exchanges.clone(),
            ),
            airdrops: Airdrops::new(rules.airdrop),
            pools: if known.recognise_pools {
                pools.and_recognised()
            } else {
                pools
            },
            inner_calls: InnerCalls::Seen,
            spenders: Spenders::default(),
            claims: Vec::new(),
            links: Vec::new(),
            unknown: Vec::new(),
            rules,
            known,
        }
    }

    /// Where the walk goes on.
    pub fn next(&self) -> Position {
        self.next
    }

    /// Walks over at most `transactions_max` transactions more. True once the tip is reached.
    ///
    /// # Errors
    /// At a transaction that the view does not hold. Everything before it is added.
    pub fn advance(
        &mut self,
        view: &dyn AccountView,
        transactions_max: usize,
    ) -> Result<bool, Unread> {
        for _ in 0..transactions_max {
            let Some(tx) = self.read(view.first_from(self.next))? else {
                return Ok(true);
            };
            let position = self.read(view.position(tx))?;
            let since = view.inner_calls(self.next.height, position.height);
            self.inner_calls = self.inner_calls.max(since);
            if let Some(transaction) = self.read(view.transaction(tx))? {
                self.observe(view, tx, position, &transaction);
            }
            self.next = behind(position);
        }
        Ok(false)
    }

    fn read<T>(&self, answer: Answer<T>) -> Result<T, Unread> {
        let why = match answer {
            Answer::Known(known) => return Ok(known),
            Answer::NotFetched => None,
            Answer::Unknown(why) => Some(why),
        };
        Err(Unread {
            from: self.next,
            why,
        })
    }

    fn observe(
        &mut self,
        view: &dyn AccountView,
        tx: TxNumber,
        position: Position,
        transaction: &Transaction,
    ) {
        let placed = Placed {
            tx,
            position,
            transaction,
        };
        self.deposit_addresses.observe(&placed, &mut self.links);
        self.airdrops.observe(&placed);
        self.pools.observe(&placed);
        if let Some(mining) = &self.rules.mining {
            self.claims
                .extend(torn_mining::claims(&placed, &mining.rewards));
        }
        let links = &mut self.links;
        let doubt = self.spenders.links(view, &placed, links);
        let doubt = doubt.map(|why| (transaction.hash, why));
        self.unknown.extend(untold(self_authorisation::RULE, doubt));
        links.extend(contract_creator::link(&placed));
        let payments_max = self.rules.funding_payments_max;
        match same_owner_funding::judge(view, &placed, self.inner_calls, payments_max) {
            Some(Funder::One(funder, payments)) => {
                links.push(same_owner_funding::link(&placed, funder, payments));
            }
            Some(Funder::Unknown(why)) => {
                let why = [(transaction.hash, why)];
                self.unknown.extend(untold(same_owner_funding::RULE, why));
            }
            Some(Funder::None) | None => {}
        }
    }

    /// The clusters up to where the walk is. What needs all of it is asked now: airdrops, and
    /// what gives withdrawals from mixers away.
    pub fn clusters(&self, view: &dyn AccountView) -> AccountClusters {
        let is_service =
            |address: &Address| self.is_exchange(address) || self.pools.is_pool(address);
        let mut links = self.links.clone();
        let mut unknown = self.unknown.clone();
        let mut doubts = Vec::new();
        links.extend(self.airdrops.links(view, is_service, &mut doubts));
        unknown.extend(untold(airdrop::RULE, doubts));
        let record = self.pools.record();
        let mut gather = |all: Vec<(Rule, Revealed)>| {
            let mut reveals = Vec::new();
            for (rule, found) in all {
                links.extend(found.reveals.iter().filter_map(Reveal::link));
                reveals.extend(found.reveals);
                unknown.extend(untold(rule, found.unknown));
            }
            reveals
        };
        let reveals = gather(self.reveals(view, &record));
        let priors = gather(self.priors(view, &record));
        // Whatever an exchange does it does for somebody; only what it creates is its own.
        links.retain(|link| {
            let ends = [link.link.a, link.link.b];
            link.link.rule == contract_creator::RULE
                || !ends.iter().any(|end| self.is_exchange(end))
        });
        // Of one transaction in the order of the rules.
        links.sort_by_key(|link| link.position);
        AccountClusters::new(
            Found {
                deposit_addresses: self.deposit_addresses.found().collect(),
                airdrops: self.airdrops.found().collect(),
                pools: self.pools.pools().collect(),
                record,
                reveals,
                priors,
                unknown,
            },
            links,
            &self.rules,
            &self.known,
        )
    }

    fn is_exchange(&self, address: &Address) -> bool {
        self.known.exchanges.contains_key(address)
    }

    fn reveals(&self, view: &dyn AccountView, record: &Record) -> Vec<(Rule, Revealed)> {
        let is_service =
            |address: &Address| self.is_exchange(address) || self.pools.is_pool(address);
        let mining = self.rules.mining.as_ref();
        let rules = &self.rules;
        let linked = linked_addresses::reveals(record, view, rules.linked_addresses, is_service);
        let alike = multi_denomination::reveals(record, rules.multi_denomination);
        let mut revealed = vec![
            (address_match::RULE, address_match::reveals(record)),
            (unique_gas_price::RULE, unique_gas_price::reveals(record)),
            (linked_addresses::RULE, linked),
            (multi_denomination::RULE, alike),
        ];
        revealed.extend(mining.map(|mining| {
            let mined = torn_mining::reveals(record, &self.claims, &mining.rates, mining.pairs_max);
            (torn_mining::RULE, mined)
        }));
        revealed
    }

    fn priors(&self, view: &dyn AccountView, record: &Record) -> Vec<(Rule, Revealed)> {
        let beside = same_block::reveals(record, self.rules.same_block);
        let in_order = fifo_order::reveals(record, view.is_complete());
        vec![(same_block::RULE, beside), (fifo_order::RULE, in_order)]
    }
}

fn untold(
    rule: Rule,
    doubts: impl IntoIterator<Item = (B256, Reason)>,
) -> impl Iterator<Item = Untold> {
    let doubts = doubts.into_iter();
    doubts.map(move |(transaction, why)| Untold {
        transaction,
        rule,
        why,
    })
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { height, index } = self.from;
        write!(
            f,
            "what comes behind transaction {index} of block {height} cannot be read"
        )
    }
}

impl Error for Unread {}

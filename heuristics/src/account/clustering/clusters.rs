//! Accounts in clusters, and every link with what became of it.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::claim::{Link, Reason, Rule};
use trace_core::cluster::{Actor, Added, Clusters, Connection, Constrained, Veto, shortest_path};
use trace_core::model::AddressId;
use trace_core::model::account::{Address, B256};

use super::{Known, Rules};
use crate::account::AccountLink;
use crate::account::deposit_address::DepositAddress;
use crate::account::mixer::{Pool, PoolCount, Record, Reveal, census};

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It joined two clusters.
    Joined,
    /// Its accounts were together before.
    Together,
    /// It was refused, because the two clusters are labelled with these owners.
    Refused(Actor, Actor),
    /// Its rule does not join, so it is only told.
    Reported,
}

/// A transaction about which a rule could not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untold {
    /// Which.
    pub transaction: B256,
    /// The rule.
    pub rule: Rule,
    /// Why.
    pub why: Reason,
}

/// What rules found beside links.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Accounts that pass on to exchanges, ascending. Each is its exchange's customer's, and in
    /// nobody's cluster for it.
    pub deposit_addresses: Vec<DepositAddress>,
    /// Airdrops: who gave out, which token, to how many.
    pub airdrops: Vec<(Address, Address, usize)>,
    /// Pools of mixers, ascending.
    pub pools: Vec<Pool>,
    /// What went through them.
    pub record: Record,
    /// What gives withdrawals away, rule by rule.
    pub reveals: Vec<Reveal>,
    /// What time alone suggests of withdrawals, rule by rule. None of it gives anything away.
    pub priors: Vec<Reveal>,
    /// About what a rule could not tell, and why.
    pub unknown: Vec<Untold>,
}

/// The clusters of accounts that occur in links or labels; every other account is alone.
#[derive(Clone, Debug)]
pub struct AccountClusters {
    /// By its number its account. Labels first, then in the order of the links.
    accounts: Vec<Address>,
    numbers: BTreeMap<Address, AddressId>,
    clusters: Clusters,
    links: Vec<(AccountLink, Standing)>,
    /// By account the indexes of its links.
    at: BTreeMap<Address, Vec<usize>>,
    found: Found,
}

impl AccountClusters {
    /// Joins by links, which come in chain order.
    pub(super) fn new(found: Found, links: Vec<AccountLink>, rules: &Rules, known: &Known) -> Self {
        let mut made = Self {
            accounts: Vec::new(),
            numbers: BTreeMap::new(),
            clusters: Clusters::default(),
            links: Vec::with_capacity(links.len()),
            at: BTreeMap::new(),
            found,
        };
        let mut constrained = Constrained::default();
        for (address, actor) in known.exchanges.iter().chain(&known.owners) {
            constrained.label(made.number(*address), *actor);
        }
        for link in links {
            let standing = if rules.joins.contains(&link.link.rule) {
                let numbered = Link {
                    a: made.number(link.link.a),
                    b: made.number(link.link.b),
                    tx: link.link.tx,
                    rule: link.link.rule,
                };
                // A guess, as a change link is, and refused where a change link would be.
                match constrained.add_change(numbered, &[]) {
                    Added::Refused(Veto::Actors { a, b }) => Standing::Refused(a, b),
                    Added::Joined | Added::JoinedAgainst(_) => Standing::Joined,
                    Added::Together | Added::Refused(_) => Standing::Together,
                }
            } else {
                Standing::Reported
            };
            for end in [link.link.a, link.link.b] {
                made.at.entry(end).or_default().push(made.links.len());
            }
            made.links.push((link, standing));
        }
        made.clusters = constrained.into_clusters();
        made
    }

    fn number(&mut self, address: Address) -> AddressId {
        let next = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        let number = self.numbers.entry(address).or_insert(AddressId(next));
        if number.0 == next {
            self.accounts.push(address);
        }
        *number
    }

    /// Everything in the cluster of an account, itself included, ascending.
    ///
    /// Cost: a pass over all accounts that occur in links.
    pub fn members(&self, account: &Address) -> Vec<Address> {
        let Some(number) = self.numbers.get(account) else {
            return vec![*account];
        };
        let members = self.clusters.members(*number);
        let mut members: Vec<Address> = members
            .filter_map(|member| self.accounts.get(member.0 as usize).copied())
            .collect();
        if members.is_empty() {
            members.push(*account);
        }
        members.sort_unstable();
        members
    }

    /// Whether two accounts are in one cluster.
    pub fn are_together(&self, a: &Address, b: &Address) -> bool {
        let root = |account: &Address| {
            let number = self.numbers.get(account)?;
            Some(self.clusters.find(*number))
        };
        a == b || root(a).is_some_and(|a| root(b) == Some(a))
    }

    /// Every cluster of two or more, each ascending, by its smallest account.
    pub fn shared(&self) -> Vec<Vec<Address>> {
        let mut by_root: BTreeMap<AddressId, BTreeSet<Address>> = BTreeMap::new();
        for (account, number) in &self.numbers {
            let root = self.clusters.find(*number);
            by_root.entry(root).or_default().insert(*account);
        }
        let shared = by_root.into_values().filter(|members| members.len() > 1);
        let mut shared: Vec<Vec<Address>> = shared
            .map(|members| members.into_iter().collect())
            .collect();
        shared.sort_unstable();
        shared
    }

    /// Every link in chain order, with what became of it.
    pub fn links(&self) -> &[(AccountLink, Standing)] {
        &self.links
    }

    /// The links at an account in chain order, those that are only reported too.
    pub fn links_at(
        &self,
        account: &Address,
    ) -> impl Iterator<Item = &(AccountLink, Standing)> + use<'_> {
        let indexes = self.at.get(account).into_iter().flatten();
        indexes.filter_map(|index| self.links.get(*index))
    }

    /// The shortest chain of links that joined, or would have, between two accounts. `accounts_max`
    /// is how many accounts are looked at.
    pub fn explain(&self, a: Address, b: Address, accounts_max: usize) -> Connection<Address> {
        let at = |account| {
            let links = self.links_at(&account);
            let joining = links
                .filter(|(_, standing)| matches!(standing, Standing::Joined | Standing::Together));
            joining.map(|(link, _)| link.link).collect()
        };
        shortest_path(a, b, at, accounts_max)
    }

    /// What a link of [`AccountClusters::explain`] rests on. It may have been turned round.
    pub fn link(&self, link: &Link<Address>) -> Option<&AccountLink> {
        let mut links = self.links_at(&link.a).map(|(known, _)| known);
        links.find(|known| {
            let ends = [known.link.a, known.link.b];
            (ends == [link.a, link.b] || ends == [link.b, link.a])
                && (known.link.tx, known.link.rule) == (link.tx, link.rule)
        })
    }

    /// What rules found beside links.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// What is left of each pool's anonymity set.
    pub fn census(&self) -> BTreeMap<Address, PoolCount> {
        census(&self.found.record, &self.found.reveals)
    }
}

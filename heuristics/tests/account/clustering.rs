//! The walk over a whole chain.

use heuristics::account::clustering::{AccountClusters, Clustering, Known, Rules, Standing};
use heuristics::account::{contract_creator, same_owner_funding, self_authorisation};
use trace_core::claim::Reason;
use trace_core::cluster::{Actor, Connection};
use trace_core::model::Position;
use trace_core::view::Unknown;
use trace_core::view::account::GatheredAccounts;

use crate::chain::{Chain, address, name_of, tx};
use crate::event::approval;

pub(crate) const SHOP: Actor = Actor(1);

/// Walks over everything. Names that begin with `shop` are exchanges of their first five letters.
pub(crate) fn walked(view: &GatheredAccounts, rules: Rules, known: Known) -> AccountClusters {
    walked_from(0, view, rules, known)
}

/// From a height on.
pub(crate) fn walked_from(
    first_height: u32,
    view: &GatheredAccounts,
    rules: Rules,
    known: Known,
) -> AccountClusters {
    let mut clustering = Clustering::new(rules, known, first_height);
    while !clustering.advance(view, 3).unwrap() {}
    clustering.clusters(view)
}

pub(crate) fn known(exchanges: &[&str]) -> Known {
    let exchanges = exchanges.iter().map(|name| (address(name), SHOP));
    Known {
        exchanges: exchanges.collect(),
        recognise_pools: true,
        ..Known::default()
    }
}

/// The three rules of Victor join.
pub(crate) fn rules() -> Rules {
    let mut rules = Rules::default();
    rules.joins.push(self_authorisation::RULE);
    rules
}

pub(crate) fn clusters(chain: &Chain, exchanges: &[&str]) -> AccountClusters {
    walked(&chain.view(), rules(), known(exchanges))
}

/// Every link as `a-b rule`, in order.
pub(crate) fn shown(clusters: &AccountClusters) -> Vec<String> {
    let links = clusters.links().iter();
    links
        .map(|(link, _)| {
            let (a, b) = (name_of(&link.link.a), name_of(&link.link.b));
            format!("{a}-{b} {}", link.link.rule)
        })
        .collect()
}

fn two_deposits() -> Chain {
    Chain::of([
        tx("ann").pays("dep", 100),
        tx("dep").pays("shop", 90),
        tx("bob").pays("dep", 50),
        tx("dep").pays("shop", 45),
        tx("bob").says(approval("usd", "bob", "cat", 9)),
        tx("cat").pays("dog", 1),
        tx("dog").creates("box"),
    ])
}

#[test]
fn links_of_several_rules_join_and_are_explained() {
    let clusters = clusters(&two_deposits(), &["shop"]);
    assert_eq!(
        shown(&clusters),
        [
            "ann-dep same-owner-funding",
            "ann-bob deposit-address-reuse",
            "bob-cat self-authorisation",
            "dog-box contract-creator",
            "cat-dog same-owner-funding",
        ]
    );
    let members: Vec<_> = clusters
        .members(&address("cat"))
        .iter()
        .map(name_of)
        .collect();
    assert_eq!(members, ["ann", "bob", "cat"]);
    assert_eq!(clusters.shared(), [clusters.members(&address("ann"))]);
    assert!(clusters.are_together(&address("ann"), &address("cat")));
    assert!(!clusters.are_together(&address("ann"), &address("dog")));
    assert!(!clusters.are_together(&address("ann"), &address("dep")));
    let Connection::Linked(path) = clusters.explain(address("cat"), address("ann"), 99) else {
        panic!("they are linked");
    };
    let rules: Vec<_> = path.iter().map(|link| link.rule.name).collect();
    assert_eq!(rules, ["self-authorisation", "deposit-address-reuse"]);
    for link in &path {
        assert!(clusters.link(link).is_some());
    }
    let apart = clusters.explain(address("cat"), address("dog"), 99);
    assert_eq!(apart, Connection::Apart);
    assert_eq!(clusters.links_at(&address("dog")).count(), 2);
}

#[test]
fn an_approval_joins_nobody_unless_it_is_asked_for() {
    let clusters = walked(&two_deposits().view(), Rules::default(), known(&["shop"]));
    assert!(clusters.are_together(&address("ann"), &address("bob")));
    assert!(!clusters.are_together(&address("bob"), &address("cat")));
    let (_, standing) = clusters.links_at(&address("cat")).next().unwrap();
    assert_eq!(*standing, Standing::Reported);
}

#[test]
fn a_link_between_two_owners_is_refused_and_told() {
    let mut known = known(&["shop"]);
    known.owners = [("ann", 7), ("cat", 8)]
        .map(|(name, of)| (address(name), Actor(of)))
        .into();
    let clusters = walked(&two_deposits().view(), rules(), known);
    let standings: Vec<_> = clusters
        .links()
        .iter()
        .map(|(_, standing)| *standing)
        .collect();
    assert_eq!(
        standings,
        [
            Standing::Reported,
            Standing::Joined,
            Standing::Refused(Actor(7), Actor(8)),
            Standing::Reported,
            Standing::Reported,
        ]
    );
    assert!(!clusters.are_together(&address("bob"), &address("cat")));
}

#[test]
fn what_is_only_reported_joins_when_it_is_asked_for() {
    let mut rules = rules();
    rules
        .joins
        .extend([contract_creator::RULE, same_owner_funding::RULE]);
    let clusters = walked(&two_deposits().view(), rules, known(&["shop"]));
    assert!(clusters.are_together(&address("cat"), &address("box")));
}

#[test]
fn a_walk_stops_where_the_view_ends_and_says_where() {
    let chain = two_deposits();
    let part = chain.view_from(3);
    let mut clustering = Clustering::new(Rules::default(), known(&["shop"]), 0);
    let unread = clustering.advance(&part, 9).unwrap_err();
    let start = Position {
        height: 0,
        index: 0,
    };
    assert_eq!(unread.from, start);
    assert_eq!(unread.why, Some(Unknown::BeforeFirstBlock));
    // From its first block on it can be walked, but who paid first gas is not known.
    let clusters = walked_from(3, &part, Rules::default(), known(&["shop"]));
    let unknown = &clusters.found().unknown;
    assert!(unknown.iter().any(|it| it.why == Reason::HistoryUnknown));
    assert!(!shown(&clusters).iter().any(|link| link.contains("funding")));
}

#[test]
fn every_transaction_of_a_block_is_seen() {
    let mut chain = Chain::new();
    chain.skip(1);
    for (user, amount) in [("ann", 100), ("bob", 80), ("cat", 60)] {
        chain.push_beside(tx(user).pays("dep", amount));
        chain.push_beside(tx("dep").pays("shop", amount));
    }
    let clusters = clusters(&chain, &["shop"]);
    let members = clusters.members(&address("bob"));
    assert_eq!(members, ["ann", "bob", "cat"].map(address));
    let positions = clusters.links().iter().map(|(link, _)| link.position);
    assert!(positions.is_sorted());
}

#[test]
fn a_deposit_address_is_told_and_in_nobodys_cluster() {
    let clusters = clusters(&two_deposits(), &["shop"]);
    let [found] = clusters.found().deposit_addresses.as_slice() else {
        panic!("there is one");
    };
    assert_eq!((found.address, found.exchange), (address("dep"), SHOP));
    assert_eq!(found.users, 2);
    assert_eq!(clusters.members(&address("dep")), [address("dep")]);
}

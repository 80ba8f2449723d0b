//! Clusters, held to flood fill, to plain breadth-first search and to plain sets.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "the oracles count on what they made themselves; a panic is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;
use trace_core::claim::{Link, Rule};
use trace_core::cluster::{
    Actor, Added, Clusters, Connection, Constrained, Members, Veto, shortest_path,
};
use trace_core::model::{AddressId, TxNumber};

const SPENT: Rule = Rule {
    name: "co-spend",
    version: 1,
};
const CHANGE: Rule = Rule {
    name: "change",
    version: 3,
};

fn link(a: u32, b: u32, tx: u64) -> Link {
    Link {
        a: AddressId(a),
        b: AddressId(b),
        tx: TxNumber(tx),
        rule: if tx.is_multiple_of(3) { CHANGE } else { SPENT },
    }
}

fn clusters_of(address_count: u32, links: &[Link]) -> Clusters {
    let mut clusters = Clusters::new(address_count);
    for link in links {
        clusters.add(*link);
    }
    clusters
}

fn roots(clusters: &Clusters, address_count: u32) -> Vec<u32> {
    let all = (0..address_count).map(AddressId);
    all.map(|address| clusters.find(address).0).collect()
}

/// The smallest address that can be reached, by walking everything again for every address.
fn flood_fill(address_count: u32, links: &[Link]) -> Vec<u32> {
    let mut smallest: Vec<u32> = (0..address_count).collect();
    loop {
        let before = smallest.clone();
        for link in links {
            let (a, b) = (link.a.0 as usize, link.b.0 as usize);
            let least = smallest[a].min(smallest[b]);
            (smallest[a], smallest[b]) = (least, least);
        }
        if smallest == before {
            return smallest;
        }
    }
}

fn some_links(address_count: u32, links_max: usize) -> impl Strategy<Value = Vec<Link>> {
    let ends = (0..address_count, 0..address_count);
    let tx = prop_oneof![0..40_u64, (1_u64 << 24) - 2..(1 << 24) + 2, 0..1_u64 << 40];
    prop::collection::vec(
        (ends, tx).prop_map(|((a, b), tx)| link(a, b, tx)),
        0..links_max,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn clusters_are_what_flood_fill_finds_in_any_order(
        links in some_links(60, 80),
        shuffled in any::<u64>(),
    ) {
        let expected = flood_fill(60, &links);
        let mut clusters = clusters_of(60, &links);
        prop_assert_eq!(roots(&clusters, 60), &expected[..]);
        let mut other_order = links.clone();
        other_order.sort_by_key(|link| (link.tx.0 ^ shuffled).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // As they come, without having been told how many addresses there are.
        prop_assert_eq!(roots(&clusters_of(0, &other_order), 60), &expected[..]);
        clusters.flatten();
        prop_assert_eq!(roots(&clusters, 60), expected);
    }

    #[test]
    fn the_forest_holds_the_links_that_joined_and_nothing_else(links in some_links(60, 80)) {
        let mut clusters = Clusters::new(60);
        let mut joined = Vec::new();
        for link in &links {
            let apart = clusters.find(link.a) != clusters.find(link.b);
            prop_assert_eq!(clusters.add(*link), apart);
            if apart {
                joined.push(*link);
            }
        }
        prop_assert_eq!(clusters.forest().len(), joined.len());
        prop_assert_eq!(clusters.forest().iter().collect::<Vec<_>>(), joined);
    }

    #[test]
    fn links_handed_over_in_parts_are_those_of_the_forest(
        links in some_links(60, 80),
        every in 1..20_usize,
    ) {
        let mut clusters = Clusters::new(60);
        let mut taken = Vec::new();
        for (number, link) in links.iter().enumerate() {
            clusters.add(*link);
            if number % every == 0 {
                taken.extend(clusters.take_links().iter());
                prop_assert!(clusters.forest().is_empty());
            }
        }
        taken.extend(clusters.take_links().iter());
        let whole = clusters_of(60, &links);
        prop_assert_eq!(taken, whole.forest().iter().collect::<Vec<_>>());
        prop_assert_eq!(roots(&clusters, 60), roots(&whole, 60));
    }

    #[test]
    fn members_are_those_with_the_same_root(links in some_links(60, 80)) {
        let clusters = clusters_of(60, &links);
        let members = Members::of(&clusters);
        let mut shared = Vec::new();
        for address in (0..62).map(AddressId) {
            let root = clusters.find(address);
            let expected: Vec<AddressId> = (0..62)
                .map(AddressId)
                .filter(|other| clusters.find(*other) == root)
                .collect();
            prop_assert_eq!(clusters.members(address).collect::<Vec<_>>(), &expected[..]);
            prop_assert_eq!(members.from(root).collect::<Vec<_>>(), &expected[..]);
            if root == address && expected.len() > 1 {
                shared.push(address);
            }
        }
        prop_assert_eq!(members.shared(&clusters).collect::<Vec<_>>(), shared);
    }

    #[test]
    fn the_shortest_path_is_as_short_as_plain_search_says(
        links in some_links(30, 45),
        a in 0..30_u32,
        b in 0..30_u32,
    ) {
        let (a, b) = (AddressId(a), AddressId(b));
        let by_address = |address: AddressId| -> Vec<Link> {
            let at = links.iter().filter(|link| [link.a, link.b].contains(&address));
            at.copied().collect()
        };
        let distance = plain_distance(&links, a, b);
        match shortest_path(a, b, by_address, usize::MAX) {
            Connection::Linked(path) => {
                prop_assert_eq!(Some(path.len()), distance);
                let mut at = a;
                for step in path {
                    prop_assert_eq!(step.a, at);
                    at = step.b;
                    let known = |link: &Link| {
                        (link.tx, link.rule) == (step.tx, step.rule)
                            && BTreeSet::from([link.a, link.b]) == BTreeSet::from([step.a, step.b])
                    };
                    prop_assert!(links.iter().any(known));
                }
                prop_assert_eq!(at, b);
            }
            Connection::Apart => prop_assert_eq!(distance, None),
            Connection::LimitReached { .. } => prop_assert!(false, "there is no limit"),
        }
    }

    #[test]
    fn constraints_do_what_plain_sets_do(
        steps in prop::collection::vec((0..14_u32, 0..14_u32, 0..14_u32, any::<bool>()), 0..40),
        labels in prop::collection::vec((0..14_u32, 0..3_u32), 0..4),
    ) {
        let mut constrained = Constrained::new(Clusters::new(14));
        let mut plain = Plain::new(14);
        for (address, actor) in labels {
            constrained.label(AddressId(address), Actor(actor));
            plain.actors.entry(address).or_insert(actor);
        }
        for (tx, (a, b, payment, change)) in (0..).zip(steps) {
            if change {
                let added = constrained.add_change(link(a, b, tx), &[AddressId(payment)]);
                let refused = matches!(added, Added::Refused(_));
                prop_assert_eq!(refused, !plain.add_change(a, b, payment), "{:?}", added);
            } else {
                let added = constrained.add(link(a, b, tx));
                let contradicted = plain.contradicts(a, b);
                prop_assert_eq!(matches!(added, Added::JoinedAgainst(_)), contradicted);
                plain.join(a, b);
            }
            let expected = plain.roots();
            prop_assert_eq!(roots(constrained.clusters(), 14), expected);
        }
    }
}

fn plain_distance(links: &[Link], a: AddressId, b: AddressId) -> Option<usize> {
    let mut distance = BTreeMap::from([(a, 0)]);
    let mut queue = VecDeque::from([a]);
    while let Some(at) = queue.pop_front() {
        for link in links {
            for (from, to) in [(link.a, link.b), (link.b, link.a)] {
                if from == at && !distance.contains_key(&to) {
                    distance.insert(to, distance[&at] + 1);
                    queue.push_back(to);
                }
            }
        }
    }
    distance.get(&b).copied()
}

/// Constrained clustering with a set for each cluster and a list of pairs that are apart.
struct Plain {
    sets: Vec<BTreeSet<u32>>,
    actors: BTreeMap<u32, u32>,
    apart: Vec<(u32, u32)>,
}

impl Plain {
    fn new(count: u32) -> Self {
        Self {
            sets: (0..count)
                .map(|address| BTreeSet::from([address]))
                .collect(),
            actors: BTreeMap::new(),
            apart: Vec::new(),
        }
    }

    fn set(&self, address: u32) -> &BTreeSet<u32> {
        let mut sets = self.sets.iter();
        sets.find(|set| set.contains(&address)).unwrap()
    }

    /// The owner of a set: of its first part that was labelled, in the order of the roots.
    fn actor(&self, address: u32) -> Option<u32> {
        let set = self.set(address);
        self.actors
            .iter()
            .find(|(labelled, _)| set.contains(labelled))
            .map(|(_, actor)| *actor)
    }

    fn contradicts(&self, a: u32, b: u32) -> bool {
        if self.set(a) == self.set(b) {
            return false;
        }
        let actors = [self.actor(a), self.actor(b)];
        let differ = actors.iter().all(Option::is_some) && actors[0] != actors[1];
        differ
            || self.apart.iter().any(|(one, other)| {
                (self.set(a).contains(one) && self.set(b).contains(other))
                    || (self.set(b).contains(one) && self.set(a).contains(other))
            })
    }

    fn add_change(&mut self, a: u32, b: u32, payment: u32) -> bool {
        let together = self.set(a) == self.set(b);
        let pays_itself = [a, b].iter().any(|end| self.set(*end).contains(&payment));
        if self.contradicts(a, b) || (pays_itself && !together) {
            return false;
        }
        self.join(a, b);
        if !pays_itself {
            self.apart.push((b, payment));
        }
        true
    }

    fn join(&mut self, a: u32, b: u32) {
        let (mut one, other) = (self.set(a).clone(), self.set(b).clone());
        // The owner of the part with the smaller root is the owner of the whole.
        let parts = [&one, &other].map(|part| *part.first().unwrap());
        let lower = parts[0].min(parts[1]);
        if let Some(actor) = self.actor(lower).or(self.actor(parts[0].max(parts[1]))) {
            let whole: BTreeSet<u32> = one.union(&other).copied().collect();
            self.actors.retain(|address, _| !whole.contains(address));
            self.actors.insert(lower, actor);
        }
        self.sets.retain(|set| *set != one && *set != other);
        one.extend(other);
        self.sets.push(one);
    }

    fn roots(&self) -> Vec<u32> {
        let count: usize = self.sets.iter().map(BTreeSet::len).sum();
        (0..u32::try_from(count).unwrap())
            .map(|address| *self.set(address).first().unwrap())
            .collect()
    }
}

#[test]
fn a_limit_is_another_answer_than_no_link() {
    // 0 - 1 - 2 - … - 9, and 20 alone.
    let chain = |address: AddressId| -> Vec<Link> {
        let links = (0..9).map(|at| link(at, at + 1, u64::from(at)));
        let at = links.filter(|link| [link.a, link.b].contains(&address));
        at.collect()
    };
    let search = |b, limit| shortest_path(AddressId(0), AddressId(b), chain, limit);
    assert!(matches!(search(9, 10), Connection::Linked(path) if path.len() == 9));
    assert_eq!(search(20, 100), Connection::Apart);
    assert_eq!(search(9, 6), Connection::LimitReached { addresses: 6 });
    assert_eq!(search(0, 0), Connection::Linked(Vec::new()));
}

#[test]
fn a_refused_link_says_why() {
    let mut constrained = Constrained::new(Clusters::default());
    let [alice, bob, shop, other] = [0, 1, 2, 3].map(AddressId);
    // Alice pays the shop and keeps address 4; what pays the shop's change to her is refused.
    assert_eq!(
        constrained.add_change(link(0, 4, 10), &[shop]),
        Added::Joined
    );
    assert_eq!(
        constrained.add_change(link(2, 4, 11), &[]),
        Added::Refused(Veto::Payment { tx: TxNumber(10) })
    );
    assert_eq!(constrained.label(alice, Actor(1)), None);
    assert_eq!(constrained.label(AddressId(4), Actor(9)), Some(Actor(1)));
    assert_eq!(constrained.label(bob, Actor(2)), None);
    assert_eq!(
        constrained.add_change(link(1, 4, 12), &[]),
        Added::Refused(Veto::Actors {
            a: Actor(2),
            b: Actor(1)
        })
    );
    // The one output is Alice's own, so it is her change and the other one is not.
    assert_eq!(
        constrained.add_change(link(0, 3, 13), &[AddressId(4)]),
        Added::Refused(Veto::ChangeKnown {
            address: AddressId(4)
        })
    );
    assert_eq!(constrained.clusters().find(other), other);
    // Common spending is believed, and what it contradicts is named.
    assert_eq!(
        constrained.add(link(1, 4, 14)),
        Added::JoinedAgainst(Veto::Actors {
            a: Actor(2),
            b: Actor(1)
        })
    );
    assert_eq!(constrained.into_clusters().find(bob), alice);
}

#[test]
fn the_largest_number_is_an_address_like_any_other_to_ask_for() {
    let clusters = Clusters::new(3);
    let last = AddressId(u32::MAX);
    assert_eq!(clusters.find(last), last);
    assert_eq!(clusters.members(last).collect::<Vec<_>>(), [last]);
}

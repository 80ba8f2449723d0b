//! The shortest chain of links between two addresses.

use std::collections::HashMap;
use std::hash::Hash;

use crate::claim::Link;
use crate::model::AddressId;

/// How two addresses are connected by links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection<A = AddressId> {
    /// By these links, as few as possible: the first begins at one address, each begins
    /// where the one before ends, the last ends at the other address. Empty for an address
    /// and itself.
    Linked(Vec<Link<A>>),
    /// Not at all: all that is linked to one of them was seen, and the other is not there.
    Apart,
    /// It is not known: this many addresses were seen, and that was the limit.
    LimitReached {
        /// Addresses seen from both ends.
        addresses: usize,
    },
}

/// Searches from both ends at once, in whole rounds, always at the end with fewer addresses
/// still to be looked at. `neighbours` is asked once for each of them and tells all links at
/// it. A link that it tells at one end only is used all the same, but then the chain found
/// may not be the shortest.
///
/// The result depends on the order in which `neighbours` names links and on nothing else: of
/// several shortest chains it is the first found.
///
/// Cost: a call for each address looked at, memory for each address seen; of those there are
/// at most `addresses_max`.
pub fn shortest_path<A: Copy + Eq + Hash>(
    a: A,
    b: A,
    mut neighbours: impl FnMut(A) -> Vec<Link<A>>,
    addresses_max: usize,
) -> Connection<A> {
    if a == b {
        return Connection::Linked(Vec::new());
    }
    let mut ends = [Search::from(a), Search::from(b)];
    while ends.iter().any(|end| !end.frontier.is_empty()) {
        let [from_a, from_b] = &mut ends;
        // One end alone may be done: its last address may have a link that only the other
        // side tells.
        let work = |end: &Search<A>| end.frontier.len().checked_sub(1).unwrap_or(usize::MAX);
        let (near, far) = if work(from_a) <= work(from_b) {
            (from_a, from_b)
        } else {
            (from_b, from_a)
        };
        for address in std::mem::take(&mut near.frontier) {
            for link in neighbours(address) {
                let Some(link) = begin_at(address, link) else {
                    continue;
                };
                if near.came_by.contains_key(&link.b) {
                    continue;
                }
                let met = far.came_by.contains_key(&link.b);
                let addresses = near.came_by.len() + far.came_by.len();
                if !met && addresses >= addresses_max {
                    return Connection::LimitReached { addresses };
                }
                near.came_by.insert(link.b, Some(link));
                if met {
                    // Nothing shorter is left: had the two sides met over fewer links, they
                    // would have met in an earlier round.
                    let [from_a, from_b] = &ends;
                    return Connection::Linked(from_a.path_to(link.b, from_b));
                }
                near.frontier.push(link.b);
            }
        }
    }
    Connection::Apart
}

/// What is known from one end.
struct Search<A> {
    /// Addresses seen, with the link that led to each; none led to the end itself. Only
    /// looked up, never walked.
    came_by: HashMap<A, Option<Link<A>>>,
    /// Those seen in the last round, in the order in which they were.
    frontier: Vec<A>,
}

impl<A: Copy + Eq + Hash> Search<A> {
    fn from(end: A) -> Self {
        Self {
            came_by: HashMap::from([(end, None)]),
            frontier: vec![end],
        }
    }

    /// The links from this end to `met`, then on to the other end.
    fn path_to(&self, met: A, other: &Self) -> Vec<Link<A>> {
        let mut path = self.back_from(met);
        path.reverse();
        path.extend(other.back_from(met).into_iter().map(turned));
        path
    }

    /// The links that led to `met`, the last first.
    fn back_from(&self, met: A) -> Vec<Link<A>> {
        let mut links = Vec::new();
        let mut at = met;
        while let Some(Some(link)) = self.came_by.get(&at) {
            links.push(*link);
            at = link.a;
        }
        links
    }
}

/// The link as seen from `address`; `None` if it does not lead from there to another one.
fn begin_at<A: Copy + Eq>(address: A, link: Link<A>) -> Option<Link<A>> {
    let link = if link.a == address {
        link
    } else {
        turned(link)
    };
    (link.a == address && link.b != address).then_some(link)
}

fn turned<A>(link: Link<A>) -> Link<A> {
    Link {
        a: link.b,
        b: link.a,
        ..link
    }
}

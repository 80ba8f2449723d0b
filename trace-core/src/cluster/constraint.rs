//! Refuses links that would join what is known to be apart.
//!
//! Common spending is taken as it comes. A change link is a guess, and one wrong guess in a
//! thousand joins everybody in the end. So it is refused where it contradicts something
//! surer: two clusters labelled as different owners; two outputs of one transaction of which
//! one was taken for the change and the other, therefore, for the payment (constrained
//! clustering: Möser and Narayanan 2022, arXiv 2107.05749).
//!
//! What is refused depends on what was joined before, so links are added in chain order.

use std::collections::BTreeMap;
use std::fmt;

use super::{Clusters, Forest};
use crate::claim::Link;
use crate::model::{AddressId, TxNumber};

/// An owner by a number of the caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(pub u32);

/// What contradicts a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Veto {
    /// The two clusters are labelled with different owners.
    Actors {
        /// The owner of the link's first address.
        a: Actor,
        /// The owner of the other one.
        b: Actor,
    },
    /// In this transaction one of the two clusters paid the other.
    Payment {
        /// The transaction whose other output was taken for the change.
        tx: TxNumber,
    },
    /// Another output of the same transaction is known to be the spender's, so that is its
    /// change.
    ChangeKnown {
        /// That output's address.
        address: AddressId,
    },
}

/// What became of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Added {
    /// It joined two clusters.
    Joined,
    /// It joined two clusters although this contradicts it.
    JoinedAgainst(Veto),
    /// Its addresses were together before.
    Together,
    /// It was refused for this reason, and nothing changed.
    Refused(Veto),
}

/// Clusters with what is known to be apart.
#[derive(Clone, Debug, Default)]
pub struct Constrained {
    clusters: Clusters,
    /// By the root of a cluster, its owner.
    actors: BTreeMap<AddressId, Actor>,
    /// By the root of a cluster, addresses of clusters that it paid or was paid by.
    payments: BTreeMap<AddressId, Vec<(AddressId, TxNumber)>>,
}

impl Constrained {
    /// Nothing is known to be apart yet.
    pub fn new(clusters: Clusters) -> Self {
        Self {
            clusters,
            ..Self::default()
        }
    }

    /// Notes the owner of an address, and thereby of its cluster. An owner known before
    /// stays, and is returned where it is another one.
    pub fn label(&mut self, address: AddressId, actor: Actor) -> Option<Actor> {
        let root = self.clusters.find(address);
        let known = *self.actors.entry(root).or_insert(actor);
        (known != actor).then_some(known)
    }

    /// Adds a link that is not refused. Where it contradicts something, that is said: a label
    /// is wrong, a change link before was, or the link comes from an unknown kind of mix.
    pub fn add(&mut self, link: Link) -> Added {
        // Nothing is known to be apart, so nothing need be looked up.
        if self.actors.is_empty() && self.payments.is_empty() {
            return if self.clusters.add(link) {
                Added::Joined
            } else {
                Added::Together
            };
        }
        let veto = self.veto(link);
        match (self.join(link), veto) {
            (false, _) => Added::Together,
            (true, None) => Added::Joined,
            (true, Some(veto)) => Added::JoinedAgainst(veto),
        }
    }

    /// Adds a link between a spender and its change, unless something contradicts it.
    /// `payments` are the addresses of the transaction's other outputs.
    pub fn add_change(&mut self, link: Link, payments: &[AddressId]) -> Added {
        if let Some(veto) = self.veto(link) {
            return Added::Refused(veto);
        }
        let ends = [link.a, link.b].map(|end| self.clusters.find(end));
        let known = payments
            .iter()
            .find(|payment| ends.contains(&self.clusters.find(**payment)));
        match known {
            Some(address) if ends[0] != ends[1] => {
                return Added::Refused(Veto::ChangeKnown { address: *address });
            }
            // The spender has both outputs: it paid itself, so nobody is known to be apart.
            Some(_) => return Added::Together,
            None => {}
        }
        let joined = self.join(link);
        for payment in payments {
            self.note_payment(link.b, *payment, link.tx);
            self.note_payment(*payment, link.b, link.tx);
        }
        if joined {
            Added::Joined
        } else {
            Added::Together
        }
    }

    /// The clusters so far.
    pub fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// As [`Clusters::take_links`].
    pub fn take_links(&mut self) -> Forest {
        self.clusters.take_links()
    }

    /// The clusters, without what is known to be apart.
    pub fn into_clusters(self) -> Clusters {
        self.clusters
    }

    fn veto(&self, link: Link) -> Option<Veto> {
        let (a, b) = (self.clusters.find(link.a), self.clusters.find(link.b));
        if a == b {
            return None;
        }
        if let (Some(a), Some(b)) = (self.actors.get(&a), self.actors.get(&b))
            && a != b
        {
            return Some(Veto::Actors { a: *a, b: *b });
        }
        // A payment stands with both clusters, so the shorter list is enough.
        let of = |root| self.payments.get(&root).map_or(&[][..], Vec::as_slice);
        let (list, other) = if of(a).len() <= of(b).len() {
            (of(a), b)
        } else {
            (of(b), a)
        };
        list.iter()
            .find(|(address, _)| self.clusters.find(*address) == other)
            .map(|(_, tx)| Veto::Payment { tx: *tx })
    }

    fn join(&mut self, link: Link) -> bool {
        let roots = [link.a, link.b].map(|end| self.clusters.find(end));
        let joined = self.clusters.add(link);
        if joined {
            let [gone, root] = [roots[0].max(roots[1]), roots[0].min(roots[1])];
            if let Some(actor) = self.actors.remove(&gone) {
                self.actors.entry(root).or_insert(actor);
            }
            if let Some(mut of_gone) = self.payments.remove(&gone) {
                let kept = self.payments.entry(root).or_default();
                if kept.len() < of_gone.len() {
                    std::mem::swap(kept, &mut of_gone);
                }
                kept.append(&mut of_gone);
            }
        }
        joined
    }

    fn note_payment(&mut self, one: AddressId, other: AddressId, tx: TxNumber) {
        let root = self.clusters.find(one);
        self.payments.entry(root).or_default().push((other, tx));
    }
}

/// Why, in one clause.
impl fmt::Display for Veto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Actors { .. } => "the two are labelled with different owners",
            Self::Payment { .. } => "one of the two paid the other in an earlier transaction",
            Self::ChangeKnown { .. } => {
                "another output of the same transaction is known to be the spender's"
            }
        })
    }
}

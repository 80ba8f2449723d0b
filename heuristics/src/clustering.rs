//! The clusters of a whole chain, made by one walk over its transactions.

use std::error::Error;
use std::fmt;

use trace_core::claim::Link;
use trace_core::cluster::{
    Actor, Added, Basis, ClusterFolder, Clusters, Constrained, StoredError, Veto,
};
use trace_core::model::{AddressId, BlockRef, TxNumber};
use trace_core::view::{Answer, CoinView, Depth, NumberedTransaction, Unknown};

use crate::links::{of_change, of_spending};
use crate::mix;
use crate::rule_set::RuleSet;
use crate::same_key::{Ahead, Keys};

/// Transactions that are read together, so that what they need is waited for together.
const TOGETHER: usize = 64;

/// Clusters that grow with a chain.
///
/// Memory: what [`Clusters`] and [`Keys`] take, of which [`Clustering::save`] and
/// [`Clustering::drop_links`] let the links go; with change rules also 24 bytes for each output
/// beside a change.
#[derive(Clone, Debug)]
pub struct Clustering {
    rules: RuleSet,
    clusters: Constrained,
    keys: Keys,
    against: Against,
    links: Links,
}

/// Where the links are that joined.
#[derive(Clone, Copy, Debug)]
enum Links {
    /// With the clusters, but for the first ones, of which a folder has so many.
    Kept { saved: u64 },
    /// Some of them nowhere.
    Dropped,
}

/// Links that contradict something known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Against {
    /// The first of them in chain order.
    pub links: Vec<Contradiction>,
    /// How many more there were.
    pub left_out: u64,
    links_max: usize,
}

/// A link and what it contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The link.
    pub link: Link,
    /// What it contradicts.
    pub veto: Veto,
    /// Whether it was refused. If not, it joined all the same: only change links are refused.
    pub refused: bool,
}

/// A transaction that the view could not give, so that clustering stopped before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The transaction.
    pub tx: TxNumber,
    /// Why; `None` where it was not fetched.
    pub why: Option<Unknown>,
}

impl Clustering {
    /// Every address alone. Of the links that contradict something, `against_max` are kept.
    pub fn new(rules: RuleSet, against_max: usize) -> Self {
        Self {
            rules,
            clusters: Constrained::default(),
            keys: Keys::default(),
            against: Against {
                links_max: against_max,
                ..Against::default()
            },
            links: Links::Kept { saved: 0 },
        }
    }

    /// Says whose an address is, before its transactions are walked: change links between
    /// clusters of different owners are refused, other links between them are reported.
    /// Returns the owner that its cluster has already, where that is another one.
    pub fn label(&mut self, address: AddressId, actor: Actor) -> Option<Actor> {
        self.clusters.label(address, actor)
    }

    /// Adds the links of these transactions, which come in chain order and after all that
    /// were added before.
    ///
    /// # Errors
    /// At a transaction that the view does not hold. Everything before it is added.
    pub fn advance(
        &mut self,
        view: &dyn CoinView,
        transactions: impl IntoIterator<Item = TxNumber>,
    ) -> Result<(), Unread> {
        let mut numbers = transactions.into_iter();
        let mut soon = Vec::with_capacity(TOGETHER);
        let mut read = vec![NumberedTransaction::default(); TOGETHER];
        loop {
            soon.clear();
            soon.extend(numbers.by_ref().take(TOGETHER));
            if soon.is_empty() {
                return Ok(());
            }
            view.expect(&soon, Depth::Whole);
            let mut unread = None;
            for (tx, into) in soon.iter().zip(&mut read) {
                let why = match view.transaction(*tx, into) {
                    Answer::Known(()) => continue,
                    Answer::NotFetched => None,
                    Answer::Unknown(why) => Some(why),
                };
                unread = Some(Unread { tx: *tx, why });
                break;
            }
            if let Some(Unread { tx, .. }) = unread {
                let before = soon.iter().position(|number| *number == tx);
                soon.truncate(before.unwrap_or(0));
            }
            let read = read.get(..soon.len()).unwrap_or_default();
            self.advance_over(view, &soon, read);
            if let Some(unread) = unread {
                return Err(unread);
            }
        }
    }

    fn advance_over(
        &mut self,
        view: &dyn CoinView,
        numbers: &[TxNumber],
        read: &[NumberedTransaction],
    ) {
        let ahead = Ahead::of_transactions(&self.keys, view, read);
        let mut links = Vec::new();
        for (tx, transaction) in numbers.iter().copied().zip(read) {
            let mix = mix::detect(transaction);
            for link in of_spending(tx, transaction, &mix) {
                self.add(link);
            }
            if let Some((link, change)) = of_change(view, tx, transaction, &self.rules, &mix) {
                let payments: Vec<AddressId> = (0..)
                    .zip(&transaction.outputs)
                    .filter(|(vout, _)| *vout != change.vout)
                    .filter_map(|(_, output)| output.address)
                    .collect();
                let added = self.clusters.add_change(link, &payments);
                self.against.note(link, added);
            }
            self.keys.links(view, tx, transaction, &ahead, &mut links);
            for link in links.drain(..) {
                self.add(link);
            }
        }
    }

    fn add(&mut self, link: Link) {
        let added = self.clusters.add(link);
        self.against.note(link, added);
    }

    /// The clusters so far.
    pub fn clusters(&self) -> &Clusters {
        self.clusters.clusters()
    }

    /// The links that contradicted a label or another link.
    pub fn against(&self) -> &Against {
        &self.against
    }

    /// The clusters alone.
    pub fn into_clusters(self) -> Clusters {
        self.clusters.into_clusters()
    }

    /// Lets go of the links that joined so far, where nobody wants to know why. What is not
    /// saved by now cannot be any more.
    pub fn drop_links(&mut self) {
        self.links = Links::Dropped;
        self.clusters.take_links();
        self.keys.forget_unsaved();
    }

    /// Saves what was added since it was last saved, `as_of` being the last block added, and
    /// lets go of the links; `folder` has them then. Into a folder from which nothing was taken
    /// up, all is saved.
    ///
    /// False, and nothing is done, with change rules, because what they refuse depends on more
    /// than is stored; and after [`Clustering::drop_links`].
    ///
    /// # Errors
    /// When the folder holds other links than those saved or taken up before, or cannot be
    /// written. Nothing is let go then.
    pub fn save(
        &mut self,
        folder: &mut ClusterFolder,
        as_of: BlockRef,
    ) -> Result<bool, StoredError> {
        let Links::Kept { saved } = self.links else {
            return Ok(false);
        };
        if !self.rules.change.is_empty() {
            return Ok(false);
        }
        if folder.len() != saved {
            return Err(StoredError::OtherClusters);
        }
        let basis = Basis {
            as_of,
            made_by: self.rules.describe(),
        };
        folder.save(basis, self.clusters().forest(), &self.keys.unsaved())?;
        self.links = Links::Kept {
            saved: folder.len(),
        };
        self.clusters.take_links();
        self.keys.forget_unsaved();
        Ok(true)
    }

    /// Takes up what was saved, for a view of `address_count` addresses, and says after which
    /// block to go on. `is_on_branch` says whether that block is one of the view's. Labels are
    /// not stored.
    ///
    /// # Errors
    /// When nothing is stored, or it is damaged, of other rules or of another branch. Then
    /// clusters are made anew, and saving them replaces what is there.
    pub fn resume(
        folder: &mut ClusterFolder,
        address_count: u32,
        rules: RuleSet,
        against_max: usize,
        is_on_branch: impl FnOnce(BlockRef) -> bool,
    ) -> Result<(Self, BlockRef), StoredError> {
        let (clusters, as_of) = folder.take_up(
            address_count,
            &rules.describe(),
            &RuleSet::all_rules(),
            is_on_branch,
        )?;
        let Ok(keys) = Keys::read(folder.notes()?) else {
            folder.begin_anew();
            return Err(StoredError::Damaged("keys"));
        };
        let clustering = Self {
            clusters: Constrained::new(clusters),
            keys,
            links: Links::Kept {
                saved: folder.len(),
            },
            ..Self::new(rules, against_max)
        };
        Ok((clustering, as_of))
    }
}

impl Against {
    fn note(&mut self, link: Link, added: Added) {
        let (veto, refused) = match added {
            Added::JoinedAgainst(veto) => (veto, false),
            Added::Refused(veto) => (veto, true),
            Added::Joined | Added::Together => return,
        };
        if self.links.len() < self.links_max {
            self.links.push(Contradiction {
                link,
                veto,
                refused,
            });
        } else {
            self.left_out += 1;
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transaction number {} cannot be read", self.tx.0)
    }
}

impl Error for Unread {}

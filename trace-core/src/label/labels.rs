//! Labels from any number of lists, found by address.

use std::collections::BTreeMap;

use super::SkippedEntry;
use crate::model::Address;

/// What somebody says of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label<A = Address> {
    /// The address.
    pub address: A,
    /// What it is called, such as the name of a service.
    pub name: String,
    /// What its owner is or did, in the words of the INTERPOL taxonomy: `exchange`,
    /// `ransomware`. Lower case, the primary one first.
    pub categories: Vec<String>,
    /// The owner by the list's own identifier, where it gives one.
    pub actor: Option<String>,
    /// Who says so, or where it was read.
    pub source: String,
    /// How sure that is, where it is said.
    pub confidence: Option<Confidence>,
    /// Since when it has been said, as written there.
    pub last_modified: Option<String>,
    /// Whether it is meant for the whole cluster of the address.
    pub defines_cluster: bool,
    /// The list it stands in.
    pub list: String,
    /// The line there, from 1.
    pub line: u64,
}

/// How sure a label is, in the words of the TagPack taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confidence {
    /// The word.
    pub name: String,
    /// From 0 to 100; `None` for a word that the taxonomy does not have.
    pub level: Option<u8>,
}

/// Labels by address.
#[derive(Clone, Debug)]
pub struct Labels<A = Address> {
    all: Vec<Label<A>>,
    by_address: BTreeMap<A, Vec<u32>>,
    skipped: Vec<(String, SkippedEntry)>,
}

impl<A> Default for Labels<A> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            by_address: BTreeMap::new(),
            skipped: Vec::new(),
        }
    }
}

impl Confidence {
    /// The levels of the TagPack taxonomy.
    const LEVELS: [(&'static str, u8); 14] = [
        ("override", 100),
        ("ownership", 100),
        ("ledger_immanent", 100),
        ("manual_transaction", 90),
        ("service_api", 70),
        ("forensic_investigation", 70),
        ("authority_data", 60),
        ("trusted_provider", 50),
        ("service_data", 50),
        ("forensic", 50),
        ("untrusted_transaction", 40),
        ("web_crawl", 20),
        ("heuristic", 10),
        ("unknown", 5),
    ];

    /// The confidence of that name.
    pub fn named(name: &str) -> Self {
        let level = Self::LEVELS.iter().find(|(known, _)| *known == name);
        Self {
            name: name.to_owned(),
            level: level.map(|(_, level)| *level),
        }
    }
}

impl<A: Ord + Clone> Labels<A> {
    /// Adds one label. Of several on one address all are kept.
    pub fn add(&mut self, label: Label<A>) {
        let Ok(index) = u32::try_from(self.all.len()) else {
            return;
        };
        let of_address = self.by_address.entry(label.address.clone()).or_default();
        of_address.push(index);
        self.all.push(label);
    }

    /// Notes an entry that was passed over.
    pub fn skip(&mut self, list: &str, entry: SkippedEntry) {
        self.skipped.push((list.to_owned(), entry));
    }

    /// All labels, in the order in which they were added.
    pub fn all(&self) -> &[Label<A>] {
        &self.all
    }

    /// The label of that index.
    pub fn get(&self, index: u32) -> Option<&Label<A>> {
        self.all.get(index as usize)
    }

    /// The labels of an address with their indexes, the surest first, and among equally sure
    /// ones the first added.
    pub fn of(&self, address: &A) -> Vec<(u32, &Label<A>)> {
        let indexes = self.by_address.get(address).into_iter().flatten();
        let mut found: Vec<_> = indexes
            .filter_map(|index| Some((*index, self.get(*index)?)))
            .collect();
        found.sort_by_key(|(index, label)| {
            let level = label.confidence.as_ref().and_then(|sure| sure.level);
            (u8::MAX - level.unwrap_or(0), *index)
        });
        found
    }

    /// What was passed over while reading, with the list it stands in.
    pub fn skipped(&self) -> &[(String, SkippedEntry)] {
        &self.skipped
    }
}

//! A link in twelve bytes.

use std::iter::Peekable;
use std::slice;

use crate::claim::{Link, Rule};
use crate::model::{AddressId, TxNumber};

/// Bits of a transaction's number that a link keeps itself.
const TX_BITS: u32 = 24;

/// What links that are packed one after the other have in common.
///
/// A link is its two addresses, the low 24 bits of its transaction's number and an index into
/// the list of rules. The high bits of the number change seldom while links come in chain
/// order, and are kept once for all links until they change: 16 bytes for every 1.7 × 10⁷
/// transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packing {
    pub(super) rules: Vec<Rule>,
    pub(super) pages: Vec<Page>,
    /// Links packed.
    pub(super) count: u64,
}

/// From which link on transactions have which high bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) first_link: u64,
    pub(super) tx_high: u64,
}

/// Two addresses, then the rule's index in the high and the transaction in the low bits.
pub(super) type PackedLink = [u32; 3];

impl Packing {
    /// Packs the next link.
    ///
    /// # Panics
    /// At more than 256 different rules, which are part of the program and not of its data.
    #[inline]
    pub(super) fn pack(&mut self, link: Link) -> PackedLink {
        let rule = self.rule_index(link.rule);
        let tx_high = link.tx.0 >> TX_BITS;
        if self.pages.last().map(|page| page.tx_high) != Some(tx_high) {
            self.pages.push(Page {
                first_link: self.count,
                tx_high,
            });
        }
        self.count += 1;
        let tx_low = link.tx.0 & ((1 << TX_BITS) - 1);
        let tail = rule << TX_BITS | u32::try_from(tx_low).unwrap_or_default();
        [link.a.0, link.b.0, tail]
    }

    /// Unpacks the links from the first one on.
    pub(super) fn unpacking(&self) -> Unpacking<'_> {
        Unpacking {
            rules: &self.rules,
            pages: self.pages.iter().peekable(),
            tx_high: 0,
            number: 0,
        }
    }

    /// Whether these can be pages of that many links, in the order in which they are packed.
    pub(super) fn has_pages_in_order(&self) -> bool {
        let starts = self.pages.iter().map(|page| page.first_link);
        starts.clone().next().unwrap_or(0) == 0
            && starts.clone().is_sorted_by(|a, b| a < b)
            && starts.max().is_none_or(|last| last < self.count)
            && self
                .pages
                .iter()
                .all(|page| page.tx_high <= u64::MAX >> TX_BITS)
    }

    #[inline]
    fn rule_index(&mut self, rule: Rule) -> u32 {
        // The names of one rule are mostly one text in memory, which saves comparing letters.
        let is_rule = |known: &Rule| {
            known.version == rule.version
                && (std::ptr::eq(known.name, rule.name) || known.name == rule.name)
        };
        let known = self.rules.iter().position(is_rule);
        let index = known.unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        });
        u32::from(u8::try_from(index).expect("the program has fewer than 256 rules"))
    }
}

/// Takes links in the order in which they were packed.
pub(super) struct Unpacking<'a> {
    rules: &'a [Rule],
    pages: Peekable<slice::Iter<'a, Page>>,
    tx_high: u64,
    number: u64,
}

impl Unpacking<'_> {
    /// The next link; `None` if it names a rule that is not there.
    pub(super) fn link(&mut self, packed: PackedLink) -> Option<Link> {
        let number = self.number;
        self.number += 1;
        while let Some(page) = self.pages.next_if(|page| page.first_link <= number) {
            self.tx_high = page.tx_high;
        }
        let [a, b, tail] = packed;
        Some(Link {
            a: AddressId(a),
            b: AddressId(b),
            tx: TxNumber(self.tx_high << TX_BITS | u64::from(tail & ((1 << TX_BITS) - 1))),
            rule: *self.rules.get((tail >> TX_BITS) as usize)?,
        })
    }
}

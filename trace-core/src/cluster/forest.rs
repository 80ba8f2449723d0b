//! The links that joined clusters, twelve bytes each.

use crate::claim::{Link, Rule};
use crate::model::{AddressId, TxNumber};

/// Bits of a transaction's number that a link keeps itself.
const TX_BITS: u32 = 24;

/// Links in the order in which they joined: a spanning forest of the clusters.
///
/// A link is its two addresses, the low 24 bits of its transaction's number and an index into
/// the list of rules. The high bits of the number change seldom while links come in chain
/// order, and are kept once for all links until they change: 16 bytes for every 1.7 × 10⁷
/// transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forest {
    pub(super) rules: Vec<Rule>,
    pub(super) pages: Vec<Page>,
    pub(super) links: Vec<PackedLink>,
}

/// From which link on transactions have which high bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) first_link: u64,
    pub(super) tx_high: u64,
}

/// Two addresses, then the rule's index in the high and the transaction in the low bits.
pub(super) type PackedLink = [u32; 3];

impl Forest {
    /// Appends a link.
    ///
    /// # Panics
    /// At more than 256 different rules, which are part of the program and not of its data.
    #[inline]
    pub(super) fn push(&mut self, link: Link) {
        let rule = self.rule_index(link.rule);
        let tx_high = link.tx.0 >> TX_BITS;
        if self.pages.last().map(|page| page.tx_high) != Some(tx_high) {
            self.pages.push(Page {
                first_link: self.links.len() as u64,
                tx_high,
            });
        }
        let tx_low = link.tx.0 & ((1 << TX_BITS) - 1);
        let tail = rule << TX_BITS | u32::try_from(tx_low).unwrap_or_default();
        self.links.push([link.a.0, link.b.0, tail]);
    }

    /// Links kept.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether nothing was joined.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The links in the order in which they joined.
    pub fn iter(&self) -> impl Iterator<Item = Link> + '_ {
        let mut pages = self.pages.iter().peekable();
        let mut tx_high = 0;
        (0_u64..)
            .zip(&self.links)
            .filter_map(move |(number, link)| {
                while let Some(page) = pages.next_if(|page| page.first_link <= number) {
                    tx_high = page.tx_high;
                }
                let [a, b, tail] = *link;
                Some(Link {
                    a: AddressId(a),
                    b: AddressId(b),
                    tx: TxNumber(tx_high << TX_BITS | u64::from(tail & ((1 << TX_BITS) - 1))),
                    rule: *self.rules.get((tail >> TX_BITS) as usize)?,
                })
            })
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

//! Which output was change, as the chain shows it later.
//!
//! The change of a transaction is revealed when later spending shows exactly one output to be
//! the spender's (Möser and Narayanan 2022, arXiv 2107.05749). An output that goes back to an
//! address of the inputs is the spender's at once; there is nothing to be revealed then.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::cluster::Clusters;
use trace_core::model::{AddressId, TxNumber};
use trace_core::view::{Answer, CoinView, NumberedTransaction, Spender};

use crate::{co_spend, mix};

/// What counts as showing that an output is the spender's.
#[derive(Clone, Copy, Debug)]
pub enum Evidence<'a> {
    /// Its address is spent, later and in a transaction that is no mix, together with an
    /// address of the inputs. Strict, and rare where addresses are used once.
    SpentTogether {
        /// An address that was paid more often than this is not looked through.
        receipts_max: usize,
    },
    /// Its address is in one cluster with the inputs. The clusters are to be made from common
    /// spending alone, of the whole view; the truth is as good as they are. Common where
    /// wallets gather coins.
    Clusters(&'a Clusters),
}

/// What later transactions show of the outputs of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revealed {
    /// This output is the change.
    Change(u32),
    /// More than one output is the spender's.
    Several,
    /// None is shown to be the spender's.
    Nothing,
    /// One goes back to an address of the inputs.
    Evident,
    /// It cannot be told: the view does not know how an output was spent, or the addresses
    /// have more transactions than are looked at.
    Unknown,
}

/// Looks up what is revealed, and remembers which addresses are too busy to ask again.
pub(super) struct Revealer<'a> {
    view: &'a dyn CoinView,
    evidence: Evidence<'a>,
    busy: BTreeSet<AddressId>,
    /// Of transactions met: the addresses spent together in it, ascending; none in a mix.
    together: BTreeMap<TxNumber, Vec<AddressId>>,
}

/// Transactions kept in memory for the next question, at most.
const REMEMBERED_MAX: usize = 10_000;

impl<'a> Revealer<'a> {
    pub(super) fn new(view: &'a dyn CoinView, evidence: Evidence<'a>) -> Self {
        Self {
            view,
            evidence,
            busy: BTreeSet::new(),
            together: BTreeMap::new(),
        }
    }

    pub(super) fn of(&mut self, tx: TxNumber, transaction: &NumberedTransaction) -> Revealed {
        let spent = co_spend::spent_addresses(transaction);
        let outputs = || {
            let outputs = (0..).zip(&transaction.outputs);
            outputs.filter_map(|(vout, output)| Some((vout, output.address?)))
        };
        if outputs().any(|(_, address)| spent.contains(&&address)) {
            return Revealed::Evident;
        }
        let mut change = None;
        let mut unknown = false;
        for (vout, address) in outputs() {
            let mut own = false;
            for spender in &spent {
                match self.have_one_owner(tx, address, **spender) {
                    Some(one) => own |= one,
                    None => unknown = true,
                }
            }
            if own && change.replace(vout).is_some() {
                return Revealed::Several;
            }
        }
        match change {
            _ if unknown => Revealed::Unknown,
            Some(vout) => Revealed::Change(vout),
            None => Revealed::Nothing,
        }
    }

    fn have_one_owner(&mut self, tx: TxNumber, a: AddressId, b: AddressId) -> Option<bool> {
        match self.evidence {
            Evidence::Clusters(clusters) => Some(clusters.find(a) == clusters.find(b)),
            Evidence::SpentTogether { receipts_max } => {
                self.are_spent_together(tx, a, b, receipts_max)
            }
        }
    }

    /// Whether two addresses are spent together after `tx` in a transaction that is no mix;
    /// `None` if that cannot be told. The address with the shorter history is asked.
    fn are_spent_together(
        &mut self,
        tx: TxNumber,
        a: AddressId,
        b: AddressId,
        receipts_max: usize,
    ) -> Option<bool> {
        let after = self.view.order(tx);
        let (spenders, other) = match [a, b].map(|address| self.spenders(address, receipts_max)) {
            [Some(of_a), Some(of_b)] if of_b.len() < of_a.len() => (of_b, a),
            [Some(of_a), _] => (of_a, b),
            [None, Some(of_b)] => (of_b, a),
            [None, None] => return None,
        };
        for spender in spenders {
            if self.view.order(spender) > after
                && self.together(spender)?.binary_search(&other).is_ok()
            {
                return Some(true);
            }
        }
        Some(false)
    }

    /// The transactions that spend from an address; `None` if there are too many or they are
    /// not all known.
    fn spenders(&mut self, address: AddressId, receipts_max: usize) -> Option<Vec<TxNumber>> {
        if self.busy.contains(&address) {
            return None;
        }
        let known = match self.view.receipts(address, 0) {
            Answer::Known(receipts) if receipts.len() <= receipts_max => receipts
                .into_iter()
                .map(|output| match self.view.spender(output) {
                    Answer::Known(Spender::Spent(tx)) => Some(Some(tx)),
                    Answer::Known(Spender::Unspent) => Some(None),
                    Answer::NotFetched | Answer::Unknown(_) => None,
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        if known.is_none() {
            self.busy.insert(address);
        }
        known.map(|spenders| spenders.into_iter().flatten().collect())
    }

    fn together(&mut self, tx: TxNumber) -> Option<&[AddressId]> {
        if !self.together.contains_key(&tx) {
            let mut transaction = NumberedTransaction::default();
            let Answer::Known(()) = self.view.transaction(tx, &mut transaction) else {
                return None;
            };
            let judged = co_spend::judge(&transaction, &mix::detect(&transaction));
            let mut spent: Vec<AddressId> = Vec::new();
            if judged.applies() {
                spent.extend(co_spend::spent_addresses(&transaction));
                spent.sort_unstable();
            }
            if self.together.len() >= REMEMBERED_MAX {
                self.together.clear();
            }
            self.together.insert(tx, spent);
        }
        self.together.get(&tx).map(Vec::as_slice)
    }
}

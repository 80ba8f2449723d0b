//! What gives a withdrawal away.

use trace_core::claim::{Link, Reason, Rule};
use trace_core::model::Position;
use trace_core::model::account::{Address, B256};

use super::{Deposit, Record, Withdrawal};
use crate::account::{AccountLink, Confidence, Evidence};

/// That what one account took out of a pool was put in by another one, or by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// The rule that says so.
    pub rule: Rule,
    /// Who put it in.
    pub from: Address,
    /// Who took it out.
    pub to: Address,
    /// The pools, ascending. More than one where several together give it away.
    pub pools: Vec<Address>,
    /// The deposit: the last of those of this account that fit; of several pools all of them.
    pub deposits: Vec<B256>,
    /// The withdrawal; of several the last.
    pub withdrawal: Withdrawal,
    /// The withdrawals, in chain order.
    pub withdrawals: Vec<B256>,
    /// What else shows it: payments between the two, or a claim.
    pub beside: Vec<B256>,
    /// Deposits that the withdrawal can come from, this reveal apart.
    pub among: usize,
    /// Those left of them by this reveal. For a reveal by several pools, the accounts left.
    pub left: usize,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// What a rule found, and of how much it could not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revealed {
    /// In the order of the withdrawals.
    pub reveals: Vec<Reveal>,
    /// Withdrawals, or claims, about which it could not tell, and why, in their order.
    pub unknown: Vec<(B256, Reason)>,
}

impl Reveal {
    pub(super) fn new(
        (rule, weight): (Rule, Confidence),
        record: &Record,
        deposit: &Deposit,
        withdrawal: &Withdrawal,
        left: usize,
    ) -> Self {
        Self {
            rule,
            from: deposit.from,
            to: withdrawal.to,
            pools: vec![withdrawal.pool],
            deposits: vec![deposit.hash],
            withdrawal: *withdrawal,
            withdrawals: vec![withdrawal.hash],
            beside: Vec::new(),
            among: record.among(withdrawal),
            left,
            confidence: weight.among(left),
        }
    }

    /// The place of the withdrawal, which completes it.
    pub fn position(&self) -> Position {
        self.withdrawal.position
    }

    /// The transactions that show it.
    pub fn transactions(&self) -> impl Iterator<Item = B256> + '_ {
        let mixed = self.deposits.iter().chain(&self.withdrawals);
        mixed.chain(&self.beside).copied()
    }

    /// The link that it makes; `None` between an account and itself, and for what did not come
    /// from a view.
    pub fn link(&self) -> Option<AccountLink> {
        let tx = self.withdrawal.tx?;
        (self.from != self.to).then(|| AccountLink {
            link: Link {
                a: self.from,
                b: self.to,
                tx,
                rule: self.rule,
            },
            position: self.position(),
            confidence: Some(self.confidence),
            evidence: Evidence::Mixer {
                pools: self.pools.clone(),
                deposits: self.deposits.clone(),
                withdrawals: self.withdrawals.clone(),
                beside: self.beside.clone(),
                among: self.among,
                left: self.left,
            },
        })
    }
}

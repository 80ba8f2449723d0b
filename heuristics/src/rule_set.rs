//! Which rules join addresses.

use std::fmt::Write as _;

use trace_core::claim::Rule;
use trace_core::model::{AddressId, TxNumber};
use trace_core::view::{CoinView, NumberedTransaction};

use crate::change::{self, ChangeRule};
use crate::mix::MixVerdict;
use crate::{co_spend, same_key};

/// Common spending and equivalent scripts always; change by the rules chosen, none by default.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// The change rules that are asked.
    pub change: Vec<&'static ChangeRule>,
    /// How many of them must take the same output for the change; 0 is taken for 1.
    pub change_votes: usize,
}

/// The output that a rule set takes for the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// The output's index.
    pub vout: u32,
    /// Its address.
    pub address: AddressId,
    /// The first rule of the set that takes it for the change.
    pub rule: Rule,
    /// How many rules do.
    pub votes: usize,
}

impl Default for RuleSet {
    fn default() -> Self {
        Self {
            change: Vec::new(),
            change_votes: 1,
        }
    }
}

impl RuleSet {
    /// Every rule by which a link can be made.
    pub fn all_rules() -> Vec<Rule> {
        let change = change::RULES.iter().map(|change| change.rule);
        [co_spend::RULE, same_key::RULE]
            .into_iter()
            .chain(change)
            .collect()
    }

    /// The rules by name and version, in words that differ when the links may.
    pub fn describe(&self) -> String {
        let mut text = format!(
            "{}/{} {}/{}",
            co_spend::RULE.name,
            co_spend::RULE.version,
            same_key::RULE.name,
            same_key::RULE.version,
        );
        if !self.change.is_empty() {
            // Writing to a String does not fail.
            let _ = write!(text, " change {} of", self.change_votes.max(1));
            for change in &self.change {
                let _ = write!(text, " {}/{}", change.rule.name, change.rule.version);
            }
        }
        text
    }

    /// The output that enough rules take for the change. If there are two of them, the rules
    /// disagree and none is.
    pub fn change(
        &self,
        mix: &MixVerdict,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
    ) -> Option<Change> {
        let mut found: Vec<Change> = Vec::new();
        for change in &self.change {
            let Some(vout) = change.supported(mix, view, tx, transaction) else {
                continue;
            };
            if let Some(known) = found.iter_mut().find(|known| known.vout == vout) {
                known.votes += 1;
            } else if let Some(address) = transaction
                .outputs
                .get(vout as usize)
                .and_then(|output| output.address)
            {
                found.push(Change {
                    vout,
                    address,
                    rule: change.rule,
                    votes: 1,
                });
            }
        }
        let mut enough = found
            .into_iter()
            .filter(|change| change.votes >= self.change_votes.max(1));
        enough.next().filter(|_| enough.next().is_none())
    }
}

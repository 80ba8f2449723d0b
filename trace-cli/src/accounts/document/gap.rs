//! What could not be known.

use trace_core::model::TxNumber;
use trace_core::taint::account::Gap;

use super::build::Build;
use crate::accounts::wording;
use crate::document::GapNote;

impl Build<'_> {
    /// What a gap is about, and why it is one.
    pub(super) fn gap(&self, gap: Gap) -> GapNote {
        let names = self.names;
        let account = |account| names.address(account).to_string();
        let transaction = |tx| match (names.hash(tx), names.position(tx)) {
            (Some(hash), _) => hash.to_string(),
            (None, Some(at)) => format!("the end of block {}", at.height),
            (None, None) => String::new(),
        };
        let pot = |who, asset, tx: Option<TxNumber>| {
            let pot = format!("{} in {}", account(who), names.asset(asset));
            match tx {
                Some(tx) => format!("{pot}, {}", transaction(tx)),
                None => pot,
            }
        };
        let at = match gap {
            Gap::Seed(seed, _) => {
                let seed = self.found.seeds.get(seed as usize);
                seed.map_or_else(String::new, |seed| seed.text.clone())
            }
            Gap::InnerCalls => self.chain.to_string(),
            Gap::Unindexed(asset) => names.asset(asset).to_string(),
            Gap::Account(who, _) => account(who),
            Gap::Transaction(tx, _) | Gap::Outcome(tx) => transaction(tx),
            Gap::Balance(who, asset, tx, _) | Gap::SeededTwice(who, asset, tx) => {
                pot(who, asset, tx)
            }
            Gap::Overdrawn(who, asset, tx) | Gap::Overfull(who, asset, tx) => {
                pot(who, asset, Some(tx))
            }
        };
        let (gap, why) = wording::gap(gap);
        GapNote { gap, at, why }
    }
}

//! What the naive walk is given to begin with.

use trace_core::taint::account::Seed;

use crate::naive::Naive;
use crate::story::{asset_name, name_of};

impl Naive<'_> {
    pub(crate) fn account_seeds(&self) -> Vec<(u32, String, Option<String>, u32)> {
        let mut seeds = Vec::new();
        for (number, seed) in (0..).zip(&self.plan.seeds) {
            if let Seed::Account {
                address,
                asset,
                from_height,
            } = seed
            {
                let of = asset.map(asset_name);
                seeds.push((number, name_of(address.as_slice()), of, *from_height));
            }
        }
        seeds
    }

    pub(crate) fn sow_holdings(&mut self) {
        let (last, height) = (self.story.tip().height, self.height);
        // A height behind the tip comes when everything has happened.
        self.sow_seeds(|from| from == height || (height == last + 1 && from > last));
    }

    pub(crate) fn sow_seeds(&mut self, is_now: impl Fn(u32) -> bool) {
        let mut seeds = self.account_seeds();
        if !self.is_back() {
            seeds.sort_by_key(|(_, _, _, from)| *from);
        }
        for (seed, who, of, from) in seeds {
            if !is_now(from) {
                continue;
            }
            for ((account, asset), pot) in self.pots.clone() {
                if account == who && of.as_ref().is_none_or(|of| *of == asset) {
                    let key = (account, asset.clone());
                    let tainted = pot.units.len() as u64;
                    let clean = if self.is_poison() {
                        0
                    } else {
                        pot.balance.saturating_sub(tainted)
                    };
                    let clean = self.sow(&key, pot.balance, clean, seed);
                    self.came("seeded", &asset, seed, clean);
                }
            }
        }
    }
}

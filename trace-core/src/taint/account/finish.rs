//! Where value is when nothing is left to go through.

use super::lot::{Lot, best};
use super::pot::Pot;
use super::step::Step;
use super::walk::{Ahead, Key, Walk};
use super::{DestinationKind, Gap, LimitHit, Surroundings, Trail};
use crate::model::Position;
use crate::model::account::{InnerCalls, U256};
use crate::view::Answer;
use crate::view::account::{AccountQuestion, AccountView, start_of};

/// Behind everything.
const LAST: Position = Position {
    height: u32::MAX,
    index: u32::MAX,
};

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// What was found; `None` when something must be known first.
    pub(super) fn finish(&mut self, mut walk: Walk) -> Result<Trail, Box<Walk>> {
        if self.is_poison() && !self.know_balances(&walk) {
            return Err(Box::new(walk));
        }
        for (account, holder) in std::mem::take(&mut walk.holders) {
            let kind = match holder.ahead {
                Ahead::Open | Ahead::Nothing => DestinationKind::Held,
                Ahead::Due(_) => DestinationKind::Bound(LimitHit::Transactions),
                Ahead::Beyond => DestinationKind::Bound(LimitHit::Height),
                Ahead::Lost(why) => DestinationKind::Unseen(why),
            };
            for (asset, pot) in holder.pots {
                self.stay(&mut walk, (account, asset), &pot, kind);
            }
        }
        let tip = self.view.tip();
        if let Some(first) = walk.first_height {
            let last = self.plan.bounds.height_max.unwrap_or(tip.height);
            let last = last.min(tip.height);
            if self.view.inner_calls(first, last) != InnerCalls::Seen {
                walk.record.gap(start_of(0), Gap::InnerCalls);
            }
        }
        Ok(Trail {
            policy: self.plan.policy,
            as_of: tip,
            destinations: walk.record.take_destinations(),
            totals: walk.record.take_totals(self.view),
            gaps: walk.record.take_gaps(self.view),
            limits_hit: walk.record.limits_hit.into_iter().collect(),
            visits: walk.record.visits,
            transactions: walk.transactions,
        })
    }

    /// Where what a pot holds is.
    fn stay(&self, walk: &mut Walk, key: Key, pot: &Pot, kind: DestinationKind) {
        let (account, asset) = key;
        let Pot::Marked(marked) = pot else {
            let lots = tainted(pot.lots(U256::ZERO));
            return walk.end(asset, &lots, kind);
        };
        let (balance, kind) = match self.view.balance(account, asset, self.behind_tip()) {
            Answer::Known(balance) => (balance, kind),
            Answer::Unknown(why) => {
                walk.record
                    .gap(LAST, Gap::Balance(account, asset, None, why));
                (marked.since(), DestinationKind::Unseen(why))
            }
            Answer::NotFetched => (marked.since(), kind),
        };
        let lots = pot.lots(balance);
        if let Some(from) = best(&lots) {
            walk.record.end(from.visit, asset, kind, &lots);
        }
    }

    fn behind_tip(&self) -> Position {
        start_of(self.view.tip().height.saturating_add(1))
    }

    /// Under poison all that an account holds is marked, whatever came.
    fn know_balances(&mut self, walk: &Walk) -> bool {
        let behind = self.behind_tip();
        let mut known = true;
        for (account, holder) in &walk.holders {
            for asset in holder.pots.keys() {
                if self.view.balance(*account, *asset, behind) == Answer::NotFetched
                    && let Some(address) = self.view.address(*account)
                    && let Some(name) = self.view.asset(*asset)
                {
                    let height = self.view.tip().height;
                    let question = AccountQuestion::Balance(address, name, height);
                    self.questions.insert(question);
                    known = false;
                }
            }
        }
        known
    }
}

fn tainted(lots: Vec<Lot>) -> Vec<Lot> {
    let lots = lots.into_iter();
    lots.filter(|lot| lot.owner.is_some()).collect()
}

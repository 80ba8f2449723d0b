//! Where value is when nothing is left to go through.

use super::lot::{Lot, best};
use super::pot::Pot;
use super::step::Step;
use super::walk::{Ahead, Key, Walk};
use super::{DestinationKind, Gap, LimitHit, Surroundings, Trail};
use crate::model::Position;
use crate::model::account::{Asset, InnerCalls, U256};
use crate::taint::Direction;
use crate::view::account::{AccountView, start_of};
use crate::view::{Answer, Unknown};

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
            for (asset, pot) in holder.pots {
                self.stay(&mut walk, (account, asset), &pot, holder.ahead);
            }
        }
        let tip = self.view.tip();
        if let Some(first) = walk.first_height {
            let bounds = &self.plan.bounds;
            let (first, last) = match self.plan.direction {
                Direction::Forward => (first, bounds.height_max.unwrap_or(tip.height)),
                Direction::Back => (bounds.height_min.unwrap_or(0), first),
            };
            if self.view.inner_calls(first, last.min(tip.height)) != InnerCalls::Seen {
                walk.record.gap(start_of(0), Gap::InnerCalls);
            }
        }
        let totals = walk.record.take_totals(self.view);
        for asset in totals.iter().map(|totals| totals.asset) {
            let contract = self.view.asset(asset).as_ref().and_then(Asset::contract);
            if contract.is_some_and(|contract| self.view.is_unindexed(contract)) {
                walk.record.gap(start_of(0), Gap::Unindexed(asset));
            }
        }
        Ok(Trail {
            direction: self.plan.direction,
            policy: self.plan.policy,
            as_of: tip,
            destinations: walk.record.take_destinations(),
            totals,
            gaps: walk.record.take_gaps(self.view),
            limits_hit: walk.record.limits_hit.into_iter().collect(),
            visits: walk.record.visits,
            transactions: walk.transactions,
        })
    }

    /// Where what a pot holds is.
    fn stay(&self, walk: &mut Walk, key: Key, pot: &Pot, ahead: Ahead) {
        let (account, asset) = key;
        let is_over = matches!(ahead, Ahead::Open | Ahead::Nothing);
        let is_from_nowhere = is_over && self.plan.direction == Direction::Back;
        let kind = match ahead {
            Ahead::Due(_) => DestinationKind::Bound(LimitHit::Transactions),
            Ahead::Beyond(_) => DestinationKind::Bound(LimitHit::Height),
            Ahead::Lost(why) => DestinationKind::Unseen(why),
            // Nobody had anything before the first block.
            Ahead::Open | Ahead::Nothing if is_from_nowhere => {
                DestinationKind::Unseen(Unknown::Contradictory)
            }
            Ahead::Open | Ahead::Nothing => DestinationKind::Held,
        };
        let Pot::Marked(marked) = pot else {
            let lots = tainted(pot.lots(U256::ZERO));
            if is_from_nowhere && !lots.is_empty() {
                let gap = Gap::Balance(account, asset, None, Unknown::Contradictory);
                walk.record.gap(start_of(0), gap);
            }
            return walk.end(asset, &lots, kind);
        };
        let edge = self.last_edge(ahead);
        let balance = edge.map(|edge| self.view.balance(account, asset, edge));
        let (balance, kind) = match balance {
            Some(Answer::Known(balance)) => (balance, kind),
            Some(Answer::Unknown(why)) => {
                let gap = Gap::Balance(account, asset, None, why);
                walk.record.gap(edge.unwrap_or(LAST), gap);
                (marked.since(), DestinationKind::Unseen(why))
            }
            Some(Answer::NotFetched) | None => (marked.since(), kind),
        };
        let lots = pot.lots(balance);
        if let Some(from) = best(&lots) {
            walk.record.end(from.visit, asset, kind, &lots);
        }
    }

    /// The edge as of which an account is said to hold something: the tip, backwards that to
    /// which it was followed. `None` where it was lost on the way there.
    fn last_edge(&self, ahead: Ahead) -> Option<Position> {
        match (self.plan.direction, ahead) {
            (Direction::Forward, _) => Some(start_of(self.view.tip().height.saturating_add(1))),
            (Direction::Back, Ahead::Due(at)) => Some(self.plan.direction.before(at)),
            (Direction::Back, Ahead::Beyond(edge)) => Some(edge),
            (Direction::Back, Ahead::Open | Ahead::Nothing) => Some(start_of(0)),
            (Direction::Back, Ahead::Lost(_)) => None,
        }
    }

    /// Under poison all that an account holds is marked, whatever came.
    fn know_balances(&mut self, walk: &Walk) -> bool {
        let mut known = true;
        for (account, holder) in &walk.holders {
            let Some(edge) = self.last_edge(holder.ahead) else {
                continue;
            };
            for asset in holder.pots.keys() {
                if self.view.balance(*account, *asset, edge) == Answer::NotFetched
                    && let Some(address) = self.view.address(*account)
                    && let Some(name) = self.view.asset(*asset)
                {
                    self.ask_balance(*account, address, name, edge);
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

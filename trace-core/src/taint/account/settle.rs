//! Where an account that holds taint goes on.

use super::step::Step;
use super::walk::{Ahead, Walk};
use super::{Gap, Surroundings};
use crate::model::{Position, TxNumber};
use crate::taint::Direction;
use crate::view::account::{AccountId, AccountQuestion, AccountView, start_of};
use crate::view::{Answer, Unknown};

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Finds the next transaction of every open account (backwards: the previous one). Those of which it must be asked stay
    /// open.
    pub(super) fn settle(&mut self, walk: &mut Walk) {
        for (account, edge) in std::mem::take(&mut walk.open) {
            let ahead = match self.next(account, edge) {
                Answer::Known((ahead, tx)) => {
                    if let (Ahead::Due(at), Some(tx)) = (ahead, tx) {
                        let turn = walk.turn(self.plan.direction, at, tx);
                        turn.accounts.push(account);
                    }
                    ahead
                }
                Answer::Unknown(why) => {
                    walk.record.gap(edge, Gap::Account(account, why));
                    Ahead::Lost(why)
                }
                Answer::NotFetched => {
                    if let Some(address) = self.view.address(account) {
                        let from = self.history_from(edge);
                        self.questions
                            .insert(AccountQuestion::History(address, from));
                        walk.open.push((account, edge));
                        continue;
                    }
                    walk.record
                        .gap(edge, Gap::Account(account, Unknown::NotFound));
                    Ahead::Lost(Unknown::NotFound)
                }
            };
            if let Some(holder) = walk.holders.get_mut(&account) {
                holder.ahead = ahead;
            }
        }
    }

    /// Where an account goes on from an edge, and in which transaction.
    fn next(&self, account: AccountId, edge: Position) -> Answer<(Ahead, Option<TxNumber>)> {
        let lowest = self.plan.bounds.height_min.unwrap_or(0);
        let found = match self.plan.direction {
            Direction::Forward => self.view.next(account, edge),
            Direction::Back if edge <= start_of(lowest) => Answer::Known(None),
            Direction::Back => self.view.previous(account, edge, lowest),
        };
        let tx = match found {
            Answer::Known(Some(tx)) => tx,
            // What it holds there it has from somewhere below.
            Answer::Known(None) if self.plan.direction == Direction::Back && lowest > 0 => {
                let edge = edge.min(start_of(lowest));
                return Answer::Known((Ahead::Beyond(edge), None));
            }
            Answer::Known(None) => return Answer::Known((Ahead::Nothing, None)),
            Answer::NotFetched => return Answer::NotFetched,
            Answer::Unknown(why) => return Answer::Unknown(why),
        };
        let at = match self.view.position(tx) {
            Answer::Known(at) => at,
            // Its number comes from the view, which therefore has it.
            Answer::NotFetched => return Answer::Unknown(Unknown::NotFound),
            Answer::Unknown(why) => return Answer::Unknown(why),
        };
        let is_there = match self.plan.direction {
            Direction::Forward => at >= edge && at.height <= self.view.tip().height,
            Direction::Back => at < edge && at.height >= lowest,
        };
        if !is_there {
            return Answer::Unknown(Unknown::Contradictory);
        }
        let bound = match self.plan.direction {
            Direction::Forward => self.plan.bounds.height_max,
            Direction::Back => None,
        };
        if bound.is_some_and(|bound| at.height > bound) {
            return Answer::Known((Ahead::Beyond(edge), None));
        }
        Answer::Known((Ahead::Due(at), Some(tx)))
    }
}

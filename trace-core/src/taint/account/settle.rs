//! Where an account that holds taint goes on.

use super::step::Step;
use super::walk::{Ahead, Walk};
use super::{Gap, Surroundings};
use crate::model::Position;
use crate::view::account::{AccountId, AccountQuestion, AccountView};
use crate::view::{Answer, Unknown};

impl<V, S> Step<'_, V, S>
where
    V: AccountView + ?Sized,
    S: Surroundings<V> + ?Sized,
{
    /// Finds the next transaction of every open account. Those of which it must be asked stay
    /// open.
    pub(super) fn settle(&mut self, walk: &mut Walk) {
        for (account, from) in std::mem::take(&mut walk.open) {
            let ahead = match self.next(account, from) {
                Answer::Known(ahead) => ahead,
                Answer::Unknown(why) => {
                    walk.record.gap(from, Gap::Account(account, why));
                    Ahead::Lost(why)
                }
                Answer::NotFetched => {
                    if let Some(address) = self.view.address(account) {
                        let question = AccountQuestion::History(address, from.height);
                        self.questions.insert(question);
                        walk.open.push((account, from));
                        continue;
                    }
                    walk.record
                        .gap(from, Gap::Account(account, Unknown::NotFound));
                    Ahead::Lost(Unknown::NotFound)
                }
            };
            if let Ahead::Due(at) = ahead
                && let Answer::Known(Some(tx)) = self.view.next(account, from)
            {
                walk.turn(at, tx).accounts.push(account);
            }
            if let Some(holder) = walk.holders.get_mut(&account) {
                holder.ahead = ahead;
            }
        }
    }

    fn next(&self, account: AccountId, from: Position) -> Answer<Ahead> {
        let tx = match self.view.next(account, from) {
            Answer::Known(Some(tx)) => tx,
            Answer::Known(None) => return Answer::Known(Ahead::Nothing),
            Answer::NotFetched => return Answer::NotFetched,
            Answer::Unknown(why) => return Answer::Unknown(why),
        };
        let at = match self.view.position(tx) {
            Answer::Known(at) => at,
            // Its number comes from the view, which therefore has it.
            Answer::NotFetched => return Answer::Unknown(Unknown::NotFound),
            Answer::Unknown(why) => return Answer::Unknown(why),
        };
        if at < from || at.height > self.view.tip().height {
            return Answer::Unknown(Unknown::Contradictory);
        }
        let bound = self.plan.bounds.height_max;
        if bound.is_some_and(|bound| at.height > bound) {
            return Answer::Known(Ahead::Beyond);
        }
        Answer::Known(Ahead::Due(at))
    }
}

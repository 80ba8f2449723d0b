//! How what is said of accounts is put into a view.

use std::fmt::Arguments;

use futures_util::future::BoxFuture;

use super::history::Fillable;
use super::{AccountHistory, AccountHistorySource, AccountTold, SourceError};
use crate::model::BlockRef;
use crate::model::account::{Address, InnerCalls};
use crate::view::account::{AccountQuestion, AccountView, GatheredAccounts, Moved};
use crate::view::{Answer, Unknown};

impl Fillable for GatheredAccounts {
    type Question = AccountQuestion;
    type Told = AccountTold;
    type Source<'a> = dyn AccountHistorySource + 'a;

    fn as_of(&self) -> BlockRef {
        self.tip()
    }

    fn ask<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        questions: &'q [AccountQuestion],
        as_of: BlockRef,
    ) -> BoxFuture<'q, Vec<Result<AccountTold, SourceError>>> {
        source.answer(questions, as_of)
    }

    fn block_at<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        height: u32,
    ) -> BoxFuture<'q, Result<Option<BlockRef>, SourceError>> {
        source.block_at(height)
    }

    fn take_in(
        &mut self,
        question: &AccountQuestion,
        told: AccountTold,
    ) -> Result<(), SourceError> {
        let other = |got: Arguments<'_>| {
            let why = format!("{question:?} was answered with {got}");
            Err(SourceError::Contradiction(why))
        };
        match (question, told) {
            (AccountQuestion::Transaction(hash), AccountTold::Transaction(located)) => {
                match &located.moved {
                    Moved::Transaction(transaction) if transaction.hash == *hash => {}
                    Moved::Transaction(transaction) => {
                        return other(format_args!("transaction {}", transaction.hash));
                    }
                    Moved::After(_) | Moved::Allocation(_) => {
                        return other(format_args!("no transaction"));
                    }
                }
                if self.insert_located(&located).is_none() {
                    self.insert_unknown(*hash, Unknown::NotFound);
                }
            }
            (AccountQuestion::Transaction(hash), AccountTold::NoTransaction(_)) => {
                self.insert_unknown(*hash, Unknown::NotFound);
            }
            (AccountQuestion::History(address, from), AccountTold::History(history)) => {
                let mut moves = history.moves.iter();
                if let Some(stranger) = moves.find(|located| !located.involves(*address)) {
                    let at = stranger.position;
                    return other(format_args!(
                        "transaction {} of block {}",
                        at.index, at.height
                    ));
                }
                take_history(self, address, *from, &history);
            }
            (AccountQuestion::Balance(address, asset, height), AccountTold::Balance(amount)) => {
                self.insert_balance(address, asset, *height, Ok(amount));
            }
            (AccountQuestion::Code(address), AccountTold::Code(is_there)) => {
                self.insert_code(address, Answer::Known(is_there));
            }
            (question, AccountTold::Unknown(why)) => self.take_unknown(question, why),
            _ => return other(format_args!("something else")),
        }
        Ok(())
    }

    fn take_unknown(&mut self, question: &AccountQuestion, why: Unknown) {
        match question {
            AccountQuestion::Transaction(hash) => self.insert_unknown(*hash, why),
            AccountQuestion::History(address, _) => self.insert_history(address, Err(why)),
            AccountQuestion::Balance(address, asset, height) => {
                self.insert_balance(address, asset, *height, Err(why));
            }
            AccountQuestion::Code(address) => self.insert_code(address, Answer::Unknown(why)),
        }
    }
}

fn take_history(
    view: &mut GatheredAccounts,
    address: &Address,
    from: u32,
    history: &AccountHistory,
) {
    for located in &history.moves {
        view.insert_located(located);
    }
    // Noted where the account's history begins: whoever follows the account passes there.
    view.insert_inner_calls(from, history.inner_calls);
    for height in &history.unexplained {
        view.insert_inner_calls(*height, InnerCalls::Unsure);
    }
    view.insert_history(address, Ok(from));
}

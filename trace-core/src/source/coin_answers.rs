//! How what is said of coins is put into a view.

use futures_util::future::BoxFuture;

use super::history::Fillable;
use super::{HistorySource, SourceError, Told};
use crate::model::{BlockRef, OutPoint, Txid};
use crate::view::{Answer, CoinView, Gathered, Located, Question, Spender, Unknown};

impl Fillable for Gathered {
    type Question = Question;
    type Told = Told;
    type Source<'a> = dyn HistorySource + 'a;

    fn as_of(&self) -> BlockRef {
        self.tip()
    }

    fn ask<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        questions: &'q [Question],
        as_of: BlockRef,
    ) -> BoxFuture<'q, Vec<Result<Told, SourceError>>> {
        source.answer(questions, as_of)
    }

    fn block_at<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        height: u32,
    ) -> BoxFuture<'q, Result<Option<BlockRef>, SourceError>> {
        source.block_at(height)
    }

    fn take_in(&mut self, question: &Question, told: Told) -> Result<(), SourceError> {
        insert(self, question, told)
    }

    fn take_unknown(&mut self, question: &Question, why: Unknown) {
        insert_unknown(self, question, why);
    }
}

/// Puts what a source said into a view, unless it is no answer to the question.
fn insert(view: &mut Gathered, question: &Question, told: Told) -> Result<(), SourceError> {
    match (question, told) {
        (Question::Transaction(txid), Told::Transaction(located)) => {
            let got = located.transaction.txid;
            if got != *txid {
                return Err(contradiction(question, format_args!("transaction {got}")));
            }
            if view.insert(&located).is_none() {
                view.insert_unknown(*txid, Unknown::NotFound);
            }
        }
        (Question::Transaction(txid), Told::NoTransaction(_)) => {
            view.insert_unknown(*txid, Unknown::NotFound);
        }
        (Question::Spender(outpoint), Told::Unspent) => {
            view.insert_spender(*outpoint, Answer::Known(Spender::Unspent));
        }
        (Question::Spender(outpoint), Told::Spent(located)) => {
            insert_spender(view, question, *outpoint, &located)?;
        }
        (Question::Spender(outpoint), Told::NoTransaction(txid)) => {
            view.insert_unknown(txid, Unknown::NotFound);
            view.insert_spender(*outpoint, Answer::Unknown(Unknown::NotFound));
        }
        (Question::Receipts(address, from), Told::Receipts(receipts)) => {
            for located in &receipts {
                let mut outputs = located.transaction.outputs.iter();
                if !outputs.any(|output| output.address.as_ref() == Some(address)) {
                    let got = located.transaction.txid;
                    return Err(contradiction(question, format_args!("transaction {got}")));
                }
            }
            for located in &receipts {
                view.insert(located);
            }
            view.insert_receipts(address, Ok(*from));
        }
        (question, Told::Unknown(why)) => insert_unknown(view, question, why),
        (question, _) => return Err(contradiction(question, format_args!("something else"))),
    }
    Ok(())
}

fn insert_spender(
    view: &mut Gathered,
    question: &Question,
    outpoint: OutPoint,
    located: &Located,
) -> Result<(), SourceError> {
    let mut inputs = located.transaction.inputs.iter();
    if !inputs.any(|input| input.spends == outpoint) {
        let got: Txid = located.transaction.txid;
        return Err(contradiction(question, format_args!("transaction {got}")));
    }
    if view.insert(located).is_none() {
        view.insert_spender(outpoint, Answer::Known(Spender::Unspent));
    }
    Ok(())
}

fn insert_unknown(view: &mut Gathered, question: &Question, why: Unknown) {
    match question {
        Question::Transaction(txid) => view.insert_unknown(*txid, why),
        Question::Spender(outpoint) => view.insert_spender(*outpoint, Answer::Unknown(why)),
        Question::Receipts(address, _) => view.insert_receipts(address, Err(why)),
    }
}

fn contradiction(question: &Question, got: std::fmt::Arguments<'_>) -> SourceError {
    SourceError::Contradiction(format!("{question:?} was answered with {got}"))
}

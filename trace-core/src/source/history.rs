//! Fetches what following asks for, until it asks for nothing more.
//!
//! All questions of a round go to the source together, so the number of round trips is that
//! of the rounds. What is put into the view is put there in the order of the questions and
//! not of the replies, so the same chain gives the same view.

use std::collections::BTreeSet;

use super::{AskError, HistorySource, SourceError, Told};
use crate::model::{BlockRef, OutPoint, Txid};
use crate::view::{Answer, Gathered, Located, Question, Spender, Unknown};

/// What to do when a source cannot answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// End with the error.
    Stop,
    /// Put "unknown" with its reason into the view, keep the error, and go on.
    GoOn,
}

/// What a computation over a view came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// Its result.
    Done(T),
    /// It needs these answered first.
    Wants(Vec<Question>),
}

/// Asks one source on behalf of one computation, and keeps count.
pub struct Asker<'a> {
    source: &'a dyn HistorySource,
    questions_max: u64,
    on_failure: OnFailure,
    asked: BTreeSet<Question>,
    rounds: u64,
    failures: Vec<(Question, SourceError)>,
    cut_off: u64,
}

impl<'a> Asker<'a> {
    /// Asks `source` at most `questions_max` different questions; those beyond are answered
    /// with [`Unknown::LimitReached`].
    pub fn new(source: &'a dyn HistorySource, questions_max: u64, on_failure: OnFailure) -> Self {
        Self {
            source,
            questions_max,
            on_failure,
            asked: BTreeSet::new(),
            rounds: 0,
            failures: Vec::new(),
            cut_off: 0,
        }
    }

    /// Takes steps until one is the last, answering in between what they want. Each step sees
    /// the answers to all that the ones before it wanted.
    ///
    /// # Errors
    /// When the source fails and that is not to be passed over; when a step wants nothing but
    /// what it has been told, which would go on for ever.
    pub async fn run<T>(
        &mut self,
        view: &mut Gathered,
        mut step: impl FnMut(&Gathered) -> Step<T>,
    ) -> Result<T, SourceError> {
        loop {
            match step(view) {
                Step::Done(result) => return Ok(result),
                Step::Wants(questions) => {
                    if questions
                        .iter()
                        .all(|question| self.asked.contains(question))
                    {
                        return Err(SourceError::Contradiction(
                            "a question that was answered is asked again".to_owned(),
                        ));
                    }
                    self.answer(view, &questions).await?;
                }
            }
        }
    }

    /// Asks the questions that were not asked before and puts the answers into the view.
    ///
    /// # Errors
    /// When the source fails and that is not to be passed over.
    pub async fn answer(
        &mut self,
        view: &mut Gathered,
        questions: &[Question],
    ) -> Result<(), SourceError> {
        let mut open = Vec::new();
        for question in questions.iter().collect::<BTreeSet<_>>() {
            if self.asked.contains(question) {
                continue;
            }
            if self.asked.len() as u64 - self.cut_off < self.questions_max {
                open.push(question.clone());
            } else {
                self.cut_off += 1;
                insert_unknown(view, question, Unknown::LimitReached);
            }
            self.asked.insert(question.clone());
        }
        if open.is_empty() {
            return Ok(());
        }
        self.rounds += 1;
        let mut answers = self.source.answer(&open, tip_of(view)).await.into_iter();
        for question in open {
            let unanswered = || {
                let why = "the source gave fewer answers than it was asked questions";
                Err(SourceError::Contradiction(why.to_owned()))
            };
            let told = answers.next().unwrap_or_else(unanswered);
            match told.and_then(|told| insert(view, &question, told)) {
                Ok(()) => {}
                Err(error) => self.pass_over(view, question, error)?,
            }
        }
        Ok(())
    }

    fn pass_over(
        &mut self,
        view: &mut Gathered,
        question: Question,
        error: SourceError,
    ) -> Result<(), SourceError> {
        let why = match error {
            SourceError::Ask(AskError::Interrupted) => return Err(error),
            SourceError::Ask(AskError::LimitReached { .. }) => {
                self.cut_off += 1;
                insert_unknown(view, &question, Unknown::LimitReached);
                return Ok(());
            }
            _ if self.on_failure == OnFailure::Stop => return Err(error),
            SourceError::Lacks { .. } => Unknown::NoIndex,
            _ => Unknown::SourceFailed,
        };
        insert_unknown(view, &question, why);
        self.failures.push((question, error));
        Ok(())
    }

    /// Questions put to the source so far.
    pub fn questions_asked(&self) -> u64 {
        self.asked.len() as u64 - self.cut_off
    }

    /// Questions not put to the source because the limit was reached.
    pub fn questions_cut_off(&self) -> u64 {
        self.cut_off
    }

    /// Times the source was asked.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// What the source could not answer, and why, in the order asked.
    pub fn failures(&self) -> &[(Question, SourceError)] {
        &self.failures
    }

    /// Whether `as_of` is still a block of the source's best branch. When it is not, what was
    /// told may be a mixture of two branches and holds for neither.
    ///
    /// # Errors
    /// When the source does not answer.
    pub async fn still_holds(&self, as_of: BlockRef) -> Result<bool, SourceError> {
        Ok(self.source.block_at(as_of.height).await? == Some(as_of))
    }
}

fn tip_of(view: &Gathered) -> BlockRef {
    crate::view::CoinView::tip(view)
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

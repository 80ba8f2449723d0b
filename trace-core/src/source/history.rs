//! Fetches what following asks for, until it asks for nothing more.
//!
//! All questions of a round go to the source together, so the number of round trips is that
//! of the rounds. What is put into the view is put there in the order of the questions and
//! not of the replies, so the same chain gives the same view.

use std::collections::BTreeSet;
use std::fmt::Debug;

use futures_util::future::BoxFuture;

use super::{AccountHistorySource, AskError, HistorySource, SourceError};
use crate::model::BlockRef;
use crate::view::account::GatheredAccounts;
use crate::view::{Gathered, Question, Unknown};

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
pub enum Step<T, Q = Question> {
    /// Its result.
    Done(T),
    /// It needs these answered first.
    Wants(Vec<Q>),
}

/// A view that is filled by asking, one for each kind of chain.
pub trait Fillable {
    /// What is asked.
    type Question: Clone + Debug + Ord;
    /// What is said to that.
    type Told;
    /// Who is asked.
    type Source<'a>: ?Sized;

    /// The last block that counts.
    fn as_of(&self) -> BlockRef;

    /// Asks all questions at once: one answer for each, in their order.
    fn ask<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        questions: &'q [Self::Question],
        as_of: BlockRef,
    ) -> BoxFuture<'q, Vec<Result<Self::Told, SourceError>>>;

    /// The block at a height of the branch that a source holds for the best.
    fn block_at<'q, 's: 'q>(
        source: &'q Self::Source<'s>,
        height: u32,
    ) -> BoxFuture<'q, Result<Option<BlockRef>, SourceError>>;

    /// Takes in what a source said.
    ///
    /// # Errors
    /// When it is no answer to the question.
    fn take_in(&mut self, question: &Self::Question, told: Self::Told) -> Result<(), SourceError>;

    /// Notes that a question has no answer, and why.
    fn take_unknown(&mut self, question: &Self::Question, why: Unknown);
}

/// Asks one source on behalf of one computation, and keeps count.
pub struct Asker<'a, V: Fillable = Gathered> {
    source: &'a V::Source<'a>,
    questions_max: u64,
    on_failure: OnFailure,
    asked: BTreeSet<V::Question>,
    rounds: u64,
    failures: Vec<(V::Question, SourceError)>,
    cut_off: u64,
}

impl<'a> Asker<'a> {
    /// Asks `source` at most `questions_max` different questions; those beyond are answered
    /// with [`Unknown::LimitReached`].
    pub fn new(source: &'a dyn HistorySource, questions_max: u64, on_failure: OnFailure) -> Self {
        Self::of(source, questions_max, on_failure)
    }
}

impl<'a> Asker<'a, GatheredAccounts> {
    /// The same of a source of a chain of accounts.
    pub fn of_accounts(
        source: &'a dyn AccountHistorySource,
        questions_max: u64,
        on_failure: OnFailure,
    ) -> Self {
        Self::of(source, questions_max, on_failure)
    }
}

impl<'a, V: Fillable> Asker<'a, V> {
    fn of(source: &'a V::Source<'a>, questions_max: u64, on_failure: OnFailure) -> Self {
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
        view: &mut V,
        mut step: impl FnMut(&V) -> Step<T, V::Question>,
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
        view: &mut V,
        questions: &[V::Question],
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
                view.take_unknown(question, Unknown::LimitReached);
            }
            self.asked.insert(question.clone());
        }
        if open.is_empty() {
            return Ok(());
        }
        self.rounds += 1;
        let mut answers = V::ask(self.source, &open, view.as_of()).await.into_iter();
        for question in open {
            let unanswered = || {
                let why = "the source gave fewer answers than it was asked questions";
                Err(SourceError::Contradiction(why.to_owned()))
            };
            let told = answers.next().unwrap_or_else(unanswered);
            match told.and_then(|told| view.take_in(&question, told)) {
                Ok(()) => {}
                Err(error) => self.pass_over(view, question, error)?,
            }
        }
        Ok(())
    }

    fn pass_over(
        &mut self,
        view: &mut V,
        question: V::Question,
        error: SourceError,
    ) -> Result<(), SourceError> {
        let why = match error {
            SourceError::Ask(AskError::Interrupted) => return Err(error),
            SourceError::Ask(AskError::LimitReached { .. }) => {
                self.cut_off += 1;
                view.take_unknown(&question, Unknown::LimitReached);
                return Ok(());
            }
            _ if self.on_failure == OnFailure::Stop => return Err(error),
            SourceError::Lacks { .. } => Unknown::NoIndex,
            _ => Unknown::SourceFailed,
        };
        view.take_unknown(&question, why);
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
    pub fn failures(&self) -> &[(V::Question, SourceError)] {
        &self.failures
    }

    /// Whether `as_of` is still a block of the source's best branch. When it is not, what was
    /// told may be a mixture of two branches and holds for neither.
    ///
    /// # Errors
    /// When the source does not answer.
    pub async fn still_holds(&self, as_of: BlockRef) -> Result<bool, SourceError> {
        Ok(V::block_at(self.source, as_of.height).await? == Some(as_of))
    }
}

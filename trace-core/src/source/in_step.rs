//! Several pieces of work over one source that go on in step: what all of them ask next goes out
//! together.
//!
//! Each piece asks as if it were alone. When none can go on without a reply, everything that was
//! asked is put to the source as one call, in the order of the pieces, the same question once. So
//! the number of round trips is that of the longest piece, and what is asked in which order
//! depends on the replies and not on when they came.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

use super::round::{Round, Ticket};
use super::{AskError, Reply, Request, Transport};

type Answers = Vec<Result<Reply, AskError>>;

/// What the pieces ask, and what they were told.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: u64,
    asked: BTreeMap<u64, Vec<Request>>,
    told: BTreeMap<u64, Answers>,
}

/// Brings several pieces of one piece's work to their ends, each polled whenever the whole is: they
/// wait for the desk, which wakes nobody.
pub(crate) async fn together<R>(pieces: Vec<BoxFuture<'_, R>>) -> Vec<R> {
    let mut pieces: Vec<Piece<'_, R>> = pieces.into_iter().map(Piece::new).collect();
    poll_fn(|context| {
        let left = pieces.iter_mut().map(|piece| piece.go_on(context));
        if left.filter(|is_done| !is_done).count() == 0 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    pieces
        .into_iter()
        .filter_map(|piece| piece.result)
        .collect()
}

/// A piece of work and what came of it.
struct Piece<'a, R> {
    work: Option<BoxFuture<'a, R>>,
    result: Option<R>,
}

impl<'a, R> Piece<'a, R> {
    fn new(work: BoxFuture<'a, R>) -> Self {
        Self {
            work: Some(work),
            result: None,
        }
    }

    /// Goes on as far as it can. Whether it is done.
    fn go_on(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(work) = &mut self.work
            && let Poll::Ready(done) = work.as_mut().poll(context)
        {
            self.result = Some(done);
            self.work = None;
        }
        self.work.is_none()
    }
}

/// A place at the desk: answers what the desk is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a>(pub(crate) &'a Desk);

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, requests: &[Request]) -> u64 {
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        state.asked.insert(number, requests.to_vec());
        number
    }

    fn take(&self, number: u64) -> Option<Answers> {
        self.lock().told.remove(&number)
    }

    /// Brings all pieces to their ends. `count` is told how many questions go out each time.
    pub(crate) async fn run<T: Transport, R>(
        &self,
        transport: &T,
        pieces: Vec<BoxFuture<'_, R>>,
        count: impl Fn(usize),
    ) -> Vec<R> {
        let mut pieces: Vec<Piece<'_, R>> = pieces.into_iter().map(Piece::new).collect();
        loop {
            poll_fn(|context| {
                for piece in &mut pieces {
                    piece.go_on(context);
                }
                Poll::Ready(())
            })
            .await;
            let asked = std::mem::take(&mut self.lock().asked);
            if asked.is_empty() {
                // A piece waits for nothing but what it asked.
                return pieces
                    .into_iter()
                    .filter_map(|piece| piece.result)
                    .collect();
            }
            let mut round = Round::default();
            let tickets: Vec<(u64, Vec<Ticket>)> = asked
                .into_iter()
                .map(|(number, requests)| {
                    let requests = requests.into_iter();
                    (number, requests.map(|request| round.add(request)).collect())
                })
                .collect();
            count(round.len());
            let replies = round.ask(transport).await;
            let mut state = self.lock();
            for (number, tickets) in tickets {
                let answers = tickets.into_iter();
                let answers = answers.map(|ticket| Ok(Reply(replies.bytes(ticket)?.to_vec())));
                state.told.insert(number, answers.collect());
            }
        }
    }
}

impl Transport for Place<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Answers> {
        let mut number = None;
        Box::pin(poll_fn(move |_| {
            let number = *number.get_or_insert_with(|| self.0.leave(requests));
            match self.0.take(number) {
                Some(answers) => Poll::Ready(answers),
                None => Poll::Pending,
            }
        }))
    }
}

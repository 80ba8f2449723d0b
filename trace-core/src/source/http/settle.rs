//! Asks again, elsewhere or in parts, until there is an answer.

use backon::BackoffBuilder;
use futures_util::future::{BoxFuture, join_all};
use tokio::time::{Instant, sleep_until};
use tracing::debug;

use super::fault::{Fault, Remedy};
use super::server::Server;
use super::{Answer, Asked, Http, Outcome};

/// How often some questions may still be asked.
#[derive(Clone)]
pub(super) struct Tries {
    left: u64,
    failed: usize,
    servers: Vec<Record>,
}

/// What some questions met with at one server.
#[derive(Clone, Copy, Default)]
struct Record {
    asked: u64,
    /// Whether it will never answer us.
    refused: bool,
}

impl Http {
    /// Asks until every question has an answer or no try is left.
    pub(super) fn settle<'a>(
        &'a self,
        mut open: Vec<Asked<'a>>,
        mut tries: Tries,
    ) -> BoxFuture<'a, Vec<Answer>> {
        Box::pin(async move {
            let mut answers = Vec::new();
            while !open.is_empty() {
                let server = self.awake(&tries).await;
                tries.note_asked(server.number);
                if open.len() > 1 && !server.takes_batches() {
                    answers.extend(self.settle_parts(&open, 1, &tries).await);
                    break;
                }
                let outcomes = match self.exchange(server, &open).await {
                    Err(Fault::NoBatches) => {
                        debug!(server = server.name(), "takes no batches");
                        server.refused_batch();
                        continue;
                    }
                    Err(Fault::TooLarge) if open.len() > 1 => {
                        let half = open.len().div_ceil(2);
                        answers.extend(self.settle_parts(&open, half, &tries).await);
                        break;
                    }
                    outcomes => outcomes,
                };
                let in_halves = matches!(&outcomes, Err(fault) if fault.is_of_size());
                let outcomes = outcomes.unwrap_or_else(|fault| vec![Err(fault); open.len()]);
                open = self.judge(server, open, outcomes, &mut tries, &mut answers);
                if in_halves && open.len() > 1 {
                    let half = open.len().div_ceil(2);
                    answers.extend(self.settle_parts(&open, half, &tries).await);
                    break;
                }
            }
            answers
        })
    }

    /// Settles `open` in parts of `size` questions, all at once.
    async fn settle_parts<'a>(
        &'a self,
        open: &[Asked<'a>],
        size: usize,
        tries: &Tries,
    ) -> Vec<Answer> {
        let parts = open
            .chunks(size)
            .map(|part| self.settle(part.to_vec(), tries.clone()));
        join_all(parts).await.into_iter().flatten().collect()
    }

    /// Takes the answers out of the outcomes of a request and returns what is to be asked
    /// again. Lets the server rest if it failed.
    fn judge<'a>(
        &self,
        server: &Server,
        open: Vec<Asked<'a>>,
        outcomes: Vec<Outcome>,
        tries: &mut Tries,
        answers: &mut Vec<Answer>,
    ) -> Vec<Asked<'a>> {
        tries.left = tries.left.saturating_sub(1);
        let mut again = Vec::new();
        let (mut failed, mut asked_for) = (false, None);
        for (asked, outcome) in open.into_iter().zip(outcomes) {
            let fault = match outcome {
                Ok(reply) => {
                    answers.push((asked.place, Ok(reply)));
                    continue;
                }
                Err(fault) => fault,
            };
            let worth_it = match fault.remedy() {
                Remedy::GiveUp => false,
                Remedy::Again(pause) => {
                    failed = true;
                    asked_for = asked_for.max(pause);
                    true
                }
                Remedy::Elsewhere => {
                    tries.refuse(server.number);
                    tries.servers.iter().any(|record| !record.refused)
                }
            };
            debug!(server = server.name(), request = %asked.request, ?fault, left = tries.left);
            if worth_it && tries.left > 0 {
                again.push(asked);
            } else {
                let error = fault.into_error(
                    asked.request,
                    self.limits.timeout,
                    self.limits.reply_bytes_max,
                );
                answers.push((asked.place, Err(error)));
            }
        }
        if failed {
            let pause = asked_for.map(|pause| pause.min(self.limits.retry_after_max));
            let pause = pause.or_else(|| self.backoff.build().nth(tries.failed));
            server
                .pace
                .rest(pause.unwrap_or(self.limits.retry_delay_max));
            tries.failed += 1;
        }
        again
    }

    /// Waits for a server that is not resting: of several the one that was asked least, so that
    /// no question is given up before each was asked, and of those the first.
    async fn awake(&self, tries: &Tries) -> &Server {
        let [first, ..] = &self.servers[..] else {
            unreachable!("`new` takes one server at least")
        };
        loop {
            let now = Instant::now();
            let willing = self.servers.iter().zip(&tries.servers);
            let willing = willing.filter(|(_, record)| !record.refused);
            let next = willing
                .map(|(server, record)| (server.pace.resting_until().max(now), record, server))
                .min_by_key(|(until, record, _)| (*until, record.asked));
            match next {
                None => return first,
                Some((until, _, server)) if until <= now => return server,
                Some((until, ..)) => sleep_until(until).await,
            }
        }
    }
}

impl Tries {
    /// One for each server, and `retries` more.
    pub(super) fn new(servers: usize, retries: u32) -> Self {
        Self {
            left: u64::from(retries) + servers as u64,
            failed: 0,
            servers: vec![Record::default(); servers],
        }
    }

    fn note_asked(&mut self, number: usize) {
        if let Some(record) = self.servers.get_mut(number) {
            record.asked += 1;
        }
    }

    fn refuse(&mut self, number: usize) {
        if let Some(record) = self.servers.get_mut(number) {
            record.refused = true;
        }
    }
}

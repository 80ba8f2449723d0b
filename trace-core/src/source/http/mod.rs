//! Servers asked over HTTP, and what is done about their failures.
//!
//! All servers of a source are the same to whoever asks: the first one that is not resting is
//! asked, in the order given. One that fails rests, for as long as it asked (`Retry-After`) or
//! for a pause that doubles with each failure of a request; with one server, that is a retry
//! with backoff. Which server answered is not part of any result.
//!
//! JSON-RPC calls go in batches. A server that refuses batches is asked call by call from then
//! on; a batch whose reply is too large, too slow or broken is asked again in halves.
//!
//! Redirects are not followed: what is asked, and what is shown, goes nowhere else.

mod body;
mod exchange;
mod fault;
mod pace;
mod retry_after;
mod rpc;
mod server;
mod tls;

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::future::{BoxFuture, join_all};
use futures_util::stream::{self, StreamExt};
use reqwest::Client;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};
use tracing::debug;

use self::fault::{Fault, Remedy};
use self::server::Server;
use super::uri::Endpoint;
use super::{AskError, Interruption, Limits, Reply, Request, SourceError, Transport};

/// Answers by asking servers.
pub struct Http {
    client: Client,
    backoff: ExponentialBuilder,
    servers: Vec<Server>,
    limits: Limits,
    in_flight: Semaphore,
    next_id: AtomicU64,
    interruption: Interruption,
    /// What all servers must answer alike.
    identity: Option<Request>,
    /// What the first one answered.
    identified: OnceLock<Vec<u8>>,
}

/// A question with its place among those asked together.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: usize,
    request: &'a Request,
}

type Answer = (usize, Result<Reply, AskError>);

/// How one question stands after a request.
type Outcome = Result<Reply, Fault>;

/// How often some questions may still be asked.
#[derive(Clone)]
struct Tries {
    left: u64,
    failed: usize,
    /// For each server whether it will never answer us.
    refused: Vec<bool>,
}

impl Http {
    /// Prepares to ask `endpoints`, of which the first is preferred. Nothing is asked yet.
    ///
    /// # Errors
    /// When there is no endpoint, or one is to be asked over TLS and this machine trusts no
    /// certificates.
    pub fn new(
        endpoints: &[Endpoint],
        limits: &Limits,
        interruption: Interruption,
    ) -> Result<Self, SourceError> {
        let first = endpoints.first();
        let refused = |why: String| SourceError::Uri {
            uri: first.map_or_else(String::new, |first| first.url.to_string()),
            why,
        };
        if first.is_none() {
            return Err(refused("no server is given".to_owned()));
        }
        let secure = endpoints
            .iter()
            .any(|endpoint| endpoint.url.scheme() == "https");
        let tls = tls::config(secure).map_err(|error| refused(error.to_string()))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("trace/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| refused(error.without_url().to_string()))?;
        let server = |(number, endpoint): (usize, &Endpoint)| {
            Server::new(number, endpoint.clone(), limits.requests_per_second)
        };
        let backoff = ExponentialBuilder::new()
            .with_min_delay(limits.retry_delay_min)
            .with_max_delay(limits.retry_delay_max)
            .without_max_times()
            .with_jitter();
        Ok(Self {
            client,
            backoff,
            servers: endpoints.iter().enumerate().map(server).collect(),
            in_flight: Semaphore::new(limits.in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            limits: limits.clone(),
            next_id: AtomicU64::new(0),
            interruption,
            identity: None,
            identified: OnceLock::new(),
        })
    }

    /// Asks `request` of each server before anything else, where there are several. The reply
    /// of the first one that answers must be that of all: one whose reply differs is of
    /// another chain and is not asked again.
    #[must_use]
    pub fn with_identity(mut self, request: Request) -> Self {
        self.identity = Some(request);
        self
    }

    /// Questions in the groups in which they are sent: calls in batches, paths alone.
    fn groups<'a>(&self, requests: &'a [Request]) -> Vec<Vec<Asked<'a>>> {
        let asked = requests.iter().enumerate();
        let asked = asked.map(|(place, request)| Asked { place, request });
        let remote = asked.filter(|asked| !matches!(asked.request, Request::Local { .. }));
        let (calls, paths): (Vec<_>, Vec<_>) =
            remote.partition(|asked| matches!(asked.request, Request::Rpc { .. }));
        calls
            .chunks(self.limits.batch_max.max(1))
            .chain(paths.chunks(1))
            .map(<[_]>::to_vec)
            .collect()
    }

    /// Asks until every question has an answer or no try is left.
    fn settle<'a>(
        &'a self,
        mut open: Vec<Asked<'a>>,
        mut tries: Tries,
    ) -> BoxFuture<'a, Vec<Answer>> {
        Box::pin(async move {
            let mut answers = Vec::new();
            while !open.is_empty() {
                let server = self.awake(&tries).await;
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
                    tries.refused.contains(&false)
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

    /// Waits for the first server that is not resting, in their order.
    async fn awake(&self, tries: &Tries) -> &Server {
        let [first, ..] = &self.servers[..] else {
            unreachable!("`new` takes one server at least")
        };
        loop {
            let now = Instant::now();
            let willing = self.servers.iter().zip(&tries.refused);
            let willing = willing.filter(|(_, refused)| !**refused);
            let next = willing
                .map(|(server, _)| (server.pace.resting_until().max(now), server))
                .min_by_key(|(until, _)| *until);
            match next {
                None => return first,
                Some((until, server)) if until <= now => return server,
                Some((until, _)) => sleep_until(until).await,
            }
        }
    }
}

impl Tries {
    fn refuse(&mut self, number: usize) {
        if let Some(refused) = self.refused.get_mut(number) {
            *refused = true;
        }
    }
}

impl Transport for Http {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            let tries = Tries {
                left: u64::from(self.limits.retries) + self.servers.len() as u64,
                failed: 0,
                refused: vec![false; self.servers.len()],
            };
            let mut answers: Vec<_> = requests.iter().map(unanswered).collect();
            let groups = self.groups(requests).into_iter();
            let groups: Vec<_> = groups
                .map(|group| self.settle(group, tries.clone()))
                .collect();
            let mut settled = stream::iter(groups).buffer_unordered(self.limits.in_flight.max(1));
            loop {
                let some = tokio::select! {
                    biased;
                    () = self.interruption.raised() => break,
                    some = settled.next() => some,
                };
                let Some(some) = some else { break };
                for (place, answer) in some {
                    if let Some(slot) = answers.get_mut(place) {
                        *slot = answer;
                    }
                }
            }
            drop(settled);
            answers
        })
    }
}

/// The answer to a question that was not put to any server.
fn unanswered(request: &Request) -> Result<Reply, AskError> {
    Err(match request {
        Request::Local { name } => AskError::NoReply {
            request: name.clone(),
            why: "no server is asked for local records".to_owned(),
        },
        Request::Rpc { .. } | Request::Get { .. } => AskError::Interrupted,
    })
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.servers.iter().map(Server::name).collect();
        f.debug_tuple("Http").field(&names).finish()
    }
}

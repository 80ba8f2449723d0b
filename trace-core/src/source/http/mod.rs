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
mod settle;
mod tls;

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;

use backon::ExponentialBuilder;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt};
use reqwest::Client;
use tokio::sync::Semaphore;

use self::fault::Fault;
use self::server::Server;
use self::settle::Tries;
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
    /// The status that a reply to a path stands for although it comes with another one.
    meaning: Option<Meaning>,
}

/// The status that the body of a reply stands for, if another than it comes with.
pub type Meaning = fn(&[u8]) -> Option<u16>;

/// A question with its place among those asked together.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: usize,
    request: &'a Request,
}

type Answer = (usize, Result<Reply, AskError>);

/// How one question stands after a request.
type Outcome = Result<Reply, Fault>;

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
            meaning: None,
        })
    }

    /// Takes a reply to a path for one with the status that `meaning` says, if it says one: of
    /// servers that say "too many requests" with status 200.
    #[must_use]
    pub fn with_meaning(mut self, meaning: Meaning) -> Self {
        self.meaning = Some(meaning);
        self
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
}

impl Transport for Http {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            let tries = Tries::new(self.servers.len(), self.limits.retries);
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

//! Transports of the tests' own: a node asked without a client, a server in memory, and one
//! that changes what another says.

use std::sync::Mutex;

use futures_util::future::BoxFuture;
use testdata::explorer::Explorer;
use testdata::node::{Node, NodeError};
use trace_core::source::{AskError, Reply, Request, Transport};

pub(crate) type Answer = Result<Reply, AskError>;

/// Asks a real node, one call after another.
pub(crate) struct NodeTransport<'a>(pub(crate) &'a Node);

impl Transport for NodeTransport<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            match self.0.reply(method, params) {
                Ok(text) => Ok(Reply(text.into_bytes())),
                Err(NodeError::Refused {
                    method,
                    code,
                    message,
                }) => Err(AskError::Rpc {
                    method,
                    code,
                    message,
                }),
                Err(error) => panic!("{request}: {error}"),
            }
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

/// Asks a server in memory.
pub(crate) struct ExplorerTransport(pub(crate) Explorer);

impl Transport for ExplorerTransport {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        let answers = requests.iter().map(|request| {
            let Request::Get { path } = request else {
                panic!("{request} is nothing to ask a server")
            };
            match self.0.get(path) {
                (200, body) => Ok(Reply(body)),
                (status, _) => Err(AskError::Status {
                    request: request.to_string(),
                    status,
                }),
            }
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

pub(crate) type Change = Box<dyn Fn(&Request, Answer) -> Answer + Send + Sync>;

/// Changes what another transport answers, and counts.
pub(crate) struct Tampered<T> {
    inner: T,
    change: Change,
    asked: Mutex<Vec<Vec<Request>>>,
}

impl<T> Tampered<T> {
    pub(crate) fn new(
        inner: T,
        change: impl Fn(&Request, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self {
            inner,
            change: Box::new(change),
            asked: Mutex::new(Vec::new()),
        }
    }
}

impl<T: Transport> Transport for Tampered<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        self.asked.lock().unwrap().push(requests.to_vec());
        Box::pin(async move {
            let answers = self.inner.ask(requests).await;
            let pairs = requests.iter().zip(answers);
            pairs
                .map(|(request, answer)| (self.change)(request, answer))
                .collect()
        })
    }
}

/// Lends a transport, so that the test can look at it while an adapter uses it.
pub(crate) struct Lent<'a, T>(pub(crate) &'a T);

impl<T: Transport> Transport for Lent<'_, T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        self.0.ask(requests)
    }
}

impl<T> Tampered<T> {
    /// The rounds asked since the last time this was called.
    pub(crate) fn take_rounds(&self) -> Vec<Vec<Request>> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// The reply with one part of its text replaced, wherever it occurs.
pub(crate) fn replaced(answer: Answer, from: &str, to: &str) -> Answer {
    let Reply(bytes) = answer?;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    Ok(Reply(text.replace(from, to).into_bytes()))
}

//! A node and an explorer as one transport.

use futures_util::future::{BoxFuture, join};

use crate::source::{AskError, Reply, Request, Transport};

/// Asks calls of a node and paths of an explorer.
#[derive(Debug)]
pub struct Beside<N, E> {
    node: N,
    explorer: E,
}

impl<N, E> Beside<N, E> {
    /// Puts an explorer beside a node.
    pub fn new(node: N, explorer: E) -> Self {
        Self { node, explorer }
    }
}

fn is_call(request: &Request) -> bool {
    matches!(request, Request::Rpc { .. })
}

impl<N: Transport, E: Transport> Transport for Beside<N, E> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            let (calls, paths): (Vec<Request>, Vec<Request>) =
                requests.iter().cloned().partition(is_call);
            let both = join(ask(&self.node, &calls), ask(&self.explorer, &paths)).await;
            let (mut calls, mut paths) = (both.0.into_iter(), both.1.into_iter());
            let answers = requests.iter().map(|request| {
                let next = if is_call(request) {
                    calls.next()
                } else {
                    paths.next()
                };
                next.unwrap_or_else(|| {
                    Err(AskError::NoReply {
                        request: request.to_string(),
                        why: "fewer replies came than questions went out".to_owned(),
                    })
                })
            });
            answers.collect()
        })
    }
}

async fn ask(transport: &impl Transport, requests: &[Request]) -> Vec<Result<Reply, AskError>> {
    if requests.is_empty() {
        return Vec::new();
    }
    transport.ask(requests).await
}

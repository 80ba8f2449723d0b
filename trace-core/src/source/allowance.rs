//! At most so many questions.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;

use super::{AskError, Reply, Request, Transport};

/// Answers as `T` does, until as many questions have been put to it as are allowed; the rest
/// are answered with [`AskError::LimitReached`]. Counts in the order of asking, so the same
/// questions are cut off whenever the same is asked.
#[derive(Debug)]
pub struct Allowance<T> {
    inner: T,
    requests_max: u64,
    asked: AtomicU64,
}

impl<T> Allowance<T> {
    /// Allows `requests_max` questions to `inner`.
    pub fn new(inner: T, requests_max: u64) -> Self {
        Self {
            inner,
            requests_max,
            asked: AtomicU64::new(0),
        }
    }
}

impl<T: Transport> Transport for Allowance<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let before = self
            .asked
            .fetch_add(requests.len() as u64, Ordering::SeqCst);
        let left = self.requests_max.saturating_sub(before);
        let left = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(requests.len());
        let (allowed, refused) = requests.split_at(left);
        Box::pin(async move {
            let mut answers = self.inner.ask(allowed).await;
            answers.extend(refused.iter().map(|request| {
                Err(AskError::LimitReached {
                    request: request.to_string(),
                    requests_max: self.requests_max,
                })
            }));
            answers
        })
    }
}

//! Keeps replies that cannot change for the next run.
//!
//! The cache holds nothing that cannot be asked for again (docs/adr/0002): a damaged one is
//! moved aside and filled anew, a damaged reply is asked for again, and its folder may be
//! deleted at any time. Replies are found by the language of the server and the question, which
//! names a block by its hash and so needs no chain; nothing is kept about servers and credentials.

mod lasting;
mod store;

use std::path::Path;

use futures_util::future::BoxFuture;

use self::lasting::{is_kept, is_lasting};
use self::store::Store;
use super::uri::Adapter;
use super::{AskError, Limits, Reply, Request, SourceError, Transport};

/// Answers from its folder where it can, and asks `T` where it cannot.
pub struct Cached<T> {
    inner: T,
    adapter: Adapter,
    store: Store,
}

impl<T> Cached<T> {
    /// Opens or makes the cache in `folder`, for what `inner` is told by servers that speak
    /// `adapter`. It takes up to [`Limits::cache_bytes_max`] bytes; what comes after is passed
    /// on and not kept.
    ///
    /// # Errors
    /// When another process uses the folder, or it cannot be written.
    pub fn open(
        folder: &Path,
        adapter: Adapter,
        limits: &Limits,
        inner: T,
    ) -> Result<Self, SourceError> {
        let store = Store::open(folder, adapter.name(), limits.cache_bytes_max);
        let store = store.map_err(|why| SourceError::File {
            path: folder.display().to_string(),
            why,
        })?;
        Ok(Self {
            inner,
            adapter,
            store,
        })
    }

    fn known(&self, request: &Request) -> Option<Reply> {
        if !is_lasting(self.adapter, request) {
            return None;
        }
        self.store.get(&request.to_string()).map(Reply)
    }

    fn keep(&self, request: &Request, answer: &Result<Reply, AskError>) {
        if let Ok(Reply(reply)) = answer
            && is_lasting(self.adapter, request)
            && is_kept(self.adapter, request, reply)
        {
            self.store.put(&request.to_string(), reply);
        }
    }
}

impl<T: Transport> Transport for Cached<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            let known: Vec<_> = requests.iter().map(|request| self.known(request)).collect();
            let asked = requests.iter().zip(&known);
            let asked = asked.filter(|(_, known)| known.is_none());
            let asked: Vec<Request> = asked.map(|(request, _)| request.clone()).collect();
            let mut answers = Vec::new();
            if !asked.is_empty() {
                answers = self.inner.ask(&asked).await;
            }
            for (request, answer) in asked.iter().zip(&answers) {
                self.keep(request, answer);
            }
            let mut answers = answers.into_iter();
            let lost = || Err(AskError::Interrupted);
            known
                .into_iter()
                .map(|known| known.map_or_else(|| answers.next().unwrap_or_else(lost), Ok))
                .collect()
        })
    }
}

impl<T> std::fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cached").field(&self.adapter).finish()
    }
}

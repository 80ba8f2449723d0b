//! Stops work that is under way.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A flag that is raised once, by whoever hears that the work should stop. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interruption(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    raised: AtomicBool,
    waiting: Notify,
}

impl Interruption {
    /// Raises the flag: what waits for a reply ends with [`AskError::Interrupted`](super::AskError).
    pub fn raise(&self) {
        self.0.raised.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }

    /// Whether the flag is raised.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::SeqCst)
    }

    /// The flag itself, for work that looks at it between two steps.
    pub fn flag(&self) -> &AtomicBool {
        &self.0.raised
    }

    /// Returns when the flag is raised.
    pub async fn raised(&self) {
        let mut notified = pin!(self.0.waiting.notified());
        // Listens before it looks, so that a flag raised in between is not missed.
        notified.as_mut().enable();
        if !self.is_raised() {
            notified.await;
        }
    }
}

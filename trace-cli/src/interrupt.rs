//! Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set once somebody wants the work to end.
pub(crate) type Interrupted = Arc<AtomicBool>;

/// Listens for Ctrl-C from now on: the first one sets the flag, so that the work ends at the
/// next safe point; the second one ends the process at once. Nothing is lost by it either, as
/// a ledger survives any end; what was not yet acknowledged is only read again.
///
/// Must be called on a runtime.
pub(crate) fn listen() -> Interrupted {
    let interrupted = Interrupted::default();
    let flag = Arc::clone(&interrupted);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(2);
            }
            eprintln!("stopping at the next safe point; again to stop at once");
        }
    });
    interrupted
}

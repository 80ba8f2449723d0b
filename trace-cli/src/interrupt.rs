//! Ctrl-C.

use trace_core::source::Interruption;

/// Listens for Ctrl-C from now on: the first one raises the flag, so that the work ends at the
/// next safe point; the second one ends the process at once. Nothing is lost by it either, as
/// a ledger survives any end; what was not yet acknowledged is only read again.
///
/// Must be called on a runtime.
pub(crate) fn listen() -> Interruption {
    let interruption = Interruption::default();
    let raised = interruption.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if raised.is_raised() {
                std::process::exit(2);
            }
            raised.raise();
            eprintln!("trace: stopping at the next safe point; again to stop at once");
        }
    });
    interruption
}

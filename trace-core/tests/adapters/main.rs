//! Bitcoin Core and Esplora answer every question with what the blocks themselves say, and a
//! reply that is not true is refused with the question it was the reply to.
#![cfg(feature = "source")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "where something is not as it should be, a test stops"
)]

mod core_node;
mod core_tampered;
mod esplora_server;
mod esplora_tampered;
#[cfg(feature = "ledger")]
mod following;
mod memory_node;
mod transports;
mod truth;

/// Runs a future to its end.
fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

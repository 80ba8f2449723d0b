//! How hard a node may be asked.

use std::path::PathBuf;

use clap::Args;

/// Limits on what is sent to nodes and taken from them.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct Network {
    /// Requests a second to each endpoint, at most.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) requests_per_second: u32,

    /// Requests under way at once, at most.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) in_flight: usize,

    /// Seconds after which a request is given up and tried again.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(crate) timeout: u64,

    /// How often a request is tried again.
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub(crate) retries: u32,

    /// The largest reply taken, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 256 << 20)]
    pub(crate) reply_bytes_max: u64,

    /// Requests sent in all, at most. What could not be asked any more is stated.
    #[arg(long, value_name = "N")]
    pub(crate) requests_max: Option<u64>,

    /// Requests sent for one account's history or balance, at most, where a node has no index to
    /// tell it. Beyond, the result says that it is not known.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub(crate) question_requests_max: u64,

    /// A folder in which replies that cannot change are kept for the next run.
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,

    /// Write every reply into a recording as well. Must not exist.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

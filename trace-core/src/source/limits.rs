//! How hard a source may be asked, and how much is taken from it.

use std::path::PathBuf;
use std::time::Duration;

/// Limits on what is sent to servers and taken from them, and where that is kept.
///
/// Memory for replies under way is at most [`in_flight`](Self::in_flight) times
/// [`reply_bytes_max`](Self::reply_bytes_max); what is asked in one call is held until all of
/// it has been answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// HTTP requests a second to each endpoint, spread evenly. 0 counts as 1. A batch of
    /// calls is one request; each try is one.
    pub requests_per_second: u32,
    /// HTTP requests under way at once, to all endpoints together. 0 counts as 1.
    pub in_flight: usize,
    /// From the beginning of a request to the last byte of its reply.
    pub timeout: Duration,
    /// How often a request is tried again after it failed at every endpoint once.
    pub retries: u32,
    /// The pause after the first failure; doubled after each further one, with up to as much
    /// again added at random.
    pub retry_delay_min: Duration,
    /// Where the doubling ends.
    pub retry_delay_max: Duration,
    /// A server that asks for a longer pause (`Retry-After`) is asked again after this one.
    pub retry_after_max: Duration,
    /// The largest reply taken, in bytes as received.
    pub reply_bytes_max: u64,
    /// Calls sent in one batch, at most, to servers that take batches. 1 is no batch.
    pub batch_max: usize,
    /// Questions put to the source in all, whoever answers them: a cache and a recording
    /// count, trying again does not, so the same limit cuts the same questions off on a replay.
    pub requests_max: Option<u64>,
    /// Requests sent to answer one question, at most, where a source has to search for the answer:
    /// an account's history at a node without an index. Beyond, the answer is that it is unknown.
    pub question_requests_max: u64,
    /// A folder in which replies that cannot change are kept for the next run.
    pub cache: Option<PathBuf>,
    /// The size of that folder, in bytes, from which on nothing more is put there.
    pub cache_bytes_max: u64,
    /// A recording to write. Must not exist.
    pub record: Option<PathBuf>,
    /// Entries of a recording that is replayed, at most; each takes 40 bytes of memory.
    pub recording_entries_max: usize,
}

impl Default for Limits {
    /// 20 requests a second, 8 under way, 30 s for each, tried 6 times again after 0.5 s and
    /// up to 30 s (`Retry-After`: 2 minutes), 256 MiB a reply, 16 calls a batch, no limit on
    /// the number of questions, no cache (16 GiB if there is one), no recording
    /// (20 million entries in one that is replayed).
    fn default() -> Self {
        Self {
            requests_per_second: 20,
            in_flight: 8,
            timeout: Duration::from_secs(30),
            retries: 6,
            retry_delay_min: Duration::from_millis(500),
            retry_delay_max: Duration::from_secs(30),
            retry_after_max: Duration::from_secs(120),
            reply_bytes_max: 256 << 20,
            batch_max: 16,
            requests_max: None,
            question_requests_max: 20_000,
            cache: None,
            cache_bytes_max: 16 << 30,
            record: None,
            recording_entries_max: 20_000_000,
        }
    }
}

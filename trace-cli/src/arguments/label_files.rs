//! Whose word is taken for what an address is.

use std::path::PathBuf;

use clap::Args;

/// Lists of labels.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Labels")]
pub(crate) struct LabelFiles {
    /// A list of labels: TagPack (.yaml, .yml) or CSV (.csv). May be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Vec<PathBuf>,

    /// Labels in one list, at most. A longer list is refused.
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    pub(crate) labels_max: usize,

    /// The largest list read, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    pub(crate) label_bytes_max: u64,
}

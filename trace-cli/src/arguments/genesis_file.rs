//! What a chain of accounts begins with.

use std::path::PathBuf;

use clap::Args;

/// The genesis file of a chain of accounts.
#[derive(Clone, Debug, Args)]
pub(crate) struct GenesisFile {
    /// The genesis file of a chain of accounts, in geth's format or as a chain specification: what
    /// accounts held from the beginning, which no block tells. It must have the state that the
    /// genesis block commits to.
    #[arg(long, value_name = "FILE")]
    pub(crate) genesis: Option<PathBuf>,

    /// The largest genesis file read, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(crate) genesis_bytes_max: u64,
}

//! Which chain a question is put to.

use std::path::PathBuf;

use clap::Args;

use super::{GenesisFile, Network, UpTo};

/// A ledger on this machine, or a source asked as it goes.
#[derive(Clone, Debug, Args)]
pub(crate) struct ChainAccess {
    /// The folder of a ledger made by `trace ingest`.
    #[arg(long, value_name = "DIR", conflicts_with = "source")]
    pub(crate) ledger: Option<PathBuf>,

    /// A source, asked only for what the question needs: bitcoin-core+http://…,
    /// esplora+https://…, ethereum+https://…, blk:DIR, or recording:FILE. May be given again for
    /// further endpoints of the same node kind, and as etherscan+https://… for an explorer beside
    /// an Ethereum node; its key is read from the variable `ETHERSCAN_API_KEY`.
    #[arg(long, value_name = "URI")]
    pub(crate) source: Vec<String>,

    /// The last block that counts: a height, or `safe` or `finalized` by the word of a node of
    /// accounts. What comes behind it is as if it were not there.
    #[arg(
        long,
        value_name = "BLOCK",
        default_value = "latest",
        conflicts_with = "ledger"
    )]
    pub(crate) as_of: UpTo,

    /// Where a source cannot answer a question, say so in the result and go on. By default
    /// that ends the work.
    #[arg(long)]
    pub(crate) go_on: bool,

    #[command(flatten)]
    pub(crate) genesis: GenesisFile,

    #[command(flatten)]
    pub(crate) network: Network,
}

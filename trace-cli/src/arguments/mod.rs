//! What was typed, read literally. Nothing is opened or asked here.

mod account_rules;
mod chain_access;
mod following;
mod genesis_file;
mod label_files;
mod network;
mod up_to;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use account_rules::AccountRules;
pub(crate) use chain_access::ChainAccess;
pub(crate) use following::{ClustersFrom, Following, Format, Mixes, Pools};
pub(crate) use genesis_file::GenesisFile;
pub(crate) use label_files::LabelFiles;
pub(crate) use network::Network;
pub(crate) use up_to::UpTo;

/// Follows cryptocurrency on chain and shows its working.
///
/// Data goes to standard output, talk to standard error. Exit codes: 0 answered, 1 nothing
/// found or differs, 2 could not answer.
#[derive(Debug, Parser)]
#[command(name = "trace", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// No progress bar and no remarks on standard error; errors are still told.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Tell on standard error what is asked of nodes and why. Never shows credentials.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Follow value from seeds to where it is now.
    Follow(Following),
    /// Follow value from seeds back to where it came from.
    Back(Following),
    /// Read blocks of a source into a ledger; goes on where it stopped.
    Ingest(Ingest),
    /// Write what a source replies into a recording, to be replayed without a network.
    Record(Record),
    /// Show whose addresses belong together.
    Cluster(Cluster),
    /// Show the shortest chain of links between two addresses, or say that there is none.
    Explain(Explain),
    /// Say what every rule holds of a transaction, as JSON lines.
    Inspect(Inspect),
    /// Measure the error rates of the change rules on a ledger, with confidence intervals.
    Measure(Measure),
    /// Check every checksum and every invariant of a ledger or a recording.
    Verify(Verify),
}

/// `trace ingest`
#[derive(Debug, Args)]
pub(crate) struct Ingest {
    /// The folder of the ledger; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: PathBuf,

    /// Where the blocks come from: blk:DIR, bitcoin-core+http://…, esplora+https://…,
    /// ethereum+https://…, or recording:FILE. May be given again for further endpoints of the same
    /// node kind.
    #[arg(long, value_name = "URI", required = true)]
    pub(crate) source: Vec<String>,

    /// The first height. By default where the ledger ends, or the source's first block.
    #[arg(long, value_name = "HEIGHT")]
    pub(crate) from: Option<u32>,

    /// The last block: a height, or `safe` or `finalized` by the word of a node of accounts.
    #[arg(long, value_name = "BLOCK", default_value = "latest")]
    pub(crate) to: UpTo,

    /// Threads that parse blocks. By default as many as there are processors.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,

    #[command(flatten)]
    pub(crate) genesis: GenesisFile,

    #[command(flatten)]
    pub(crate) network: Network,

    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// `trace record`
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// Where the replies come from: blk:DIR, bitcoin-core+http://…, esplora+https://… or
    /// ethereum+https://…. May be given again for further endpoints of the same node kind.
    #[arg(long, value_name = "URI", required = true)]
    pub(crate) source: Vec<String>,

    /// The recording to write. Must not exist.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,

    /// The first height. By default the source's first block.
    #[arg(long, value_name = "HEIGHT")]
    pub(crate) from: Option<u32>,

    /// The last block: a height, or `safe` or `finalized` by the word of a node of accounts.
    #[arg(long, value_name = "BLOCK", default_value = "latest")]
    pub(crate) to: UpTo,

    #[command(flatten)]
    pub(crate) network: Network,
}

/// How the results of the smaller commands are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    /// For a person.
    Text,
    /// For a program.
    Json,
}

/// `trace cluster`
#[derive(Debug, Args)]
pub(crate) struct Cluster {
    /// The address whose cluster is wanted.
    #[arg(
        value_name = "ADDRESS",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub(crate) address: Option<String>,

    /// Every address with its cluster, one a line, in the order of first appearance.
    #[arg(long)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) access: ChainAccess,

    #[command(flatten)]
    pub(crate) search: Search,

    #[command(flatten)]
    pub(crate) rules: Rules,

    #[command(flatten)]
    pub(crate) label_files: LabelFiles,

    /// Members listed, at most. What is left out is stated.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) members_max: usize,

    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// `trace explain`
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// One address.
    #[arg(value_name = "A")]
    pub(crate) a: String,

    /// The other one.
    #[arg(value_name = "B")]
    pub(crate) b: String,

    #[command(flatten)]
    pub(crate) access: ChainAccess,

    #[command(flatten)]
    pub(crate) search: Search,

    #[command(flatten)]
    pub(crate) rules: Rules,

    #[command(flatten)]
    pub(crate) label_files: LabelFiles,

    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// `trace inspect`
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The transactions to look at, in the ledger or at the source.
    #[arg(value_name = "TXID", required_unless_present = "transactions")]
    pub(crate) txid: Vec<String>,

    /// Read transactions from a file instead, `-` being standard input: one JSON a line, as
    /// Esplora writes them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["txid", "ledger", "source"])]
    pub(crate) transactions: Option<PathBuf>,

    /// The longest line read, in bytes. A longer one is refused by its number.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub(crate) line_bytes_max: u64,

    /// Over accounts: a contract that is a bridge, whose deposits and withdrawals are then told.
    /// May be given again.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) bridge: Vec<String>,

    /// Over accounts: a contract that is a pool of a mixer, beside those that speak as such when
    /// something goes into them. May be given again.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) mixer: Vec<String>,

    /// Over accounts: payments to a new account that are read to see who funded it, at most.
    #[arg(long, alias = "payments-max", value_name = "N", default_value_t = 100)]
    pub(crate) funding_payments_max: usize,

    /// Over accounts: say what each transaction was held against: the hash of its block, its own
    /// hash alone, or nothing, so that all of it is the node's word.
    #[arg(long, conflicts_with = "transactions")]
    pub(crate) checks: bool,

    #[command(flatten)]
    pub(crate) access: ChainAccess,
}

/// `trace measure`
#[derive(Debug, Args)]
pub(crate) struct Measure {
    #[command(flatten)]
    pub(crate) access: ChainAccess,

    /// Take for change only what is itself spent together with an address of the inputs, and
    /// look through addresses that were paid at most so often. By default what is in one
    /// cluster with the inputs is change, clusters being made from common spending alone.
    #[arg(long, value_name = "RECEIPTS")]
    pub(crate) spent_together_max: Option<usize>,

    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// `trace verify`
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of a ledger.
    #[arg(long, value_name = "DIR", required_unless_present = "recording")]
    pub(crate) ledger: Option<PathBuf>,

    /// A recording.
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    pub(crate) recording: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = TextOrJson::Text)]
    pub(crate) format: TextOrJson,
}

/// Which rules join addresses into clusters.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Rules {
    /// Change rules that join a change output with its inputs, off by default. Several are
    /// separated by commas; `all` takes every rule. See docs/heuristics.md.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) change: Vec<String>,

    /// How many of the change rules given must agree on one output.
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub(crate) change_votes: usize,

    #[command(flatten)]
    pub(crate) accounts: AccountRules,
}

/// How far links are followed from address to address.
#[derive(Clone, Debug, Args)]
pub(crate) struct Search {
    /// Addresses looked at, at most. If that is too few, the answer says so. Over accounts for
    /// explain only: a cluster is made from the whole chain there.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) addresses_max: usize,

    /// Transactions looked at for each address, at most, the earliest first; over accounts those
    /// that are compared where nothing links the two.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) address_transactions_max: usize,
}

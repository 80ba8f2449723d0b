//! What is followed, how far, and by which policy.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trace_core::taint::Policy;

use super::{ChainAccess, LabelFiles, Rules};

/// `trace follow` and `trace back`
#[derive(Debug, Args)]
pub(crate) struct Following {
    /// What to follow. Over coins: an outpoint (TXID:VOUT), a transaction (TXID, all its
    /// outputs), or an address (everything it receives). Over accounts: an address (what it
    /// holds and receives; backwards what it holds and what left it), that in one asset
    /// (ADDRESS/ASSET), a transaction (HASH), or one transfer of it (HASH:INDEX). Each seed's share
    /// is kept apart.
    #[arg(value_name = "SEED", required = true)]
    pub(crate) seeds: Vec<String>,

    #[command(flatten)]
    pub(crate) access: ChainAccess,

    /// By which rule taint passes through a transaction.
    #[arg(long, value_name = "POLICY", default_value = "fifo", value_parser = parse_policy)]
    pub(crate) policy: Policy,

    /// Put all policies side by side.
    #[arg(long)]
    pub(crate) compare: bool,

    /// For an address given as a seed: only what it receives from this height on, and over
    /// accounts what it holds before; backwards over accounts what it holds and what left it from
    /// this height on.
    #[arg(long, value_name = "HEIGHT", default_value_t = 0)]
    pub(crate) from_height: u32,

    /// Transactions between a seed and a place, at most.
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    pub(crate) hops_max: Option<u32>,

    /// Transactions visited, at most.
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    pub(crate) transactions_max: Option<u64>,

    /// Forwards: no block above this height.
    #[arg(long, value_name = "HEIGHT", help_heading = "Bounds")]
    pub(crate) height_max: Option<u32>,

    /// Backwards: no block below this height.
    #[arg(long, value_name = "HEIGHT", help_heading = "Bounds")]
    pub(crate) height_min: Option<u32>,

    /// What has a smaller tainted part is not followed further: in satoshis, or over accounts
    /// ASSET=AMOUNT in the asset's smallest unit, once for each asset.
    #[arg(long, value_name = "AMOUNT", help_heading = "Bounds")]
    pub(crate) amount_min: Vec<String>,

    /// Over accounts: accounts that come to hold taint, at most, seeds apart.
    #[arg(long, value_name = "N", help_heading = "Bounds")]
    pub(crate) accounts_max: Option<u64>,

    #[command(flatten)]
    pub(crate) label_files: LabelFiles,

    /// Categories of labels at which following stops, separated by commas; `none` for none.
    /// By default those of services that pool their customers' funds.
    #[arg(
        long,
        value_name = "CATEGORIES",
        value_delimiter = ',',
        help_heading = "Where following stops"
    )]
    pub(crate) stop: Option<Vec<String>>,

    /// What happens at a mix: stop there; over coins spread over its equal outputs by the policy,
    /// or taint everything that comes out of it; over accounts follow the withdrawals that may be
    /// what went in as well, kept apart as possible.
    #[arg(
        long,
        value_enum,
        default_value_t = Mixes::Stop,
        help_heading = "Where following stops"
    )]
    pub(crate) mixes: Mixes,

    /// With --mixes candidates: withdrawals that nothing gives away are followed too where a mixer
    /// paid out at most so many behind a deposit.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        help_heading = "Where following stops"
    )]
    pub(crate) candidates_max: usize,

    /// Over accounts: what happens at a pool of many owners' assets, which a label of the
    /// category `pool` names: stop there, or spread over what leaves it by the policy.
    #[arg(
        long,
        value_enum,
        default_value_t = Pools::Stop,
        help_heading = "Where following stops"
    )]
    pub(crate) pools: Pools,

    /// Which transactions clusters are made from: by default those of the trail over coins, and
    /// none over accounts.
    #[arg(long, value_enum)]
    pub(crate) clusters: Option<ClustersFrom>,

    #[command(flatten)]
    pub(crate) rules: Rules,

    /// Over accounts, as text or json: count what the transactions followed were held against:
    /// the hash of their block, their own hash alone, or nothing, so that all of it is the node's
    /// word.
    #[arg(long)]
    pub(crate) checks: bool,

    /// How the result is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Write a picture of the flow as well.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,

    /// Outputs or arrivals written of one path, at most; of a longer one both ends.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) path_max: usize,

    /// Boxes in the picture, at most; small flows are folded into one and their sum stated.
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) svg_boxes_max: usize,
}

/// What happens at a mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mixes {
    /// Following stops at the output that goes into the mix.
    Stop,
    /// The taint is spread over the mix's equal outputs by the policy.
    Through,
    /// Every output of the mix is wholly tainted. Does not conserve value.
    Poison,
    /// Withdrawals from a mixer of accounts are followed apart, as possible.
    Candidates,
}

/// What happens at a pool of many owners' assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pools {
    /// Following stops at what goes into it.
    Stop,
    /// It is followed by the policy like any account.
    Spread,
}

/// Which transactions the clusters of a result are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClustersFrom {
    /// The transactions followed: the same answer from a ledger and from a remote source.
    Trail,
    /// The whole ledger; following then also stops at addresses in one cluster with a label.
    Ledger,
    /// No clusters.
    None,
}

/// How a result of following is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person; good enough to paste in a report.
    Text,
    /// `trace/follow/2`, `trace/back/2`, or with --compare `trace/compare/2`; see docs/formats.md.
    Json,
    /// One destination a line.
    Csv,
    /// The flow as a graph, for Gephi, yEd and networkx.
    Graphml,
    /// The flow as a graph, for Graphviz.
    Dot,
}

fn parse_policy(name: &str) -> Result<Policy, String> {
    name.parse().map_err(|_| {
        let names: Vec<_> = Policy::ALL.iter().map(|policy| policy.name()).collect();
        format!("the policies are {}", names.join(", "))
    })
}

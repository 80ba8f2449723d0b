//! What rules over chains of accounts go by.

use clap::Args;

/// Which rules join accounts, and every limit that a rule goes by. What is not given is as in the
/// rule's paper, or ours where it has none; the result states all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Rules over accounts")]
pub(crate) struct AccountRules {
    /// The rules that join, separated by commas; by default deposit-address-reuse and
    /// airdrop-multi-participation. What other rules find is reported. See docs/heuristics.md.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) join: Option<Vec<String>>,

    /// Wei by which less may be passed on from a deposit address than came; 10^16 by default.
    #[arg(long, value_name = "WEI")]
    pub(crate) deposit_fee_max: Option<u64>,

    /// Blocks after which a deposit address passes on, at most; 10000 by default.
    #[arg(long, value_name = "N")]
    pub(crate) deposit_blocks_max: Option<u32>,

    /// A contract may be a deposit address.
    #[arg(long)]
    pub(crate) deposit_contracts: bool,

    /// Recipients without whom nothing is an airdrop; 1000 by default.
    #[arg(long, value_name = "N")]
    pub(crate) airdrop_recipients_min: Option<usize>,

    /// Recipients in one transaction, for it to be part of an airdrop; 10 by default.
    #[arg(long, value_name = "N")]
    pub(crate) airdrop_together_min: Option<usize>,

    /// Recipients that pass on to one account, for it to be a collector; 2 by default.
    #[arg(long, value_name = "N")]
    pub(crate) airdrop_forwards_min: Option<usize>,

    /// Payments to a new account that are read to see who funded it, at most; 100 by default.
    #[arg(long, value_name = "N")]
    pub(crate) funding_payments_max: Option<usize>,

    /// Transactions in which one pays the other, for two to deal with each other outside of a
    /// mixer; 3 by default.
    #[arg(long, value_name = "N")]
    pub(crate) linked_interactions_min: Option<usize>,

    /// Transactions of whoever took out of a mixer that are read for that, at most; 1000 by default.
    #[arg(long, value_name = "N")]
    pub(crate) linked_transactions_max: Option<usize>,

    /// Different pools of a mixer without which there is no portfolio; 2 by default.
    #[arg(long, value_name = "N")]
    pub(crate) portfolio_pools_min: Option<usize>,

    /// Withdrawals without which there is none; 2 by default.
    #[arg(long, value_name = "N")]
    pub(crate) portfolio_transactions_min: Option<usize>,

    /// Accounts with the same portfolio that are told, at most; 1 by default.
    #[arg(long, value_name = "N")]
    pub(crate) portfolio_candidates_max: Option<usize>,

    /// Accounts that put into a mixer in the block of a withdrawal that are told, at most; 1 by
    /// default.
    #[arg(long, value_name = "N")]
    pub(crate) same_block_accounts_max: Option<usize>,

    /// The contract at which points of mixer-torn-mining are exchanged. Without it, and the rates,
    /// that rule is not asked.
    #[arg(long, value_name = "ADDRESS", requires = "torn_rate")]
    pub(crate) torn_rewards: Option<String>,

    /// Points that a deposit in a pool earns in a block, once for each pool.
    #[arg(long, value_name = "POOL=POINTS", requires = "torn_rewards")]
    pub(crate) torn_rate: Vec<String>,

    /// Pairs of a deposit and a withdrawal that fit one exchange of points and are told, at most;
    /// 1 by default.
    #[arg(long, value_name = "N", requires = "torn_rewards")]
    pub(crate) torn_pairs_max: Option<usize>,
}

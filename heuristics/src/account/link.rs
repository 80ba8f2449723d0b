//! That two accounts have one owner, and what shows it.

use std::fmt;

use trace_core::claim::Link;
use trace_core::model::Position;
use trace_core::model::account::{Address, B256};

use super::Confidence;

/// A link with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLink {
    /// The two accounts, the rule, and the transaction that completes what shows it.
    pub link: Link<Address>,
    /// That transaction's place.
    pub position: Position,
    /// How sure the rule is; `None` where it has no figure, because nobody published one.
    pub confidence: Option<Confidence>,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What a link rests on. Transactions are named by their hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Both paid to one deposit address, which passed both payments on to an exchange.
    DepositAddress {
        /// The deposit address.
        deposit: Address,
        /// The exchange's address that was paid.
        exchange: Address,
        /// What the first one paid, and what was passed on.
        first: [B256; 2],
        /// What the other one paid, and what was passed on.
        second: [B256; 2],
    },
    /// One allowed the other, which is no contract, to spend a token.
    Approval {
        /// The token's contract.
        token: Address,
    },
    /// Both got tokens of one airdrop and passed them to one account, or one to the other.
    Airdrop {
        /// The token's contract.
        token: Address,
        /// Who gave the tokens out.
        distributor: Address,
        /// Who collected them.
        aggregator: Address,
        /// What was passed on.
        forwards: Vec<B256>,
    },
    /// One created the other.
    Creation,
    /// One paid all that the other had when that one first signed something.
    Funding {
        /// The payments.
        payments: Vec<B256>,
    },
    /// What came out of a mixer can be told from what went in.
    Mixer {
        /// The pools.
        pools: Vec<Address>,
        /// What went in: the last deposit that fits, of several pools all of them.
        deposits: Vec<B256>,
        /// What came out.
        withdrawals: Vec<B256>,
        /// What else shows it: payments between the two, or a claim of rewards.
        beside: Vec<B256>,
        /// Deposits that the withdrawal can come from, this reveal apart.
        among: usize,
        /// Those left by this reveal.
        left: usize,
    },
}

/// What shows it, in one sentence.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DepositAddress {
                deposit, exchange, ..
            } => write!(
                f,
                "both paid to the deposit address {deposit}, which passed it on to the exchange at {exchange}"
            ),
            Self::Approval { token } => write!(
                f,
                "one allowed the other, which is no contract, to spend its {token}"
            ),
            Self::Airdrop {
                token, aggregator, ..
            } => write!(
                f,
                "what both were given of {token} in one airdrop was collected at {aggregator}"
            ),
            Self::Creation => f.write_str("one created the other"),
            Self::Funding { .. } => {
                f.write_str("one paid all that the other had when it first signed a transaction")
            }
            Self::Mixer {
                deposits,
                withdrawals,
                among,
                left,
                ..
            } => {
                for (what, hashes) in [("put in by", deposits), ("taken out by", withdrawals)] {
                    if let Some(last) = hashes.last() {
                        write!(f, "{what} {last}, ")?;
                    }
                }
                write!(
                    f,
                    "of {among} deposits that a withdrawal can come from {left} are left"
                )
            }
        }
    }
}

impl Evidence {
    /// The transactions that show it, in the order in which they are told; that of the link itself
    /// may be among them.
    pub fn transactions(&self) -> Vec<B256> {
        match self {
            Self::DepositAddress { first, second, .. } => [*first, *second].concat(),
            Self::Airdrop { forwards, .. } => forwards.clone(),
            Self::Funding { payments } => payments.clone(),
            Self::Mixer {
                deposits,
                withdrawals,
                beside,
                ..
            } => [&**deposits, withdrawals, beside].concat(),
            Self::Approval { .. } | Self::Creation => Vec::new(),
        }
    }
}

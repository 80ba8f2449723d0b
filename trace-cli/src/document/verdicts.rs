//! What every rule holds of one transaction.

use serde::Serialize;
use trace_core::claim::Verdict;
use trace_core::model::Chain;
use trace_core::model::account::Asset;

use super::{Amount, Money, RuleName, Shown};

/// The name and version of the lines that `trace inspect` writes.
pub(crate) const SCHEMA: &str = "trace/inspect/2";

/// The line that `trace inspect` writes of a transaction. What is asked of the other kind of chain
/// only is `None` or empty.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) schema: &'static str,
    pub(crate) txid: String,
    /// `None` of a transaction that was read from a file.
    pub(crate) chain: Option<Shown<Chain>>,
    /// `None` where it is in no block, as far as is told.
    pub(crate) height: Option<u32>,
    /// Over accounts: whether value that contracts passed on was seen: `seen`, `unsure` or
    /// `not-seen`.
    pub(crate) inner_calls: Option<&'static str>,
    /// Over accounts, where that was asked for: what it was held against: `in_block`, `alone` or
    /// `nothing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) held_against: Option<&'static str>,
    /// What came and went, by address and asset; `None` where that cannot be told.
    pub(crate) effects: Option<Vec<EffectEntry>>,
    pub(crate) mix: MixFinding,
    /// Over coins.
    pub(crate) co_spend: Option<CoSpendFinding>,
    /// Over coins.
    pub(crate) change: Vec<ChangeFinding>,
    /// Over accounts.
    pub(crate) swap: Option<SwapFinding>,
    /// Over accounts.
    pub(crate) bridge: Option<BridgeFinding>,
    /// Over accounts.
    pub(crate) crossings: Vec<CrossingEntry>,
    /// Over accounts.
    pub(crate) links: Vec<LinkFinding>,
    /// Over accounts.
    pub(crate) rule_limits: Option<InspectionLimits>,
}

/// What rules that are asked about one transaction go by.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct InspectionLimits {
    pub(crate) funding_payments_max: usize,
}

/// What came to one address of one asset, and what went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct EffectEntry {
    /// `None` of outputs without one.
    pub(crate) address: Option<String>,
    pub(crate) came: Amount,
    pub(crate) went: Amount,
    pub(crate) asset: Shown<Asset>,
    pub(crate) chain: Shown<Chain>,
}

/// Whether it is a mix, or a mixer takes part in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MixFinding {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `mix`, `possible`, `none` or `unknown`.
    pub(crate) verdict: &'static str,
    /// Over coins.
    pub(crate) kind: Option<&'static str>,
    pub(crate) why: Option<String>,
    /// Over accounts: what was put into mixers.
    pub(crate) deposits: Vec<DepositEntry>,
    /// Over accounts: what came out of them.
    pub(crate) withdrawals: Vec<WithdrawalEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DepositEntry {
    pub(crate) pool: String,
    pub(crate) from: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct WithdrawalEntry {
    pub(crate) pool: String,
    pub(crate) to: String,
    pub(crate) relayer: Option<String>,
    /// What the relayer got.
    pub(crate) fee: Amount,
    /// `None` where it cannot be told: the pool paid out several assets, or nothing that was seen.
    pub(crate) asset: Option<Shown<Asset>>,
    pub(crate) chain: Shown<Chain>,
}

/// Whether its inputs are claimed to have one owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CoSpendFinding {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    pub(crate) applies: bool,
    pub(crate) why: String,
}

/// What one rule holds of one output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ChangeFinding {
    pub(crate) vout: u32,
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `supports`, `contradicts` or `inconclusive`.
    pub(crate) verdict: &'static str,
    /// Why a rule cannot tell.
    pub(crate) why: Option<String>,
}

/// Whether assets were exchanged for others.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SwapFinding {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `swap`, `none` or `unknown`.
    pub(crate) verdict: &'static str,
    pub(crate) why: Option<String>,
    pub(crate) trades: Vec<TradeEntry>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct TradeEntry {
    pub(crate) trader: String,
    pub(crate) given: Vec<Money>,
    pub(crate) received: Vec<Money>,
    pub(crate) pools: Vec<String>,
    pub(crate) routers: Vec<String>,
}

/// Whether something crossed a bridge.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BridgeFinding {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `crossing`, `none` or `unknown`.
    pub(crate) verdict: &'static str,
    pub(crate) why: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct CrossingEntry {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `in` or `out`.
    pub(crate) direction: &'static str,
    /// `kept` or `made`.
    pub(crate) way: &'static str,
    pub(crate) bridge: String,
    pub(crate) address: String,
    #[serde(flatten)]
    pub(crate) money: Money,
    pub(crate) named: Vec<String>,
    pub(crate) ids: Vec<String>,
}

/// What one rule holds of the signer and another account.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LinkFinding {
    #[serde(flatten)]
    pub(crate) rule: RuleName,
    /// `supports`, `contradicts` or `inconclusive`.
    pub(crate) verdict: &'static str,
    pub(crate) why: Option<String>,
    pub(crate) other: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) rests_on: Vec<String>,
}

/// The line that `trace inspect` writes instead where it cannot tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NoVerdicts {
    /// The line of the file read, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    /// The transaction asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) txid: Option<String>,
    pub(crate) error: String,
}

/// Why a rule cannot tell; `None` where it can.
pub(crate) fn inconclusive(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Inconclusive(why) => Some(why.to_string()),
        Verdict::Supports | Verdict::Contradicts => None,
    }
}

impl ChangeFinding {
    pub(crate) fn of(vout: u32, rule: RuleName, verdict: &Verdict) -> Self {
        Self {
            vout,
            rule,
            verdict: verdict.name(),
            why: inconclusive(verdict),
        }
    }
}

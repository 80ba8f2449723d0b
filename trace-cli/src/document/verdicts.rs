//! What every rule holds of one transaction.

use serde::Serialize;

use super::RuleName;

/// The line that `trace inspect` writes of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) txid: String,
    pub(crate) mix: MixFinding,
    pub(crate) co_spend: CoSpendFinding,
    pub(crate) change: Vec<ChangeFinding>,
}

/// Whether it is a mix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MixFinding {
    /// `mix`, `possible`, `none` or `unknown`.
    pub(crate) verdict: &'static str,
    pub(crate) kind: Option<&'static str>,
    pub(crate) why: String,
}

/// Whether its inputs are claimed to have one owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CoSpendFinding {
    pub(crate) applies: bool,
    pub(crate) why: String,
}

/// What one rule holds of one output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ChangeFinding {
    pub(crate) vout: u32,
    pub(crate) rule: &'static str,
    pub(crate) version: u16,
    /// `supports`, `contradicts` or `inconclusive`.
    pub(crate) verdict: &'static str,
    /// Why a rule cannot tell.
    pub(crate) why: Option<String>,
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

impl ChangeFinding {
    pub(crate) fn of(vout: u32, rule: RuleName, verdict: &trace_core::claim::Verdict) -> Self {
        let why = match verdict {
            trace_core::claim::Verdict::Inconclusive(why) => Some(why.to_string()),
            _ => None,
        };
        Self {
            vout,
            rule: rule.name,
            version: rule.version,
            verdict: verdict.name(),
            why,
        }
    }
}

//! How often the change rules are right.

use heuristics::measure::{ChangeMeasured, MeasuredRule, Rate};
use serde::Serialize;

use super::AsOf;

/// The answer of `trace measure`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measurement {
    pub(crate) schema: &'static str,
    pub(crate) program: &'static str,
    pub(crate) as_of: AsOf,
    /// What shows that an output is change.
    pub(crate) evidence: &'static str,
    pub(crate) transactions: u64,
    /// Those with a choice: no coinbase, no mix, two outputs or more that can be spent.
    pub(crate) with_choice: u64,
    /// Those of them whose change is revealed later.
    pub(crate) revealed: u64,
    /// Of which one output goes back to an address of the inputs, so that nothing is left to
    /// reveal.
    pub(crate) evident: u64,
    /// Of which more than one output is revealed to be the spender's.
    pub(crate) several: u64,
    /// Of which that cannot be told.
    pub(crate) unknown: u64,
    pub(crate) rules: Vec<RuleMeasured>,
}

/// What was measured of one rule.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleMeasured {
    pub(crate) rule: &'static str,
    pub(crate) version: u16,
    /// Whether it looks at how the outputs were spent, so that its figures are no forecast.
    pub(crate) looks_ahead: bool,
    /// Of the transactions revealed, in how many it took an output for the change.
    pub(crate) answered: u64,
    pub(crate) right: u64,
    pub(crate) coverage: RateEntry,
    pub(crate) error: RateEntry,
}

/// A rate in parts per million, with Wilson's interval at 95 %; `None` of no cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RateEntry {
    pub(crate) ppm: Option<u64>,
    pub(crate) low_ppm: Option<u64>,
    pub(crate) high_ppm: Option<u64>,
}

impl From<Rate> for RateEntry {
    fn from(rate: Rate) -> Self {
        let interval = rate.interval_ppm();
        Self {
            ppm: rate.ppm(),
            low_ppm: interval.map(|(low, _)| low),
            high_ppm: interval.map(|(_, high)| high),
        }
    }
}

impl From<&MeasuredRule> for RuleMeasured {
    fn from(measured: &MeasuredRule) -> Self {
        Self {
            rule: measured.rule.name,
            version: measured.rule.version,
            looks_ahead: measured.looks_ahead,
            answered: measured.answered,
            right: measured.right,
            coverage: measured.coverage().into(),
            error: measured.error().into(),
        }
    }
}

impl Measurement {
    pub(crate) fn of(as_of: AsOf, evidence: &'static str, measured: &ChangeMeasured) -> Self {
        Self {
            schema: "trace/measure/1",
            program: super::PROGRAM,
            as_of,
            evidence,
            transactions: measured.transactions,
            with_choice: measured.with_choice,
            revealed: measured.revealed,
            evident: measured.evident,
            several: measured.several,
            unknown: measured.unknown,
            rules: measured.rules.iter().map(RuleMeasured::from).collect(),
        }
    }
}

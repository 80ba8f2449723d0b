//! What a rule says, with its reason. Rules never decide; they claim.

use std::fmt;

use crate::model::{AddressId, TxNumber};

/// A rule by name and version. The version rises with every change of what it answers, so
/// that a finding says by which text of the rule it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// The field's name for the rule in `kebab-case`.
    pub name: &'static str,
    /// Starts at 1.
    pub version: u16,
}

/// The three answers to a question, of which "don't know" is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What was asked holds, by this rule.
    Supports,
    /// What was asked does not hold, by this rule.
    Contradicts,
    /// The rule cannot tell, and this is why.
    Inconclusive(Reason),
}

/// Why a rule cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The transaction is a coinbase: nothing is spent, so nothing is change.
    Coinbase,
    /// The value or script of a spent output is not known.
    PrevoutUnknown,
    /// The view does not reach back to the first block.
    HistoryUnknown,
    /// What happened to the outputs later is not known.
    FutureUnknown,
    /// The rule needs more than one input.
    SingleInput,
    /// Fewer than two outputs can be spent, so there is nothing to choose between.
    SingleOutput,
    /// More than one output fits.
    SeveralFit,
    /// No output fits.
    NoneFits,
    /// The transaction is a mix, or may be one.
    Mix,
    /// The inputs are of different script forms.
    MixedInputs,
    /// The transaction does not have the form that the rule speaks of.
    OtherForm,
    /// Whether an account has code is not known.
    CodeUnknown,
    /// Value that contracts passed on may not have been seen.
    InnerCallsNotSeen,
    /// What a unit of gas cost is not known.
    GasPriceUnknown,
    /// It is not known how the transaction ended.
    OutcomeUnknown,
    /// Whoever exchanged something says events as a pool does.
    TraderUnknown,
    /// More would have had to be looked at than a limit allows.
    LimitReached,
}

impl Verdict {
    /// `supports`, `contradicts` or `inconclusive`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Supports => "supports",
            Self::Contradicts => "contradicts",
            Self::Inconclusive(_) => "inconclusive",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Why a rule cannot tell, in one sentence.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Coinbase => "a coinbase spends nothing",
            Self::PrevoutUnknown => "the value or script of a spent output is not known",
            Self::HistoryUnknown => "the view does not reach back to the first block",
            Self::FutureUnknown => "what happened to the outputs later is not known",
            Self::SingleInput => "there is only one input",
            Self::SingleOutput => "fewer than two outputs can be spent",
            Self::SeveralFit => "more than one output fits",
            Self::NoneFits => "no output fits",
            Self::Mix => "the transaction is a mix, or may be one",
            Self::MixedInputs => "the inputs are of different script forms",
            Self::OtherForm => "the transaction does not have the form that the rule speaks of",
            Self::CodeUnknown => "whether the account has code is not known",
            Self::InnerCallsNotSeen => "what contracts passed on may not have been seen",
            Self::GasPriceUnknown => "what a unit of gas cost is not known",
            Self::OutcomeUnknown => "it is not known how the transaction ended",
            Self::TraderUnknown => "whoever exchanged something speaks as a pool does",
            Self::LimitReached => "a limit of what is looked at was reached",
        })
    }
}

/// That two addresses have one owner: what joins a cluster and what explains it. `A` is an
/// address by number, or as the chain writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link<A = AddressId> {
    /// One address.
    pub a: A,
    /// The other one.
    pub b: A,
    /// The transaction that shows it.
    pub tx: TxNumber,
    /// The rule that says so.
    pub rule: Rule,
}

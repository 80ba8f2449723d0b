//! Common-input ownership: what is spent together is owned together, unless it is a mix.
//!
//! To spend an output one needs its key, so whoever makes a transaction usually has the keys
//! of all its inputs (Nakamoto 2008, section 10; Meiklejohn et al. 2013, heuristic 1). A mix
//! is the exception. A *possible* mix withholds the link too: a wrong link joins two people
//! for good, and a missing one only leaves a cluster in two parts that other transactions
//! mostly join. What this costs is measured in `docs/heuristics.md`.
//!
//! Known false positives: `PayJoin`; two owners who fund one channel or one transaction of a
//! trade together without equal outputs; a custodian that spends coins of its customers.

use std::fmt;

use trace_core::claim::{Reason, Rule};
use trace_core::model::Transaction;

use crate::mix::{MixKind, MixVerdict};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "co-spend",
    version: 1,
};

/// Whether the inputs of a transaction are claimed to have one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoSpend {
    /// They are: this many different addresses are spent together.
    Applies {
        /// Different addresses that are known.
        addresses: usize,
    },
    /// They are not, and this is why.
    Withheld(Withheld),
}

/// Why nothing is claimed of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withheld {
    /// A coinbase spends nothing.
    Coinbase,
    /// All inputs are of one address, so there is nothing to link.
    SingleAddress,
    /// It is a mix.
    Mix(MixKind),
    /// It may be a mix.
    PossibleMix(MixKind),
    /// It cannot be told, because of this.
    Unknown(Reason),
}

/// Judges a transaction whose mix verdict is `mix`.
pub fn judge<A: Ord, O>(transaction: &Transaction<A, O>, mix: &MixVerdict) -> CoSpend {
    let withheld = match mix {
        MixVerdict::Mix(mix) => Withheld::Mix(mix.kind),
        MixVerdict::Possible(mix) => Withheld::PossibleMix(mix.kind),
        MixVerdict::Unknown(why) => Withheld::Unknown(*why),
        MixVerdict::None(_) if transaction.is_coinbase() => Withheld::Coinbase,
        MixVerdict::None(_) => match spent_addresses(transaction).len() {
            addresses @ 2.. => return CoSpend::Applies { addresses },
            _ if all_known(transaction) => Withheld::SingleAddress,
            _ => Withheld::Unknown(Reason::PrevoutUnknown),
        },
    };
    CoSpend::Withheld(withheld)
}

/// The different known addresses of the inputs, in the order in which they first appear.
pub fn spent_addresses<A: Ord, O>(transaction: &Transaction<A, O>) -> Vec<&A> {
    let inputs = transaction.inputs.iter();
    let prevouts = inputs.filter_map(|input| input.prevout.as_ref());
    let mut numbered: Vec<(&A, usize)> = prevouts
        .filter_map(|spent| spent.address.as_ref())
        .zip(0..)
        .collect();
    numbered.sort_unstable();
    numbered.dedup_by_key(|(address, _)| *address);
    numbered.sort_unstable_by_key(|(_, first)| *first);
    numbered.into_iter().map(|(address, _)| address).collect()
}

fn all_known<A, O>(transaction: &Transaction<A, O>) -> bool {
    transaction
        .inputs
        .iter()
        .all(|input| input.prevout.is_some())
}

impl CoSpend {
    /// Whether the inputs are claimed to have one owner.
    pub fn applies(self) -> bool {
        matches!(self, Self::Applies { .. })
    }
}

/// Why, in one sentence.
impl fmt::Display for CoSpend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applies { addresses } => write!(
                f,
                "{addresses} different addresses are spent together in a transaction that is no mix"
            ),
            Self::Withheld(why) => match why {
                Withheld::Coinbase => f.write_str("a coinbase spends nothing"),
                Withheld::SingleAddress => f.write_str("all inputs are of one address"),
                Withheld::Mix(kind) => write!(f, "the transaction is a mix ({kind})"),
                Withheld::PossibleMix(kind) => {
                    write!(f, "the transaction may be a mix ({kind})")
                }
                Withheld::Unknown(why) => why.fmt(f),
            },
        }
    }
}

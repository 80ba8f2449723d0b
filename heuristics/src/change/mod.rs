//! Which output of a transaction is change: what was left over and went back to the spender.
//!
//! Every rule is in a file of its own and rules outputs out; change is what remains where
//! exactly one remains. The rules share what is decided here: a coinbase has no change, a
//! mix or possible mix has no single spender, and where fewer than two outputs can be spent
//! there is nothing to choose. Outputs that nobody can spend are never spoken of.
//!
//! Every rule is wrong often enough that clusters use none unless told to; how often, is
//! measured in `docs/heuristics.md`.

mod address_type;
mod bip69;
mod fingerprint;
mod fresh_address;
mod lock_time;
mod optimal_change;
mod peeling_chain;
mod round_amount;
mod self_change;
mod sequence;
mod version;
mod witness;

use std::fmt;

use trace_core::claim::{Reason, Rule, Verdict};
use trace_core::model::{AddressId, TxNumber};
use trace_core::view::{CoinView, NumberedTransaction};

use crate::mix::{self, MixVerdict};

/// Every rule, in the order in which answers are listed.
pub static RULES: &[ChangeRule] = &[
    address_type::RULE,
    fresh_address::RULE,
    optimal_change::RULE,
    self_change::RULE,
    round_amount::RULE,
    peeling_chain::RULE,
    lock_time::RULE,
    version::RULE,
    sequence::RULE,
    witness::RULE,
    bip69::RULE,
];

/// A rule that says which output is change.
#[derive(Clone, Copy)]
pub struct ChangeRule {
    /// Its name and version.
    pub rule: Rule,
    /// Whether it asks whom the chain paid before, so that it needs the whole history.
    pub looks_back: bool,
    /// Whether it asks how the outputs were spent, so that its answer can still change.
    pub looks_ahead: bool,
    /// What it holds of each output that can be spent, in order; or why it holds nothing of
    /// any of them.
    keeps: fn(&Case) -> Result<Vec<Keep>, Reason>,
}

/// What a rule is asked about.
struct Case<'a> {
    view: &'a dyn CoinView,
    tx: TxNumber,
    transaction: &'a NumberedTransaction,
    candidates: &'a [Candidate],
}

/// An output that can be spent.
#[derive(Clone, Copy)]
struct Candidate {
    vout: u32,
    value_sat: u64,
    address: AddressId,
}

/// What a rule holds of one output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// It may be the change.
    Kept,
    /// It is not.
    RuledOut,
    /// The rule cannot tell.
    Unknown(Reason),
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static ChangeRule> {
    RULES.iter().find(|known| known.rule.name == name)
}

impl ChangeRule {
    /// What the rule holds of each output that can be spent, by its index: `Supports` that it
    /// is the change, being the only one not ruled out; `Contradicts`; or why it cannot tell.
    pub fn judge(
        &self,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
    ) -> Vec<(u32, Verdict)> {
        self.judge_beside(&mix::detect(transaction), view, tx, transaction)
    }

    /// The output that the rule takes for the change, if it can tell, where it is known
    /// already whether the transaction is a mix.
    pub(crate) fn supported(
        &self,
        mix: &MixVerdict,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
    ) -> Option<u32> {
        let judged = self.judge_beside(mix, view, tx, transaction);
        let mut supported = judged
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Supports);
        supported.next().map(|(vout, _)| *vout)
    }

    fn judge_beside(
        &self,
        mix: &MixVerdict,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
    ) -> Vec<(u32, Verdict)> {
        let candidates = candidates(transaction);
        let keeps = no_change(mix, transaction, &candidates).and_then(|()| {
            let keeps = (self.keeps)(&Case {
                view,
                tx,
                transaction,
                candidates: &candidates,
            })?;
            // A rule assumes that there is change. Where it leaves none, it says nothing.
            if keeps.iter().all(|keep| *keep == Keep::RuledOut) {
                return Err(Reason::NoneFits);
            }
            Ok(keeps)
        });
        let vouts = candidates.iter().map(|candidate| candidate.vout);
        match keeps {
            Err(why) => vouts
                .map(|vout| (vout, Verdict::Inconclusive(why)))
                .collect(),
            Ok(keeps) => vouts.zip(verdicts(&keeps)).collect(),
        }
    }
}

/// Why no rule has anything to say, if so.
fn no_change(
    mix: &MixVerdict,
    transaction: &NumberedTransaction,
    candidates: &[Candidate],
) -> Result<(), Reason> {
    if transaction.is_coinbase() {
        return Err(Reason::Coinbase);
    }
    match mix {
        MixVerdict::Mix(_) | MixVerdict::Possible(_) => return Err(Reason::Mix),
        MixVerdict::Unknown(why) => return Err(*why),
        MixVerdict::None(_) => {}
    }
    if candidates.len() < 2 {
        return Err(Reason::SingleOutput);
    }
    Ok(())
}

fn candidates(transaction: &NumberedTransaction) -> Vec<Candidate> {
    (0..)
        .zip(&transaction.outputs)
        .filter_map(|(vout, output)| {
            Some(Candidate {
                vout,
                value_sat: output.value_sat,
                address: output.address?,
            })
        })
        .collect()
}

fn verdicts(keeps: &[Keep]) -> impl Iterator<Item = Verdict> + '_ {
    let unknown = keeps.iter().find_map(|keep| match keep {
        Keep::Unknown(why) => Some(*why),
        _ => None,
    });
    let kept = keeps.iter().filter(|keep| **keep == Keep::Kept).count();
    keeps.iter().map(move |keep| match (*keep, unknown) {
        (Keep::RuledOut, _) => Verdict::Contradicts,
        (Keep::Unknown(why), _) | (Keep::Kept, Some(why)) => Verdict::Inconclusive(why),
        (Keep::Kept, None) if kept > 1 => Verdict::Inconclusive(Reason::SeveralFit),
        (Keep::Kept, None) => Verdict::Supports,
    })
}

impl Case<'_> {
    /// Keeps the outputs of which `fits` holds.
    fn keep(&self, mut fits: impl FnMut(&Candidate) -> bool) -> Vec<Keep> {
        let candidates = self.candidates.iter();
        candidates
            .map(|candidate| {
                if fits(candidate) {
                    Keep::Kept
                } else {
                    Keep::RuledOut
                }
            })
            .collect()
    }
}

impl fmt::Debug for ChangeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ChangeRule").field(&self.rule).finish()
    }
}

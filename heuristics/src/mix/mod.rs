//! Whether a transaction is a mix: one in which several owners sign together, so that common
//! spending says nothing about ownership.
//!
//! Every kind is told by its structure alone, each in a file of its own. A kind answers for
//! itself whether its structure is there; [`detect`] asks them all and takes the surest
//! answer. Where the value or script of a spent output is not known, a kind that the outputs
//! already rule out says no, and any other cannot tell.
//!
//! PayJoin is not among the kinds: two inputs and two outputs, no value equal to another, is
//! what millions of payments look like, and the chain alone does not tell them apart.

mod census;
mod joinmarket;
mod stonewall;
mod wasabi1;
mod wasabi2;
mod whirlpool;
mod whirlpool_tx0;

use std::fmt;

use trace_core::claim::{Reason, Rule};
use trace_core::model::Transaction;
use trace_core::taint::{MixAnswer, MixShape};
use trace_core::view::Outline;

use census::Census;

/// The rule as it is named in findings.
pub const RULE: Rule = Rule {
    name: "mix",
    version: 1,
};

/// A structure by which several owners hide who paid whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MixKind {
    /// As many equal outputs as inputs, of a pool's denomination.
    Whirlpool,
    /// Many outputs near a tenth of a bitcoin, with a coordinator.
    Wasabi1,
    /// WabiSabi: many inputs cut into standard denominations.
    Wasabi2,
    /// One taker and several makers, an equal output and a change output each.
    JoinMarket,
    /// Two equal outputs and two others, which one wallet may have made alone.
    Stonewall,
    /// As many equal outputs as other ones, of no protocol known here.
    EqualOutputs,
}

/// What the structure of a transaction says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MixVerdict {
    /// A mix of this kind.
    Mix(Mix),
    /// It may be a mix of this kind, and it may be something else.
    Possible(Mix),
    /// No kind of mix known here has this structure.
    None(NoMix),
    /// The structure cannot be seen, and this is why.
    Unknown(Reason),
}

/// A mix and what it was told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Its kind.
    pub kind: MixKind,
    /// The indexes, ascending, of the outputs that cannot be told from at least one other
    /// by their value. Only these hide what was mixed.
    pub equal_outputs: Vec<u32>,
    /// What was seen.
    pub seen: Seen,
}

/// Why a transaction is no mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoMix {
    /// It creates coins and spends none.
    Coinbase,
    /// It prepares outputs for a Whirlpool pool, all from one owner.
    WhirlpoolTx0 {
        /// Outputs of one value that will enter the pool.
        premix_outputs: usize,
        /// What an output of the pool is worth, in satoshis.
        denomination_sat: u64,
    },
    /// It has the structure of no kind of mix.
    NoStructure,
}

/// What was seen in a transaction that is or may be a mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    /// Different scripts among the inputs, at most as many as there are owners.
    pub input_scripts: usize,
    /// Outputs in all.
    pub outputs: usize,
    /// Outputs of the value that occurs most often.
    pub equal: usize,
    /// That value, in satoshis. Of two that occur equally often the larger one.
    pub value_sat: u64,
}

/// How sure one kind is of itself.
enum Fit {
    /// The structure is there and nothing else has it.
    Certain(MixKind),
    /// The structure is there, and other things have it too.
    Possible(MixKind),
    /// The structure is not there.
    No,
    /// The spent outputs decide, and they are not known.
    Unseen,
}

/// False only where [`detect`] finds no structure of a mix, as in most transactions: several
/// owners sign only where there are several inputs, and hide among at least two outputs.
pub fn may_be(outline: &Outline) -> bool {
    let paid = outline.outputs.iter();
    outline.inputs.len() > 1 && paid.filter(|output| output.address.is_some()).count() > 1
}

/// Judges a transaction.
///
/// Time and memory: of the order n log n in its inputs and outputs.
pub fn detect<A: Ord, O>(transaction: &Transaction<A, O>) -> MixVerdict {
    if transaction.is_coinbase() {
        return MixVerdict::None(NoMix::Coinbase);
    }
    if let Some(tx0) = whirlpool_tx0::detect(transaction) {
        return MixVerdict::None(tx0);
    }
    let Some(census) = Census::of(transaction) else {
        return MixVerdict::None(NoMix::NoStructure);
    };
    // In this order the more particular structure names the kind where two are there: a round
    // of WabiSabi too small to be certain may be certain as a mix of equal outputs.
    let fits = [
        whirlpool::fit(transaction, &census),
        wasabi2::fit(transaction, &census),
        wasabi1::fit(transaction, &census),
        stonewall::fit(&census),
        joinmarket::fit(transaction, &census),
        census.fit_equal_outputs(),
    ];
    let sure = |fit: &Fit| matches!(fit, Fit::Certain(_));
    let named = fits.iter().find_map(|fit| match fit {
        Fit::Certain(kind) | Fit::Possible(kind) => Some(census.mix(*kind, transaction)),
        Fit::No | Fit::Unseen => None,
    });
    match named {
        Some(mix) if fits.iter().any(sure) => MixVerdict::Mix(mix),
        _ if fits.iter().any(|fit| matches!(fit, Fit::Unseen)) => {
            MixVerdict::Unknown(Reason::PrevoutUnknown)
        }
        Some(mix) => MixVerdict::Possible(mix),
        None => MixVerdict::None(NoMix::NoStructure),
    }
}

impl MixKind {
    /// The field's name for the kind, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whirlpool => "whirlpool",
            Self::Wasabi1 => "wasabi1",
            Self::Wasabi2 => "wasabi2",
            Self::JoinMarket => "joinmarket",
            Self::Stonewall => "stonewall",
            Self::EqualOutputs => "equal-outputs",
        }
    }
}

impl MixVerdict {
    /// `mix`, `possible`, `none` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mix(_) => "mix",
            Self::Possible(_) => "possible",
            Self::None(_) => "none",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The structure's name: the kind of the mix, or `whirlpool-tx0`, which is none.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Mix(mix) | Self::Possible(mix) => Some(mix.kind.name()),
            Self::None(NoMix::WhirlpoolTx0 { .. }) => Some("whirlpool-tx0"),
            Self::None(_) | Self::Unknown(_) => None,
        }
    }

    /// The mix, where it is certain.
    pub fn certain(&self) -> Option<&Mix> {
        match self {
            Self::Mix(mix) => Some(mix),
            _ => None,
        }
    }
}

impl fmt::Display for MixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What following is told of it. A possible mix is followed like any other transaction: stopping
/// there would lose what an ordinary payout looks like.
impl From<MixVerdict> for MixAnswer {
    fn from(verdict: MixVerdict) -> Self {
        match verdict {
            MixVerdict::Mix(mix) => Self::Mix(MixShape {
                kind: mix.kind.name(),
                equal_outputs: mix.equal_outputs,
            }),
            MixVerdict::Possible(_) | MixVerdict::None(_) => Self::NoMix,
            MixVerdict::Unknown(_) => Self::Unknown,
        }
    }
}

/// Why the verdict is what it is, in one sentence.
impl fmt::Display for MixVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mix(mix) => mix.fmt(f),
            Self::Possible(mix) => {
                write!(f, "{mix}; ")?;
                f.write_str(match mix.kind {
                    MixKind::Stonewall => "one wallet may have made all of it",
                    MixKind::EqualOutputs => "a payout or a trade may look the same",
                    _ => "it is too small or too irregular to be certain",
                })
            }
            Self::None(why) => why.fmt(f),
            Self::Unknown(why) => why.fmt(f),
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Seen {
            input_scripts,
            outputs,
            equal,
            value_sat,
        } = self.seen;
        if self.kind == MixKind::Wasabi2 {
            return write!(
                f,
                "{input_scripts} input scripts are cut into {outputs} outputs, nearly all of \
                 standard denominations, both sides in descending order"
            );
        }
        write!(
            f,
            "{equal} of {outputs} outputs are worth {value_sat} sat each, paid for by \
             {input_scripts} different input scripts"
        )
    }
}

impl fmt::Display for NoMix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coinbase => f.write_str("a coinbase spends nothing"),
            Self::WhirlpoolTx0 {
                premix_outputs,
                denomination_sat,
            } => write!(
                f,
                "one owner prepares {premix_outputs} outputs for the Whirlpool pool of \
                 {denomination_sat} sat"
            ),
            Self::NoStructure => f.write_str("it has the structure of no known kind of mix"),
        }
    }
}

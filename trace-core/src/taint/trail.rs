//! What following found, as a value.

use super::{LabelIndex, Policy};
use crate::model::{BlockRef, OutputId, TxNumber};
use crate::view::Unknown;

/// Which way value is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the seeds to where the value is now.
    Forward,
    /// From the seeds to where the value came from.
    Back,
}

/// An index into [`Trail::visits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u32);

/// One seed's part of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// Index into [`Trail::seeds`].
    pub seed: u32,
    /// The part, in satoshis; never 0.
    pub amount_sat: u64,
}

/// Everything that following found, in an order that depends on the chain alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// Which way.
    pub direction: Direction,
    /// By which policy.
    pub policy: Policy,
    /// As of which block.
    pub as_of: BlockRef,
    /// What was seeded, in the order given.
    pub seeds: Vec<Seeded>,
    /// Every tainted output, in the order in which it was reached: seeds first, then by
    /// position in the chain (backwards: descending).
    pub visits: Vec<Visit>,
    /// Where the value is, by position of the output and index there. Under every policy
    /// but poison the shares of a seed add up to what was seeded.
    pub destinations: Vec<Destination>,
    /// What could not be known, sorted, each once.
    pub gaps: Vec<Gap>,
    /// Which limits cut something off, sorted, each once.
    pub limits_hit: Vec<LimitHit>,
    /// Transactions visited.
    pub transactions: u64,
}

/// One seed's outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The outputs and what was seeded on each, in satoshis: the value of the output less
    /// what was tainted already when it was reached.
    pub outputs: Vec<(OutputId, u64)>,
    /// Their sum, in satoshis.
    pub seeded_sat: u64,
}

/// An output that holds tainted value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The output.
    pub output: OutputId,
    /// Its whole value, in satoshis.
    pub value_sat: u64,
    /// The tainted part by seed, ascending by seed. Under poison each share is the whole value.
    pub shares: Vec<Share>,
    /// The visit from which the path to here leads on: of those with the fewest hops the one
    /// that brought most, of those the first. `None` at a seed.
    pub parent: Option<VisitId>,
    /// Transactions on that path.
    pub hops: u32,
    /// The transaction in which the value went on (forwards: the spender; backwards: the
    /// creator); `None` where it ends here.
    pub next: Option<TxNumber>,
}

/// Where some of the value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// What sort of place.
    pub kind: DestinationKind,
    /// The last output on the way. For a fee, the tainted input from which the path leads here.
    pub visit: VisitId,
    /// The part of each seed that is here, ascending by seed.
    pub shares: Vec<Share>,
}

/// What sort of place value ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DestinationKind {
    /// An output nobody has spent as of the tip.
    Unspent,
    /// Backwards: newly created coins of this coinbase.
    Coinbase(TxNumber),
    /// A service at which following stops.
    Service(LabelIndex),
    /// The mix that spends (backwards: created) the output.
    Mix {
        /// The mix.
        tx: TxNumber,
        /// Its kind by name.
        kind: &'static str,
    },
    /// The fee of this transaction.
    Fee(TxNumber),
    /// Cut off by a limit.
    Bound(LimitHit),
    /// Lost from view, and why.
    Unseen(Unknown),
}

/// A limit that cut something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LimitHit {
    /// [`Bounds::hops_max`](super::Bounds::hops_max).
    Hops,
    /// [`Bounds::transactions_max`](super::Bounds::transactions_max).
    Transactions,
    /// [`Bounds::height_max`](super::Bounds::height_max) or `height_min`.
    Height,
    /// [`Bounds::amount_min_sat`](super::Bounds::amount_min_sat).
    Amount,
}

/// Something that could not be known, and so may be missing from the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// What an output's future or past is.
    Output(OutputId, Unknown),
    /// The value of an input of this transaction, without which a policy cannot divide. The
    /// tainted value that came to it is lost from view.
    InputValue(TxNumber),
    /// An output was already tainted when it was seeded; only the rest was seeded.
    SeededTwice(OutputId),
}

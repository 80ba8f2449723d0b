//! What following found, as a value.

use super::{LabelIndex, Policy, Shares, Totals};
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
    /// Where the value is, by position of the output and index there, a fee behind the outputs
    /// of its transaction; backwards in the order in which the outputs were reached. Under
    /// every policy but poison the shares of a seed add up to what was seeded.
    pub destinations: Vec<Destination>,
    /// The sums of the destinations for each seed, in the order of the seeds.
    pub totals: Vec<Totals>,
    /// What could not be known, by place in the chain, each once.
    pub gaps: Vec<Gap>,
    /// Which limits cut something off, sorted, each once.
    pub limits_hit: Vec<LimitHit>,
    /// Transactions that value went through.
    pub transactions: u64,
    /// Tainted outputs, seeds included: as many as there are visits, where those are kept.
    pub outputs: u64,
}

impl Trail {
    /// Whether for each seed the destinations add up to what was seeded. Always so under every
    /// policy but poison, unless mixes are made to taint all that comes out of them.
    pub fn conserves(&self) -> bool {
        self.seeds.len() == self.totals.len()
            && self
                .seeds
                .iter()
                .zip(&self.totals)
                .all(|(seeded, totals)| totals.sum_sat() == u128::from(seeded.seeded_sat))
    }
}

/// One seed's outputs. Those of no value hold nothing and are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The outputs and what was seeded on each, in satoshis: the value of the output less
    /// what was tainted already when it was reached. Under poison seeds do not exclude each
    /// other, and only what the same seed had tainted is taken off.
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
    pub shares: Shares,
    /// The visit from which the path to here leads on: of those with the fewest hops the one
    /// that brought most, of those the first. Under FIFO and LIFO only inputs of which there
    /// is value in this output count. `None` at a seed.
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
    pub shares: Shares,
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
    /// tainted value that came to it is lost from view. Under poison following goes on and
    /// what is missing is the fee, or backwards the input.
    InputValue(TxNumber),
    /// Whether this transaction is a mix. It was followed like one that is not.
    Mix(TxNumber),
    /// An output was already tainted when it was seeded; only the rest was seeded.
    SeededTwice(OutputId),
    /// What the seed with this index is, or a part of it; that part was not followed.
    Seed(u32, Unknown),
}

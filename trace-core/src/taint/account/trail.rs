//! What following found, as a value.

use super::Totals;
use crate::model::account::U256;
use crate::model::{BlockRef, TxNumber};
use crate::taint::{Direction, LabelIndex, Policy, VisitId};
use crate::view::Unknown;
use crate::view::account::{AccountId, AssetId};

/// One seed's part of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// Index into the plan's seeds.
    pub seed: u32,
    /// The part, in the asset's smallest unit; never 0.
    pub amount: U256,
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
    /// Every arrival of tainted value, in the order in which it happened; backwards every
    /// departure, the last one first.
    pub visits: Vec<Visit>,
    /// Where the value is, or backwards came from, by the visit that it was last at; what left
    /// there first comes first.
    pub destinations: Vec<Destination>,
    /// What came and where it is, for each seed and asset, by seed and then by asset.
    pub totals: Vec<Totals>,
    /// What could not be known, by place in the chain, each once.
    pub gaps: Vec<Gap>,
    /// Which limits cut something off, sorted, each once.
    pub limits_hit: Vec<LimitHit>,
    /// Transactions looked at.
    pub transactions: u64,
}

impl Trail {
    /// Whether for each seed and asset the destinations add up to what was seeded and what was
    /// received in exchange. Always so under every policy but poison.
    pub fn conserves(&self) -> bool {
        self.totals
            .iter()
            .all(|totals| totals.came() == totals.sum())
    }
}

/// An arrival of tainted value. Backwards a departure: of what left the account there, it is
/// asked next where that had come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Whose balance rose; backwards: fell.
    pub account: AccountId,
    /// Of what.
    pub asset: AssetId,
    /// In which transaction; `None` where a seed held it already.
    pub tx: Option<TxNumber>,
    /// By which of its transfers; `None` where it is what several transfers come to.
    pub transfer: Option<u32>,
    /// How it came.
    pub via: Via,
    /// How much arrived, or backwards left, the clean part included.
    pub amount: U256,
    /// The tainted part by seed, ascending by seed. Under poison each share is the whole amount.
    pub shares: Vec<Share>,
    /// The visit from which the path to here leads on: of those that brought some of it, among
    /// the ones with the fewest hops the one that brought most, of those the first. Under
    /// policies that do not tell lots apart it stands for all of its pot. `None` at a seed.
    pub parent: Option<VisitId>,
    /// Transactions on that path, the seed's own not counted.
    pub hops: u32,
}

/// How value came to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// It is a seed's.
    Seed,
    /// By a transfer. Where a seed's receipts are seeded, it may be a seed's in part.
    Transfer,
    /// In exchange for what was given (backwards: received) in the same transaction: another
    /// asset than the parent's.
    Swap,
}

/// Where some of the value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// What sort of place.
    pub kind: DestinationKind,
    /// The last visit on the way; of several, one chosen as for [`Visit::parent`].
    pub visit: VisitId,
    /// The part of each seed that is here, ascending by seed, in the visit's asset.
    pub shares: Vec<Share>,
}

/// What sort of place value ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DestinationKind {
    /// Forwards: the account of the visit holds it as of the tip.
    Held,
    /// A service at which following stops.
    Service(LabelIndex),
    /// A mixer.
    Mix(LabelIndex),
    /// A pool, where those are not followed.
    Pool,
    /// The fee of this transaction; backwards: earned as that.
    Fee(TxNumber),
    /// Forwards: destroyed in this transaction.
    Burnt(TxNumber),
    /// Backwards: newly created in this transaction, or what moved behind a block's: minted, a
    /// reward, a withdrawal of a validator, or there from the beginning.
    Created(TxNumber),
    /// Given in exchange in this transaction: what was received took over its taint. Backwards
    /// received, and what was given took it over.
    Swapped(TxNumber),
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
    /// [`Bounds::amount_min`](super::Bounds::amount_min).
    Amount,
    /// [`Bounds::accounts_max`](super::Bounds::accounts_max).
    Accounts,
}

/// Something that could not be known, or that contradicts itself, so that the answer may lack
/// something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// What the seed with this index is, or a part of it; that part was not followed.
    Seed(u32, Unknown),
    /// Inner calls were not seen in some of the blocks: native coin that contracts passed on is
    /// missing, and with it some of what leaves and comes to an account.
    InnerCalls,
    /// What this asset's contract says of it names nobody where accounts are searched for, and
    /// single accounts were asked about: more of it may have moved than was found.
    Unindexed(AssetId),
    /// What the account does later (backwards: did before). What it holds is lost from view.
    Account(AccountId, Unknown),
    /// What this transaction moves. What the accounts that take part in it hold is lost from view.
    Transaction(TxNumber, Unknown),
    /// Whether this transaction failed. If it did not, what it moved besides its fee is missing.
    Outcome(TxNumber),
    /// What an account held of an asset when taint arrived there in this transaction, without
    /// which a policy cannot divide (under poison: what it holds at the tip, and no transaction).
    /// Backwards, without a transaction: more left the account than ever came to it. The tainted
    /// value is lost from view.
    Balance(AccountId, AssetId, Option<TxNumber>, Unknown),
    /// In this transaction more left an account than it had by all transfers before (backwards:
    /// more came to it than it then had): the asset's balances do not follow from its transfers,
    /// or some were not seen. All taint that was there went with it; what exceeds the balance was
    /// followed as clean.
    Overdrawn(AccountId, AssetId, TxNumber),
    /// In this transaction an account came to hold more than 2²⁵⁶ units by all transfers: the
    /// asset is not what it says. What arrived is lost from view.
    Overfull(AccountId, AssetId, TxNumber),
    /// An account's holdings or receipts were tainted already, in whole or in part, when they
    /// were seeded; only the rest was.
    SeededTwice(AccountId, AssetId, Option<TxNumber>),
}

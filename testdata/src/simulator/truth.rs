//! What really happened, beside the blocks: what a heuristic is measured against.

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// New coins to a pool.
    Coinbase = 0,
    /// Somebody pays somebody.
    Payment = 1,
    /// A customer pays into his deposit address at an exchange.
    Deposit = 2,
    /// An exchange gathers its deposit addresses.
    Sweep = 3,
    /// An exchange or a pool pays many at once.
    Batch = 4,
    /// Somebody gathers his own coins.
    Consolidation = 5,
    /// A bet, or what was won with it.
    Gambling = 6,
    /// A transaction that prepares coins for a Whirlpool mix. One owner.
    WhirlpoolTx0 = 7,
    /// A Whirlpool mix.
    Whirlpool = 8,
    /// Spending what came out of a mix.
    PostMix = 9,
    /// A Wasabi 1 mix.
    Wasabi1 = 10,
    /// A Wasabi 2 mix.
    Wasabi2 = 11,
    /// A JoinMarket mix.
    JoinMarket = 12,
    /// One hop of a peeling chain.
    Peel = 13,
    /// Somebody's coins are stolen.
    Theft = 14,
}

/// What an output is, to whoever made the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Use {
    /// It pays somebody else, or the maker on purpose.
    Payment = 0,
    /// It returns what was not paid.
    Change = 1,
    /// It went into a mix and came out under the same owner.
    Mixed = 2,
    /// It carries data and can never be spent.
    Data = 3,
    /// It is new coins or a fee.
    Reward = 4,
}

/// The truth of one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionTruth {
    /// The transaction's hash, in the order in which it is hashed.
    pub txid: [u8; 32],
    /// What it is.
    pub kind: Kind,
    /// Who made it; in a mix, the coordinator.
    pub maker: u32,
    /// The owner of each spent output, in order.
    pub input_owners: Vec<u32>,
    /// The owner and the use of each output, in order; `u32::MAX` owns what cannot be spent.
    pub outputs: Vec<(u32, Use)>,
    /// Whose theft the transaction launders or is, by number, if it is.
    pub theft: Option<u32>,
    /// The stolen satoshis that this transaction pays to others, leaves to the miner or makes
    /// impossible to tell from others.
    pub ends: Vec<TheftEnd>,
}

/// What became of stolen satoshis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The thief holds them when the chain ends.
    Held,
    /// They were paid to somebody else.
    Paid,
    /// They were left to a miner.
    Fee,
    /// The thief put them into a mix.
    Mixed,
    /// The thief spent them together with others of his: which of them he paid with, not even
    /// he can tell.
    Joined,
}

/// Some satoshis of one theft, and where they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TheftEnd {
    /// The theft's number.
    pub theft: u32,
    /// What became of them.
    pub end: End,
    /// The transaction that created the output they are in or, mixed or joined, last were in
    /// alone; of a fee the one that left it. In the order in which it is hashed.
    pub txid: [u8; 32],
    /// That output's index; none for a fee.
    pub vout: Option<u32>,
    /// That output's owner; [`NOBODY`] for a fee.
    pub owner: u32,
    /// How many, in satoshis. All of the output.
    pub amount_sat: u64,
}

impl End {
    /// The end as it is written in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paid => "paid",
            Self::Fee => "fee",
            Self::Mixed => "mixed",
            Self::Joined => "joined",
        }
    }
}

/// The owner of what nobody can spend.
pub const NOBODY: u32 = u32::MAX;

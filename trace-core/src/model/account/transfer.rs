//! One change of balances.

use super::{Address, Asset, U256};

/// An amount of one asset that leaves one account for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// What moved it.
    pub kind: TransferKind,
    /// Of what.
    pub asset: Asset,
    /// Whose balance falls; `None` where the amount is new (a reward, a mint, a withdrawal of
    /// a validator).
    pub from: Option<Address>,
    /// Whose balance rises; `None` where the amount is gone (burnt).
    pub to: Option<Address>,
    /// How much, in the asset's smallest unit.
    pub amount: U256,
}

impl Transfer {
    /// What an account has of the native coin since the genesis block.
    pub fn allocated(to: Address, amount: U256) -> Self {
        Self {
            kind: TransferKind::Allocation,
            asset: Asset::Native,
            from: None,
            to: Some(to),
            amount,
        }
    }
}

/// What moved an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferKind {
    /// The value of a transaction.
    Value,
    /// The value of a call by a contract.
    Call,
    /// What a contract was created with, by a transaction or by a contract.
    Create,
    /// What a contract left behind when it destroyed itself.
    SelfDestruct,
    /// An event of a token: `Transfer`, `TransferSingle` or `TransferBatch`. From or to the
    /// zero address it is new or gone.
    Token,
    /// Native coin became its token: the token's side of it.
    Wrap,
    /// The token became native coin: the token's side of it.
    Unwrap,
    /// The part of the fee that is burnt (EIP-1559).
    BaseFee,
    /// The part of the fee that the block's fee recipient gets: all of it before EIP-1559.
    PriorityFee,
    /// The fee for blobs, which is burnt (EIP-4844).
    BlobFee,
    /// Paid out by the beacon chain (EIP-4895).
    Withdrawal,
    /// For making the block, or an uncle of it.
    Reward,
    /// Held since the genesis block, which says of nothing how it came there.
    Allocation,
    /// What a rollup takes for telling the chain below of a transaction (`l1Fee` of OP's kin).
    /// Which of its accounts gets it is not told.
    RollupFee,
    /// New coin on a rollup for what was paid in on the chain below (`mint` of OP's kin). It
    /// stays made where the rest of its transaction fails.
    RollupDeposit,
}

impl TransferKind {
    /// All kinds, in the order in which stored files number them from 1.
    pub const ALL: [Self; 15] = [
        Self::Value,
        Self::Call,
        Self::Create,
        Self::SelfDestruct,
        Self::Token,
        Self::Wrap,
        Self::Unwrap,
        Self::BaseFee,
        Self::PriorityFee,
        Self::BlobFee,
        Self::Withdrawal,
        Self::Reward,
        Self::Allocation,
        Self::RollupFee,
        Self::RollupDeposit,
    ];

    /// Whether it pays for a transaction.
    pub fn is_fee(self) -> bool {
        matches!(
            self,
            Self::BaseFee | Self::PriorityFee | Self::BlobFee | Self::RollupFee
        )
    }
}

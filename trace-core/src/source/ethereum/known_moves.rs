//! What is known to have moved to and from one account, held against what it is said to hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Position;
use crate::model::account::{Address, Asset, B256, HeldAgainst, InnerCalls, Transfer, U256};
use crate::view::account::{Located, Moved, start_of};

/// What an account has at the end of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holding {
    /// Of the native coin.
    pub(super) balance: U256,
    /// Transactions that it had sent.
    pub(super) nonce: u64,
}

/// A holding and the height at whose end it is; before the genesis block where that is `None`.
pub(super) type Held = (Option<u32>, Holding);

/// Everything known to move to and from an account.
#[derive(Debug)]
pub(super) struct KnownMoves {
    pub(super) account: Address,
    /// Whether the nonce counts transactions sent, which it does of accounts without code.
    pub(super) counts_nonce: bool,
    moves: BTreeMap<Position, Located>,
    /// Where it sent transactions, those included that moved nothing.
    sent: BTreeSet<Position>,
    hashes: BTreeSet<B256>,
}

impl KnownMoves {
    pub(super) fn new(account: Address) -> Self {
        Self {
            account,
            counts_nonce: false,
            moves: BTreeMap::new(),
            sent: BTreeSet::new(),
            hashes: BTreeSet::new(),
        }
    }

    /// Takes in what moved at a place, if that concerns the account.
    pub(super) fn insert(&mut self, located: Located) {
        if let Moved::Transaction(transaction) = &located.moved {
            self.hashes.insert(transaction.hash);
            if transaction.from == self.account {
                self.sent.insert(located.position);
            }
        }
        if located.involves(self.account) {
            self.moves.insert(located.position, located);
        }
    }

    /// Whether a transaction was taken in or found not to concern the account.
    pub(super) fn knows(&self, hash: B256) -> bool {
        self.hashes.contains(&hash)
    }

    /// Whether all that changed between two holdings is known.
    pub(super) fn explains(&self, before: Held, after: Held) -> bool {
        self.explains_nonce(before, after) && self.explains_balance(before, after)
    }

    pub(super) fn explains_nonce(&self, before: Held, after: Held) -> bool {
        let sent = self.sent.range(between(before, after)).count() as u64;
        !self.counts_nonce || before.1.nonce.checked_add(sent) == Some(after.1.nonce)
    }

    pub(super) fn explains_balance(&self, before: Held, after: Held) -> bool {
        let (came, went) = self.flow(before, after);
        before.1.balance.checked_add(came) == after.1.balance.checked_add(went)
    }

    /// Takes what is held beyond what is known to have come for held since the genesis block.
    pub(super) fn allocate(&mut self, time: u64, at_genesis: Holding) {
        let (before, after) = ((None, Holding::default()), (Some(0), at_genesis));
        let (came, went) = self.flow(before, after);
        let held = at_genesis.balance.checked_add(went);
        let amount = held.and_then(|held| held.checked_sub(came));
        let Some(amount) = amount.filter(|amount| !amount.is_zero()) else {
            return;
        };
        let position = Position {
            height: 0,
            index: u32::MAX,
        };
        let moved = Moved::Allocation(Transfer::allocated(self.account, amount));
        self.insert(Located {
            position,
            time,
            inner_calls: InnerCalls::Seen,
            held_against: HeldAgainst::Nothing,
            moved,
        });
    }

    fn flow(&self, before: Held, after: Held) -> (U256, U256) {
        let (mut came, mut went) = (U256::ZERO, U256::ZERO);
        let moves = self.moves.range(between(before, after));
        let native = moves.flat_map(|(_, located)| located.transfers());
        for transfer in native.filter(|transfer| transfer.asset == Asset::Native) {
            if transfer.to == Some(self.account) {
                came = came.saturating_add(transfer.amount);
            }
            if transfer.from == Some(self.account) {
                went = went.saturating_add(transfer.amount);
            }
        }
        (came, went)
    }

    /// All of it, in the order of the chain.
    pub(super) fn into_moves(self) -> Vec<Located> {
        self.moves.into_values().collect()
    }
}

fn between((after, _): Held, (to, _): Held) -> std::ops::Range<Position> {
    let next = |height: Option<u32>| height.map_or(0, |height| height.saturating_add(1));
    start_of(next(after))..start_of(next(to)).max(start_of(next(after)))
}

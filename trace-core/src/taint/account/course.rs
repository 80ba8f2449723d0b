//! What is told apart by the way in which value is followed. All else is one for both.
//!
//! Backwards the chain is read as its mirror image (docs/adr/0012): what happened last comes
//! first, and each transfer takes from whom it came to and brings to whom it came from. Places
//! in the chain keep their names. Between two transactions is an *edge*, named by a place: what is
//! before that place lies on the one side of it, what is at it or behind it on the other.

use super::script::{Act, script};
use crate::model::Position;
use crate::taint::{Direction, walk};
use crate::view::account::{AccountView, NumberedTransfer, behind, start_of};

impl Direction {
    /// When a transaction's turn is: the lowest comes first.
    pub(super) fn turn(self, at: Position) -> u64 {
        walk::key(self, u64::from(at.height) << 32 | u64::from(at.index))
    }

    /// The edge from which following comes to a transaction.
    pub(super) fn before(self, at: Position) -> Position {
        match self {
            Self::Forward => at,
            Self::Back => behind(at),
        }
    }

    /// The edge at which following leaves it.
    pub(super) fn behind(self, at: Position) -> Position {
        match self {
            Self::Forward => behind(at),
            Self::Back => at,
        }
    }

    /// The edge at which what an account holds is seeded, given the first block that counts and
    /// the tip, and when that is: backwards before anything else.
    pub(super) fn sowing(self, from_height: u32, tip: u32) -> (u64, Position) {
        match self {
            Self::Forward => {
                let edge = start_of(from_height);
                (self.turn(edge), edge)
            }
            Self::Back => (0, start_of(tip.saturating_add(1))),
        }
    }

    /// What a transaction moves, each transfer at its index, and what to do in turn, and before
    /// which act all has moved but fees. Gas is bought before anything runs; so backwards it comes
    /// when what was received and given has been settled, which fees are no part of.
    pub(super) fn read(
        self,
        transfers: &mut [NumberedTransfer],
        view: &(impl AccountView + ?Sized),
    ) -> (Vec<Act>, usize) {
        let mut acts = script(transfers, view);
        let mut fees_at = acts.len();
        if self == Self::Back {
            let is_fee = |act: &Act| {
                let transfer = match act {
                    Act::Move(index) => transfers.get(*index),
                    Act::Convert { .. } => None,
                };
                transfer.is_some_and(|transfer| transfer.kind.is_fee())
            };
            fees_at -= acts.iter().take_while(|act| is_fee(act)).count();
            acts.reverse();
            for act in &mut acts {
                if let Act::Convert { give, get } = act {
                    std::mem::swap(give, get);
                }
            }
            for transfer in transfers {
                std::mem::swap(&mut transfer.from, &mut transfer.to);
            }
        }
        (acts, fees_at)
    }
}

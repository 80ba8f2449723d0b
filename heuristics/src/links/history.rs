//! Every transaction in which an address is paid or spends, as far as a view tells.

use trace_core::model::{AddressId, OutputId, TxNumber};
use trace_core::view::{Answer, CoinView, Question, Spender, Unknown};

/// How far the history of an address is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// From this height on; above 0 where the view begins later than the chain.
    pub from_height: u32,
    /// At most this many transactions an address, the earliest first.
    pub transactions_max: usize,
}

/// What could not be known about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gap {
    /// Which outputs pay to it.
    Receipts {
        /// The address.
        address: AddressId,
        /// Why not.
        why: Unknown,
    },
    /// By what one of its outputs is spent.
    Spender {
        /// The output.
        output: OutputId,
        /// Why not.
        why: Unknown,
    },
    /// What one of its transactions says.
    Transaction {
        /// The transaction.
        tx: TxNumber,
        /// Why not.
        why: Unknown,
    },
    /// It has more transactions than were to be looked at.
    TooManyTransactions {
        /// The address.
        address: AddressId,
        /// How many were left out.
        left_out: usize,
    },
}

/// The transactions of an address and what is missing from them.
#[derive(Debug, Default)]
pub(super) struct History {
    /// In chain order.
    pub(super) transactions: Vec<TxNumber>,
    /// What to ask the source for.
    pub(super) wants: Vec<Question>,
    pub(super) gaps: Vec<Gap>,
}

pub(super) fn of(view: &dyn CoinView, address: AddressId, bounds: Bounds) -> History {
    let mut history = History::default();
    let receipts = match view.receipts(address, bounds.from_height) {
        Answer::Known(receipts) => receipts,
        Answer::NotFetched => {
            let script = view.address(address);
            let wants = script.map(|script| Question::Receipts(script, bounds.from_height));
            history.wants.extend(wants);
            return history;
        }
        Answer::Unknown(why) => {
            history.gaps.push(Gap::Receipts { address, why });
            return history;
        }
    };
    for output in receipts {
        match view.creator(output) {
            Answer::Known(tx) => history.transactions.push(tx),
            // The view has just named the output, so it holds its transaction.
            Answer::NotFetched | Answer::Unknown(_) => {}
        }
        match view.spender(output) {
            Answer::Known(Spender::Spent(tx)) => history.transactions.push(tx),
            Answer::Known(Spender::Unspent) => {}
            Answer::NotFetched => {
                if let Answer::Known(outpoint) = view.outpoint(output) {
                    history.wants.push(Question::Spender(outpoint));
                }
            }
            Answer::Unknown(why) => history.gaps.push(Gap::Spender { output, why }),
        }
    }
    history.transactions.sort_by_key(|tx| view.order(*tx));
    history.transactions.dedup();
    let left_out = history
        .transactions
        .len()
        .saturating_sub(bounds.transactions_max);
    if left_out > 0 {
        history.transactions.truncate(bounds.transactions_max);
        history
            .gaps
            .push(Gap::TooManyTransactions { address, left_out });
    }
    history
}

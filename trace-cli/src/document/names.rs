//! The chain's own names for the numbers of a view.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use trace_core::model::{AddressId, BitcoinNetwork, OutPoint, OutputId, Position, TxNumber, Txid};
use trace_core::taint::Direction;
use trace_core::view::{Answer, CoinView, Question, Spender};

/// Looks names up in a view, and keeps what has to be fetched before they can be told.
///
/// What is asked for here is answered by the whole chain at once, so that a document says
/// the same of an output whether or not following itself had to look at where it came from.
pub(crate) struct Names<'a> {
    view: &'a dyn CoinView,
    wanted: RefCell<BTreeSet<Question>>,
    strange: Cell<bool>,
}

/// Why a document cannot be written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// These have to be answered first.
    Answers(Vec<Question>),
    /// The view does not know a number that it is said to have given.
    Strange,
}

impl<'a> Names<'a> {
    pub(crate) fn of(view: &'a dyn CoinView) -> Self {
        Self {
            view,
            wanted: RefCell::default(),
            strange: Cell::default(),
        }
    }

    pub(crate) fn view(&self) -> &'a dyn CoinView {
        self.view
    }

    pub(crate) fn network(&self) -> BitcoinNetwork {
        self.view.chain()
    }

    /// Whether every name was found.
    pub(crate) fn all_found(self) -> Result<(), Missing> {
        let wanted: Vec<_> = self.wanted.into_inner().into_iter().collect();
        if self.strange.get() {
            Err(Missing::Strange)
        } else if wanted.is_empty() {
            Ok(())
        } else {
            Err(Missing::Answers(wanted))
        }
    }

    pub(crate) fn outpoint(&self, output: OutputId) -> OutPoint {
        if let Answer::Known(outpoint) = self.view.outpoint(output) {
            return outpoint;
        }
        self.strange.set(true);
        OutPoint {
            txid: Txid::default(),
            vout: u32::MAX,
        }
    }

    pub(crate) fn txid(&self, tx: TxNumber) -> Txid {
        // Every transaction has an output, and its name begins with the transaction's.
        if let Some(first) = self.view.output_id(tx, 0) {
            return self.outpoint(first).txid;
        }
        self.strange.set(true);
        Txid::default()
    }

    pub(crate) fn position(&self, tx: TxNumber) -> Option<Position> {
        known(self.view.position(tx))
    }

    /// Where the transaction stands that created an output.
    pub(crate) fn created_at(&self, output: OutputId) -> Option<Position> {
        match self.view.creator(output) {
            Answer::Known(tx) => self.position(tx),
            Answer::NotFetched => {
                let txid = self.outpoint(output).txid;
                self.wanted.borrow_mut().insert(Question::Transaction(txid));
                None
            }
            Answer::Unknown(_) => None,
        }
    }

    /// The transaction through which an output is reached, if it is reached through one that
    /// the view holds.
    pub(crate) fn reached_by(&self, output: OutputId, direction: Direction) -> Option<TxNumber> {
        match direction {
            Direction::Forward => known(self.view.creator(output)),
            Direction::Back => match known(self.view.spender(output))? {
                Spender::Spent(tx) => Some(tx),
                Spender::Unspent => None,
            },
        }
    }

    pub(crate) fn address_of(&self, output: OutputId) -> Option<AddressId> {
        known(self.view.output(output))?.address
    }
}

fn known<T>(answer: Answer<T>) -> Option<T> {
    match answer {
        Answer::Known(found) => Some(found),
        Answer::NotFetched | Answer::Unknown(_) => None,
    }
}

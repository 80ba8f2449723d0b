//! What can be asked of a chain as it stood at one tip. Read-only.
//!
//! Two kinds of view answer: a ledger, which holds whole blocks, and [`Gathered`], which
//! holds the transactions fetched so far from somewhere that holds more. Rules and the
//! propagator ask both the same questions and cannot tell them apart, but for
//! [`Answer::NotFetched`], which only the second one gives. That is of chains of coins;
//! [`account`] has the questions of chains of accounts.

pub mod account;
mod gathered;
mod outline;

pub use gathered::{Gathered, Located};
pub use outline::{Outline, OutlinedInput, OutlinedOutput};

use crate::model::{
    Address, AddressId, BitcoinNetwork, BlockRef, OutPoint, Output, OutputId, Position,
    Transaction, TxNumber, Txid,
};

/// A transaction with its addresses and outputs numbered by one view.
pub type NumberedTransaction = Transaction<AddressId, OutputId>;

/// An answer that tells "no" from "not fetched yet" and from "cannot be known".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// The answer.
    Known(T),
    /// Nobody asked the source yet. Ask it, and the same question has an answer.
    NotFetched,
    /// The source cannot tell, and this is why. Asking again changes nothing.
    Unknown(Unknown),
}

/// Why something cannot be known from a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unknown {
    /// It lies before the first block that the view holds.
    BeforeFirstBlock,
    /// The source has no index that answers this.
    NoIndex,
    /// The source keeps the state of late blocks only, and this needs that of an earlier one.
    StateGone,
    /// The source was asked and did not know the transaction.
    NotFound,
    /// The source was asked and failed; the driver's own report says how.
    SourceFailed,
    /// A limit of the driver was reached before it could ask.
    LimitReached,
    /// What was told contradicts itself: an output spent before it was created, outputs worth
    /// more than what they spend.
    Contradictory,
}

/// How much of a transaction is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its [`Outline`] and the values of what it spends.
    Outline,
    /// All of it.
    Whole,
}

/// Whether and by what an output is spent, as of the view's tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spender {
    /// No transaction up to the tip spends it.
    Unspent,
    /// This transaction spends it.
    Spent(TxNumber),
}

/// A coin chain as it stood at [`CoinView::tip`].
///
/// Numbers are those of this view and must come from it; a number from elsewhere is
/// answered as unknown, never with a panic.
pub trait CoinView {
    /// Which chain this is.
    fn chain(&self) -> BitcoinNetwork;

    /// The last block that counts. Nothing later is ever told.
    fn tip(&self) -> BlockRef;

    /// Whether every block from the genesis block to the tip is held, so that what is not
    /// found does not exist.
    fn is_complete(&self) -> bool;

    /// Fills `into` with a transaction, reusing its memory. Prevouts outside the view stay
    /// `None` where the source did not tell them.
    fn transaction(&self, tx: TxNumber, into: &mut NumberedTransaction) -> Answer<()>;

    /// Fills `into` with as much of a transaction as value needs to go through it. Cheaper than
    /// [`CoinView::transaction`] where that has more to look up.
    fn outline(&self, tx: TxNumber, into: &mut Outline) -> Answer<()> {
        let mut transaction = NumberedTransaction::default();
        let answer = self.transaction(tx, &mut transaction);
        into.fill(&transaction, |vout| self.output_id(tx, vout));
        answer
    }

    /// Says that these transactions are asked for next. A view whose memory is far away may look
    /// at all of them at once now, rather than wait for one after the other then. No answer
    /// depends on it.
    fn expect(&self, _soon: &[TxNumber], _depth: Depth) {}

    /// A key that grows along the chain: of two transactions the earlier one has the smaller.
    /// Cheaper than [`CoinView::position`], and only good for comparing within this view.
    fn order(&self, tx: TxNumber) -> u64;

    /// The transaction's place in the chain.
    fn position(&self, tx: TxNumber) -> Answer<Position>;

    /// The number of output `vout` of a transaction, or `None` if it has no such output.
    fn output_id(&self, tx: TxNumber, vout: u32) -> Option<OutputId>;

    /// The output's name on the chain.
    fn outpoint(&self, output: OutputId) -> Answer<OutPoint>;

    /// Value, script form and address of an output.
    fn output(&self, output: OutputId) -> Answer<Output<AddressId>>;

    /// The value of an output alone, in satoshis.
    fn value(&self, output: OutputId) -> Answer<u64> {
        match self.output(output) {
            Answer::Known(output) => Answer::Known(output.value_sat),
            Answer::NotFetched => Answer::NotFetched,
            Answer::Unknown(why) => Answer::Unknown(why),
        }
    }

    /// The transaction that created an output.
    fn creator(&self, output: OutputId) -> Answer<TxNumber>;

    /// Whether and by what an output is spent.
    fn spender(&self, output: OutputId) -> Answer<Spender>;

    /// The first transaction on chain with an output that pays to `address`. `Unknown` unless
    /// the view is complete or has asked a source that is.
    fn first_appearance(&self, address: AddressId) -> Answer<TxNumber>;

    /// The address behind a number, or `None` for a number that is not of this view.
    fn address(&self, address: AddressId) -> Option<Address>;

    /// The number of an address, or `None` if the view never met it.
    fn find_address(&self, address: &Address) -> Option<AddressId>;

    /// The numbers of several addresses, in their order. Cheaper than one by one where the view
    /// can look for all at once.
    fn find_addresses(&self, addresses: &[Address]) -> Vec<Option<AddressId>> {
        let found = addresses.iter().map(|address| self.find_address(address));
        found.collect()
    }

    /// The number of a transaction.
    fn find_transaction(&self, txid: &Txid) -> Answer<TxNumber>;

    /// All outputs paying to `address` in blocks from `from_height` on, in chain order.
    fn receipts(&self, address: AddressId, from_height: u32) -> Answer<Vec<OutputId>>;

    /// The same for an address that the view may never have met.
    fn find_receipts(&self, address: &Address, from_height: u32) -> Answer<Vec<OutputId>> {
        match self.find_address(address) {
            Some(id) => self.receipts(id, from_height),
            None if self.is_complete() => Answer::Known(Vec::new()),
            None => Answer::Unknown(Unknown::NotFound),
        }
    }
}

/// Something to be asked of a source before following can go on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// A transaction and its place in the chain.
    Transaction(Txid),
    /// Whether and by what an output is spent; with the spender itself.
    Spender(OutPoint),
    /// Every transaction that pays to an address from this height on.
    Receipts(Address, u32),
}

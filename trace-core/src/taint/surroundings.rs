//! What the propagator must be told about the places it comes to, by whoever runs it.

use crate::model::AddressId;
use crate::view::{NumberedTransaction, Outline};

/// Which label of the caller's list an address bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelIndex(pub u32);

/// A transaction that is a mix, as far as following is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixShape {
    /// The mix's kind by name, such as `whirlpool`.
    pub kind: &'static str,
    /// The indexes of the outputs of equal value, ascending. Only these can hold what was
    /// mixed when a mix is followed through.
    pub equal_outputs: Vec<u32>,
}

/// Whether a transaction is a mix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MixAnswer {
    /// It is.
    Mix(MixShape),
    /// It is not, or so little like one that it is followed like any other.
    NoMix,
    /// It cannot be told. It is followed like any other, and that is stated as a
    /// [`Gap::Mix`](super::Gap::Mix).
    Unknown,
}

/// The places at which following stops, and the transactions that hide who paid whom.
pub trait Surroundings<V: ?Sized> {
    /// The label at which following stops, if `address` bears one.
    fn service(&self, view: &V, address: AddressId) -> Option<LabelIndex>;

    /// False only where [`Surroundings::mix`] would say that it is none, so that nobody need
    /// read the whole transaction.
    fn may_be_mix(&self, _outline: &Outline) -> bool {
        true
    }

    /// The mix that a transaction is, if it is one. Prevouts that can be known are filled in.
    fn mix(&self, transaction: &NumberedTransaction) -> MixAnswer;
}

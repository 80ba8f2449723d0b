//! What the propagator must be told about the places it comes to, by whoever runs it.

use crate::model::AddressId;
use crate::view::NumberedTransaction;

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

/// The places at which following stops, and the transactions that hide who paid whom.
pub trait Surroundings<V: ?Sized> {
    /// The label at which following stops, if `address` bears one.
    fn service(&self, view: &V, address: AddressId) -> Option<LabelIndex>;

    /// The mix that a transaction is, if it is one.
    fn mix(&self, transaction: &NumberedTransaction) -> Option<MixShape>;
}

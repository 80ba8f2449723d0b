//! What the propagator must be told about the accounts it comes to, by whoever runs it.

use crate::taint::LabelIndex;
use crate::view::account::AccountId;

/// What an account is, as far as following is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// An account like any other: a person's, or a contract through which value passes.
    Plain,
    /// A service that bears this label. Following stops.
    Service(LabelIndex),
    /// A contract that hides who paid whom, such as a pool of Tornado Cash. Following stops.
    Mixer(LabelIndex),
    /// A pool of many owners' assets, such as that of an exchange of tokens. The plan says what
    /// happens.
    Pool,
}

/// The accounts at which following stops.
pub trait Surroundings<V: ?Sized> {
    /// What `account` is. The answer must not change while one plan is followed.
    fn standing(&self, view: &V, account: AccountId) -> Standing;
}

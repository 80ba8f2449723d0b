//! What somebody wants done, and what it will move.

use alloy_primitives::{Address, B256, U256};
use trace_core::model::account::Asset;

use super::artifact::{Argument, Artifact};
use super::truth::Kind;

/// What a payment to an account without code takes.
pub(super) const GAS_OF_PAYMENT: u64 = 21_000;
const GAS_OF_CALL: u64 = 600_000;
const GAS_OF_CREATION: u64 = 3_000_000;

/// An amount that leaves one account for another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved {
    pub(super) asset: Asset,
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) amount: U256,
}

/// A transaction before anybody signs it.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) kind: Kind,
    pub(super) to: Option<Address>,
    pub(super) value: U256,
    pub(super) input: Vec<u8>,
    pub(super) gas: u64,
    /// What moves beside its own value, in the order of execution.
    pub(super) moves: Vec<Moved>,
    pub(super) fails: bool,
}

impl Order {
    fn new(kind: Kind, to: Option<Address>, input: Vec<u8>, gas: u64) -> Self {
        Self {
            kind,
            to,
            value: U256::ZERO,
            input,
            gas,
            moves: Vec::new(),
            fails: false,
        }
    }

    /// Ether for somebody.
    pub(super) fn pay(kind: Kind, to: Address, value: U256) -> Self {
        Self::new(kind, Some(to), Vec::new(), GAS_OF_PAYMENT).value(value)
    }

    /// A call of a contract's method.
    pub(super) fn call(
        kind: Kind,
        to: Address,
        artifact: Artifact,
        method: &str,
        arguments: Vec<Argument>,
    ) -> Self {
        Self::new(
            kind,
            Some(to),
            artifact.call(method, arguments),
            GAS_OF_CALL,
        )
    }

    /// A new contract.
    pub(super) fn create(artifact: Artifact, arguments: Vec<Argument>) -> Self {
        let input = artifact.creation(arguments);
        Self::new(Kind::Deployment, None, input, GAS_OF_CREATION)
    }

    /// With so much ether.
    pub(super) fn value(self, value: U256) -> Self {
        Self { value, ..self }
    }

    /// With so much gas.
    pub(super) fn gas(self, gas: u64) -> Self {
        Self { gas, ..self }
    }

    /// Moving this as well.
    pub(super) fn moving(mut self, moves: impl IntoIterator<Item = Moved>) -> Self {
        self.moves.extend(moves);
        self
    }

    /// In vain.
    pub(super) fn failing(self) -> Self {
        Self {
            kind: Kind::Failure,
            fails: true,
            moves: Vec::new(),
            ..self
        }
    }
}

impl Moved {
    /// Ether that a contract passes on.
    pub(super) fn ether(from: Address, to: Address, amount: U256) -> Self {
        Self {
            asset: Asset::Native,
            from: Some(from),
            to: Some(to),
            amount,
        }
    }

    /// A token that changes hands.
    pub(super) fn token(token: Address, from: Address, to: Address, amount: U256) -> Self {
        Self {
            asset: Asset::Token(token),
            from: Some(from),
            to: Some(to),
            amount,
        }
    }

    /// Something new.
    pub(super) fn new(asset: Asset, to: Address, amount: U256) -> Self {
        Self {
            asset,
            from: None,
            to: Some(to),
            amount,
        }
    }
}

/// So many ether in wei.
pub(super) fn ether(count: u64) -> U256 {
    milliether(count * 1000)
}

/// So many thousandths of an ether in wei.
pub(super) fn milliether(count: u64) -> U256 {
    U256::from(count) * U256::from(1_000_000_000_000_000_u64)
}

/// So many dollars of a token with six decimals.
pub(super) fn dollars(count: u64) -> U256 {
    U256::from(count) * U256::from(1_000_000)
}

/// A word that everybody can work out from a text.
pub(super) fn word(text: &str) -> B256 {
    alloy_primitives::keccak256(text)
}

//! A transaction before it is signed: which coins, to whom, and what for.

use bitcoin::{Amount, OutPoint, ScriptBuf, TxOut};

use super::key::Lock;
use super::truth::{Kind, Purpose};

/// Whose outputs are that anybody can spend.
pub(super) const ANYONE: &str = "anyone";

/// An address together with the purse it belongs to.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) lock: Lock,
    /// `OWNER` or `OWNER/PURSE`.
    pub(super) purse: &'static str,
    /// For whom the owner keeps it.
    pub(super) customer: Option<&'static str>,
}

/// An output as planned.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) place: Place,
    pub(super) value_sat: u64,
    pub(super) purpose: Purpose,
}

/// A transaction as planned: what it spends and creates, in this order.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) inputs: Vec<OutPoint>,
    pub(super) outputs: Vec<Planned>,
}

impl Draft {
    /// With inputs and outputs in the order of BIP 69.
    pub(super) fn sorted(mut self) -> Self {
        self.inputs
            .sort_by_key(|outpoint| (outpoint.txid.to_string(), outpoint.vout));
        self.outputs
            .sort_by_key(|output| (output.value_sat, output.place.lock.script()));
        self
    }
}

impl Place {
    /// A script that anybody can spend, or nobody.
    pub(super) fn script(script: ScriptBuf) -> Self {
        Self {
            lock: Lock::Script(script),
            purse: ANYONE,
            customer: None,
        }
    }
}

impl Planned {
    pub(super) fn new(place: Place, value_sat: u64, purpose: Purpose) -> Self {
        Self {
            place,
            value_sat,
            purpose,
        }
    }

    /// What somebody is paid, or told where the script is a message.
    pub(super) fn payment(place: Place, value_sat: u64) -> Self {
        let purpose = if place.lock.script().is_op_return() {
            Purpose::Data
        } else {
            Purpose::Payment
        };
        Self::new(place, value_sat, purpose)
    }

    pub(super) fn output(&self) -> TxOut {
        TxOut {
            value: Amount::from_sat(self.value_sat),
            script_pubkey: self.place.lock.script(),
        }
    }
}

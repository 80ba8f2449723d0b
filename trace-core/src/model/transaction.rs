//! A transaction of a coin chain.

use std::fmt;
use std::str::FromStr;

use super::{HashError, KeyHash, ScriptKind, Txid};

/// An output named by its transaction and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPoint {
    /// The transaction that created the output.
    pub txid: Txid,
    /// The output's index in that transaction.
    pub vout: u32,
}

/// A transaction whose addresses are `A` and whose spent outputs are named by `O`.
///
/// At the edges `A` is [`Address`](super::Address) and `O` is [`OutPoint`]; inside they
/// are [`AddressId`](super::AddressId) and [`OutputId`](super::OutputId).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction<A, O> {
    /// The transaction's hash (without its witness).
    pub txid: Txid,
    /// Its version field, as signed (BIP 68 gives 2 a meaning).
    pub version: i32,
    /// Its lock time: a height below 500 000 000, a time from there on.
    pub lock_time: u32,
    /// Its weight (BIP 141), where the source told it. Four times the size in virtual bytes.
    pub weight: Option<u32>,
    /// What it spends, in order. Empty in a coinbase.
    pub inputs: Vec<Input<A, O>>,
    /// What it creates, in order.
    pub outputs: Vec<Output<A>>,
}

/// A transaction of nothing, to be filled.
impl<A, O> Default for Transaction<A, O> {
    fn default() -> Self {
        Self {
            txid: Txid::default(),
            version: 0,
            lock_time: 0,
            weight: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }
}

/// One spent output and how it was spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input<A, O> {
    /// Which output is spent.
    pub spends: O,
    /// That output, where it is known: it may lie outside a partial chain.
    pub prevout: Option<Output<A>>,
    /// The sequence field; below `0xffff_fffe` it signals replaceability (BIP 125).
    pub sequence: u32,
    /// Whether the input carries a witness.
    pub has_witness: bool,
    /// The key hash that spending revealed where the script alone did not tell it: the inner
    /// P2WPKH of a P2SH, or the compressed form of an uncompressed key. Told by the form of the
    /// input alone; [`Address::hides`](super::Address::hides) says whether it is a key of the
    /// output spent.
    pub reveals: Option<KeyHash>,
}

/// One created output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output<A> {
    /// Value in satoshis.
    pub value_sat: u64,
    /// The form of its script.
    pub kind: ScriptKind,
    /// Who can spend it; `None` when nobody can ([`ScriptKind::Unspendable`]).
    pub address: Option<A>,
}

impl<A, O> Transaction<A, O> {
    /// Whether this transaction creates new coins. Only a coinbase has no input here.
    pub fn is_coinbase(&self) -> bool {
        self.inputs.is_empty()
    }

    /// The sum of the outputs, in satoshis. Consensus keeps it below 2.1 × 10¹⁵; data that
    /// does not obey it saturates instead of wrapping, and normalisation refuses it.
    pub fn output_sum_sat(&self) -> u64 {
        self.outputs
            .iter()
            .fold(0, |sum, output| sum.saturating_add(output.value_sat))
    }

    /// The sum of the inputs, in satoshis, or `None` when an input's value is unknown.
    pub fn input_sum_sat(&self) -> Option<u64> {
        self.inputs.iter().try_fold(0_u64, |sum, input| {
            sum.checked_add(input.prevout.as_ref()?.value_sat)
        })
    }

    /// The fee in satoshis, or `None` for a coinbase, where an input's value is unknown,
    /// and where the outputs exceed the inputs.
    pub fn fee_sat(&self) -> Option<u64> {
        if self.is_coinbase() {
            return None;
        }
        self.input_sum_sat()?.checked_sub(self.output_sum_sat())
    }
}

impl fmt::Display for OutPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.txid, self.vout)
    }
}

impl FromStr for OutPoint {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let refused = || HashError(text.to_owned());
        let (txid, vout) = text.split_once(':').ok_or_else(refused)?;
        Ok(Self {
            txid: txid.parse()?,
            vout: vout.parse().map_err(|_| refused())?,
        })
    }
}

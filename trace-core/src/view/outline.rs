//! A transaction as far as value goes through it.

use super::NumberedTransaction;
use crate::model::{AddressId, OutputId};

/// What a transaction spends and creates, without anything that only rules look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its inputs in order; none where it creates coins.
    pub inputs: Vec<OutlinedInput>,
    /// Its outputs in order.
    pub outputs: Vec<OutlinedOutput>,
}

/// An input of an [`Outline`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutlinedInput {
    /// What it spends.
    pub spends: OutputId,
    /// What that is worth, in satoshis, where that came with the transaction. Else
    /// [`CoinView::value`](super::CoinView::value) may know.
    pub value_sat: Option<u64>,
}

/// An output of an [`Outline`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutlinedOutput {
    /// Its number.
    pub id: OutputId,
    /// In satoshis.
    pub value_sat: u64,
    /// Whom it pays, if anybody can spend it.
    pub address: Option<AddressId>,
}

impl Outline {
    /// The outline of a transaction whose outputs `id` numbers. Those that have no number are
    /// left out.
    pub(crate) fn fill(
        &mut self,
        transaction: &NumberedTransaction,
        id: impl Fn(u32) -> Option<OutputId>,
    ) {
        self.inputs.clear();
        self.inputs
            .extend(transaction.inputs.iter().map(|input| OutlinedInput {
                spends: input.spends,
                value_sat: input.prevout.as_ref().map(|output| output.value_sat),
            }));
        self.outputs.clear();
        let outputs = (0..).zip(&transaction.outputs);
        self.outputs.extend(outputs.filter_map(|(vout, output)| {
            Some(OutlinedOutput {
                id: id(vout)?,
                value_sat: output.value_sat,
                address: output.address,
            })
        }));
    }
}

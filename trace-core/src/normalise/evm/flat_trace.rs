//! The trace of a block as `trace_block` gives it: one list of all frames, each with its
//! address in the tree of calls, and the rewards of the block's maker after them.
//!
//! A frame that was undone has an `error`. Some nodes leave the `result` there beside it, so
//! nothing is made of that. Events are not told, and calls of precompiled contracts only where
//! they are paid.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Act, Execution, Step};
use super::quantity::{Amount, Quantity};
use super::{NormaliseError, json};
use crate::model::account::{Address, B256, U256};

/// What `trace_block` tells.
#[derive(Debug, Default)]
pub(super) struct FlatTrace {
    /// The block that it is of, where it tells.
    pub(super) block: Option<B256>,
    /// What each transaction did, by its index, with its hash.
    pub(super) executions: BTreeMap<u64, (Option<B256>, Execution)>,
    /// Who was rewarded for the block and for its uncles, in order, where that is told.
    pub(super) rewards: Vec<(Address, U256)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    action: Action<'a>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    result: Option<Made>,
    trace_address: Vec<u64>,
    block_hash: Option<B256>,
    transaction_hash: Option<B256>,
    transaction_position: Option<Quantity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Action<'a> {
    #[serde(borrow)]
    call_type: Option<Cow<'a, str>>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<Amount>,
    /// Of a self-destruction: who, to whom, how much.
    address: Option<Address>,
    refund_address: Option<Address>,
    balance: Option<Amount>,
    /// Of a reward: to whom, for what.
    author: Option<Address>,
    #[serde(borrow)]
    reward_type: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Made {
    address: Option<Address>,
}

/// Reads the frames of a block.
///
/// # Errors
/// When the text is not what `trace_block` gives, or its frames are in no order of execution.
pub(super) fn read(text: &[u8]) -> Result<FlatTrace, NormaliseError> {
    let entries: Vec<Entry<'_>> = json::read(text)?;
    let mut trace = FlatTrace::default();
    // The address of the frame before, and whose it is.
    let mut before: (Option<u64>, Vec<u64>) = (None, Vec::new());
    for (index, entry) in entries.into_iter().enumerate() {
        let at = |error: NormaliseError| error.inside(format!("frame {index}"));
        if trace.block.is_some() && entry.block_hash.is_some() && trace.block != entry.block_hash {
            let why = "it is of another block than the frame before";
            return Err(at(NormaliseError::new("blockHash", why)));
        }
        trace.block = trace.block.or(entry.block_hash);
        if entry.kind == "reward" {
            trace.rewards.extend(entry.reward().map_err(at)?);
            continue;
        }
        let act = entry.act().map_err(at)?;
        let position = entry
            .transaction_position
            .ok_or_else(|| at(NormaliseError::new("", "it belongs to no transaction")))?;
        let same = before.0 == Some(position.0);
        if !follows(same.then_some(before.1.as_slice()), &entry.trace_address)
            || (!same && trace.executions.contains_key(&position.0))
        {
            let why = "it is not where it would be executed";
            return Err(at(NormaliseError::new("traceAddress", why)));
        }
        let depth = entry.trace_address.len();
        let (hash, execution) = trace.executions.entry(position.0).or_insert_with(|| {
            let execution = Execution {
                tells_undone: true,
                ..Execution::default()
            };
            (entry.transaction_hash, execution)
        });
        if *hash != entry.transaction_hash {
            let why = "it names another transaction than the frame before";
            return Err(at(NormaliseError::new("transactionHash", why)));
        }
        execution.steps.push(Step { depth, act });
        before = (Some(position.0), entry.trace_address);
    }
    Ok(trace)
}

/// Whether a frame can come next after the one at `before` (`None`: first): inside it or
/// inside one that it is in, and later there.
fn follows(before: Option<&[u64]>, address: &[u64]) -> bool {
    let Some(before) = before else {
        return address.is_empty();
    };
    let Some((place, parent)) = address.split_last() else {
        return false;
    };
    before.starts_with(parent) && before.get(parent.len()).is_none_or(|last| place > last)
}

impl Entry<'_> {
    fn act(&self) -> Result<Act, NormaliseError> {
        if self.error.is_some_and(|error| error.get() != "\"\"") {
            return Ok(Act::Undone);
        }
        let lacks = |member: &str| {
            let why = format!("a frame of type {} lacks {member:?}", self.kind);
            NormaliseError::new("action", why)
        };
        let action = &self.action;
        let from = || action.from.ok_or_else(|| lacks("from"));
        let value = || Ok(action.value.ok_or_else(|| lacks("value"))?.0);
        Ok(match (&*self.kind, action.call_type.as_deref()) {
            ("call", Some("call")) => Act::Call {
                from: from()?,
                to: action.to.ok_or_else(|| lacks("to"))?,
                value: value()?,
            },
            ("call", Some("delegatecall" | "staticcall" | "callcode")) => Act::Still,
            ("create", _) => Act::Create {
                from: from()?,
                created: self
                    .result
                    .as_ref()
                    .and_then(|made| made.address)
                    .ok_or_else(|| lacks("address"))?,
                value: value()?,
            },
            ("suicide", _) => Act::SelfDestruct {
                contract: action.address.ok_or_else(|| lacks("address"))?,
                heir: action
                    .refund_address
                    .ok_or_else(|| lacks("refundAddress"))?,
                value: action.balance.ok_or_else(|| lacks("balance"))?.0,
            },
            (kind, call) => {
                let shown: String = format!("{kind:?} and call type {call:?}")
                    .chars()
                    .take(120)
                    .collect();
                let why = format!("nothing is known of frames of type {shown}");
                return Err(NormaliseError::new("type", why));
            }
        })
    }

    /// A reward; `None` for a withdrawal, which the block itself tells.
    fn reward(&self) -> Result<Option<(Address, U256)>, NormaliseError> {
        if self.action.reward_type.as_deref() == Some("withdrawal") {
            return Ok(None);
        }
        match (self.action.author, self.action.value) {
            (Some(author), Some(Amount(value))) => Ok(Some((author, value))),
            _ => Err(NormaliseError::new(
                "reward",
                "it lacks an author or a value",
            )),
        }
    }
}

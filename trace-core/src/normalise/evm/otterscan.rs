//! What a transaction did as Otterscan's methods tell it. Neither says which calls were undone
//! again.
//!
//! `ots_traceTransaction` lists all frames with their depth. `ots_getInternalOperations` lists
//! what moved native coin below the transaction itself; as Erigon writes it, it leaves out
//! amounts that are whole multiples of 2^64 wei.

use std::borrow::Cow;

use serde::Deserialize;

use super::call::{Act, Execution, Step};
use super::quantity::{Amount, Quantity};
use super::{NormaliseError, json};
use crate::model::account::{Address, U256};

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    depth: Quantity,
    from: Address,
    to: Address,
    value: Option<Amount>,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(rename = "type")]
    kind: u64,
    from: Address,
    to: Address,
    value: Amount,
}

/// Reads the `result` of `ots_traceTransaction`.
///
/// # Errors
/// When the text is no such list, or its depths are those of no tree.
pub(super) fn frames(text: &[u8]) -> Result<Execution, NormaliseError> {
    let frames: Vec<Frame<'_>> = json::read(text)?;
    let mut execution = Execution::default();
    let mut deepest = 0;
    for (index, frame) in frames.iter().enumerate() {
        let wrong = |why: String| NormaliseError::new(format!("frame {index}"), why);
        let depth = usize::try_from(frame.depth.0).unwrap_or(usize::MAX);
        if depth > deepest || (depth == 0) != (index == 0) {
            return Err(wrong(format!("it is not called at depth {depth}")));
        }
        deepest = depth.saturating_add(1);
        let value = || {
            let value = frame.value.map(|value| value.0);
            value.ok_or_else(|| wrong(format!("a frame of type {} lacks \"value\"", frame.kind)))
        };
        let act = match &*frame.kind {
            "DELEGATECALL" | "STATICCALL" | "CALLCODE" => Act::Still,
            "CALL" => call(frame.from, frame.to, value()?),
            "CREATE" | "CREATE2" => create(frame.from, frame.to, value()?),
            "SELFDESTRUCT" => self_destruct(frame.from, frame.to, value()?),
            other => {
                let other: String = other.chars().take(80).collect();
                return Err(wrong(format!(
                    "nothing is known of frames of type {other:?}"
                )));
            }
        };
        execution.steps.push(Step { depth, act });
    }
    Ok(execution)
}

/// Reads the `result` of `ots_getInternalOperations`, below a transaction that does `own`.
///
/// # Errors
/// When the text is no such list.
pub(super) fn operations(text: &[u8], own: Act) -> Result<Execution, NormaliseError> {
    let operations: Vec<Operation> = json::read(text)?;
    let mut operations = operations.as_slice();
    // Some versions list the transaction's own value with the rest. Nothing else moves the
    // same from the sender, who is no contract, or creates the same contract.
    let listed = match own {
        Act::Call { from, to, value } => Some((0, from, to, value)),
        Act::Create {
            from,
            created,
            value,
        } => Some((2, from, created, value)),
        _ => None,
    };
    if let [first, rest @ ..] = operations
        && listed == Some((first.kind, first.from, first.to, first.value.0))
    {
        operations = rest;
    }
    let mut steps = vec![Step { depth: 0, act: own }];
    for (index, operation) in operations.iter().enumerate() {
        let Operation {
            from, to, value, ..
        } = *operation;
        let act = match operation.kind {
            0 => call(from, to, value.0),
            1 => self_destruct(from, to, value.0),
            2 | 3 => create(from, to, value.0),
            other => {
                let why = format!("nothing is known of operations of type {other}");
                return Err(NormaliseError::new(format!("operation {index}"), why));
            }
        };
        steps.push(Step { depth: 1, act });
    }
    Ok(Execution {
        steps,
        ..Execution::default()
    })
}

fn call(from: Address, to: Address, value: U256) -> Act {
    Act::Call { from, to, value }
}

fn create(from: Address, created: Address, value: U256) -> Act {
    Act::Create {
        from,
        created,
        value,
    }
}

fn self_destruct(contract: Address, heir: Address, value: U256) -> Act {
    Act::SelfDestruct {
        contract,
        heir,
        value,
    }
}

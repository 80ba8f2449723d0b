//! The trace of a block as geth's `callTracer` writes it, and whoever took it over.
//!
//! A call holds its calls, up to 1024 deep, so it is not read by recursion: each frame is read
//! with its calls left as text, and these after it. A text of n bytes that is d calls deep is
//! looked at d times.
//!
//! With `withLog` a frame holds its events too, each with its `position`: how many calls the
//! frame had made by then. That puts every event in its place between the calls.

use std::borrow::Cow;
use std::iter::Peekable;
use std::vec::IntoIter;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Act, Execution, Step};
use super::quantity::Amount;
use super::told::ToldLog;
use super::{NormaliseError, json};
use crate::model::account::{Address, B256};

/// The EVM lets no transaction call deeper.
const DEPTH_MAX: usize = 1024;

/// The trace of one transaction.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(rename = "txHash")]
    hash: Option<B256>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    from: Option<Address>,
    to: Option<Address>,
    value: Option<Amount>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    calls: Option<Vec<&'a RawValue>>,
    logs: Option<Vec<ToldLog>>,
}

/// A frame whose inside is being read.
struct Open<'a> {
    calls: IntoIter<&'a RawValue>,
    /// Whether it makes none, so that its events need no place between them.
    calls_none: bool,
    called: u64,
    logs: Peekable<IntoIter<ToldLog>>,
}

/// Reads what each transaction of a block did, with the transaction's hash where it is told.
///
/// # Errors
/// When the text is not what `callTracer` writes: other tracers' output is refused, and so is
/// that of geth's first `callTracer`, which does not tell what self-destruction moves.
pub(super) fn read(text: &[u8]) -> Result<Vec<(Option<B256>, Execution)>, NormaliseError> {
    let entries: Vec<Entry<'_>> = json::read(text)?;
    let each = entries.iter().enumerate().map(|(index, entry)| {
        let inside = |error: NormaliseError| error.inside(format!("transaction {index}"));
        let Some(frame) = entry.result else {
            let why = entry.error.map_or("null", |error| error.get());
            let why = format!(
                "it was not traced: {}",
                why.chars().take(200).collect::<String>()
            );
            return Err(inside(NormaliseError::new("", why)));
        };
        Ok((entry.hash, transaction(frame).map_err(inside)?))
    });
    each.collect()
}

/// Reads what one transaction did, as `debug_traceTransaction` tells it.
///
/// # Errors
/// As [`read`].
pub(super) fn read_one(text: &[u8]) -> Result<Execution, NormaliseError> {
    transaction(json::read(text)?)
}

fn transaction(top: &RawValue) -> Result<Execution, NormaliseError> {
    let mut execution = Execution {
        steps: Vec::new(),
        tells_undone: true,
        tells_events: true,
    };
    let mut open = Vec::new();
    let mut next = Some(top);
    loop {
        if let Some(text) = next {
            let depth = open.len();
            if depth > DEPTH_MAX {
                let why = format!("calls are nested deeper than {DEPTH_MAX}");
                return Err(NormaliseError::new("calls", why));
            }
            let (act, inside) = frame(text)?;
            execution.steps.push(Step { depth, act });
            open.push(inside);
        }
        let depth = open.len();
        let Some(innermost) = open.last_mut() else {
            return Ok(execution);
        };
        while let Some(log) = innermost.due() {
            execution.tells_events &= log.position.is_some() || innermost.calls_none;
            execution.steps.push(Step {
                depth,
                act: Act::Event(log.read()),
            });
        }
        next = innermost.calls.next();
        match next {
            Some(_) => innermost.called += 1,
            None => drop(open.pop()),
        }
    }
}

impl Open<'_> {
    /// The next event before the next call. After the last call all are due that are left.
    fn due(&mut self) -> Option<ToldLog> {
        let (last, called) = (self.calls.len() == 0, self.called);
        self.logs
            .next_if(|log| last || log.position.is_none_or(|position| position.0 <= called))
    }
}

/// What a frame does, and what is inside of it.
fn frame(text: &RawValue) -> Result<(Act, Open<'_>), NormaliseError> {
    let frame: Frame<'_> = json::read(text.get().as_bytes())?;
    // What was undone is of no account, whatever is told of it.
    let undone = frame.error.is_some_and(|error| error.get() != "\"\"");
    let (calls, logs) = if undone {
        (Vec::new(), Vec::new())
    } else {
        (
            frame.calls.unwrap_or_default(),
            frame.logs.unwrap_or_default(),
        )
    };
    let lacks = |member: &str| {
        let why = format!("a frame of type {} lacks {member:?}", frame.kind);
        NormaliseError::new("calls", why)
    };
    let from = || frame.from.ok_or_else(|| lacks("from"));
    let to = || frame.to.ok_or_else(|| lacks("to"));
    let value = || Ok(frame.value.ok_or_else(|| lacks("value"))?.0);
    let act = match &*frame.kind {
        "CALL" | "CREATE" | "CREATE2" | "SELFDESTRUCT" | "DELEGATECALL" | "STATICCALL"
        | "CALLCODE"
            if undone =>
        {
            Act::Undone
        }
        "DELEGATECALL" | "STATICCALL" | "CALLCODE" => Act::Still,
        "CALL" => Act::Call {
            from: from()?,
            to: to()?,
            value: value()?,
        },
        "CREATE" | "CREATE2" => Act::Create {
            from: from()?,
            created: to()?,
            value: value()?,
        },
        "SELFDESTRUCT" => Act::SelfDestruct {
            contract: from()?,
            heir: to()?,
            value: value()?,
        },
        other => {
            let why = format!(
                "nothing is known of frames of type {:?}",
                other.chars().take(80).collect::<String>()
            );
            return Err(NormaliseError::new("calls", why));
        }
    };
    let inside = Open {
        calls_none: calls.is_empty(),
        calls: calls.into_iter(),
        called: 0,
        logs: logs.into_iter().peekable(),
    };
    Ok((act, inside))
}

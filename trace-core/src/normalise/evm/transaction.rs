//! A transaction put together from what is told of it, its receipt and its trace.

use super::NormaliseError;
use super::call::{Act, Execution, Happened, Ran};
use super::told::{ToldBlock, ToldReceipt, ToldTransaction};
use super::{event, fee, reward, rollup};
use crate::model::ChainId;
use crate::model::account::{
    Address, Asset, B256, Log, Outcome, Transaction, Transfer, TransferKind, U256,
};

/// The most topics an event can have.
const TOPICS_MAX: usize = 4;

/// What a transaction shares with the others of its block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surrounding {
    pub(super) chain: ChainId,
    pub(super) height: u64,
    pub(super) block: B256,
    pub(super) base_fee: Option<U256>,
    pub(super) fee_recipient: Address,
    pub(super) since_cancun: bool,
}

impl Surrounding {
    pub(super) fn of<T>(chain: ChainId, block: &ToldBlock<T>) -> Self {
        Self {
            chain,
            height: block.number.0,
            block: block.hash,
            base_fee: block.base_fee_per_gas.map(|fee| fee.0),
            fee_recipient: block.miner,
            since_cancun: block.parent_beacon_block_root.is_some(),
        }
    }
}

/// What a transaction does itself, for traces that tell only what is below it.
pub(super) fn own_act(told: &ToldTransaction, receipt: &ToldReceipt) -> Act {
    let (from, value) = (told.from, told.value.0);
    match (told.to, receipt.contract_address) {
        (Some(to), _) => Act::Call { from, to, value },
        (None, Some(created)) => Act::Create {
            from,
            created,
            value,
        },
        // What created nothing failed.
        (None, None) => Act::Undone,
    }
}

/// Puts a transaction together.
///
/// # Errors
/// When its receipt or its trace is another transaction's or contradicts it.
pub(super) fn read(
    around: &Surrounding,
    (index, told): (u64, &ToldTransaction),
    receipt: ToldReceipt,
    execution: Option<Execution>,
) -> Result<Transaction, NormaliseError> {
    placed(around, index, told)?;
    belongs(around, index, told, &receipt).map_err(|error| error.inside("receipt"))?;
    if let Some(execution) = &execution {
        runs(told, &receipt, execution).map_err(|error| error.inside("trace"))?;
    }
    let gas_price = fee::gas_price(told, &receipt, around.base_fee)?;
    let mut transfers = Vec::from_iter(rollup::deposit(told)?);
    transfers.extend(fee::transfers(
        told,
        &receipt,
        gas_price,
        around.base_fee,
        around.fee_recipient,
    )?);
    let outcome = outcome(around, told, &receipt, execution.as_ref())?;
    let created = receipt.contract_address.filter(|_| told.to.is_none());
    let logs = logs(receipt)?;
    if outcome != Outcome::Succeeded && !logs.is_empty() {
        return Err(NormaliseError::new("receipt", "it failed and has events"));
    }
    let mut creations = Vec::new();
    if outcome == Outcome::Succeeded {
        let events_placed = execution.as_ref().is_some_and(|run| run.tells_events);
        // What cannot say what was undone cannot say that nothing moved either.
        let seen = execution.as_ref().is_some_and(|run| run.tells_undone);
        let ran = match execution {
            Some(execution) => execution
                .run(around.since_cancun)
                .map_err(|error| error.inside("trace"))?,
            None => alone(told, created)?,
        };
        creations.clone_from(&ran.creations);
        transfers.extend(in_order(around.chain, ran, &logs, events_placed, seen)?);
    }
    Ok(Transaction {
        hash: told.hash,
        from: told.from,
        to: told.to,
        created: created.filter(|_| outcome == Outcome::Succeeded),
        nonce: told.nonce.0,
        gas_price,
        selector: told.to.and(told.input().first_chunk().copied()),
        outcome,
        transfers,
        logs,
        creations,
    })
}

/// That the transaction is said to be where it is.
fn placed(around: &Surrounding, index: u64, told: &ToldTransaction) -> Result<(), NormaliseError> {
    match (told.block_hash, told.transaction_index) {
        (Some(block), _) if block != around.block => Err(NormaliseError::new(
            "blockHash",
            format!("it is said to be in {block}"),
        )),
        (_, Some(place)) if place.0 != index => Err(NormaliseError::new(
            "transactionIndex",
            format!("it is said to be transaction {}", place.0),
        )),
        _ => Ok(()),
    }
}

/// That the receipt is the transaction's.
fn belongs(
    around: &Surrounding,
    index: u64,
    told: &ToldTransaction,
    receipt: &ToldReceipt,
) -> Result<(), NormaliseError> {
    let other = |member: &str, told: String| Err(NormaliseError::new(member, told));
    if receipt.transaction_hash != told.hash {
        let hash = receipt.transaction_hash;
        return other("transactionHash", format!("it is that of {hash}"));
    }
    if receipt.block_hash != around.block {
        let block = receipt.block_hash;
        return other("blockHash", format!("it is of block {block}"));
    }
    match receipt.transaction_index {
        Some(place) if place.0 != index => {
            other("transactionIndex", format!("it is that of {}", place.0))
        }
        _ if receipt.gas_used > told.gas => other(
            "gasUsed",
            format!(
                "{} is more than the {} allowed",
                receipt.gas_used.0, told.gas.0
            ),
        ),
        _ if told.to.is_some() == receipt.contract_address.is_some()
            && receipt.status.is_some_and(|status| status.0 == 1) =>
        {
            let told = "it names a contract that was created, and a call creates none, or the \
                        other way round";
            other("contractAddress", told.to_owned())
        }
        _ => Ok(()),
    }
}

/// That the trace is the transaction's.
fn runs(
    told: &ToldTransaction,
    receipt: &ToldReceipt,
    execution: &Execution,
) -> Result<(), NormaliseError> {
    let (from, to, value) = match execution.steps.first().map(|step| &step.act) {
        Some(Act::Undone) => return Ok(()),
        Some(Act::Call { from, to, value }) => (*from, Some(*to), *value),
        Some(Act::Create {
            from,
            created,
            value,
        }) if told.to.is_none() && receipt.contract_address.is_none_or(|it| it == *created) => {
            (*from, None, *value)
        }
        _ => {
            return Err(NormaliseError::new(
                "",
                "it begins with no such transaction",
            ));
        }
    };
    if (from, to, value) == (told.from, told.to, told.value.0) {
        return Ok(());
    }
    let to = to.map_or_else(|| "a new contract".to_owned(), |to| to.to_string());
    let why = format!("it begins with {value} wei from {from} to {to}");
    Err(NormaliseError::new("", why))
}

fn outcome(
    around: &Surrounding,
    told: &ToldTransaction,
    receipt: &ToldReceipt,
    execution: Option<&Execution>,
) -> Result<Outcome, NormaliseError> {
    let traced = execution
        .filter(|execution| execution.tells_undone)
        .map(|execution| {
            if execution.is_undone() {
                Outcome::Failed
            } else {
                Outcome::Succeeded
            }
        });
    let said = match receipt.status.map(|status| status.0) {
        None => None,
        Some(1) => Some(Outcome::Succeeded),
        Some(0) => Some(Outcome::Failed),
        Some(other) => {
            let why = format!("{other} is neither success nor failure");
            return Err(NormaliseError::new("receipt, status", why));
        }
    };
    let gas_was_left = receipt.gas_used < told.gas;
    match (said, traced) {
        (Some(said), Some(traced)) if said != traced => {
            let why = format!("the receipt says that it {said:?}, the trace that it {traced:?}");
            Err(NormaliseError::new("status", why.to_lowercase()))
        }
        (Some(outcome), _) | (None, Some(outcome)) => Ok(outcome),
        (None, None) if !receipt.logs.is_empty() => Ok(Outcome::Succeeded),
        (None, None)
            if gas_was_left && reward::is_before_byzantium(around.chain, around.height) =>
        {
            Ok(Outcome::Succeeded)
        }
        (None, None) => Ok(Outcome::Unknown),
    }
}

fn logs(receipt: ToldReceipt) -> Result<Vec<Log>, NormaliseError> {
    let mut before = None;
    let each = receipt.logs.into_iter().enumerate().map(|(index, log)| {
        let wrong = |why: &str| Err(NormaliseError::new(format!("receipt, event {index}"), why));
        if log.topics.len() > TOPICS_MAX {
            return wrong("it has more topics than there can be");
        }
        if log.log_index.is_some() && log.log_index <= before {
            return wrong("its logIndex does not follow the one before");
        }
        before = log.log_index;
        Ok(log.read())
    });
    each.collect()
}

/// What moves where nobody tells what contracts did.
fn alone(told: &ToldTransaction, created: Option<Address>) -> Result<Ran, NormaliseError> {
    let (kind, to) = match told.to {
        Some(to) => (TransferKind::Value, Some(to)),
        None => (TransferKind::Create, created),
    };
    if told.value.0.is_zero() {
        return Ok(Ran::default());
    }
    let to = to.ok_or_else(|| {
        NormaliseError::new("receipt, contractAddress", "the contract is not named")
    })?;
    Ok(Ran {
        happened: vec![Happened::Moved(Transfer {
            kind,
            asset: Asset::Native,
            from: Some(told.from),
            to: Some(to),
            amount: told.value.0,
        })],
        creations: Vec::new(),
    })
}

/// Native coin and tokens in the order in which they moved. Where the trace does not tell
/// where the events belong, all of them come after all calls.
fn in_order(
    chain: ChainId,
    ran: Ran,
    logs: &[Log],
    events_placed: bool,
    seen: bool,
) -> Result<Vec<Transfer>, NormaliseError> {
    let mut moved = Vec::new();
    // How many events had happened when each amount moved.
    let mut after = Vec::new();
    let mut events = Vec::new();
    for happened in ran.happened {
        match happened {
            Happened::Moved(transfer) => {
                moved.push(transfer);
                after.push(events.len());
            }
            Happened::Event(log) => events.push(log),
        }
    }
    // A node that was asked for events may not know how to tell them, and then tells none.
    let placed = events_placed && (logs.is_empty() || !events.is_empty());
    if placed && events != logs {
        let why = format!(
            "its {} events are not the {} of the receipt",
            events.len(),
            logs.len()
        );
        return Err(NormaliseError::new("trace, events", why));
    }
    let tokens = event::transfers(chain, logs, seen.then_some(moved.as_slice()));
    if !placed {
        moved.extend(tokens.into_iter().flatten());
        return Ok(moved);
    }
    let mut ordered = Vec::with_capacity(moved.len());
    let mut moved = moved.into_iter().zip(after).peekable();
    for (index, tokens) in tokens.into_iter().enumerate() {
        while let Some((transfer, _)) = moved.next_if(|(_, after)| *after <= index) {
            ordered.push(transfer);
        }
        ordered.extend(tokens);
    }
    ordered.extend(moved.map(|(transfer, _)| transfer));
    Ok(ordered)
}

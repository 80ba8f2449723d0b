//! A block put together from what is told of it.

use super::call::{Act, Execution};
use super::check::Held;
use super::told::{ToldBlock, ToldReceipt, ToldTransaction, ToldUncle};
use super::transaction::{self, Surrounding};
use super::{NormaliseError, RawAccountBlock, RawCalls, RawReceipts};
use super::{call_tracer, flat_trace, json, otterscan, reward, rollup};
use crate::model::account::{Address, B256, Block, Check, InnerCalls, U256};
use crate::model::{BlockHash, ChainId};

/// What traces tell of a block.
struct Traced {
    /// What each transaction did, in order; nothing where nobody told.
    executions: Vec<Option<Execution>>,
    rewards: Vec<(Address, U256)>,
    inner_calls: InnerCalls,
}

/// Puts a block together.
pub(super) fn read(chain: ChainId, raw: &RawAccountBlock) -> Result<Block, NormaliseError> {
    let told: ToldBlock = json::read(&raw.block).map_err(|error| error.inside("block"))?;
    let hash = BlockHash::from_shown(told.hash.0);
    if hash != raw.at.hash {
        return Err(NormaliseError::new("hash", format!("this is block {hash}")));
    }
    if told.number.0 != u64::from(raw.at.height) {
        let (told, asked) = (told.number.0, raw.at.height);
        let why = format!("{told} is told, {asked} was asked for");
        return Err(NormaliseError::new("number", why));
    }
    let receipts = receipts(&told, &raw.receipts)?;
    let traced = traced(&told, &receipts, &raw.calls)?;
    let mut checks = Held::read(chain, &raw.block, &told)?.check(&receipts, &raw.uncles)?;
    let uncles = raw.uncles.iter().enumerate().map(|(index, uncle)| {
        let uncle: Result<ToldUncle, _> = json::read(uncle);
        uncle.map_err(|error| error.inside(format!("uncle {index}")))
    });
    let uncles = uncles.collect::<Result<Vec<_>, _>>()?;
    let after = reward::transfers(chain, &told, &uncles, &traced.rewards)?;
    if chain != reward::ETHEREUM && !traced.rewards.is_empty() {
        // Only the trace tells them.
        checks.after = checks.after.and(Check::NotTold);
    }
    let around = Surrounding::of(chain, &told);
    let each = (0..)
        .zip(&told.transactions)
        .zip(receipts)
        .zip(traced.executions);
    let transactions = each.map(|(((index, told), receipt), execution)| {
        transaction::read(&around, (index, told), receipt, execution)
            .map_err(|error| error.inside(name(index, told)))
    });
    Ok(Block {
        at: raw.at,
        parent: BlockHash::from_shown(told.parent_hash.0),
        time: told.timestamp.0,
        fee_recipient: told.miner,
        transactions: transactions.collect::<Result<_, _>>()?,
        after,
        inner_calls: traced.inner_calls,
        checks,
    })
}

pub(super) fn name(index: u64, told: &ToldTransaction) -> String {
    format!("transaction {index} ({})", told.hash)
}

/// One receipt for each transaction, whose gas adds up.
fn receipts(told: &ToldBlock, raw: &RawReceipts) -> Result<Vec<ToldReceipt>, NormaliseError> {
    let receipts: Vec<ToldReceipt> = match raw {
        RawReceipts::Block(text) => json::read(text).map_err(|error| error.inside("receipts"))?,
        RawReceipts::Each(texts) => {
            let each = texts.iter().enumerate().map(|(index, text)| {
                json::read(text).map_err(|error| error.inside(format!("receipt {index}")))
            });
            each.collect::<Result<_, _>>()?
        }
    };
    counted("receipts", told, receipts.len())?;
    let mut before = 0_u64;
    for ((index, transaction), receipt) in (0..).zip(&told.transactions).zip(&receipts) {
        let Some(sum) = receipt.cumulative_gas_used else {
            break;
        };
        if before.checked_add(receipt.gas_used.0) != Some(sum.0) {
            let why = format!(
                "{} gas after {before} in the block are not {}",
                receipt.gas_used.0, sum.0
            );
            let place = format!("{}, receipt, gasUsed", name(index, transaction));
            return Err(NormaliseError::new(place, why));
        }
        before = sum.0;
    }
    Ok(receipts)
}

fn counted(what: &str, told: &ToldBlock, count: usize) -> Result<(), NormaliseError> {
    let transactions = told.transactions.len();
    if count == transactions {
        return Ok(());
    }
    let why = format!("there are {count} for {transactions} transactions");
    Err(NormaliseError::new(what, why))
}

fn traced(
    told: &ToldBlock,
    receipts: &[ToldReceipt],
    raw: &RawCalls,
) -> Result<Traced, NormaliseError> {
    let mut rewards = Vec::new();
    let (executions, seen) = match raw {
        RawCalls::NotTold => (untold(told), InnerCalls::NotSeen),
        RawCalls::CallTracer(text) => {
            let traces = call_tracer::read(text).map_err(|error| error.inside("traces"))?;
            counted("traces", told, traces.len())?;
            (named(told, traces)?, InnerCalls::Seen)
        }
        RawCalls::Flat(text) => {
            let trace = flat_trace::read(text).map_err(|error| error.inside("traces"))?;
            if let Some(block) = trace.block
                && block != told.hash
            {
                let why = format!("they are of block {block}");
                return Err(NormaliseError::new("traces", why));
            }
            rewards = trace.rewards;
            let places = trace.executions.keys().copied();
            if !places.eq((0..).take(told.transactions.len())) {
                counted("traces", told, trace.executions.len())?;
                return Err(NormaliseError::new("traces", "some transactions have none"));
            }
            let traces = trace.executions.into_values().collect();
            (named(told, traces)?, InnerCalls::Seen)
        }
        RawCalls::Frames(texts) => {
            let read = |text: &[u8], _| otterscan::frames(text);
            (each(told, receipts, texts, read)?, InnerCalls::Unsure)
        }
        RawCalls::Operations(texts) => {
            let executions = each(told, receipts, texts, otterscan::operations)?;
            (executions, InnerCalls::Unsure)
        }
    };
    let mut each = told.transactions.iter().zip(receipts);
    let may_move_more = each.any(|(told, receipt)| rollup::may_move_more(told, receipt));
    Ok(Traced {
        executions,
        rewards,
        // Where nothing ran, nothing was missed.
        inner_calls: if told.transactions.is_empty() {
            InnerCalls::Seen
        } else if may_move_more {
            seen.max(InnerCalls::Unsure)
        } else {
            seen
        },
    })
}

fn untold(told: &ToldBlock) -> Vec<Option<Execution>> {
    told.transactions.iter().map(|_| None).collect()
}

/// The traces, none of which names another transaction than its own.
fn named(
    told: &ToldBlock,
    traces: Vec<(Option<B256>, Execution)>,
) -> Result<Vec<Option<Execution>>, NormaliseError> {
    let each = (0..).zip(&told.transactions).zip(traces);
    let each = each.map(|((index, told), (hash, execution))| match hash {
        Some(hash) if hash != told.hash => {
            let place = format!("{}, trace", name(index, told));
            Err(NormaliseError::new(place, format!("it is that of {hash}")))
        }
        _ => Ok(Some(execution)),
    });
    each.collect()
}

/// One text for each transaction.
fn each(
    told: &ToldBlock,
    receipts: &[ToldReceipt],
    texts: &[Vec<u8>],
    read: impl Fn(&[u8], Act) -> Result<Execution, NormaliseError>,
) -> Result<Vec<Option<Execution>>, NormaliseError> {
    counted("traces", told, texts.len())?;
    let each = (0..).zip(&told.transactions).zip(receipts).zip(texts);
    let each = each.map(|(((index, told), receipt), text)| {
        let execution = read(text, transaction::own_act(told, receipt));
        let place = || format!("{}, trace", name(index, told));
        Ok(Some(execution.map_err(|error| error.inside(place()))?))
    });
    each.collect()
}

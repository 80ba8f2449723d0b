//! Blocks, receipts, traces and events as nodes write them.

use serde_json::{Value, json};
use trace_core::model::account::{Address, B256};

use super::Act;
use super::chain::{EvmChain, MAKER, Made, Transaction, address, gas};

/// An event with its place.
pub(super) struct Placed {
    pub(super) height: u32,
    pub(super) value: Value,
}

pub(super) fn hexadecimal(number: u64) -> String {
    format!("{number:#x}")
}

impl EvmChain {
    /// The hash of the block at a height.
    pub(super) fn block_hash(&self, height: u32) -> B256 {
        let is_forked = self.forked_from.is_some_and(|from| height >= from);
        let mut bytes = [if is_forked { 0xb2 } else { 0xb1 }; 32];
        bytes[28..].copy_from_slice(&height.to_be_bytes());
        B256::from(bytes)
    }

    fn made(&self, height: u32) -> Made {
        self.blocks.get(&height).cloned().unwrap_or_default()
    }

    pub(super) fn block_told(&self, height: u32, whole: bool) -> Value {
        let made = self.made(height);
        let (_, _, base_fee) = gas();
        let transactions = made.transactions.iter().enumerate();
        let transactions = transactions.map(|(index, transaction)| {
            if whole {
                self.transaction_told(height, index, transaction)
            } else {
                json!(transaction.hash)
            }
        });
        let withdrawals = made.withdrawals.iter().enumerate();
        let withdrawals = withdrawals.map(|(index, (to, gwei))| {
            json!({"index": hexadecimal(index as u64), "validatorIndex": "0x1", "address": to,
                "amount": hexadecimal(*gwei)})
        });
        let mut block = json!({
            "number": hexadecimal(height.into()), "hash": self.block_hash(height),
            "parentHash": height.checked_sub(1).map_or(B256::ZERO, |parent| self.block_hash(parent)),
            "timestamp": hexadecimal(1_600_000_000 + 12 * u64::from(height)),
            "miner": address(MAKER), "baseFeePerGas": hexadecimal(base_fee),
            "parentBeaconBlockRoot": B256::ZERO, "uncles": [],
            "transactions": transactions.collect::<Value>(),
            "withdrawals": withdrawals.collect::<Value>(),
        });
        if height == 0 {
            extend(&mut block, &json!({"stateRoot": self.first_state_root()}));
        }
        block
    }

    fn transaction_told(&self, height: u32, index: usize, it: &Transaction) -> Value {
        let (used, price, _) = gas();
        json!({
            "hash": it.hash, "blockHash": self.block_hash(height), "chainId": hexadecimal(self.chain),
            "blockNumber": hexadecimal(height.into()), "transactionIndex": hexadecimal(index as u64),
            "from": it.from, "to": it.to, "value": hexadecimal(it.value),
            "nonce": hexadecimal(it.nonce), "gas": hexadecimal(used * 2),
            "gasPrice": hexadecimal(price), "input": "0xa9059cbb00", "type": "0x2",
        })
    }

    pub(super) fn receipts_told(&self, height: u32) -> Vec<Value> {
        let made = self.made(height);
        let (used, price, _) = gas();
        let logs = self.logs_of(height);
        let receipts = made.transactions.iter().enumerate().map(|(index, it)| {
            let of_it = |log: &&Placed| log.value["transactionHash"] == json!(it.hash);
            let logs: Value = logs
                .iter()
                .filter(of_it)
                .map(|log| log.value.clone())
                .collect();
            json!({
                "transactionHash": it.hash, "blockHash": self.block_hash(height),
                "blockNumber": hexadecimal(height.into()),
                "transactionIndex": hexadecimal(index as u64), "from": it.from, "to": it.to,
                "gasUsed": hexadecimal(used),
                "cumulativeGasUsed": hexadecimal(used * (index as u64 + 1)),
                "effectiveGasPrice": hexadecimal(price),
                "status": if it.failed { "0x0" } else { "0x1" },
                "contractAddress": it.created.filter(|_| !it.failed), "logs": logs,
            })
        });
        receipts.collect()
    }

    /// The place of a transaction in the chain.
    pub(super) fn find(&self, hash: B256) -> Option<(u32, usize)> {
        // A transaction's hash tells its place.
        let number = u64::from_be_bytes(hash.0[24..].try_into().ok()?);
        let (height, index) = (u32::try_from(number >> 16).ok()?, number & 0xffff);
        let index = usize::try_from(index).ok()?;
        let found = self.blocks.get(&height)?.transactions.get(index)?;
        (found.hash == hash).then_some((height, index))
    }

    pub(super) fn found(&self, hash: B256) -> Option<Value> {
        let (height, index) = self.find(hash)?;
        let transaction = self.blocks.get(&height)?.transactions.get(index)?.clone();
        Some(self.transaction_told(height, index, &transaction))
    }

    /// All events of a block.
    pub(super) fn logs_of(&self, height: u32) -> Vec<Placed> {
        let mut logs = Vec::new();
        for (index, it) in self.made(height).transactions.iter().enumerate() {
            let mut events = Vec::new();
            if !it.failed {
                said(&it.inside, &mut events);
            }
            for mut value in events {
                let place = json!({
                    "blockNumber": hexadecimal(height.into()), "blockHash": self.block_hash(height),
                    "transactionHash": it.hash, "transactionIndex": hexadecimal(index as u64),
                    "logIndex": hexadecimal(logs.len() as u64), "removed": false,
                });
                extend(&mut value, &place);
                logs.push(Placed { height, value });
            }
        }
        logs
    }

    /// The trace of a transaction as `callTracer` writes it.
    pub(super) fn nested(&self, height: u32, index: usize) -> Value {
        let it = &self.made(height).transactions[index];
        let mut frame = match (it.to, it.created) {
            (Some(to), _) => nested("CALL", it.from, to, it.value, &it.inside),
            (None, Some(created)) => nested("CREATE", it.from, created, it.value, &it.inside),
            (None, None) => unreachable!("it calls or creates"),
        };
        if it.failed {
            extend(&mut frame, &json!({"error": "execution reverted"}));
        }
        frame
    }

    /// The trace of a transaction in a flat list.
    pub(super) fn flat(&self, height: u32, index: usize) -> Vec<Value> {
        let it = &self.made(height).transactions[index];
        let mut frames = Vec::new();
        let top = (it.from, it.to.or(it.created).unwrap_or_default(), it.value);
        flat(top, &it.inside, it.failed, &mut Vec::new(), &mut frames);
        if it.to.is_none()
            && let Some(first) = frames.first_mut()
        {
            first["type"] = json!("create");
            first["action"] = json!({"from": it.from, "value": hexadecimal(it.value)});
            first["result"] = json!({"address": it.created});
        }
        for frame in &mut frames {
            let place = json!({
                "blockHash": self.block_hash(height), "blockNumber": height,
                "transactionHash": it.hash, "transactionPosition": index,
            });
            extend(frame, &place);
        }
        frames
    }

    /// What moved below a transaction, as Otterscan tells it.
    pub(super) fn operations(&self, height: u32, index: usize) -> Value {
        let it = &self.made(height).transactions[index];
        let mut found = Vec::new();
        if !it.failed {
            operations(
                it.to.or(it.created).unwrap_or_default(),
                &it.inside,
                &mut found,
            );
        }
        found.into()
    }
}

fn extend(value: &mut Value, more: &Value) {
    if let (Some(value), Some(more)) = (value.as_object_mut(), more.as_object()) {
        value.extend(more.clone());
    }
}

fn said(acts: &[Act], events: &mut Vec<Value>) {
    for act in acts {
        match act {
            Act::Say(event) => events.push(event.told()),
            Act::Call { undone: true, .. } => {}
            Act::Call { inside, .. } => said(inside, events),
        }
    }
}

fn nested(kind: &str, from: Address, to: Address, value: u64, inside: &[Act]) -> Value {
    let (mut calls, mut logs) = (Vec::new(), Vec::new());
    for act in inside {
        match act {
            Act::Say(event) => {
                let mut log = event.told();
                extend(
                    &mut log,
                    &json!({"position": hexadecimal(calls.len() as u64)}),
                );
                logs.push(log);
            }
            Act::Call {
                to: callee,
                value,
                inside,
                undone,
            } => {
                let mut call = nested("CALL", to, *callee, *value, inside);
                if *undone {
                    extend(&mut call, &json!({"error": "execution reverted"}));
                }
                calls.push(call);
            }
        }
    }
    json!({"type": kind, "from": from, "to": to, "value": hexadecimal(value), "calls": calls,
        "logs": logs})
}

fn flat(
    (from, to, value): (Address, Address, u64),
    inside: &[Act],
    undone: bool,
    at: &mut Vec<usize>,
    frames: &mut Vec<Value>,
) {
    let mut frame = json!({
        "type": "call", "traceAddress": at.clone(), "subtraces": 0,
        "action": {"callType": "call", "from": from, "to": to, "value": hexadecimal(value)},
        "result": {"gasUsed": "0x0", "output": "0x"},
    });
    if undone {
        extend(&mut frame, &json!({"error": "Reverted", "result": null}));
    }
    frames.push(frame);
    let calls = inside.iter().filter_map(|act| match act {
        Act::Call {
            to,
            value,
            inside,
            undone,
        } => Some((*to, *value, inside, *undone)),
        Act::Say(_) => None,
    });
    for (place, (callee, value, inside, undone)) in calls.enumerate() {
        at.push(place);
        flat((to, callee, value), inside, undone, at, frames);
        at.pop();
    }
}

fn operations(account: Address, acts: &[Act], found: &mut Vec<Value>) {
    for act in acts {
        if let Act::Call {
            to,
            value,
            inside,
            undone: false,
        } = act
        {
            if *value > 0 {
                found.push(
                    json!({"type": 0, "from": account, "to": to, "value": hexadecimal(*value)}),
                );
            }
            operations(*to, inside, found);
        }
    }
}

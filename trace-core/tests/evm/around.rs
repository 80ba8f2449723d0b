//! What a node told of transactions alone, with a block made up around it. Hashes, heights and
//! places are those that are told, and where none are told they are made up.

use serde_json::{Value, json};
use trace_core::model::BlockRef;
use trace_core::normalise::evm::{RawAccountTransaction, RawTransactionCalls};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts};

use crate::made::{hash, shown};

/// The first block of Cancun, in which self-destruction became something else.
const CANCUN: u64 = 19_426_587;

pub(crate) fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// A number in either way of writing it.
pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| {
        let digits = value.as_str().unwrap().strip_prefix("0x").unwrap();
        u64::from_str_radix(digits, 16).unwrap()
    })
}

/// A block as told, with the receipts told.
pub(crate) fn raw(block: &Value, receipts: &Value, calls: RawCalls) -> RawAccountBlock {
    RawAccountBlock {
        at: BlockRef {
            height: number(&block["number"]) as u32,
            hash: shown(block["hash"].as_str().unwrap()),
        },
        block: text(block),
        receipts: RawReceipts::Block(text(receipts)),
        calls,
        uncles: Vec::new(),
    }
}

fn block(at: &str, height: u64, transactions: Vec<Value>) -> Value {
    let mut block = json!({
        "number": format!("0x{height:x}"), "hash": at, "parentHash": hash(0), "timestamp": "0x0",
        "miner": format!("0x{:040x}", 1), "transactions": transactions, "uncles": [],
    });
    if height >= CANCUN {
        block["parentBeaconBlockRoot"] = json!(hash(1));
    }
    block
}

/// A block around receipts, whose transactions are worth nothing.
pub(crate) fn around_receipts(receipts: &[Value]) -> Value {
    let each = receipts.iter().map(|receipt| {
        json!({
            "hash": receipt["transactionHash"], "from": receipt["from"], "to": receipt["to"],
            "nonce": "0x0", "gas": receipt["gasUsed"], "value": "0x0", "input": "0x",
            "gasPrice": receipt["effectiveGasPrice"], "type": receipt["type"],
        })
    });
    let transactions = each.collect();
    let Some(first) = receipts.first() else {
        return block(&hash(0xb10c), 1, transactions);
    };
    let at = first["blockHash"].as_str().unwrap();
    block(at, number(&first["blockNumber"]), transactions)
}

/// A receipt without its place, as the only one of a block.
pub(crate) fn around_receipt(receipt: &Value) -> RawAccountBlock {
    let mut alone = receipt.clone();
    for member in ["transactionIndex", "cumulativeGasUsed"] {
        alone.as_object_mut().unwrap().remove(member).unwrap();
    }
    let block = around_receipts(std::slice::from_ref(receipt));
    raw(&block, &json!([alone]), RawCalls::NotTold)
}

/// What a transaction does first, by whatever names the frames give it.
pub(crate) struct First {
    pub(crate) creates: bool,
    pub(crate) from: Value,
    pub(crate) to: Value,
    pub(crate) value: Value,
    pub(crate) failed: bool,
    pub(crate) logs: Vec<Value>,
}

impl First {
    /// Of `callTracer` and of Otterscan.
    pub(crate) fn of_call(frame: &Value) -> Self {
        Self {
            creates: frame["type"].as_str().unwrap().starts_with("CREATE"),
            from: frame["from"].clone(),
            to: frame["to"].clone(),
            value: frame["value"].clone(),
            failed: frame.get("error").is_some(),
            logs: Vec::new(),
        }
    }

    /// Of `trace_block`.
    pub(crate) fn of_flat(frame: &Value) -> Self {
        let action = &frame["action"];
        let creates = frame["type"] == "create";
        Self {
            creates,
            from: action["from"].clone(),
            to: if creates {
                &frame["result"]["address"]
            } else {
                &action["to"]
            }
            .clone(),
            value: action["value"].clone(),
            failed: frame.get("error").is_some(),
            logs: Vec::new(),
        }
    }

    fn transaction(&self, name: &str) -> Value {
        let to = if self.creates { &Value::Null } else { &self.to };
        json!({
            "hash": name, "from": self.from, "to": to, "nonce": "0x0", "gas": "0x0",
            "value": self.value, "input": "0x", "gasPrice": "0x0",
        })
    }

    fn receipt(&self, name: &str, block: &str) -> Value {
        let created = if self.creates { &self.to } else { &Value::Null };
        json!({
            "transactionHash": name, "blockHash": block, "gasUsed": "0x0", "logs": self.logs,
            "status": if self.failed { "0x0" } else { "0x1" }, "contractAddress": created,
        })
    }
}

/// A block around what its transactions do first.
pub(crate) fn around_calls(firsts: &[First], calls: RawCalls) -> RawAccountBlock {
    let at = hash(0xb10c);
    let names = (0..).map(|index| hash(0x7000 + index));
    let each = firsts.iter().zip(names);
    let (transactions, receipts): (Vec<_>, Vec<_>) = each
        .map(|(first, name)| (first.transaction(&name), first.receipt(&name, &at)))
        .unzip();
    raw(
        &block(&at, 0x100_0000, transactions),
        &receipts.into(),
        calls,
    )
}

/// The frames of whole blocks, as `trace_block` and `trace_filter` give them, each block's with
/// a block around them, and with uncles that are worth what is paid for them.
pub(crate) fn around_flat(frames: &[Value]) -> Vec<RawAccountBlock> {
    let each = frames.chunk_by(|one, next| one["blockHash"] == next["blockHash"]);
    each.map(around_flat_block).collect()
}

pub(crate) fn around_flat_block(frames: &[Value]) -> RawAccountBlock {
    let at = frames[0]["blockHash"].as_str().unwrap();
    let height = number(&frames[0]["blockNumber"]);
    let (rewards, calls): (Vec<&Value>, Vec<&Value>) =
        frames.iter().partition(|it| it["type"] == "reward");
    let firsts = calls.iter().filter(|it| it["traceAddress"] == json!([]));
    let (mut transactions, mut receipts) = (Vec::new(), Vec::new());
    for (place, frame) in firsts.enumerate() {
        assert_eq!(frame["transactionPosition"], place, "{at}");
        let name = frame["transactionHash"].as_str().unwrap();
        let first = First::of_flat(frame);
        let mut transaction = first.transaction(name);
        transaction["blockHash"] = json!(at);
        transaction["transactionIndex"] = json!(place);
        transactions.push(transaction);
        receipts.push(first.receipt(name, at));
    }
    let mut block = block(at, height, transactions);
    let of_kind = |kind: &str| -> Vec<&Value> {
        let actions = rewards.iter().map(|it| &it["action"]);
        actions.filter(|it| it["rewardType"] == kind).collect()
    };
    if let [maker] = *of_kind("block") {
        block["miner"] = maker["author"].clone();
    }
    let uncles = of_kind("uncle").into_iter().zip(0..);
    let uncles: Vec<Value> = uncles
        .map(|(paid, index)| uncle(height, paid, index))
        .collect();
    block["uncles"] = uncles.iter().map(|it| it["hash"].clone()).collect();
    let withdrawals = of_kind("withdrawal")
        .into_iter()
        .map(|it| json!({"address": it["author"], "amount": number(&it["value"]) / 1_000_000_000}));
    block["withdrawals"] = withdrawals.collect();
    let told = RawCalls::Flat(text(&frames.to_vec().into()));
    let mut raw = raw(&block, &receipts.into(), told);
    raw.uncles = uncles.iter().map(text).collect();
    raw
}

/// An uncle that was so late as it was paid.
fn uncle(height: u64, paid: &Value, index: u64) -> Value {
    let eth: u128 = match height {
        ..4_370_000 => 5,
        4_370_000..7_280_000 => 3,
        _ => 2,
    };
    let eighths = u128::from(number(&paid["value"])) * 8 / (eth * 1_000_000_000_000_000_000);
    let late = 8 - u64::try_from(eighths).unwrap();
    json!({"number": format!("0x{:x}", height - late), "hash": hash(index), "miner": paid["author"]})
}

/// Where a transaction is said to be.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) block: String,
    pub(crate) height: u64,
    pub(crate) index: u64,
}

impl Place {
    /// Where a transaction, a receipt or a frame of `trace_transaction` says that it is.
    pub(crate) fn of(told: &Value) -> Self {
        let index = told
            .get("transactionIndex")
            .or(told.get("transactionPosition"));
        Self {
            block: told["blockHash"].as_str().unwrap().to_owned(),
            height: number(&told["blockNumber"]),
            index: number(index.unwrap()),
        }
    }

    /// Where nobody says it.
    pub(crate) fn made() -> Self {
        Self {
            block: hash(0xb10c),
            height: 0x100_0000,
            index: 0,
        }
    }

    /// The block there, of which no other transaction is known.
    pub(crate) fn block(&self, name: &str) -> Value {
        let others = (0..self.index).map(|index| json!(hash(0x7000 + index)));
        block(
            &self.block,
            self.height,
            others.chain([json!(name)]).collect(),
        )
    }
}

/// A transaction in its place around what it does first.
pub(crate) fn alone(
    name: &str,
    place: &Place,
    first: &First,
    calls: RawTransactionCalls,
) -> RawAccountTransaction {
    RawAccountTransaction {
        hash: name.parse().unwrap(),
        block: text(&place.block(name)),
        transaction: text(&first.transaction(name)),
        receipt: text(&first.receipt(name, &place.block)),
        calls,
    }
}

/// A transaction that a node told, in its place, with its receipt.
pub(crate) fn with_receipt(transaction: &Value, receipt: &Value) -> RawAccountTransaction {
    let name = transaction["hash"].as_str().unwrap();
    RawAccountTransaction {
        hash: name.parse().unwrap(),
        block: text(&Place::of(transaction).block(name)),
        transaction: text(transaction),
        receipt: text(receipt),
        calls: RawTransactionCalls::NotTold,
    }
}

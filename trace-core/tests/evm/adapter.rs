//! The adapter against nodes in memory, each with its own set of methods, and replayed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use trace_core::model::account::InnerCalls;
use trace_core::model::{BlockRef, ChainId};
use trace_core::normalise::{RawCalls, RawReceipts, account_block};
use trace_core::source::ethereum::{Ethereum, LogFilter};
use trace_core::source::recorder::Recorder;
use trace_core::source::recording::{Holds, Origin, Recording};
use trace_core::source::uri::Adapter;
use trace_core::source::{
    AccountBlockSource, AskError, Limits, Reply, Request, SourceError, Transport,
};

use crate::made::{ETHEREUM, HEIGHT, Made, account, event, frame, hash, shown};

type Answer = Result<Reply, AskError>;

/// A node with some methods, each of which is given its parameters.
struct MemoryNode {
    methods:
        BTreeMap<&'static str, Box<dyn Fn(&Value) -> Result<Value, (i64, String)> + Send + Sync>>,
    /// What it says to a method that it has not.
    lacking: (i64, &'static str),
    asked: Mutex<Vec<String>>,
}

impl MemoryNode {
    /// Three blocks, of which the middle one has no transaction, and no way to trace.
    fn new() -> Self {
        let mut node = Self {
            methods: BTreeMap::new(),
            lacking: (-32_601, "the method does not exist/is not available"),
            asked: Mutex::new(Vec::new()),
        };
        node.has("eth_chainId", |_| Ok(json!("0x1")));
        node.has("eth_getBlockByNumber", |params| {
            let place = match params[0].as_str().unwrap() {
                "latest" => 2,
                "safe" => 1,
                "finalized" => return Err((-39_001, "unknown block".to_owned())),
                number => u32::from_str_radix(&number[2..], 16).unwrap() - HEIGHT,
            };
            let mut block = block(place);
            for transaction in block["transactions"].as_array_mut().unwrap() {
                *transaction = transaction["hash"].clone();
            }
            Ok(block)
        });
        node.has("eth_getBlockByHash", |params| {
            Ok(by_hash(&params[0]).map_or(Value::Null, block))
        });
        node.has("eth_getBlockReceipts", |params| {
            Ok(by_hash(&params[0]).map_or(Value::Null, |place| receipts(place).into()))
        });
        node
    }

    fn has(
        &mut self,
        method: &'static str,
        answer: impl Fn(&Value) -> Result<Value, (i64, String)> + Send + Sync + 'static,
    ) {
        self.methods.insert(method, Box::new(answer));
    }

    fn asked(&self, method: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| *asked == method).count()
    }
}

impl Transport for &MemoryNode {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            self.asked.lock().unwrap().push(method.clone());
            let params = serde_json::from_str(params).unwrap();
            let answer = match self.methods.get(&**method) {
                Some(answer) => answer(&params),
                None => Err((self.lacking.0, self.lacking.1.to_owned())),
            };
            answer
                .map(|value| Reply(value.to_string().into_bytes()))
                .map_err(|(code, message)| AskError::Rpc {
                    method: method.clone(),
                    code,
                    message,
                })
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

fn block_hash(place: u32) -> String {
    hash(0xb000 + u64::from(place))
}

fn by_hash(text: &Value) -> Option<u32> {
    (0..3).find(|place| *text == block_hash(*place))
}

fn made(place: u32) -> Made {
    let mut made = Made::new();
    made.block["hash"] = json!(block_hash(place));
    made.block["parentHash"] = json!(hash(0xb000 + u64::from(place) - 1));
    made.block["number"] = json!(format!("0x{:x}", HEIGHT + place));
    if place != 1 {
        for index in 0..2 {
            let transaction = hash(0x7000 + u64::from(place) * 16 + index);
            made.add(json!({
                "from": account(1), "to": account(2), "value": "0x9", "hash": transaction,
            }));
        }
    }
    made
}

fn block(place: u32) -> Value {
    made(place).block
}

fn receipts(place: u32) -> Vec<Value> {
    made(place).receipts
}

fn place_of(transaction: &Value) -> u32 {
    let number = u64::from_str_radix(&transaction.as_str().unwrap()[2..], 16).unwrap();
    (number as u32 - 0x7000) / 16
}

fn calls(place: u32) -> Value {
    let transactions = block(place)["transactions"].as_array().unwrap().clone();
    let each = transactions.iter().map(|it| {
        json!({"txHash": it["hash"], "result": frame("CALL", 1, 2, 9, &[frame("CALL", 2, 3, 4, &[])])})
    });
    each.collect()
}

fn flat(place: u32) -> Value {
    let transactions = block(place)["transactions"].as_array().unwrap().clone();
    let each = transactions.iter().enumerate().flat_map(|(index, it)| {
        let call = |from, to, value: &str, address: &[u64]| {
            json!({
                "type": "call", "traceAddress": address, "transactionPosition": index,
                "transactionHash": it["hash"], "blockHash": block_hash(place),
                "action": {"callType": "call", "from": account(from), "to": account(to), "value": value},
            })
        };
        [call(1, 2, "0x9", &[]), call(2, 3, "0x4", &[0])]
    });
    each.collect()
}

fn refs() -> Vec<BlockRef> {
    let at = |place| BlockRef {
        height: HEIGHT + place,
        hash: shown(&block_hash(place)),
    };
    (0..3).map(at).collect()
}

fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// The blocks, parsed, and how their calls were told.
fn read<T: Transport>(transport: T) -> Vec<(trace_core::model::account::Block, &'static str)> {
    let raw = wait(async {
        let node = Ethereum::over(transport).await.unwrap();
        node.blocks(&refs()).await
    });
    let each = raw.into_iter().map(|raw| {
        let raw = raw.unwrap();
        let way = match raw.calls {
            RawCalls::NotTold => "not told",
            RawCalls::CallTracer(_) => "tracer",
            RawCalls::Flat(_) => "flat",
            RawCalls::Frames(_) => "frames",
            RawCalls::Operations(_) => "operations",
        };
        (account_block(ETHEREUM, &raw).unwrap(), way)
    });
    each.collect()
}

fn ways(blocks: &[(trace_core::model::account::Block, &'static str)]) -> Vec<&'static str> {
    blocks.iter().map(|(_, way)| *way).collect()
}

#[test]
fn a_node_is_asked_in_the_best_way_that_it_has_and_once_in_those_it_has_not() {
    let mut node = MemoryNode::new();
    let blocks = read(&node);
    assert_eq!(ways(&blocks), ["not told"; 3]);
    let seen: Vec<_> = blocks.iter().map(|(block, _)| block.inner_calls).collect();
    assert_eq!(
        seen,
        [InnerCalls::NotSeen, InnerCalls::Seen, InnerCalls::NotSeen]
    );
    assert_eq!(node.asked("trace_block"), 1);
    assert_eq!(node.asked("eth_getBlockReceipts"), 2);
    assert_eq!(node.asked("ots_traceTransaction"), 2);

    node.has("ots_getInternalOperations", |_| {
        Ok(json!([{"type": 0, "from": account(2), "to": account(3), "value": "0x4"}]))
    });
    let operations = read(&node);
    assert_eq!(ways(&operations), ["operations", "not told", "operations"]);
    node.has("ots_traceTransaction", |_| {
        let row = |depth, from, to, value: &str| json!({"type": "CALL", "depth": depth, "from": account(from), "to": account(to), "value": value});
        Ok(json!([row(0, 1, 2, "0x9"), row(1, 2, 3, "0x4")]))
    });
    let frames = read(&node);
    assert_eq!(ways(&frames), ["frames", "not told", "frames"]);
    assert_eq!(frames[0].0.inner_calls, InnerCalls::Unsure);
    node.has("trace_block", |params| {
        let number = u32::from_str_radix(&params[0].as_str().unwrap()[2..], 16).unwrap();
        Ok(flat(number - HEIGHT))
    });
    let flat = read(&node);
    assert_eq!(ways(&flat), ["flat", "not told", "flat"]);
    node.has("debug_traceBlockByNumber", |params| {
        let number = u32::from_str_radix(&params[0].as_str().unwrap()[2..], 16).unwrap();
        Ok(calls(number - HEIGHT))
    });
    let tracer = read(&node);
    assert_eq!(ways(&tracer), ["tracer", "not told", "tracer"]);
    node.has("debug_traceBlockByHash", |params| {
        Ok(calls(by_hash(&params[0]).unwrap()))
    });
    node.asked.lock().unwrap().clear();
    assert_eq!(ways(&read(&node)), ["tracer", "not told", "tracer"]);
    assert_eq!(node.asked("debug_traceBlockByHash"), 2);
    assert_eq!(node.asked("debug_traceBlockByNumber"), 0);

    let transfers = |blocks: &[(trace_core::model::account::Block, &str)]| -> Vec<_> {
        let blocks = blocks.iter().flat_map(|(block, _)| &block.transactions);
        blocks.map(|it| it.transfers.clone()).collect()
    };
    assert_eq!(transfers(&tracer)[0].len(), 4);
    for other in [&operations, &frames, &flat] {
        assert_eq!(transfers(other), transfers(&tracer));
    }
    assert_eq!(transfers(&blocks)[0].len(), 3);
}

#[test]
fn receipts_are_asked_for_one_by_one_where_they_must_be() {
    let mut node = MemoryNode::new();
    node.methods.remove("eth_getBlockReceipts");
    let receipt = |params: &Value| {
        let all = receipts(place_of(&params[0]));
        Ok(all
            .into_iter()
            .find(|it| it["transactionHash"] == params[0])
            .unwrap())
    };
    for (code, message) in [
        (-32_601, "method not found"),
        (-32_700, "parse error"),
        (-32_004, "this request is not supported"),
        (-32_000, "Method eth_getBlockReceipts is not whitelisted"),
        (-32_602, "hex string has length 64, want 16"),
    ] {
        node.lacking = (code, message);
        node.has("eth_getTransactionReceipt", receipt);
        assert_eq!(read(&node)[0].0.transactions.len(), 2);
        node.methods.remove("eth_getTransactionReceipt");
        let raw = wait(async {
            let node = Ethereum::over(&node).await.unwrap();
            node.blocks(&refs()).await
        });
        assert!(matches!(raw[0], Err(SourceError::Lacks { .. })), "{raw:?}");
        assert_eq!(
            raw[1].as_ref().unwrap().receipts,
            RawReceipts::Each(Vec::new())
        );
    }
    // Failing is not lacking.
    node.lacking = (-32_000, "internal error");
    let raw = wait(async {
        let node = Ethereum::over(&node).await.unwrap();
        node.blocks(&refs()).await
    });
    assert!(matches!(
        raw[0],
        Err(SourceError::Ask(AskError::Rpc { code: -32_000, .. }))
    ));
}

#[test]
fn another_tracers_output_and_a_state_that_is_gone_are_seen_for_what_they_are() {
    let mut node = MemoryNode::new();
    node.has("debug_traceBlockByHash", |_| {
        let step = json!({"result": {"gas": 1, "failed": false, "structLogs": []}});
        Ok(json!([step, step]))
    });
    node.has("trace_block", |params| {
        let number = u32::from_str_radix(&params[0].as_str().unwrap()[2..], 16).unwrap();
        Ok(flat(number - HEIGHT))
    });
    assert_eq!(ways(&read(&node)), ["flat", "not told", "flat"]);
    assert_eq!(node.asked("debug_traceBlockByHash"), 1);
    // The first block's state is gone, the last one's is not.
    node.methods.remove("trace_block");
    node.has("debug_traceBlockByHash", |params| {
        match by_hash(&params[0]) {
            Some(0) => Err((-32_000, "missing trie node 00 (path )".to_owned())),
            place => Ok(calls(place.unwrap())),
        }
    });
    assert_eq!(ways(&read(&node)), ["not told", "not told", "tracer"]);
}

#[test]
fn the_branch_is_checked_and_its_finality_is_told() {
    let mut node = MemoryNode::new();
    wait(async {
        let source = Ethereum::over(&node).await.unwrap();
        assert_eq!(source.chain(), ChainId(1));
        assert_eq!(source.tip().await.unwrap(), refs()[2]);
        let finality = source.finality().await.unwrap();
        assert_eq!((finality.safe, finality.finalized), (Some(refs()[1]), None));
        let all = source.refs(HEIGHT, HEIGHT + 100).await.unwrap();
        assert_eq!(all, refs());
        let unknown = BlockRef {
            height: HEIGHT,
            hash: shown(&hash(1)),
        };
        assert!(source.blocks(&[unknown]).await[0].is_err());
        let misplaced = BlockRef {
            height: HEIGHT + 7,
            ..refs()[0]
        };
        assert!(source.blocks(&[misplaced]).await[0].is_err());
    });
    node.has("eth_getBlockByNumber", |params| {
        match params[0].as_str().unwrap() {
            "latest" => Ok(block(2)),
            number => {
                let place = u32::from_str_radix(&number[2..], 16).unwrap() - HEIGHT;
                let mut block = block(place);
                if place == 2 {
                    block["parentHash"] = json!(hash(5));
                }
                Ok(block)
            }
        }
    });
    wait(async {
        let source = Ethereum::over(&node).await.unwrap();
        let error = source.refs(HEIGHT, HEIGHT + 2).await.unwrap_err();
        assert!(matches!(error, SourceError::Contradiction(_)), "{error}");
    });
}

#[test]
fn a_recording_gives_the_same_blocks_whole_and_in_part() {
    let mut node = MemoryNode::new();
    node.has("trace_block", |params| {
        let number = u32::from_str_radix(&params[0].as_str().unwrap()[2..], 16).unwrap();
        Ok(flat(number - HEIGHT))
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("evm.rec");
    let recorder = Recorder::create(&file, &node).unwrap();
    let holds = Holds::Blocks {
        from: HEIGHT,
        to: HEIGHT + 2,
    };
    recorder
        .begin(Origin::Server(Adapter::Ethereum), ETHEREUM, holds)
        .unwrap();
    let recorded = read(recorder_lent(&recorder));
    recorder.finish().unwrap();
    let limits = Limits::default();
    let open = || Recording::open(&file, &limits).unwrap();
    assert_eq!(
        open().summary().header.origin,
        Origin::Server(Adapter::Ethereum)
    );
    assert_eq!(read(open()), recorded);
    // From the last block on, of which the ways that the node lacks were never asked.
    let last = wait(async {
        let source = Ethereum::over(open()).await.unwrap();
        source.blocks(&refs()[2..]).await
    });
    let last = account_block(ETHEREUM, last[0].as_ref().unwrap()).unwrap();
    assert_eq!(last, recorded[2].0);
}

fn recorder_lent<'a>(recorder: &'a Recorder<&'a MemoryNode>) -> impl Transport + 'a {
    struct Lent<'a>(&'a Recorder<&'a MemoryNode>);
    impl Transport for Lent<'_> {
        fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Answer>> {
            self.0.ask(requests)
        }
    }
    Lent(recorder)
}

fn placed(height: u32, index: u64, contract: u64) -> Value {
    let mut log = event(contract, &[hash(7)], &[height.into()]);
    let members = json!({
        "blockNumber": format!("0x{height:x}"), "blockHash": hash(height.into()),
        "transactionHash": hash(1), "transactionIndex": "0x0", "logIndex": format!("0x{index:x}"),
        "removed": false, "blockTimestamp": "1717281407",
    });
    let members = members.as_object().unwrap().clone();
    log.as_object_mut().unwrap().extend(members);
    log
}

/// A node with two events in each of 100 blocks, that tells of `blocks_max` at once.
fn with_logs(blocks_max: u32, contract: u64) -> MemoryNode {
    let mut node = MemoryNode::new();
    node.has("eth_getLogs", move |params| {
        let height =
            |name: &str| u32::from_str_radix(&params[0][name].as_str().unwrap()[2..], 16).unwrap();
        let (from, to) = (height("fromBlock"), height("toBlock"));
        if to - from >= blocks_max {
            return Err((-32_000, "query exceeds the range allowed".to_owned()));
        }
        let each = (from..=to.min(99))
            .flat_map(|height| [placed(height, 1, contract), placed(height, 0, contract)]);
        Ok(each.collect())
    });
    node
}

#[test]
fn events_are_asked_for_in_ranges_as_small_as_the_node_wants_them() {
    let filter = LogFilter {
        addresses: [account(5)].into(),
        topics: vec![[hash(7).parse().unwrap()].into()],
    };
    for (blocks_max, requests) in [(1000, 1), (50, 3), (1, 199)] {
        let node = with_logs(blocks_max, 5);
        let logs = wait(async {
            let source = Ethereum::over(&node).await.unwrap();
            source.logs(&filter, 0, 99).await.unwrap()
        });
        assert_eq!(node.asked("eth_getLogs"), requests);
        let places: Vec<_> = logs
            .iter()
            .map(|log| (log.at.height, log.log_index))
            .collect();
        let expected = (0..100).flat_map(|height| [(height, 0), (height, 1)]);
        assert_eq!(places, expected.collect::<Vec<_>>());
    }
    let refused = |node: &MemoryNode| {
        wait(async {
            let source = Ethereum::over(node).await.unwrap();
            source.logs(&filter, 0, 99).await.unwrap_err().to_string()
        })
    };
    let node = with_logs(0, 5);
    assert!(refused(&node).contains("exceeds the range"));
    assert_eq!(node.asked("eth_getLogs"), 8);
    assert!(refused(&with_logs(1000, 6)).contains("not asked for"));
    assert!(refused(&MemoryNode::new()).contains("does not exist"));
}

//! Every recorded exchange with a node is read here by what reads such an answer, or is one of a
//! method of which it is said here why nobody asks it.

mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use testdata::recorded::folder;
use trace_core::model::ChainId;

use crate::holdings;
use crate::made::ETHEREUM;
use crate::recorded::{Exchange, files, mainnet, mainnet_folder, specified, specified_folder};

/// How many questions about a method were answered, told that there is nothing, refused, and
/// asked about the newest block, whose answers were not recorded.
type Counts = [usize; 4];

/// Reads what was answered to a question.
type Read = fn(ChainId, &Exchange, &Value);

const MAINNET: [(&str, Counts, Read); 19] = [
    ("debug_getRawBlock", [6, 0, 0, 0], read::raw_block),
    ("debug_getRawReceipts", [6, 1, 0, 0], read::raw_receipts),
    ("debug_traceBlockByHash", [2, 0, 0, 0], read::block_trace),
    ("debug_traceBlockByNumber", [2, 0, 0, 4], read::block_trace),
    (
        "debug_traceTransaction",
        [17, 1, 1, 0],
        read::transaction_trace,
    ),
    ("eth_getBalance", [22, 1, 2, 4], read::balance),
    ("eth_getBlockByNumber", [10, 5, 0, 2], read::block),
    ("eth_getBlockReceipts", [8, 1, 0, 1], read::receipts),
    ("eth_getLogs", [20, 1, 0, 0], read::logs),
    ("eth_getTransactionByHash", [6, 1, 0, 0], read::transaction),
    ("eth_getTransactionReceipt", [8, 2, 0, 0], read::receipt),
    ("ots_getInternalOperations", [14, 0, 1, 0], read::operations),
    ("ots_searchTransactionsAfter", [18, 1, 1, 0], read::page),
    ("ots_searchTransactionsBefore", [18, 1, 1, 0], read::page),
    ("ots_traceTransaction", [21, 0, 1, 0], read::frames),
    ("trace_block", [28, 0, 0, 1], read::flat),
    ("trace_filter", [22, 0, 2, 1], read::filtered),
    ("trace_get", [26, 8, 0, 0], read::frame),
    ("trace_transaction", [47, 0, 0, 0], read::flat),
];

const SPECIFIED: [(&str, Counts, Read); 20] = [
    ("debug_getRawBlock", [2, 0, 1, 0], read::raw_block),
    ("debug_getRawHeader", [2, 0, 1, 0], read::raw_header),
    ("debug_getRawReceipts", [2, 0, 1, 0], read::raw_receipts),
    (
        "debug_getRawTransaction",
        [1, 0, 1, 0],
        read::raw_transaction,
    ),
    ("debug_traceBlockByHash", [1, 0, 2, 0], read::block_trace),
    ("debug_traceBlockByNumber", [6, 0, 2, 0], read::block_trace),
    (
        "debug_traceTransaction",
        [2, 0, 1, 0],
        read::transaction_trace,
    ),
    ("eth_call", [4, 0, 2, 0], read::said),
    ("eth_chainId", [1, 0, 0, 0], read::chain_id),
    ("eth_getBalance", [4, 0, 0, 0], read::balance),
    ("eth_getBlockByHash", [1, 2, 0, 0], read::block),
    ("eth_getBlockByNumber", [9, 1, 0, 0], read::block),
    ("eth_getBlockReceipts", [5, 3, 0, 0], read::receipts),
    ("eth_getCode", [4, 0, 0, 0], read::code),
    ("eth_getLogs", [6, 0, 3, 0], read::logs),
    (
        "eth_getTransactionByBlockHashAndIndex",
        [1, 0, 0, 0],
        read::transaction,
    ),
    (
        "eth_getTransactionByBlockNumberAndIndex",
        [1, 0, 0, 0],
        read::transaction,
    ),
    ("eth_getTransactionByHash", [7, 2, 0, 0], read::transaction),
    ("eth_getTransactionCount", [4, 0, 0, 0], read::nonce),
    ("eth_getTransactionReceipt", [7, 2, 0, 0], read::receipt),
];

/// Why nothing asks these, each with its files.
const NOT_ASKED: [(&str, &[(&str, usize)]); 6] = [
    (
        "they guess what a transaction would do that is in no block",
        &[
            ("eth_createAccessList", 4),
            ("eth_estimateGas", 6),
            ("eth_simulateV1", 91),
        ],
    ),
    (
        "they are about transactions and blocks that are none of the chain yet",
        &[
            ("eth_sendRawTransaction", 5),
            ("testing_buildBlockV1", 4),
            ("txpool_content", 1),
            ("txpool_contentFrom", 1),
            ("txpool_status", 1),
        ],
    ),
    (
        "what contracts store moves nothing",
        &[
            ("eth_getProof", 4),
            ("eth_getStorageAt", 5),
            ("eth_getStorageValues", 5),
        ],
    ),
    (
        "a block tells it as well",
        &[
            ("eth_blockNumber", 1),
            ("eth_getBlockTransactionCountByHash", 2),
            ("eth_getBlockTransactionCountByNumber", 2),
        ],
    ),
    (
        "they say what the next block may cost",
        &[
            ("eth_baseFee", 1),
            ("eth_blobBaseFee", 1),
            ("eth_feeHistory", 1),
        ],
    ),
    (
        "they are about the node itself",
        &[
            ("eth_capabilities", 1),
            ("eth_config", 1),
            ("eth_syncing", 1),
            ("net_version", 1),
        ],
    ),
];

/// Files of the specification that are no exchanges: the chain, which `serialised` reads, and what
/// a node needs to run it.
const NO_EXCHANGES: [&str; 4] = ["chain.rlp", "forkenv.json", "genesis.json", "headfcu.json"];

/// The folders in one, each with its files, and the files that are in none.
fn listed(of: &Path) -> (BTreeMap<String, usize>, BTreeSet<String>) {
    let (mut folders, mut beside) = (BTreeMap::new(), BTreeSet::new());
    for path in files(of) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            folders.insert(name, files(&path).len());
        } else {
            beside.insert(name);
        }
    }
    (folders, beside)
}

/// Reads all exchanges about a method; how many files they are in.
fn read_all(
    chain: ChainId,
    exchanges: &[Exchange],
    (method, counts, reads): (&str, Counts, Read),
) -> usize {
    let mut found = Counts::default();
    for exchange in exchanges {
        let place = match (&exchange.result, &exchange.error) {
            (Some(Value::Null), None) => 1,
            // Some nodes say that there is nothing beside why.
            (None | Some(Value::Null), Some(error)) => {
                assert!(error["code"].is_i64() && error["message"].is_string());
                2
            }
            (Some(result), None) => {
                reads(chain, exchange, result);
                0
            }
            (None, None) => 3,
            (Some(_), Some(_)) => panic!("{method} {} is both", exchange.file),
        };
        found[place] += 1;
    }
    assert_eq!(found, counts, "{method}");
    let files: BTreeSet<&String> = exchanges.iter().map(|it| &it.file).collect();
    files.len()
}

#[test]
fn every_exchange_with_the_main_network_is_read() {
    let Some(folder) = folder() else { return };
    let (folders, beside) = listed(&mainnet_folder(&folder));
    let each = MAINNET.map(|it| {
        let count = read_all(ETHEREUM, &mainnet(&folder, it.0), it);
        (it.0.to_owned(), count)
    });
    assert_eq!(folders, each.into());
    assert_eq!(beside, ["LICENSE".to_owned()].into());
    assert_eq!(folders.values().sum::<usize>(), 346);
}

#[test]
fn every_exchange_of_the_specification_is_read_or_not_asked() {
    let Some(folder) = folder() else { return };
    let (folders, beside) = listed(&specified_folder(&folder));
    let chain = holdings::chain(&specified(&folder, "eth_chainId")[0]);
    let read = SPECIFIED.map(|it| {
        let count = read_all(chain, &specified(&folder, it.0), it);
        (it.0.to_owned(), count)
    });
    let mut all = BTreeMap::from(read);
    let not_asked = NOT_ASKED.iter().flat_map(|(_, methods)| *methods);
    for (method, files) in not_asked {
        assert_eq!(all.insert((*method).to_owned(), *files), None, "{method}");
    }
    assert_eq!(folders, all);
    assert_eq!(beside, NO_EXCHANGES.map(str::to_owned).into());
    assert_eq!(folders.values().sum::<usize>(), 232);
}

//! Replies that others recorded, with the rows that they made of them (ethereum-etl): what we make
//! of the same replies is held against every one of their files, or it is said here why it is not.

mod block;
mod made;
mod token;
mod trace;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;
use testdata::recorded::folder;
use trace_core::model::account::Address;

use crate::recorded::files;

/// What is in the cells of a row by the names of their columns; nothing is an empty text.
pub(crate) type Row = BTreeMap<String, String>;

/// Every case, with what holds it against its rows.
const CASES: [(&str, fn(&Case)); 25] = [
    (
        "test_export_blocks_job/block_with_logs",
        block::with_receipts,
    ),
    (
        "test_export_blocks_job/block_without_transactions",
        block::alone,
    ),
    (
        "test_export_blocks_job/blocks_with_transactions",
        block::alone,
    ),
    (
        "test_export_blocks_job/blocks_with_transactions_and_withdrawals",
        made::blocks,
    ),
    ("test_export_contracts_job/erc721_contract", token::contract),
    ("test_export_origin_job/blocks_with_logs", token::shop),
    (
        "test_export_receipts_job/receipts_with_logs",
        block::receipts,
    ),
    (
        "test_export_token_transfers_job/block_with_transfers",
        token::filtered,
    ),
    (
        "test_export_tokens_job/token_with_alternative_return_type",
        token::described,
    ),
    (
        "test_export_tokens_job/token_with_invalid_data",
        token::described,
    ),
    ("test_export_traces_job/block_with_create", trace::flat),
    ("test_export_traces_job/block_with_error", trace::flat),
    ("test_export_traces_job/block_with_subtraces", trace::flat),
    ("test_export_traces_job/block_with_suicide", trace::flat),
    (
        "test_export_traces_job/block_without_transactions",
        trace::of_nothing,
    ),
    (
        "test_extract_geth_traces_job/block_with_create",
        trace::calls,
    ),
    (
        "test_extract_geth_traces_job/block_with_error",
        trace::calls,
    ),
    (
        "test_extract_geth_traces_job/block_with_subtraces",
        trace::calls,
    ),
    (
        "test_extract_geth_traces_job/block_with_suicide",
        trace::calls_without_amounts,
    ),
    (
        "test_extract_geth_traces_job/block_without_transactions",
        trace::of_nothing,
    ),
    ("test_extract_token_transfers_job/logs", made::logs),
    ("test_stream/blocks_17173049_17173050", made::stream),
    ("test_stream/blocks_1755634_1755635", block::stream),
    ("test_stream/blocks_2112234_2112234", trace::stream),
    ("test_stream/blocks_508110_508110", trace::stream),
];

/// Rows that nothing of ours can be held against.
const NOT_COMPARED: [(&str, &str); 4] = [
    (
        "test_export_origin_job/blocks_with_logs/expected_shop.json",
        "what a shop sells is told by files outside of the chain",
    ),
    (
        "test_extract_geth_traces_job/block_with_suicide/expected_traces.csv",
        "this old tracer leaves out whom a self-destruction pays, and is told apart",
    ),
    (
        "test_stream/blocks_2112234_2112234/expected_contracts.json",
        "we keep which contracts are created and not their code, and no node was asked for it",
    ),
    (
        "test_stream/blocks_508110_508110/expected_contracts.json",
        "we keep which contracts are created and not their code, and no node was asked for it",
    ),
];

/// A folder of replies and rows, which remembers what was read of it.
pub(crate) struct Case {
    folder: PathBuf,
    read: RefCell<BTreeSet<String>>,
}

impl Case {
    fn new(folder: &Path, name: &str) -> Self {
        Self {
            folder: resources(folder).join(name),
            read: RefCell::default(),
        }
    }

    /// Another case, of the same block.
    fn beside(&self, name: &str) -> Self {
        Self {
            folder: self.folder.join("../..").join(name),
            read: RefCell::default(),
        }
    }

    /// The rows in a file, with commas or as JSON.
    fn rows(&self, file: &str) -> Vec<Row> {
        self.read.borrow_mut().insert(file.to_owned());
        let text = fs::read_to_string(self.folder.join(file)).unwrap();
        if Path::new(file).extension().is_some_and(|it| it == "json") {
            return text.lines().map(row).collect();
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// The results of the replies whose files' names begin like this, by name.
    fn replies(&self, name: &str) -> Vec<Value> {
        let is_one = |path: &PathBuf| {
            let file = path.file_name().unwrap().to_string_lossy();
            file.starts_with(&format!("web3_response.{name}"))
        };
        let each = files(&self.folder).into_iter().filter(is_one).map(|path| {
            let reply: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            reply["result"].clone()
        });
        each.collect()
    }
}

/// Numbers of JSON may be larger than any that is read as one.
fn row(line: &str) -> Row {
    let cells: BTreeMap<String, Box<RawValue>> = serde_json::from_str(line).unwrap();
    let text = |cell: &RawValue| match serde_json::from_str(cell.get()).unwrap() {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items = items.iter().filter_map(Value::as_str);
            items.collect::<Vec<_>>().join(",")
        }
        _ => cell.get().to_owned(),
    };
    cells
        .iter()
        .map(|(name, cell)| (name.clone(), text(cell)))
        .collect()
}

fn resources(folder: &Path) -> PathBuf {
    folder.join("ethereum/ethereum-etl/tests/resources")
}

fn shown(address: Option<Address>) -> String {
    address.map_or_else(String::new, |it| format!("{it:#x}"))
}

#[test]
fn every_row_of_others_is_compared_or_it_is_said_why_not() {
    let Some(folder) = folder() else { return };
    let mut names = BTreeSet::new();
    let mut left = BTreeSet::new();
    for job in files(&resources(&folder))
        .iter()
        .filter(|path| path.is_dir())
    {
        for case in files(job).iter().filter(|path| path.is_dir()) {
            let name = case
                .strip_prefix(resources(&folder))
                .unwrap()
                .to_string_lossy();
            let all = files(case)
                .into_iter()
                .map(|path| path.file_name().unwrap().to_os_string());
            let all = all.map(|file| file.into_string().unwrap());
            let expected = all.filter(|file| file.starts_with("expected_"));
            left.extend(expected.map(|file| format!("{name}/{file}")));
            names.insert(name.into_owned());
        }
    }
    assert_eq!(names, CASES.map(|(name, _)| name.to_owned()).into());
    assert_eq!(left.len(), 45);
    for (name, compare) in CASES {
        let case = Case::new(&folder, name);
        compare(&case);
        for file in case.read.into_inner() {
            left.remove(&format!("{name}/{file}"));
        }
    }
    assert_eq!(left, NOT_COMPARED.map(|(file, _)| file.to_owned()).into());
}

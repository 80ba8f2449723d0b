//! Exchanges with real nodes that others recorded.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A question and what a node said to it.
pub(crate) struct Exchange {
    pub(crate) file: String,
    pub(crate) params: Value,
    pub(crate) error: Option<Value>,
    pub(crate) result: Option<Value>,
}

impl Exchange {
    fn new(path: &Path, question: &Value, reply: &Value) -> Self {
        Self {
            file: path.file_name().unwrap().to_string_lossy().into_owned(),
            params: question["params"].clone(),
            error: reply.get("error").cloned(),
            result: reply.get("result").cloned(),
        }
    }

    /// What was answered, if that is not that there is nothing.
    pub(crate) fn answer(&self) -> Option<&Value> {
        self.result.as_ref().filter(|result| !result.is_null())
    }
}

/// The exchanges about one method with a node of the main network.
pub(crate) fn mainnet(folder: &Path, method: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    for path in files(&mainnet_folder(folder).join(method)) {
        let text = match path.extension().unwrap().to_str() {
            Some("json") => fs::read_to_string(&path).unwrap(),
            _ => unpacked(&path),
        };
        let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
        let each = exchanges.iter();
        found.extend(each.map(|it| Exchange::new(&path, &it["request"], &it["response"])));
    }
    assert!(!found.is_empty(), "{method}");
    found
}

/// The only file of an archive, which is compressed by bzip2.
fn unpacked(path: &Path) -> String {
    let mut archive = tar::Archive::new(bzip2::read::BzDecoder::new(File::open(path).unwrap()));
    let mut text = String::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            assert!(text.is_empty());
            entry.read_to_string(&mut text).unwrap();
        }
    }
    text
}

/// The exchanges of the specification about one method. Some files hold more than one.
pub(crate) fn specified(folder: &Path, method: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    for path in files(&specified_folder(folder).join(method)) {
        let text = fs::read_to_string(&path).unwrap();
        let said = |mark: &str| -> Vec<Value> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(mark));
            lines
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        let (questions, replies) = (said(">> "), said("<< "));
        assert_eq!(questions.len(), replies.len(), "{method}");
        let each = questions.iter().zip(&replies);
        found.extend(each.map(|(question, reply)| Exchange::new(&path, question, reply)));
    }
    assert!(!found.is_empty(), "{method}");
    found
}

pub(crate) fn mainnet_folder(folder: &Path) -> PathBuf {
    folder.join("ethereum/mainnet-rpc")
}

pub(crate) fn specified_folder(folder: &Path) -> PathBuf {
    folder.join("ethereum/execution-apis/tests")
}

/// What is in a folder, ascending.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

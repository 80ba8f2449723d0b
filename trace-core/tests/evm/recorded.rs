//! Exchanges with real nodes that others recorded.

use std::collections::BTreeMap;
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

/// The exchanges about one method with a node of the main network.
pub(crate) fn mainnet(folder: &Path, method: &str) -> Vec<Exchange> {
    let folder = folder.join("ethereum/mainnet-rpc").join(method);
    let mut found = Vec::new();
    for path in files(&folder) {
        let text = match path.extension().unwrap().to_str() {
            Some("json") => fs::read_to_string(&path).unwrap(),
            _ => unpacked(&path),
        };
        let exchanges: Vec<Value> = serde_json::from_str(&text).unwrap();
        found.extend(exchanges.into_iter().map(|exchange| {
            let reply = &exchange["response"];
            Exchange {
                file: path.file_name().unwrap().to_string_lossy().into_owned(),
                params: exchange["request"]["params"].clone(),
                error: reply.get("error").cloned(),
                result: reply.get("result").cloned(),
            }
        }));
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

/// The exchanges of the specification about one method, by file.
pub(crate) fn specified(folder: &Path, method: &str) -> BTreeMap<String, Exchange> {
    let folder = folder.join("ethereum/execution-apis/tests").join(method);
    let each = files(&folder).into_iter().map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let line = |mark: &str| -> Value {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(mark))
                .unwrap();
            serde_json::from_str(line).unwrap()
        };
        let (question, reply) = (line(">> "), line("<< "));
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let exchange = Exchange {
            file: file.clone(),
            params: question["params"].clone(),
            error: reply.get("error").cloned(),
            result: reply.get("result").cloned(),
        };
        (file, exchange)
    });
    each.collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

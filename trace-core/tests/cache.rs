//! The cache answers what cannot change, and nothing that is done to its files can make it lie.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use trace_core::source::cache::Cached;
use trace_core::source::uri::Adapter;
use trace_core::source::{AskError, Limits, Reply, Request, SourceError, Transport};

/// Answers every request with its own text and a number of noise bytes, and remembers it.
#[derive(Default)]
struct Server(Mutex<Vec<Request>>);

impl Transport for &Server {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        self.0.lock().unwrap().extend_from_slice(requests);
        Box::pin(ready(requests.iter().map(answer).collect()))
    }
}

impl Server {
    fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn answer(request: &Request) -> Result<Reply, AskError> {
    let text = request.to_string();
    if text.contains("ffffff") {
        return Err(AskError::Status {
            request: text,
            status: 404,
        });
    }
    Ok(Reply(text.repeat(30).into_bytes()))
}

fn block(number: u32) -> Request {
    Request::Rpc {
        method: "getblock".to_owned(),
        params: format!("[\"{number:064x}\",0]"),
    }
}

fn tip() -> Request {
    Request::Rpc {
        method: "getblockcount".to_owned(),
        params: "[]".to_owned(),
    }
}

fn open<'a>(folder: &Path, server: &'a Server) -> Result<Cached<&'a Server>, SourceError> {
    Cached::open(folder, Adapter::BitcoinCore, &Limits::default(), server)
}

fn check(cached: &Cached<&Server>, requests: &[Request]) {
    let answers = cached.ask(requests).now_or_never().unwrap();
    let expected: Vec<_> = requests.iter().map(answer).collect();
    assert_eq!(answers, expected);
}

#[test]
fn what_cannot_change_is_asked_once_and_all_else_every_time() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    let requests = [block(1), tip(), block(2), block(0x00ff_ffff)];
    for run in 0..3 {
        let cached = open(folder.path(), &server).unwrap();
        check(&cached, &requests);
        let asked = server.take();
        if run == 0 {
            assert_eq!(asked, requests);
        } else {
            // What was refused may be there next time.
            assert_eq!(asked, [tip(), block(0x00ff_ffff)]);
        }
        check(&cached, &[block(2), block(3), block(1)]);
        assert_eq!(server.take().len(), usize::from(run == 0));
    }
}

#[test]
fn one_language_does_not_answer_for_another() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    let path = format!("/block/{:064x}/raw", 7);
    let request = [Request::Get { path }];
    let limits = Limits::default();
    let esplora = Cached::open(folder.path(), Adapter::Esplora, &limits, &server).unwrap();
    check(&esplora, &request);
    check(&esplora, &request);
    assert_eq!(server.take().len(), 1);
    drop(esplora);
    check(&open(folder.path(), &server).unwrap(), &request);
    assert_eq!(server.take().len(), 1);
}

#[test]
fn a_full_cache_takes_nothing_more() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    let limits = Limits {
        cache_bytes_max: 2_000_000,
        ..Limits::default()
    };
    let cached = Cached::open(folder.path(), Adapter::BitcoinCore, &limits, &server).unwrap();
    let requests: Vec<_> = (0..2_000).map(block).collect();
    check(&cached, &requests);
    server.take();
    check(&cached, &requests);
    let asked = server.take().len();
    assert!((1..1_900).contains(&asked), "{asked}");
}

#[test]
fn a_cache_in_use_is_refused_and_left_alone() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    let cached = open(folder.path(), &server).unwrap();
    let error = open(folder.path(), &server).unwrap_err().to_string();
    assert!(error.contains("in use"), "{error}");
    check(&cached, &[block(1)]);
    drop(cached);
    check(&open(folder.path(), &server).unwrap(), &[block(1)]);
    assert_eq!(server.take().len(), 1);
}

/// The files that sled made.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("replies.sled")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Fills a cache, lets `harm` do something to its files, and checks that every answer is
/// still right, twice, and that the cache works again afterwards.
fn check_harmed(harm: impl Fn(&Path)) {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    let requests: Vec<_> = (0..300).map(block).collect();
    check(&open(folder.path(), &server).unwrap(), &requests);
    harm(folder.path());
    for _ in 0..2 {
        check(&open(folder.path(), &server).unwrap(), &requests);
    }
    server.take();
    check(&open(folder.path(), &server).unwrap(), &requests);
    assert_eq!(server.take(), [], "it is not filled anew");
}

#[test]
fn a_damaged_cache_is_made_anew() {
    for bytes in [&b""[..], &[0; 64], &[0xff; 5_000], b"segment_size: 7\n"] {
        check_harmed(|folder| {
            for file in files(folder) {
                fs::write(file, bytes).unwrap();
            }
        });
    }
}

#[test]
fn a_cache_that_is_cut_off_or_torn_anywhere_does_not_lie() {
    for share in [1_u8, 4, 9] {
        check_harmed(|folder| {
            for file in files(folder) {
                let length = fs::metadata(&file).unwrap().len();
                let file = fs::File::options().write(true).open(file).unwrap();
                file.set_len(length * u64::from(share) / 10).unwrap();
            }
        });
        check_harmed(|folder| {
            for file in files(folder) {
                let mut bytes = fs::read(&file).unwrap();
                for byte in bytes.iter_mut().skip(usize::from(share) * 7).step_by(997) {
                    *byte ^= 0x55;
                }
                fs::write(&file, bytes).unwrap();
            }
        });
    }
}

/// What a kill during recovery leaves behind: a snapshot that was being written.
#[test]
fn a_torn_snapshot_is_survived() {
    for name in [
        "snap.0000000000000000.generating",
        "snap.00000000FFFFFFFF",
        "snap.x",
    ] {
        check_harmed(|folder| {
            fs::write(folder.join("replies.sled").join(name), [7; 900]).unwrap();
        });
    }
}

/// A database that may still be on its way to be closed.
fn opened(path: &Path) -> sled::Db {
    for _ in 0..100 {
        match sled::open(path) {
            Ok(db) => return db,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    }
    sled::open(path).unwrap()
}

#[test]
fn a_damaged_reply_is_asked_for_again() {
    check_harmed(|folder| {
        // Written as somebody else would who knows sled but not our checksum.
        let db = opened(&folder.join("replies.sled"));
        let tree = db.open_tree("bitcoin-core").unwrap();
        assert_eq!(tree.len(), 300);
        for (number, key) in tree.iter().keys().enumerate() {
            let key = key.unwrap();
            let mut value = tree.get(&key).unwrap().unwrap().to_vec();
            match number % 3 {
                0 => value[40] ^= 1,
                1 => value.truncate(20),
                _ => value = tree.get(block(0).to_string()).unwrap().unwrap().to_vec(),
            }
            tree.insert(key, value).unwrap();
        }
    });
}

#[test]
fn nothing_beside_the_cache_is_touched() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Server::default());
    fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    fs::write(folder.path().join("replies.sled"), "not a folder").unwrap();
    check(&open(folder.path(), &server).unwrap(), &[block(1)]);
    assert_eq!(fs::read(folder.path().join("thesis.txt")).unwrap(), b"mine");
    let aside = fs::read(folder.path().join("replies.damaged")).unwrap();
    assert_eq!(aside, b"not a folder");
}

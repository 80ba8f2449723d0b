//! Folders made for a test, and naive ways to look at what comes out of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bitcoin::Block;
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::Hash as _;
use futures_util::FutureExt as _;
use tempfile::TempDir;
use testdata::economy;
use trace_core::model::BlockHash;
use trace_core::source::block_files::BlockFiles;
use trace_core::source::{Request, Transport as _};

const MAGIC: [u8; 4] = [0xfa, 0xbf, 0xb5, 0xda];

/// A `blocks` folder that goes away with the test.
pub(crate) struct Folder {
    dir: TempDir,
    key: Option<[u8; 8]>,
}

impl Folder {
    pub(crate) fn plain() -> Self {
        Self::with_key(None)
    }

    pub(crate) fn with_key(key: Option<[u8; 8]>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if let Some(key) = key {
            fs::write(dir.path().join("xor.dat"), key).unwrap();
        }
        Self { dir, key }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file whose bytes read as `plain`, followed by zeros as a node leaves them.
    pub(crate) fn write(&self, name: &str, plain: &[u8], zeros: usize) {
        let mut bytes = plain.to_vec();
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte ^= self.key.map_or(0, |key| key[place % 8]);
        }
        bytes.resize(plain.len() + zeros, 0);
        fs::write(self.file(name), bytes).unwrap();
    }

    pub(crate) fn open(&self) -> BlockFiles {
        BlockFiles::open(self.path(), None).unwrap()
    }

    pub(crate) fn refused(&self) -> String {
        BlockFiles::open(self.path(), None).unwrap_err().to_string()
    }

    /// What was passed over, as file name, first byte, bytes and why.
    pub(crate) fn skipped(files: &BlockFiles) -> Vec<(String, u64, u64, String)> {
        let skipped = files.skipped().into_iter().map(|skipped| {
            let name = skipped.path.file_name().unwrap().to_str().unwrap();
            let why = format!("{:?}", skipped.why);
            (name.to_owned(), skipped.byte, skipped.bytes, why)
        });
        skipped.collect()
    }
}

/// The first blocks of the shipped economy: valid blocks of regtest, with and without witness.
pub(crate) fn economy(count: usize) -> Vec<Block> {
    static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(shipped);
    BLOCKS[..count].to_vec()
}

fn shipped() -> Vec<Block> {
    let bytes = fs::read(economy::shipped().join("blocks/blk00000.dat")).unwrap();
    let mut blocks = Vec::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        assert_eq!(rest[..4], MAGIC);
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        blocks.push(deserialize(&rest[8..8 + length]).unwrap());
        rest = &rest[8 + length..];
    }
    blocks
}

/// The same transactions in a block built on another one, with `work` hashes' worth of it.
pub(crate) fn rebuilt(block: &Block, on: &Block, bits: u32) -> Block {
    let mut block = block.clone();
    block.header.prev_blockhash = on.block_hash();
    block.header.bits = bitcoin::CompactTarget::from_consensus(bits);
    while !block.header.target().is_met_by(block.block_hash()) {
        block.header.nonce += 1;
    }
    block
}

pub(crate) fn record(block: &Block) -> Vec<u8> {
    framed(&serialize(block))
}

pub(crate) fn records<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Vec<u8> {
    blocks.into_iter().flat_map(record).collect()
}

pub(crate) fn framed(content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap();
    [&MAGIC, &length.to_le_bytes()[..], content].concat()
}

pub(crate) fn hash(block: &Block) -> BlockHash {
    BlockHash(block.block_hash().to_byte_array())
}

/// The reply to a name, or what is said instead of one.
pub(crate) fn ask(files: &BlockFiles, name: &str) -> Result<Vec<u8>, String> {
    let name = name.to_owned();
    let requests = [Request::Local { name }];
    // A folder never waits for anything but the disk.
    let replies = files.ask(&requests).now_or_never().unwrap();
    let [reply] = <[_; 1]>::try_from(replies).unwrap();
    reply
        .map(|reply| reply.0)
        .map_err(|error| error.to_string())
}

/// Checks that the chain is these blocks from `height` on, byte for byte.
#[track_caller]
pub(crate) fn assert_chain<'a>(
    files: &BlockFiles,
    height: u32,
    blocks: impl IntoIterator<Item = &'a Block>,
) {
    let blocks: Vec<&Block> = blocks.into_iter().collect();
    let lines: Vec<String> = (height..)
        .zip(&blocks)
        .map(|(height, block)| format!("{height} {}", hash(block)))
        .collect();
    let text = |name: &str| String::from_utf8(ask(files, name).unwrap()).unwrap();
    assert_eq!(text("tip"), *lines.last().unwrap());
    assert_eq!(text("refs/0/4294967295"), lines.join("\n") + "\n");
    for block in blocks {
        let read = ask(files, &format!("block/{}", hash(block))).unwrap();
        assert_eq!(read, serialize(block));
    }
}

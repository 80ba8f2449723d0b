//! The parts of the file: its beginning, groups of entries, its end.

use std::io::{self, Read};

use super::entry::{Digest, digest};

/// The first bytes of every recording. The line ends show a file that was sent as text.
pub(super) const MAGIC: [u8; 8] = *b"\x93TREC\r\n\x1a";
/// The only version there is.
pub(super) const VERSION: u16 = 1;
/// Three lines have less.
pub(super) const HEADER_BYTES_MAX: usize = 256;
/// A frame is full once it holds this many bytes.
pub(super) const FRAME_BYTES: usize = 256 << 10;
/// Compression of frames: what is recorded once is replayed often.
pub(super) const LEVEL: i32 = 9;
/// Level 9 never looks back further than 2²³ bytes; no more memory is given to whoever claims to.
const WINDOW_LOG_MAX: u32 = 24;

/// What stands before the compressed bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameHead {
    pub(super) entries: u32,
    pub(super) compressed_bytes: u32,
    pub(super) plain_bytes: u32,
    /// The hash of the recording up to the end of this frame.
    pub(super) chained: Digest,
}

/// What stands at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) frames: u64,
    pub(super) entries: u64,
    pub(super) plain_bytes: u64,
}

impl FrameHead {
    pub(super) const KIND: u8 = 1;
    pub(super) const BYTES: usize = 49;

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![Self::KIND];
        for number in [self.entries, self.compressed_bytes, self.plain_bytes] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.chained);
        let check = digest(&[&bytes]);
        bytes.extend(check.iter().take(4));
        bytes
    }

    /// Reads what follows the kind.
    pub(super) fn parse(bytes: &[u8; Self::BYTES - 1]) -> Result<Self, &'static str> {
        let (numbers, rest) = bytes.split_at(12);
        let mut numbers = numbers
            .chunks_exact(4)
            .map(|number| number.try_into().map_or(0, u32::from_le_bytes));
        let mut number = || numbers.next().unwrap_or_default();
        let chained = rest.first_chunk().copied().unwrap_or_default();
        let head = Self {
            entries: number(),
            compressed_bytes: number(),
            plain_bytes: number(),
            chained,
        };
        if head.to_bytes().get(1..) == Some(bytes) {
            Ok(head)
        } else {
            Err("the head of a frame is damaged")
        }
    }
}

impl Totals {
    pub(super) const KIND: u8 = 2;
    pub(super) const BYTES: usize = 57;

    /// The closing record, and the hash of the whole recording with which it ends.
    pub(super) fn to_bytes(self, chained: &Digest) -> (Vec<u8>, Digest) {
        let mut bytes = vec![Self::KIND];
        for number in [self.frames, self.entries, self.plain_bytes] {
            bytes.extend(number.to_le_bytes());
        }
        let hash = digest(&[chained, &bytes]);
        bytes.extend(hash);
        (bytes, hash)
    }
}

/// Decompresses a frame into exactly `plain_bytes` bytes from exactly `compressed_bytes`.
///
/// Takes memory for what there is and not for what is announced.
pub(super) fn decompress(from: impl Read, head: &FrameHead) -> io::Result<Vec<u8>> {
    let mut compressed = io::BufReader::new(from.take(head.compressed_bytes.into()));
    let mut plain = Vec::new();
    let mut decoder = zstd::stream::read::Decoder::with_buffer(&mut compressed)?.single_frame();
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    let limit = u64::from(head.plain_bytes) + 1;
    decoder.take(limit).read_to_end(&mut plain)?;
    let wrong = |why| Err(io::Error::new(io::ErrorKind::InvalidData, why));
    if plain.len() as u64 != u64::from(head.plain_bytes) {
        return wrong("a frame is not as long as its head says");
    }
    if io::copy(&mut compressed, &mut io::sink())? != 0 {
        return wrong("a frame has bytes after its end");
    }
    Ok(plain)
}

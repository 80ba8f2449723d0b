//! Finds the records in a file: magic, length, content, and for undo data a checksum.
//!
//! # When a record is believed
//! A whole chain is 700 GB, so a block is not read to find the next one. A record that begins
//! where one ended and ends where one begins, or where a finished file ends, is taken as it
//! says. Any other block is read in full and must hash to its own merkle root and witness
//! commitment: it may be half written, or lie among the remains of a file that its node wrote
//! anew after a crash, or be a piece of a transaction that somebody made to look like a block.

use bitcoin::consensus::deserialize;

use super::data_file::Reader;
use super::skipped::{Skipped, WhySkipped};
use crate::source::SourceError;

/// Bytes read at the beginning of each record: magic, length and a block header.
const HEAD_BYTES: usize = 8 + 80;
/// Magic and length.
pub(super) const FRAME_BYTES: u64 = 8;
/// A block that is shorter than its header and one transaction is none.
const BLOCK_BYTES_MIN: u64 = 80 + 1 + 60;
/// Consensus: `MAX_BLOCK_SERIALIZED_SIZE`.
pub(super) const BLOCK_BYTES_MAX: u64 = 4_000_000;
/// An input weighs at least 4 × 41 of a block's 4 000 000, and the output it spends is at most
/// a script of 10 000 bytes, its length, value, height and two more.
const UNDO_BYTES_MAX: u64 = 4_000_000 / 164 * 10_030;
/// The double SHA-256 behind an undo record.
pub(super) const CHECKSUM_BYTES: u64 = 32;
/// Blocks read in full to see whether they are whole may come to this many times the file:
/// enough for any accident, and a bound for a file that is made of beginnings.
const CHECKED_TIMES: u64 = 8;
/// Read at once in search of the next record: little, because it may be near, then more.
const SEARCH_BYTES_MIN: usize = 1 << 12;
const SEARCH_BYTES_MAX: usize = 1 << 18;

/// What the records of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Blocks.
    Block,
    /// What blocks spent, each record with a checksum behind it.
    Undo,
}

/// A record found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Where its content begins.
    pub(super) at: u64,
    /// Bytes of its content, without the checksum.
    pub(super) length: u32,
    /// The first bytes of its content, and what comes behind them where it is shorter.
    pub(super) head: [u8; 80],
}

/// The search through one file.
pub(super) struct Search<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) kind: Kind,
    pub(super) magic: [u8; 4],
    /// Whether a node may still be writing to the end of the file.
    pub(super) may_grow: bool,
}

/// Bytes that belong to no record believed.
struct Gap {
    why: WhySkipped,
    first: Option<u64>,
    last: u64,
}

impl Search<'_> {
    /// All records of the file in their order, and what lies between them. Memory is that of
    /// the records' heads; time is a read a record, and a read of the file where none is.
    pub(super) fn run(&self) -> Result<(Vec<Record>, Vec<Skipped>), SourceError> {
        let end = self.reader.bytes();
        let (mut found, mut skipped) = (Vec::new(), Vec::new());
        let mut gap: Option<Gap> = None;
        let mut unchecked = end.saturating_mul(CHECKED_TIMES);
        let mut at = 0;
        let mut here = self.record_at(at)?;
        while at < end {
            if let Some(record) = here {
                let after = self.end_of(&record);
                let next = self.record_at(after)?;
                let framed = gap.is_none() && (next.is_some() || (after == end && !self.may_grow));
                if framed || self.is_whole(&record, &mut unchecked)? {
                    skipped.extend(gap.take().and_then(|gap| self.skipped(&gap)));
                    found.push(record);
                    (at, here) = (after, next);
                    continue;
                }
            }
            let open = match gap.take() {
                Some(gap) => gap,
                None => self.open_gap(at)?,
            };
            at = self.next_magic(at, gap.insert(open))?;
            here = self.record_at(at)?;
        }
        skipped.extend(gap.and_then(|gap| self.skipped(&gap)));
        Ok((found, skipped))
    }

    /// The record that says it begins at `at`, if it fits into the file.
    fn record_at(&self, at: u64) -> Result<Option<Record>, SourceError> {
        let left = self.reader.bytes().saturating_sub(at);
        let length = usize::try_from(left).map_or(HEAD_BYTES, |left| left.min(HEAD_BYTES));
        let bytes = self.reader.read(at, length)?;
        let Some(([magic @ .., l0, l1, l2, l3], content)) = bytes.split_first_chunk::<8>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]);
        let mut head = [0; 80];
        for (byte, read) in head.iter_mut().zip(content) {
            *byte = *read;
        }
        let record = Record {
            at: at + FRAME_BYTES,
            length,
            head,
        };
        let lengths = match self.kind {
            Kind::Block => BLOCK_BYTES_MIN..=BLOCK_BYTES_MAX,
            Kind::Undo => 1..=UNDO_BYTES_MAX,
        };
        let fits = *magic == self.magic
            && lengths.contains(&u64::from(length))
            && self.end_of(&record) <= self.reader.bytes();
        Ok(fits.then_some(record))
    }

    fn end_of(&self, record: &Record) -> u64 {
        let behind = match self.kind {
            Kind::Block => 0,
            Kind::Undo => CHECKSUM_BYTES,
        };
        record.at + u64::from(record.length) + behind
    }

    /// Whether the content is all there. An undo record is only believed by its checksum, when
    /// it is looked for, so it needs no other proof here.
    fn is_whole(&self, record: &Record, unchecked: &mut u64) -> Result<bool, SourceError> {
        if self.kind == Kind::Undo {
            return Ok(true);
        }
        let Some(left) = unchecked.checked_sub(u64::from(record.length)) else {
            return Ok(false);
        };
        *unchecked = left;
        let bytes = self.reader.read(record.at, record.length as usize)?;
        Ok(deserialize::<bitcoin::Block>(&bytes)
            .is_ok_and(|block| block.check_merkle_root() && block.check_witness_commitment()))
    }

    fn open_gap(&self, at: u64) -> Result<Gap, SourceError> {
        let left = self.reader.bytes() - at;
        let begins = left >= 4 && self.reader.read(at, 4)? == self.magic;
        Ok(Gap {
            why: if begins {
                WhySkipped::NotWhole
            } else {
                WhySkipped::NoRecord
            },
            first: None,
            last: 0,
        })
    }

    /// Where the magic comes next behind `from`, or the end of the file. Notes in `gap` what
    /// lies before it.
    fn next_magic(&self, from: u64, gap: &mut Gap) -> Result<u64, SourceError> {
        let end = self.reader.bytes();
        let (mut raw, mut zeros) = (Vec::new(), vec![0; SEARCH_BYTES_MIN]);
        let mut at = from;
        loop {
            let left = usize::try_from(end - at);
            raw.resize(left.map_or(zeros.len(), |left| left.min(zeros.len())), 0);
            self.reader.read_raw(at, &mut raw)?;
            // A magic may begin in the last three bytes and end in the next read.
            let is_last = at + raw.len() as u64 == end;
            let searched = raw.len() - if is_last { 0 } else { 3 };
            if !zeros.starts_with(&raw) {
                let mut plain = raw.clone();
                self.reader.unmask(at, &mut plain);
                // What begins at `from` itself was judged before.
                let passed = usize::from(at == from);
                let mut fours = plain.windows(4).skip(passed);
                let hit = fours.position(|four| four == self.magic);
                let before = hit.map_or(searched, |hit| hit + passed);
                gap.note(at, raw.iter().zip(&plain).take(before));
                if hit.is_some() {
                    return Ok(at + before as u64);
                }
            }
            if is_last {
                return Ok(end);
            }
            at += searched as u64;
            zeros.resize(SEARCH_BYTES_MAX.min(zeros.len() * 4), 0);
        }
    }

    fn skipped(&self, gap: &Gap) -> Option<Skipped> {
        gap.first.map(|first| Skipped {
            path: self.reader.file().path().to_owned(),
            byte: first,
            bytes: gap.last + 1 - first,
            why: gap.why,
        })
    }
}

impl Gap {
    /// Takes note of bytes from `at` on, each as it lies on the disk and as it reads. A node
    /// fills a file with zeros ahead of itself without laying the pattern over them.
    fn note<'a>(&mut self, at: u64, bytes: impl Iterator<Item = (&'a u8, &'a u8)>) {
        for (place, (raw, plain)) in (at..).zip(bytes) {
            if *raw != 0 && *plain != 0 {
                self.first.get_or_insert(place);
                self.last = place;
            }
        }
    }
}

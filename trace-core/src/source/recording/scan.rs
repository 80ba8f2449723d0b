//! Reads a recording from its beginning to its end and checks all of it.

use std::io::{self, Read};

use super::entry::{Digest, Entries, chained, digest};
use super::frame::{FRAME_BYTES, FrameHead, HEADER_BYTES_MAX, MAGIC, Totals, VERSION, decompress};
use super::{Damage, Header, Summary};

/// How far a recording has been read.
pub(super) struct Scan<R> {
    from: R,
    header: Header,
    plain_bytes_max: u64,
    position: u64,
    chained: Digest,
    totals: Totals,
}

/// A frame that was read.
pub(super) struct Frame {
    /// Where its head begins.
    pub(super) offset: u64,
    /// The hash of the recording before it.
    pub(super) before: Digest,
    /// Its entries.
    pub(super) entries: Vec<Place>,
}

/// Where an entry is in a frame.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The SHA-256 of its request.
    pub(super) request: Digest,
    /// The byte at which it begins, after decompression.
    pub(super) position: usize,
}

/// What comes next in a recording.
pub(super) enum Next {
    /// Entries.
    Frame(Frame),
    /// The end, whole or torn.
    End(Summary),
}

impl<R: Read> Scan<R> {
    /// Reads the beginning. Frames of more than `plain_bytes_max` bytes will be refused.
    pub(super) fn begin(mut from: R, plain_bytes_max: u64) -> Result<Self, Damage> {
        let mut bytes = read_up_to(&mut from, 0, MAGIC.len() + 4)?;
        let (magic, numbers) = bytes.split_at(MAGIC.len().min(bytes.len()));
        if magic != MAGIC {
            return Err(Damage::at(0, "this is no recording"));
        }
        let (version, length) = numbers.split_at(2.min(numbers.len()));
        let number = |bytes: &[u8]| bytes.try_into().map(u16::from_le_bytes).ok();
        match number(version) {
            Some(VERSION) => {}
            Some(newer) => {
                let why = format!("version {newer} of the format is not known, only {VERSION}");
                return Err(Damage::at(8, why));
            }
            None => return Err(Damage::at(8, "the beginning is cut off")),
        }
        let length = usize::from(number(length).unwrap_or_default());
        if length == 0 || length > HEADER_BYTES_MAX {
            return Err(Damage::at(10, format!("a header of {length} bytes")));
        }
        let text_and_hash = read_up_to(&mut from, 12, length + 32)?;
        let Some((text, hash)) = text_and_hash
            .split_at_checked(length)
            .filter(|(_, hash)| hash.len() == 32)
        else {
            return Err(Damage::at(12, "the beginning is cut off"));
        };
        bytes.extend(text);
        let chained = digest(&[&bytes]);
        if hash != chained {
            return Err(Damage::at(12, "the header is not what its SHA-256 says"));
        }
        let text =
            std::str::from_utf8(text).map_err(|_| Damage::at(12, "the header is no text"))?;
        Ok(Self {
            from,
            header: Header::parse(text).map_err(|why| Damage::at(12, why))?,
            plain_bytes_max,
            position: (12 + length + 32) as u64,
            chained,
            totals: Totals::default(),
        })
    }

    /// Reads and checks what comes next.
    pub(super) fn next(&mut self) -> Result<Next, Damage> {
        let offset = self.position;
        let kind = read_up_to(&mut self.from, offset, 1)?;
        match kind.first() {
            None => Ok(Next::End(self.end(Some(offset), self.chained))),
            Some(&FrameHead::KIND) => self.frame(offset),
            Some(&Totals::KIND) => self.close(offset),
            Some(other) => Err(Damage::at(offset, format!("{other} is no kind of frame"))),
        }
    }

    fn frame(&mut self, offset: u64) -> Result<Next, Damage> {
        let torn = Next::End(self.end(Some(offset), self.chained));
        let head = read_up_to(&mut self.from, offset, FrameHead::BYTES - 1)?;
        let Some(head) = head.first_chunk() else {
            return Ok(torn);
        };
        let head = FrameHead::parse(head).map_err(|why| Damage::at(offset, why))?;
        let length = FrameHead::BYTES as u64 + u64::from(head.compressed_bytes);
        let read = read_frame(&mut self.from, offset, &head, self.plain_bytes_max);
        let Some(plain) = read? else {
            return Ok(torn);
        };
        let before = self.chained;
        let entries = check(&plain, &head, before).map_err(|why| Damage::at(offset, why))?;
        self.chained = head.chained;
        self.position = offset + length;
        self.totals.frames += 1;
        self.totals.entries += u64::from(head.entries);
        self.totals.plain_bytes += u64::from(head.plain_bytes);
        Ok(Next::Frame(Frame {
            offset,
            before,
            entries,
        }))
    }

    fn close(&mut self, offset: u64) -> Result<Next, Damage> {
        let rest = read_up_to(&mut self.from, offset, Totals::BYTES - 1)?;
        if rest.len() < Totals::BYTES - 1 {
            return Ok(Next::End(self.end(Some(offset), self.chained)));
        }
        let (expected, hash) = self.totals.to_bytes(&self.chained);
        if expected.get(1..) != Some(&rest) {
            return Err(Damage::at(offset, "the end does not fit what is before it"));
        }
        let end = offset + Totals::BYTES as u64;
        if !read_up_to(&mut self.from, end, 1)?.is_empty() {
            return Err(Damage::at(end, "bytes after the end"));
        }
        Ok(Next::End(self.end(None, hash)))
    }

    fn end(&self, torn_at: Option<u64>, hash: Digest) -> Summary {
        Summary {
            header: self.header,
            entries: self.totals.entries,
            plain_bytes: self.totals.plain_bytes,
            hash,
            torn_at,
        }
    }

    pub(super) fn into_inner(self) -> R {
        self.from
    }
}

/// Reads the entries of a frame whose head has been read, or `None` if they are cut off.
pub(super) fn read_frame(
    from: impl Read,
    offset: u64,
    head: &FrameHead,
    plain_bytes_max: u64,
) -> Result<Option<Vec<u8>>, Damage> {
    if u64::from(head.plain_bytes) > plain_bytes_max {
        let plain = head.plain_bytes;
        let why = format!("a frame of {plain} bytes; no more than {plain_bytes_max} are allowed");
        return Err(Damage::at(offset, why));
    }
    let mut counted = Counted { from, bytes: 0 };
    match decompress(&mut counted, head) {
        Ok(plain) => Ok(Some(plain)),
        // The head is whole, so the frame is not damaged if it stops where the file does.
        Err(_) if counted.bytes < head.compressed_bytes.into() && counted.is_at_end() => Ok(None),
        Err(error) => Err(Damage::at(
            offset + FrameHead::BYTES as u64,
            error.to_string(),
        )),
    }
}

/// Checks the entries of a frame, which follows what has the hash `before`, and finds them.
pub(super) fn check(plain: &[u8], head: &FrameHead, before: Digest) -> Result<Vec<Place>, String> {
    let mut entries = Entries::of(plain);
    let mut places = Vec::new();
    let mut hash = before;
    loop {
        let position = entries.position();
        let entry = entries.next();
        let entry = entry.map_err(|why| format!("{why}, at byte {position} of a frame"))?;
        let Some(entry) = entry else { break };
        if position >= FRAME_BYTES {
            return Err("a frame goes on after it is full".to_owned());
        }
        hash = chained(&hash, &entry.request_digest, &entry.answer_digest);
        places.push(Place {
            request: entry.request_digest,
            position,
        });
    }
    if places.len() as u64 != u64::from(head.entries) {
        return Err("a frame has not as many entries as its head says".to_owned());
    }
    if hash != head.chained {
        return Err("entries before here were changed, removed or reordered".to_owned());
    }
    Ok(places)
}

/// Reads as many bytes as there are, up to `length`.
pub(super) fn read_up_to(from: impl Read, offset: u64, length: usize) -> Result<Vec<u8>, Damage> {
    let mut bytes = Vec::new();
    let read = from.take(length as u64).read_to_end(&mut bytes);
    read.map_err(|error| Damage::at(offset, error.to_string()))?;
    Ok(bytes)
}

/// Counts what is read.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Counted<R> {
    fn is_at_end(&mut self) -> bool {
        self.from.read(&mut [0]).is_ok_and(|count| count == 0)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

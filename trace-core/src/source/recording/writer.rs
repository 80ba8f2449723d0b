//! Writes a recording.

use std::io::{self, Write};

use super::entry::{Digest, Entry, chained, digest};
use super::frame::{FRAME_BYTES, FrameHead, LEVEL, MAGIC, Totals, VERSION};
use super::{Header, Summary};

/// Writes entries in the order given. What is written depends on the header and the entries
/// alone, and is cut into frames by their size alone.
pub(crate) struct Writer<W> {
    out: W,
    header: Header,
    chained: Digest,
    plain: Vec<u8>,
    entries: u32,
    totals: Totals,
}

impl<W: Write> Writer<W> {
    /// Writes the beginning.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn begin(mut out: W, header: Header) -> io::Result<Self> {
        let text = header.to_string();
        let length = u16::try_from(text.len()).map_err(io::Error::other)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(text.as_bytes());
        let chained = digest(&[&bytes]);
        bytes.extend(chained);
        out.write_all(&bytes)?;
        Ok(Self {
            out,
            header,
            chained,
            plain: Vec::new(),
            entries: 0,
            totals: Totals::default(),
        })
    }

    /// Adds an entry, and writes the frame once it is full.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let bytes = entry.bytes();
        if u32::try_from(self.plain.len() + bytes.len()).is_err() {
            self.flush()?;
        }
        self.plain.extend(bytes);
        self.entries += 1;
        self.chained = chained(&self.chained, &entry.request, &entry.answer);
        if self.plain.len() < FRAME_BYTES {
            return Ok(());
        }
        self.flush()
    }

    /// Writes what waits as a frame.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.entries == 0 {
            return Ok(());
        }
        let compressed = zstd::bulk::compress(&self.plain, LEVEL)?;
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
        let head = FrameHead {
            entries: self.entries,
            compressed_bytes: length(&compressed)?,
            plain_bytes: length(&self.plain)?,
            chained: self.chained,
        };
        let mut bytes = head.to_bytes();
        bytes.extend(compressed);
        // One write, so that a kill leaves a frame whole or torn at its end.
        self.out.write_all(&bytes)?;
        self.totals.frames += 1;
        self.totals.entries += u64::from(self.entries);
        self.totals.plain_bytes += self.plain.len() as u64;
        self.plain.clear();
        self.entries = 0;
        Ok(())
    }

    /// Writes the end and hands back what it was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn close(mut self) -> io::Result<(W, Summary)> {
        self.flush()?;
        let (bytes, hash) = self.totals.to_bytes(&self.chained);
        self.out.write_all(&bytes)?;
        let summary = Summary {
            header: self.header,
            entries: self.totals.entries,
            plain_bytes: self.totals.plain_bytes,
            hash,
            torn_at: None,
        };
        Ok((self.out, summary))
    }
}

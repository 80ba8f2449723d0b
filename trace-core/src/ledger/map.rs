//! Files as memory.

use std::fs::File;
use std::io;
use std::slice;

use memmap2::{MmapOptions, MmapRaw};

/// The first bytes of a file, as memory.
///
/// A file that grows is mapped with room to spare, so that a writer need not map it anew for
/// every block. Only the part below `len` is ever touched.
#[derive(Debug, Default)]
pub(crate) struct Map {
    map: Option<MmapRaw>,
    len: usize,
}

/// The least room that a growing file is mapped with, in bytes. Address space, not memory.
const ROOM_BYTES: usize = 1 << 20;

impl Map {
    /// The first `len` bytes of a file that has at least as many.
    pub(crate) fn of(file: &File, len: usize) -> io::Result<Self> {
        let mut map = Self::default();
        map.remap(file, len)?;
        map.len = len;
        Ok(map)
    }

    /// Makes the first `len` bytes of the file visible, which must have been written.
    pub(crate) fn grow(&mut self, file: &File, len: usize) -> io::Result<()> {
        if self.map.as_ref().map_or(0, MmapRaw::len) < len {
            let room = len.saturating_mul(2).max(ROOM_BYTES);
            self.remap(file, room)?;
        }
        self.len = len;
        Ok(())
    }

    fn remap(&mut self, file: &File, room: usize) -> io::Result<()> {
        self.len = 0;
        self.map = None;
        if room > 0 {
            self.map = Some(MmapOptions::new().len(room).map_raw_read_only(file)?);
        }
        Ok(())
    }

    /// The bytes.
    #[expect(
        unsafe_code,
        reason = "memory that another process could change or cut short cannot be made safe by \
                  the type system; the folder's lock keeps writers apart, a writer only adds \
                  beyond what a reader looks at or overwrites whole aligned words of an index, \
                  and `len` is never beyond the end of the file"
    )]
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.map {
            // SAFETY: the mapping is at least `len` bytes long, lives as long as `self`, and the
            // file was that long when `len` was set. Nobody cuts a ledger's file below what its
            // rows acknowledge.
            Some(map) => unsafe { slice::from_raw_parts(map.as_ptr(), self.len) },
            None => &[],
        }
    }
}

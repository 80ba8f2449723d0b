//! The memory of a large table.

use memmap2::MmapMut;

/// Bytes from which on a table asks the system for its own pages.
const PAGES_MIN: usize = 1 << 22;

/// Slots of `W` bytes, all zero to begin with.
///
/// A look-up goes to any of them, so on pages of 4 KiB the processor would look up the place of
/// the page each time, which costs as much again: a large table asks for large pages.
#[derive(Debug)]
pub(crate) enum Slots<const W: usize> {
    Heap(Vec<[u8; W]>),
    Pages(MmapMut),
}

impl<const W: usize> Default for Slots<W> {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl<const W: usize> Slots<W> {
    pub(crate) fn of(count: usize) -> Self {
        let bytes = count.saturating_mul(W);
        if bytes < PAGES_MIN {
            return Self::Heap(vec![[0; W]; count]);
        }
        match MmapMut::map_anon(bytes) {
            Ok(pages) => {
                // Where it is refused, look-ups are slower and nothing else.
                #[cfg(target_os = "linux")]
                let _ = pages.advise(memmap2::Advice::HugePage);
                Self::Pages(pages)
            }
            Err(_) => Self::Heap(vec![[0; W]; count]),
        }
    }

    /// The slot at which one looks for a hash first: hashes in their order are in that of
    /// their slots.
    #[inline]
    pub(crate) fn home(&self, hash: u64) -> usize {
        let scaled = u128::from(hash) * self.all().len() as u128;
        usize::try_from(scaled >> 64).unwrap_or(0)
    }

    /// The slot behind another one; behind the last comes the first.
    #[inline]
    pub(crate) fn next(&self, slot: usize) -> usize {
        if slot + 1 < self.all().len() {
            slot + 1
        } else {
            0
        }
    }

    #[inline]
    pub(crate) fn all(&self) -> &[[u8; W]] {
        match self {
            Self::Heap(slots) => slots,
            Self::Pages(pages) => pages.as_chunks().0,
        }
    }

    #[inline]
    pub(crate) fn all_mut(&mut self) -> &mut [[u8; W]] {
        match self {
            Self::Heap(slots) => slots,
            Self::Pages(pages) => pages.as_chunks_mut().0,
        }
    }
}

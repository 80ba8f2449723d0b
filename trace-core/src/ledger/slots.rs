//! The memory of a large table.

use memmap2::MmapMut;

/// Bytes from which on a table asks the system for its own pages.
const PAGES_MIN: usize = 1 << 22;

/// Slots of five bytes, all zero to begin with.
///
/// A look-up goes to any of them, so on pages of 4 KiB the processor would look up the place of
/// the page each time, which costs as much again: a large table asks for large pages.
#[derive(Debug)]
pub(crate) enum Slots {
    Heap(Vec<[u8; 5]>),
    Pages(MmapMut),
}

impl Default for Slots {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl Slots {
    pub(crate) fn of(count: usize) -> Self {
        let bytes = count.saturating_mul(5);
        if bytes < PAGES_MIN {
            return Self::Heap(vec![[0; 5]; count]);
        }
        match MmapMut::map_anon(bytes) {
            Ok(pages) => {
                // Where it is refused, look-ups are slower and nothing else.
                #[cfg(target_os = "linux")]
                let _ = pages.advise(memmap2::Advice::HugePage);
                Self::Pages(pages)
            }
            Err(_) => Self::Heap(vec![[0; 5]; count]),
        }
    }

    #[inline]
    pub(crate) fn all(&self) -> &[[u8; 5]] {
        match self {
            Self::Heap(slots) => slots,
            Self::Pages(pages) => pages.as_chunks().0,
        }
    }

    #[inline]
    pub(crate) fn all_mut(&mut self) -> &mut [[u8; 5]] {
        match self {
            Self::Heap(slots) => slots,
            Self::Pages(pages) => pages.as_chunks_mut().0,
        }
    }
}

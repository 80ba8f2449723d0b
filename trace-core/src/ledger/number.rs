//! Numbers as columns hold them: little-endian, of one width in each column.

use super::LedgerError;

/// Output numbers from here on are of outputs outside the blocks held.
pub(crate) const EXTERNAL: u64 = 1 << 39;

/// "No such number" in a column of 32 bits.
pub(crate) const NONE: u32 = u32::MAX;

/// Outputs that share one entry of the column `output.creator` and one number in a chain of
/// receipts. Few enough to be looked through one by one, in one or two lines of cache.
pub(crate) const GROUP: u64 = 16;

/// A number of 40 bits as a column holds it.
pub(crate) fn to_40(number: u64, what: &'static str) -> Result<[u8; 5], LedgerError> {
    match number.to_le_bytes().split_first_chunk() {
        Some((low, [0, 0, 0])) => Ok(*low),
        _ => Err(LedgerError::Full { what }),
    }
}

/// The number that a column holds in 40 bits.
pub(crate) fn from_40(bytes: [u8; 5]) -> u64 {
    let [first, second, third, fourth, fifth] = bytes;
    u64::from_le_bytes([first, second, third, fourth, fifth, 0, 0, 0])
}

/// An entry of several parts, which are `N` bytes together.
pub(crate) fn entry<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut entry = [0; N];
    let bytes = parts.iter().copied().flatten();
    for (to, from) in entry.iter_mut().zip(bytes) {
        *to = *from;
    }
    entry
}

/// A number that must stay below the mark for external outputs.
pub(crate) fn below_external(number: u64, what: &'static str) -> Result<u64, LedgerError> {
    if number < EXTERNAL {
        Ok(number)
    } else {
        Err(LedgerError::Full { what })
    }
}

/// An index into memory. What does not fit there is beyond every end.
pub(crate) fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

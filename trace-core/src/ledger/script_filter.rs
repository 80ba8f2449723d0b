//! Which scripts are certainly not in a ledger, in less than two bytes of memory an address.

/// Bits of a line that a script sets.
const BITS: u32 = 6;
/// Scripts for each line.
const SCRIPTS_A_LINE: u64 = 40;

/// Scripts that are added at a time.
const TOGETHER: usize = 256;

/// A line of cache.
type Line = [u64; 8];

/// A Bloom filter cut into lines of 512 bits, so that asking costs one miss of the cache
/// (Putze, Sanders and Singler, *Cache-, hash- and space-efficient Bloom filters*, 2007).
///
/// With 13 bits a script and 6 of them set, fewer than 1 of 100 scripts that are not there seem
/// to be: each that does is sought in vain in every run of the index.
#[derive(Debug)]
pub(crate) struct ScriptFilter {
    lines: Vec<Line>,
}

impl ScriptFilter {
    /// A filter of scripts, given by their hash
    /// ([`script_hash`](super::address_table::script_hash)).
    pub(crate) fn of(count: u64, hashes: impl Iterator<Item = u64>) -> Self {
        let lines = usize::try_from(count / SCRIPTS_A_LINE + 1).unwrap_or(usize::MAX);
        let mut filter = Self {
            lines: vec![Line::default(); lines],
        };
        let mut hashes = hashes.peekable();
        let mut together = Vec::with_capacity(TOGETHER);
        while hashes.peek().is_some() {
            together.clear();
            together.extend(hashes.by_ref().take(TOGETHER));
            filter.add(&together);
        }
        filter
    }

    /// Adds scripts whose lines are anywhere: all are looked at before the first is waited for.
    fn add(&mut self, hashes: &[u64]) {
        let mut seen = 0;
        for hash in hashes {
            let line = self.lines.get(self.line_of(*hash));
            seen ^= line.map_or(0, |[word, ..]| *word);
        }
        std::hint::black_box(seen);
        for hash in hashes {
            let line = self.line_of(*hash);
            if let Some(line) = self.lines.get_mut(line) {
                for (word, bits) in line.iter_mut().zip(bits_of(*hash)) {
                    *word |= bits;
                }
            }
        }
    }

    /// False only for a script that is not among them.
    #[inline]
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        let line = self.lines.get(self.line_of(hash));
        line.is_none_or(|line| {
            line.iter()
                .zip(bits_of(hash))
                .all(|(word, bits)| word & bits == bits)
        })
    }

    #[inline]
    fn line_of(&self, hash: u64) -> usize {
        let scaled = u128::from(hash) * self.lines.len() as u128;
        usize::try_from(scaled >> 64).unwrap_or(usize::MAX)
    }
}

/// The bits that a script sets in its line. The line itself is chosen by the highest bits of
/// the hash, so these come from a product whose highest bits depend on the lowest as well.
#[inline]
fn bits_of(hash: u64) -> Line {
    let mut line = Line::default();
    let mut rest = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 10;
    for _ in 0..BITS {
        if let Some(word) = line.get_mut((rest & 7) as usize) {
            *word |= 1 << (rest >> 3 & 63);
        }
        rest >>= 9;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::address_table::script_hash;
    use super::*;

    fn hash(number: u32) -> u64 {
        script_hash(&number.to_le_bytes())
    }

    #[test]
    fn what_is_there_is_found_and_nearly_all_else_is_not() {
        let filter = ScriptFilter::of(10_000, (0..10_000).map(hash));
        assert!((0..10_000).all(|number| filter.may_hold(hash(number))));
        let wrong = (10_000..110_000).filter(|number| filter.may_hold(hash(*number)));
        let wrong = wrong.count();
        assert!((1..1_000).contains(&wrong), "{wrong} of 100 000");
    }

    #[test]
    fn an_empty_one_holds_nothing() {
        let filter = ScriptFilter::of(0, std::iter::empty());
        assert!(!filter.may_hold(hash(1)));
    }
}

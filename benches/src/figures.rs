//! What a workload found, counted in whole numbers.

use std::fmt;
use std::fs;
use std::time::Instant;

/// What went wrong, as it is printed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Named whole numbers in the order in which they were found, one a line when written.
///
/// A name ends in its unit: `_ns`, `_bytes`, or a plural of what is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(Vec<(String, u64)>);

impl Figures {
    /// Adds a figure.
    pub fn note(&mut self, name: impl Into<String>, value: u64) {
        self.0.push((name.into(), value));
    }

    /// Does some work and notes how many nanoseconds it took.
    ///
    /// # Errors
    /// Those of the work.
    pub fn time<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let begun = Instant::now();
        let done = work()?;
        self.note(name, u64::try_from(begun.elapsed().as_nanos())?);
        Ok(done)
    }

    /// The figure of a name, if there is one.
    pub fn get(&self, name: &str) -> Option<u64> {
        let mut all = self.0.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| *value)
    }

    /// The figures whose names begin so, with the rest of their names.
    pub fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, u64)> {
        let all = self.0.iter();
        all.filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, *value)))
    }

    /// Reads what was written. Lines that are no figure are passed over.
    pub fn parse(text: &str) -> Self {
        let figure = |line: &str| {
            let (name, value) = line.split_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Self(text.lines().filter_map(figure).collect())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = self.0.iter();
        all.try_for_each(|(name, value)| writeln!(f, "{name} {value}"))
    }
}

/// The most memory this process ever had at once, in bytes, where the system tells it.
pub fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_were_written() {
        let mut figures = Figures::default();
        figures.note("blocks", 12);
        figures.time("sleep_ns", || Ok(())).unwrap();
        figures.note("column_bytes.txid", 3);
        assert_eq!(Figures::parse(&format!("noise\n{figures}")), figures);
        assert_eq!(figures.get("blocks"), Some(12));
        assert_eq!(figures.get("block"), None);
        let columns: Vec<_> = figures.beginning("column_bytes.").collect();
        assert_eq!(columns, [("txid", 3)]);
    }
}

//! What a workload found, counted in whole numbers.

use std::fmt;
use std::fs;
use std::time::Instant;

/// What went wrong, as it is printed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Work shorter than this is timed by the clock alone: asking the system takes as long.
const SHORT_NS: u64 = 20_000_000;
/// Ticks of the clock by which Linux tells how long a process has worked.
const NANOSECONDS_A_TICK: u64 = 10_000_000;

/// Named whole numbers in the order in which they were found, one a line when written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(Vec<(String, u64)>);

impl Figures {
    /// Adds a figure.
    pub fn note(&mut self, name: impl Into<String>, value: u64) {
        self.0.push((name.into(), value));
    }

    /// Does some work and notes under `NAME_ns` how long it took and, unless it was short, under
    /// `NAME_cpu_ns` how long the threads of this process worked meanwhile.
    ///
    /// # Errors
    /// Those of the work.
    pub fn time<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (begun, worked) = (Instant::now(), cpu_ns("self"));
        let done = work()?;
        let took = u64::try_from(begun.elapsed().as_nanos())?;
        self.note(format!("{name}_ns"), took);
        if let (Some(before), Some(after)) = (worked, cpu_ns("self"))
            && took > SHORT_NS
        {
            self.note(format!("{name}_cpu_ns"), after.saturating_sub(before));
        }
        Ok(done)
    }

    /// Notes the most memory this process had at once until now.
    pub fn note_peak(&mut self) {
        if let Some(bytes) = peak_bytes("self") {
            self.note("peak_bytes", bytes);
        }
    }

    /// The figure noted first under a name, if there is one.
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

/// The most memory a process ever had at once, in bytes, where the system tells it: of this
/// one for `self`, else of the one with that number.
pub fn peak_bytes(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// How long the threads of a process have worked, where the system tells it: to the nanosecond
/// for those that still run, to a tick for those that have ended.
pub fn cpu_ns(process: &str) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let running = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    Some(running.sum::<u64>().max(ticked_ns(process)?))
}

fn ticked_ns(process: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name comes second, in brackets, and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut ticks = rest.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (ticks.next()?.parse().ok()?, ticks.next()?.parse().ok()?);
    Some((user + system) * NANOSECONDS_A_TICK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_they_were_written() {
        let mut figures = Figures::default();
        figures.note("blocks", 12);
        figures.time("work", || Ok(())).unwrap();
        figures.note("disk_bytes.txid", 3);
        assert_eq!(Figures::parse(&format!("noise\n{figures}")), figures);
        assert_eq!(figures.get("blocks"), Some(12));
        assert_eq!(figures.get("block"), None);
        assert!(figures.get("work_ns").is_some());
        let columns: Vec<_> = figures.beginning("disk_bytes.").collect();
        assert_eq!(columns, [("txid", 3)]);
    }

    #[test]
    fn a_process_is_told_what_it_took() {
        if !fs::exists("/proc/self/stat").unwrap() {
            return;
        }
        let held = vec![1_u8; 64 << 20];
        assert!(peak_bytes("self").unwrap() > 64 << 20);
        let begun = Instant::now();
        let mut sum = 0_u64;
        while begun.elapsed().as_millis() < 100 {
            sum = held.iter().fold(sum, |sum, byte| sum + u64::from(*byte));
        }
        assert!(sum > 0);
        let worked = cpu_ns("self").unwrap();
        assert!((NANOSECONDS_A_TICK..3_600_000_000_000).contains(&worked));
    }
}

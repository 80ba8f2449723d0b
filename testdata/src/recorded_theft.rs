//! A real theft as hand-verified edges. Where it lies is said in [`recorded`](crate::recorded).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trace_core::model::account::{Address, B256, U256};

use crate::recorded::Result;

/// Decimals of a dollar that are kept: the file has none with more.
pub const DOLLAR_DECIMALS: usize = 15;

const HEADER: &str = "Timestamp,Block,Tx_hash,From,From_label,To,To_label,Value_in_USD";

/// A theft: where it begins, what moved, where it ends.
#[derive(Debug)]
pub struct RecordedTheft {
    /// Payments in the order of the chain; those of one block whose order is not known in that
    /// of the file, those of one transaction each behind what it passes on.
    pub edges: Vec<Edge>,
    /// Where the loot was first.
    pub sources: BTreeSet<Address>,
    /// Where the loot ended, in the eyes of whoever made the edges.
    pub terminals: BTreeSet<Address>,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Its block's time in seconds since 1970.
    pub time: u64,
    /// Height of the block.
    pub height: u32,
    /// The transaction; several edges may be of one.
    pub hash: B256,
    /// Who paid.
    pub from: Address,
    /// Who was paid.
    pub to: Address,
    /// What an explorer of the chain calls who was paid; empty where it has no name.
    pub to_label: String,
    /// How much, in 10⁻¹⁵ dollars, in whatever asset.
    pub amount: U256,
}

/// The theft from LI.FI in July 2024.
///
/// # Errors
/// When the files are not there or not what they should be; names the line.
pub fn lifi(folder: &Path) -> Result<RecordedTheft> {
    let folder = folder.join("ethereum/theft-lifi");
    let addresses = |file: &str| -> Result<BTreeSet<Address>> {
        let text = fs::read_to_string(folder.join(file))?;
        text.split_whitespace().map(|it| Ok(it.parse()?)).collect()
    };
    Ok(RecordedTheft {
        edges: edges(&fs::read_to_string(folder.join("LIFI.csv"))?)?,
        sources: addresses("source addresses.csv")?,
        terminals: addresses("terminal addresses.csv")?,
    })
}

fn edges(text: &str) -> Result<Vec<Edge>> {
    let mut lines = (1..).zip(text.lines());
    if lines.next().is_none_or(|(_, header)| header != HEADER) {
        return Err("line 1: other columns".into());
    }
    let mut edges = Vec::new();
    for (number, line) in lines {
        let edge = edge(line).map_err(|error| format!("line {number}: {error}"))?;
        edges.push(edge);
    }
    edges.sort_by_key(|edge| edge.height);
    let blocks = edges.chunk_by(|one, next| one.height == next.height);
    Ok(blocks.flat_map(in_order_of_execution).collect())
}

fn edge(line: &str) -> Result<Edge> {
    let fields: Vec<&str> = line.split(',').collect();
    let [time, height, hash, from, _, to, to_label, amount] = fields[..] else {
        return Err("not eight fields".into());
    };
    Ok(Edge {
        time: seconds(time)?,
        height: height.parse()?,
        hash: hash.parse()?,
        from: from.parse()?,
        to: to.parse()?,
        to_label: to_label.to_owned(),
        amount: decimal(amount)?,
    })
}

/// Of the edges of one transaction, those that pass on come behind those that bring.
fn in_order_of_execution(block: &[Edge]) -> Vec<Edge> {
    let mut rest = block.to_vec();
    let mut ordered = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let brings = |other: &Edge, edge: &Edge| other.hash == edge.hash && other.to == edge.from;
        let is_first = |edge: &Edge| !rest.iter().any(|other| brings(other, edge));
        // Where a circle leaves none that is first, the file's order stands.
        let first = rest.iter().position(is_first).unwrap_or(0);
        ordered.push(rest.remove(first));
    }
    ordered
}

/// Units of 10⁻¹⁵ of a decimal number.
fn decimal(text: &str) -> Result<U256> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > DOLLAR_DECIMALS {
        return Err(format!("{text:?} is no amount of at most {DOLLAR_DECIMALS} decimals").into());
    }
    Ok(format!("{whole}{fraction:0<DOLLAR_DECIMALS$}").parse()?)
}

/// Seconds since 1970 of `2024-07-16 12:04:47`, which is in UTC.
fn seconds(text: &str) -> Result<u64> {
    let numbers: Vec<u64> = text
        .split(['-', ' ', ':'])
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    let [year, month, day, hour, minute, second] = numbers[..] else {
        return Err(format!("{text:?} is no time").into());
    };
    if !(1970..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return Err(format!("{text:?} is no time").into());
    }
    // A year of the count begins in March, so that a leap day is its last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year / 4 - year / 100 + year / 400;
    // 1970-01-01 is day 719 468 of that count, which begins at 0 with March of the year 0.
    let days = 365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468;
    Ok(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0x00000000000000000000000000000000000000aa";
    const B: &str = "0x00000000000000000000000000000000000000bb";
    const C: &str = "0x00000000000000000000000000000000000000cc";

    fn row(height: u32, hash: u8, from: &str, to: &str, amount: &str) -> String {
        format!("2024-07-16 12:04:47,{height},0x{hash:064x},{from},,{to},A: B,{amount}")
    }

    fn read(rows: &[String]) -> Result<Vec<Edge>> {
        edges(&format!("{HEADER}\n{}", rows.join("\n")))
    }

    #[test]
    fn a_row_is_read_to_the_last_decimal() {
        let edges = read(&[row(7, 1, A, B, "347.55300000000005")]).unwrap();
        let [edge] = &edges[..] else {
            panic!("one row")
        };
        assert_eq!(edge.time, 1_721_131_487);
        assert_eq!(edge.amount, U256::from(347_553_000_000_000_050_u64));
        assert_eq!(edge.to_label, "A: B");
    }

    #[test]
    fn what_passes_on_comes_behind_what_brings() {
        let rows = [
            row(9, 3, B, C, "1"),
            row(8, 2, B, C, "2"),
            row(8, 1, A, C, "4"),
            row(8, 2, A, B, "3"),
        ];
        let amounts = read(&rows).unwrap().into_iter();
        let dollar = U256::from(1_000_000_000_000_000_u64);
        let amounts: Vec<U256> = amounts.map(|edge| edge.amount / dollar).collect();
        assert_eq!(amounts, [4, 3, 2, 1].map(U256::from));
    }

    #[test]
    fn edges_in_a_circle_keep_the_order_of_the_file() {
        let rows = [
            row(8, 1, A, B, "1"),
            row(8, 1, B, A, "2"),
            row(9, 2, A, C, "3"),
        ];
        let heights = read(&rows).unwrap().into_iter();
        let heights: Vec<u32> = heights.map(|edge| edge.height).collect();
        assert_eq!(heights, [8, 8, 9]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        for amount in ["", ".5", "1e3", "-1", "0.1234567890123456", "1.2.3"] {
            let error = read(&[row(7, 1, A, B, "1"), row(7, 1, A, B, amount)]);
            assert!(
                error.unwrap_err().to_string().starts_with("line 3:"),
                "{amount}"
            );
        }
        assert!(edges("Time\n").is_err());
    }

    #[test]
    fn times_are_counted_over_leap_days() {
        assert_eq!(seconds("1970-01-01 00:00:00").unwrap(), 0);
        assert_eq!(seconds("2024-02-29 23:59:59").unwrap(), 1_709_251_199);
        assert_eq!(seconds("2024-03-01 00:00:00").unwrap(), 1_709_251_200);
        for text in ["", "2024-07-16", "2024-13-01 00:00:00", "2024-07-16 12:04"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}

//! Lines of a file of any size, in bounded memory.

use std::io::{self, BufRead};

/// Reads lines one by one. A line longer than the limit is passed over and told by its length.
pub(crate) struct Lines<R> {
    reader: R,
    bytes_max: u64,
    number: u64,
    line: Vec<u8>,
}

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// The line.
    Text(&'a [u8]),
    /// Longer than the limit.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R, bytes_max: u64) -> Self {
        Self {
            reader,
            bytes_max,
            number: 0,
            line: Vec::new(),
        }
    }

    /// The next line and its number, from 1; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        let mut length = 0_u64;
        let mut ended = false;
        while !ended {
            let read = self.reader.fill_buf()?;
            if read.is_empty() {
                break;
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            ended = end.is_some();
            let part = read.get(..end.unwrap_or(read.len())).unwrap_or_default();
            length = length.saturating_add(part.len() as u64);
            if length <= self.bytes_max {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(ended);
            self.reader.consume(used);
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        let line = if length > self.bytes_max {
            Line::TooLong
        } else {
            Line::Text(self.line.strip_suffix(b"\r").unwrap_or(&self.line))
        };
        Ok(Some((self.number, line)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn check(text: &str, bytes_max: u64, expected: &[&str]) {
        // A buffer of three bytes, so that lines lie across its end.
        let reader = BufReader::with_capacity(3, text.as_bytes());
        let mut lines = Lines::new(reader, bytes_max);
        let mut found = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            found.push(match line {
                Line::Text(text) => format!("{number} {}", String::from_utf8_lossy(text)),
                Line::TooLong => format!("{number} too long"),
            });
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_are_parted_wherever_they_end() {
        check("", 9, &[]);
        check("\n", 9, &["1 "]);
        check("ab\r\ncdefg\n\nh", 9, &["1 ab", "2 cdefg", "3 ", "4 h"]);
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_over_and_the_next_one_read() {
        check("abcd\nabcde\nf", 4, &["1 abcd", "2 too long", "3 f"]);
    }
}

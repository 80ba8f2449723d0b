//! Reading bytes in order, never past their end.

use super::NormaliseError;

/// A place in bytes that are read from front to back. Every error names the byte.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    all: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            all: bytes,
            rest: bytes,
        }
    }

    /// How many bytes were read.
    pub(super) fn position(&self) -> usize {
        self.all.len() - self.rest.len()
    }

    /// What was read since `start`, which is an earlier position.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.all.get(start..self.position()).unwrap_or_default()
    }

    /// An error at the next byte.
    #[cold]
    pub(super) fn error(&self, why: impl Into<String>) -> NormaliseError {
        NormaliseError::new(format!("byte {}", self.position()), why)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], NormaliseError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            return Err(self.too_short(count));
        };
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], NormaliseError> {
        let Some((taken, rest)) = self.rest.split_first_chunk() else {
            return Err(self.too_short(N));
        };
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, NormaliseError> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Result<u32, NormaliseError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, NormaliseError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length in one, three, five or nine bytes (Bitcoin's "compact size"). Refused, as by
    /// nodes, when fewer bytes would have done.
    pub(super) fn compact_size(&mut self) -> Result<u64, NormaliseError> {
        let first = self.byte()?;
        let (value, smallest) = match first {
            0xff => (self.u64()?, 1 << 32),
            0xfe => (u64::from(self.u32()?), 1 << 16),
            0xfd => (u64::from(u16::from_le_bytes(self.array()?)), 0xfd),
            small => (u64::from(small), 0),
        };
        if value < smallest {
            return Err(self.error(format!("the length {value} is written in too many bytes")));
        }
        Ok(value)
    }

    /// How many things of at least `size_min` bytes follow. Refused when the bytes left cannot
    /// hold them, so that room may be made for all of them at once.
    pub(super) fn count(&mut self, size_min: usize) -> Result<usize, NormaliseError> {
        let count = self.compact_size()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.rest.len() / size_min => Ok(count),
            _ => Err(self.error(format!(
                "{count} things of {size_min} bytes or more are announced, {} bytes are left",
                self.rest.len()
            ))),
        }
    }

    /// Bytes after their length.
    pub(super) fn prefixed(&mut self) -> Result<&'a [u8], NormaliseError> {
        let length = self.count(1)?;
        self.take(length)
    }

    /// That nothing is left.
    pub(super) fn end(&self) -> Result<(), NormaliseError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(self.error(format!("{left} bytes more than expected"))),
        }
    }

    #[cold]
    fn too_short(&self, count: usize) -> NormaliseError {
        let left = self.rest.len();
        self.error(format!("{count} bytes are needed, {left} are left"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(bytes: &[u8]) -> Result<u64, String> {
        Cursor::new(bytes)
            .compact_size()
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_length_is_read_in_its_shortest_form_only() {
        assert_eq!(size(&[0xfc]), Ok(0xfc));
        assert_eq!(size(&[0xfd, 0xfd, 0]), Ok(0xfd));
        assert_eq!(size(&[0xfe, 0, 0, 1, 0]), Ok(1 << 16));
        assert_eq!(size(&[0xff, 0, 0, 0, 0, 1, 0, 0, 0]), Ok(1 << 32));
        for long in [
            &[0xfd, 0xfc, 0][..],
            &[0xfe, 0xff, 0xff, 0, 0],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        ] {
            let error = size(long).unwrap_err();
            assert!(error.contains("too many bytes"), "{error}");
        }
        assert_eq!(
            size(&[0xfd, 0]),
            Err("byte 1: 2 bytes are needed, 1 are left".to_owned())
        );
    }

    #[test]
    fn a_count_that_the_bytes_cannot_hold_is_refused_before_room_is_made() {
        let mut cursor = Cursor::new(&[3, 0, 0, 0, 0, 0]);
        assert_eq!(cursor.clone().count(1).unwrap(), 3);
        assert_eq!(
            cursor.count(2).unwrap_err().to_string(),
            "byte 1: 3 things of 2 bytes or more are announced, 5 bytes are left"
        );
        let mut cursor = Cursor::new(&[0xff; 9]);
        assert!(cursor.count(1).is_err());
    }

    #[test]
    fn bytes_are_taken_in_order_and_not_past_the_end() {
        let mut cursor = Cursor::new(&[1, 2, 3, 4, 5]);
        assert_eq!(cursor.u32().unwrap(), 0x0403_0201);
        assert_eq!(cursor.since(1), [2, 3, 4]);
        assert!(cursor.end().is_err());
        assert_eq!(cursor.take(1).unwrap(), [5]);
        assert!(cursor.end().is_ok());
        assert!(cursor.byte().is_err());
    }
}

//! The pattern that Bitcoin Core lays over its block and undo files since version 28, so that
//! nothing on the chain looks like a virus on the disk.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::source::SourceError;

/// Eight bytes, repeated over a file from its beginning. All zero where there is no pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct XorKey([u8; 8]);

impl XorKey {
    /// The key that lies in the folder as `xor.dat`, or none where there is no such file.
    pub(super) fn of_folder(dir: &Path) -> Result<Self, SourceError> {
        let path = dir.join("xor.dat");
        let failed = |why: String| SourceError::File {
            path: path.display().to_string(),
            why,
        };
        match fs::read(&path) {
            Ok(bytes) => {
                let key = bytes.as_slice().try_into();
                key.map(Self)
                    .map_err(|_| failed(format!("{} bytes where a key has 8", bytes.len())))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Lays the pattern over bytes that begin at byte `at` of their file, or takes it off.
    pub(super) fn apply(self, at: u64, bytes: &mut [u8]) {
        if self == Self::default() {
            return;
        }
        let mut key = self.0;
        // The remainder is below eight.
        key.rotate_left(usize::try_from(at % 8).unwrap_or(0));
        for chunk in bytes.chunks_mut(8) {
            for (byte, mask) in chunk.iter_mut().zip(key) {
                *byte ^= mask;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_of_a_file_is_read_as_the_whole_would_be() {
        let key = XorKey([1, 2, 3, 4, 5, 6, 7, 8]);
        let mut whole: Vec<u8> = (0..100).collect();
        key.apply(0, &mut whole);
        assert_eq!(whole[10], 0x0a ^ 0x03);
        for from in 0_u8..100 {
            let mut part: Vec<u8> = (from..100).collect();
            key.apply(u64::from(from), &mut part);
            assert_eq!(part, whole[usize::from(from)..]);
        }
    }
}

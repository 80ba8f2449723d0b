//! The format as `docs/recording-format.md` has it, read as simply as can be.

use bitcoin::hashes::{Hash, sha256};

/// A recording taken apart.
pub(crate) struct Parts {
    /// Everything before the first frame.
    pub(crate) beginning: Vec<u8>,
    /// Each frame: its head and its compressed bytes.
    pub(crate) frames: Vec<Vec<u8>>,
    /// The closing record.
    pub(crate) end: Vec<u8>,
}

impl Parts {
    pub(crate) fn of(file: &[u8]) -> Self {
        let header = u16::from_le_bytes(file[10..12].try_into().unwrap());
        let (beginning, mut rest) = file.split_at(12 + usize::from(header) + 32);
        let mut frames = Vec::new();
        while rest[0] == 1 {
            let (frame, after) = rest.split_at(49 + number(&rest[5..9]));
            frames.push(frame.to_vec());
            rest = after;
        }
        Self {
            beginning: beginning.to_vec(),
            frames,
            end: rest.to_vec(),
        }
    }

    pub(crate) fn join(&self) -> Vec<u8> {
        [&self.beginning, &self.frames.concat(), &self.end]
            .map(Vec::as_slice)
            .concat()
    }

    /// The text of the header.
    pub(crate) fn header(&self) -> &str {
        let text = &self.beginning[12..self.beginning.len() - 32];
        std::str::from_utf8(text).unwrap()
    }

    /// The entries of all frames, decompressed.
    pub(crate) fn plain(&self) -> Vec<u8> {
        let plain = |frame: &Vec<u8>| zstd::decode_all(&frame[49..]).unwrap();
        self.frames.iter().flat_map(plain).collect()
    }

    /// The hash with which the recording should end.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let (beginning, digest) = self.beginning.split_at(self.beginning.len() - 32);
        let mut hash = sha(&[beginning]);
        assert_eq!(hash, digest);
        for frame in &self.frames {
            let plain = zstd::decode_all(&frame[49..]).unwrap();
            assert_eq!(plain.len(), number(&frame[9..13]));
            let mut entries = 0;
            let mut rest = &plain[..];
            while !rest.is_empty() {
                let request = rest;
                let texts = if rest[0] == 0 { 2 } else { 1 };
                rest = &rest[1..];
                for _ in 0..texts {
                    rest = &rest[4 + number(&rest[..4])..];
                }
                let request = &request[..request.len() - rest.len()];
                let length = match rest[0] {
                    0 => 5 + number(&rest[1..5]),
                    1 => 13 + number(&rest[9..13]),
                    2 => 3,
                    other => panic!("{other}"),
                };
                let (answer, after) = rest.split_at(length);
                assert_eq!(sha(&[answer]), after[..32]);
                hash = sha(&[&hash, &sha(&[request]), &sha(&[answer])]);
                rest = &after[32..];
                entries += 1;
            }
            assert_eq!(entries, number(&frame[1..5]));
            assert_eq!(hash, frame[13..45]);
            assert_eq!(sha(&[&frame[..45]])[..4], frame[45..49]);
        }
        sha(&[&hash, &self.end[..25]])
    }
}

pub(crate) fn sha(parts: &[&[u8]]) -> [u8; 32] {
    sha256::Hash::hash(&parts.concat()).to_byte_array()
}

fn number(bytes: &[u8]) -> usize {
    u32::from_le_bytes(bytes.try_into().unwrap()) as usize
}

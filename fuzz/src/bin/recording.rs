//! A recording. Its hashes are also made to fit, so that changes get past them.

#![no_main]

use std::io::Cursor;

use bitcoin::hashes::{Hash, sha256};
use libfuzzer_sys::fuzz_target;
use trace_core::source::Limits;
use trace_core::source::recording::Recording;

/// Before the header: magic, version, its length.
const FIXED: usize = 12;
/// The head of a frame, and where its own checksum begins.
const HEAD: usize = 49;
const CHECKED: usize = 45;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        reply_bytes_max: 1 << 20,
        recording_entries_max: 10_000,
        ..Limits::default()
    };
    // An error is as good as a recording; only to fall over is not.
    let _ = Recording::read(Cursor::new(bytes.to_owned()), &limits);
    let mut fitting = bytes.to_owned();
    if fit(&mut fitting).is_some() {
        let _ = Recording::read(Cursor::new(fitting), &limits);
    }
});

/// Puts the hash of the header and the checksums of the frames right, as far as they go.
fn fit(bytes: &mut [u8]) -> Option<()> {
    let length = u16::from_le_bytes([*bytes.get(10)?, *bytes.get(11)?]);
    let end = FIXED + usize::from(length);
    let hash = sha256::Hash::hash(bytes.get(..end)?).to_byte_array();
    bytes.get_mut(end..end + 32)?.copy_from_slice(&hash);
    let mut frames = bytes.get_mut(end + 32..)?;
    while frames.len() >= HEAD && frames.first() == Some(&1) {
        let checksum = sha256::Hash::hash(frames.get(..CHECKED)?).to_byte_array();
        let length: [u8; 4] = frames.get(5..9)?.try_into().ok()?;
        frames
            .get_mut(CHECKED..HEAD)?
            .copy_from_slice(checksum.get(..4)?);
        let length = u32::from_le_bytes(length) as usize;
        let Some(rest) = frames.get_mut(HEAD..)?.get_mut(length..) else {
            break;
        };
        frames = rest;
    }
    Some(())
}

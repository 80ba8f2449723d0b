//! A recording that was altered is refused, with the byte.

use std::fs;
use std::io::Cursor;

use trace_core::source::recording::Damage;

use super::naive::{Parts, sha};
use super::*;

/// Three frames: two that are full and one that is not.
fn three_frames() -> Vec<u8> {
    let place = Place::new();
    let entries = (0..7).map(|number| (call(&format!("[{number}]")), reply(noise(number, 90_000))));
    record(&place.file(), &entries.collect::<Vec<_>>());
    fs::read(place.file()).unwrap()
}

fn small() -> (Vec<(Request, Answer)>, Vec<u8>) {
    let place = Place::new();
    let pairs = vec![
        (call("[1]"), reply("{}")),
        (call("[2]"), refused(-5, "no")),
        (get("/x"), reply("y")),
    ];
    record(&place.file(), &pairs);
    (pairs, fs::read(place.file()).unwrap())
}

fn open(bytes: Vec<u8>) -> Result<Recording, Damage> {
    Recording::read(Cursor::new(bytes), &Limits::default())
}

fn check_refused(bytes: Vec<u8>, expected: &str) {
    let damage = open(bytes).expect_err(expected).to_string();
    assert!(damage.contains(expected), "{damage}");
    assert!(damage.starts_with("byte "), "{damage}");
}

#[test]
fn no_bit_can_be_changed() {
    let (_, file) = small();
    open(file.clone()).unwrap();
    for byte in 0..file.len() {
        for bit in [0, 3, 7] {
            let mut changed = file.clone();
            changed[byte] ^= 1 << bit;
            assert!(open(changed).is_err(), "bit {bit} of byte {byte}");
        }
    }
}

#[test]
fn a_recording_that_is_cut_off_is_good_up_to_the_last_whole_frame() {
    let file = three_frames();
    let parts = Parts::of(&file);
    assert_eq!(parts.frames.len(), 3);
    let mut ends = vec![parts.beginning.len()];
    for frame in &parts.frames {
        ends.push(ends[ends.len() - 1] + frame.len());
    }
    let near = |end: &usize| {
        [
            end.saturating_sub(1),
            *end,
            end + 1,
            end + 48,
            end + 49,
            end + 50,
        ]
    };
    for length in ends.iter().flat_map(near).chain([0, 7, 11, 12, 40]) {
        let opened = open(file[..length].to_vec());
        if length < ends[0] {
            opened.unwrap_err();
            continue;
        }
        let whole = ends.iter().rposition(|end| *end <= length).unwrap();
        let recording = opened.unwrap();
        assert_eq!(recording.summary().torn_at, Some(ends[whole] as u64));
        assert_eq!(recording.summary().entries, [0, 3, 6, 7][whole]);
        let last = call("[6]");
        assert_eq!(ask(&recording, &last).is_ok(), whole == 3);
        if whole > 0 {
            assert_eq!(ask(&recording, &call("[2]")), reply(noise(2, 90_000)));
        }
    }
}

#[test]
fn frames_cannot_be_removed_swapped_or_repeated() {
    let file = three_frames();
    let mut removed = Parts::of(&file);
    removed.frames.remove(1);
    check_refused(removed.join(), "changed, removed or reordered");
    let mut swapped = Parts::of(&file);
    swapped.frames.swap(0, 1);
    check_refused(swapped.join(), "changed, removed or reordered");
    let mut repeated = Parts::of(&file);
    repeated.frames.insert(1, repeated.frames[0].clone());
    check_refused(repeated.join(), "changed, removed or reordered");
    let mut shortened = Parts::of(&file);
    shortened.frames.pop();
    check_refused(shortened.join(), "the end does not fit");
    let mut other = Parts::of(&file);
    other.beginning = Parts::of(&small().1).beginning;
    assert_eq!(other.join(), file);
    check_refused([file, vec![0]].concat(), "bytes after the end");
}

#[test]
fn what_is_no_recording_is_named() {
    check_refused(Vec::new(), "byte 0: this is no recording");
    check_refused(b"{}".to_vec(), "byte 0: this is no recording");
    let (_, file) = small();
    let mut newer = file.clone();
    newer[8] = 2;
    check_refused(newer, "byte 8: version 2");
    let text = file.iter().flat_map(|byte| match byte {
        b'\r' => Vec::new(),
        other => vec![*other],
    });
    check_refused(text.collect(), "byte 0");
    let headers = [
        ("monero\nbitcoin\nquestions\n", "\"monero\""),
        ("bitcoin-core\nbitcoins\nquestions\n", "\"bitcoins\""),
        ("bitcoin-core\nbitcoin\nblocks 2 1\n", "\"blocks 2 1\""),
        (
            "bitcoin-core\nbitcoin\nblocks 01 2\n",
            "not written as it should be",
        ),
        (
            "bitcoin-core\nbitcoin\nquestions\nx\n",
            "not written as it should be",
        ),
    ];
    for (header, expected) in headers {
        check_refused(beginning(header), expected);
    }
}

fn beginning(header: &str) -> Vec<u8> {
    let mut bytes = b"\x93TREC\r\n\x1a\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.as_bytes());
    let hash = sha(&[&bytes]);
    bytes.extend(hash);
    bytes
}

/// A recording with one frame that says these things of itself.
fn with_frame(entries: u32, plain_bytes: u32, compressed: &[u8]) -> Vec<u8> {
    let mut head = vec![1];
    let length = u32::try_from(compressed.len()).unwrap();
    for number in [entries, length, plain_bytes] {
        head.extend(number.to_le_bytes());
    }
    head.extend([0; 32]);
    let check = sha(&[&head]);
    let beginning = beginning("bitcoin-core\nbitcoin\nquestions\n");
    [&beginning[..], &head, &check[..4], compressed].concat()
}

#[test]
fn lengths_that_lie_are_refused() {
    let zeros = zstd::encode_all(&vec![0; 400 << 20][..], 1).unwrap();
    assert!(zeros.len() < 100_000);
    check_refused(
        with_frame(1, 400 << 20, &zeros),
        "no more than 269484032 are allowed",
    );
    check_refused(
        with_frame(1, u32::MAX, &zeros),
        "no more than 269484032 are allowed",
    );
    check_refused(with_frame(1, 1_000, &zeros), "not as long as its head says");
    let entry = |length: u32| {
        let bytes = [&[1][..], &length.to_le_bytes(), b"abc"].concat();
        let compressed = zstd::encode_all(&bytes[..], 1).unwrap();
        with_frame(1, u32::try_from(bytes.len()).unwrap(), &compressed)
    };
    check_refused(entry(u32::MAX), "runs past the end of its frame, at byte 0");
    check_refused(entry(3), "runs past the end of its frame, at byte 0");
    let two = [zstd::encode_all(&b"abc"[..], 1).unwrap(), b"more".to_vec()].concat();
    check_refused(with_frame(1, 3, &two), "bytes after its end");
    check_refused(with_frame(0, 0, b"not zstd"), "byte ");
    check_refused(
        with_frame(1, 3, &zstd::encode_all(&b"\x09ab"[..], 1).unwrap()),
        "no such kind",
    );
}

#[test]
fn entries_beyond_the_limit_are_refused() {
    let (_, file) = small();
    let limits = |entries| Limits {
        recording_entries_max: entries,
        ..Limits::default()
    };
    assert!(Recording::read(Cursor::new(file.clone()), &limits(3)).is_ok());
    let damage = Recording::read(Cursor::new(file), &limits(2)).unwrap_err();
    assert!(
        damage.to_string().contains("more than 2 entries"),
        "{damage}"
    );
}

#[test]
fn a_file_that_changes_while_it_is_open_gives_no_wrong_answer() {
    let place = Place::new();
    let file = three_frames();
    fs::write(place.file(), &file).unwrap();
    let recording = place.open().unwrap();
    let mut changed = file.clone();
    let middle = Parts::of(&file).beginning.len() + 1_000;
    changed[middle] ^= 1;
    fs::write(place.file(), &changed).unwrap();
    let error = ask(&recording, &call("[0]")).unwrap_err();
    assert!(matches!(error, AskError::Malformed { .. }), "{error}");
    assert_eq!(ask(&recording, &call("[6]")), reply(noise(6, 90_000)));
}

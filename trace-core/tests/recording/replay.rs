//! What is recorded is replayed.

use std::fs;

use proptest::prelude::*;
use trace_core::source::recording::{self, Header};

use super::*;

/// One of each kind, and everything twice that can differ.
fn one_of_each() -> Vec<(Request, Answer)> {
    let status = |path: &str| {
        Err(AskError::Status {
            request: format!("GET {path}"),
            status: 404,
        })
    };
    vec![
        (call("[1]"), reply("{\"a\": 1.0}")),
        (call("[1]"), reply("{\"a\": 2.0}")),
        (call("[2]"), refused(-5, "Block not found")),
        (call("[2]"), reply("null")),
        (get("/tx/00"), status("/tx/00")),
        (get("/tx/01"), reply(b"\xff\x00raw")),
        (local("undo/00"), reply("")),
        (local("block/00"), reply(noise(1, 3_000_000))),
        (call("[3]"), reply("\"after a large one\"")),
    ]
}

#[test]
fn answers_are_replayed_in_the_order_of_recording_and_the_last_one_for_ever() {
    let place = Place::new();
    let pairs = one_of_each();
    let summary = record(&place.file(), &pairs);
    let recording = place.open().unwrap();
    assert_eq!(*recording.summary(), summary);
    assert_eq!(summary.entries, 9);
    assert_eq!(summary.torn_at, None);
    let expected = Header {
        origin: CORE,
        chain: REGTEST.into(),
        holds: Holds::Questions,
    };
    assert_eq!(summary.header, expected);
    for (request, answer) in &pairs {
        assert_eq!(ask(&recording, request), *answer, "{request}");
    }
    for _ in 0..2 {
        assert_eq!(ask(&recording, &call("[1]")), reply("{\"a\": 2.0}"));
        assert_eq!(ask(&recording, &call("[2]")), reply("null"));
    }
    let verified = recording::verify(&place.file(), &Limits::default());
    assert_eq!(verified.unwrap(), summary);
}

#[test]
fn what_was_not_recorded_is_not_known() {
    let place = Place::new();
    record(&place.file(), &one_of_each());
    let recording = place.open().unwrap();
    for request in [call("[4]"), call("[1] "), get("[1]"), local("/tx/01")] {
        let name = request.to_string();
        let expected = AskError::NotRecorded { request: name };
        assert_eq!(ask(&recording, &request), Err(expected));
    }
}

#[test]
fn failures_are_not_answers() {
    let place = Place::new();
    let no_reply = Err(AskError::NoReply {
        request: "x".to_owned(),
        why: "y".to_owned(),
    });
    let unavailable = Err(AskError::Status {
        request: "x".to_owned(),
        status: 503,
    });
    let pairs = [
        (call("[1]"), no_reply),
        (call("[1]"), unavailable),
        (call("[1]"), refused(-28, "Loading block index")),
        (call("[1]"), Err(AskError::Interrupted)),
        (call("[1]"), reply("1")),
    ];
    assert_eq!(record(&place.file(), &pairs).entries, 1);
    assert_eq!(ask(&place.open().unwrap(), &call("[1]")), reply("1"));
}

#[test]
fn the_file_is_as_documented() {
    let place = Place::new();
    let summary = record(&place.file(), &one_of_each());
    let file = fs::read(place.file()).unwrap();
    assert_eq!(file[..8], *b"\x93TREC\r\n\x1a");
    assert_eq!(file[8..10], [1, 0]);
    let parts = naive::Parts::of(&file);
    assert_eq!(parts.header(), "bitcoin-core\nbitcoin-regtest\nquestions\n");
    // The large reply fills the first frame; what follows is in a second one.
    assert_eq!(parts.frames.len(), 2);
    assert_eq!(parts.hash(), summary.hash);
    assert_eq!(parts.end.len(), 57);
    assert_eq!(parts.end[25..], summary.hash);
    assert_eq!(parts.plain().len() as u64, summary.plain_bytes);
    assert_eq!(parts.join(), file);
}

#[test]
fn what_a_recording_is_of_is_told() {
    let origins = [CORE, Origin::Server(Adapter::Esplora), Origin::BlockFiles];
    let contents = [
        Holds::Questions,
        Holds::Blocks {
            from: 7,
            to: 4_000_000_000,
        },
    ];
    for origin in origins {
        for holds in contents {
            let place = Place::new();
            let recorder = Recorder::create(&place.file(), Scripted::default()).unwrap();
            ask(&recorder, &local("before it began")).unwrap();
            recorder.begin(origin, REGTEST, holds).unwrap();
            assert!(recorder.begin(origin, REGTEST, holds).is_err());
            let written = recorder.finish().unwrap();
            assert_eq!(*place.open().unwrap().summary(), written);
            assert_eq!(
                (written.header.origin, written.header.holds),
                (origin, holds)
            );
            assert_eq!(written.entries, 1);
        }
    }
}

#[test]
fn a_recording_is_not_written_over_another_and_not_left_empty() {
    let place = Place::new();
    fs::write(place.file(), "mine").unwrap();
    assert!(Recorder::create(&place.file(), Scripted::default()).is_err());
    assert_eq!(fs::read(place.file()).unwrap(), b"mine");
    fs::remove_file(place.file()).unwrap();
    drop(Recorder::create(&place.file(), Scripted::default()).unwrap());
    assert!(!place.file().exists());
    let recorder = Recorder::create(&place.file(), Scripted::default()).unwrap();
    assert!(recorder.finish().is_err());
}

#[test]
fn a_recording_that_was_never_closed_is_good_so_far_and_says_so() {
    let place = Place::new();
    let recorder = Recorder::create(&place.file(), Scripted::default()).unwrap();
    recorder.begin(CORE, REGTEST, Holds::Questions).unwrap();
    for number in 0..10 {
        ask(&recorder, &call(&format!("[{number}]"))).unwrap();
    }
    drop(recorder);
    let recording = place.open().unwrap();
    let length = fs::metadata(place.file()).unwrap().len();
    assert_eq!(recording.summary().torn_at, Some(length));
    assert_eq!(recording.summary().entries, 10);
    assert_eq!(ask(&recording, &call("[9]")), reply("getblock[9]"));
}

fn answers() -> impl Strategy<Value = Vec<(Request, Answer)>> {
    let request = prop_oneof![
        (0..4_u32).prop_map(|number| call(&format!("[{number}]"))),
        (0..4_u32).prop_map(|number| get(&format!("/{number}"))),
        "[a-z/é]{0,3}".prop_map(|name| local(&name)),
    ];
    let pair = (request, any::<i64>(), 0..6_u64).prop_map(|(request, number, kind)| {
        let length = [0, 1, 100, 5_000, 120_000][(kind % 5) as usize];
        let is_call = matches!(request, Request::Rpc { .. });
        let answer = match kind {
            5 if is_call && number != -28 && number != -32_005 && number != 429 => {
                refused(number, "né")
            }
            _ => reply(noise(number.unsigned_abs(), length)),
        };
        (request, answer)
    });
    proptest::collection::vec(pair, 0..16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// A recording replays as a list that is searched from its beginning would.
    #[test]
    fn a_replay_is_the_recorded_conversation(pairs in answers()) {
        let place = Place::new();
        let summary = record(&place.file(), &pairs);
        let file = fs::read(place.file()).unwrap();
        prop_assert_eq!(naive::Parts::of(&file).hash(), summary.hash);
        let recording = place.open().unwrap();
        prop_assert_eq!(*recording.summary(), summary);
        for (request, answer) in &pairs {
            prop_assert_eq!(&ask(&recording, request), answer);
        }
        for (request, _) in &pairs {
            let last = pairs.iter().rev().find(|(known, _)| known == request).unwrap();
            prop_assert_eq!(&ask(&recording, request), &last.1);
        }
    }
}

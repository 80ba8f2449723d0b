//! The same conversation makes the same file, however fast the answers come.

use std::fs;

use futures_util::future::join_all;
use futures_util::{FutureExt, pin_mut};

use super::*;

/// The bytes recorded when all these are asked at once and take as long as they say.
fn record_at_once(asked: &[Vec<Request>]) -> Vec<u8> {
    let place = Place::new();
    let recorder = Recorder::create(&place.file(), Scripted::default()).unwrap();
    recorder.begin(CORE, REGTEST, Holds::Questions).unwrap();
    block_on(join_all(
        asked.iter().map(|requests| recorder.ask(requests)),
    ));
    recorder.finish().unwrap();
    fs::read(place.file()).unwrap()
}

/// The requests in a file's order, without how long they took.
fn order(file: &[u8]) -> String {
    let plain = naive::Parts::of(file).plain();
    let plain = String::from_utf8_lossy(&plain).into_owned();
    let words = plain.split("block ").skip(1);
    words.filter_map(|word| word.get(..1)).collect()
}

#[test]
fn entries_are_in_the_order_of_asking() {
    let ask = |times: [u32; 4]| -> Vec<Vec<Request>> {
        let name = |(letter, time): (char, &u32)| local(&format!("block {letter} {time}"));
        let requests: Vec<Request> = ('a'..).zip(&times).map(name).collect();
        requests.chunks(2).map(<[_]>::to_vec).collect()
    };
    let file = record_at_once(&ask([1, 1, 1, 1]));
    // Request and reply are the same text here.
    assert_eq!(order(&file), "aabbccdd");
    // The first call takes longest.
    assert_eq!(order(&record_at_once(&ask([900, 5, 1, 1]))), "aabbccdd");
    // The same requests, whatever happened: the same bytes.
    assert_eq!(record_at_once(&ask([1, 1, 1, 1])), file);
}

#[test]
fn a_call_that_is_given_up_does_not_hold_up_the_others() {
    let place = Place::new();
    let recorder = Recorder::create(&place.file(), Scripted::default()).unwrap();
    recorder.begin(CORE, REGTEST, Holds::Questions).unwrap();
    let (slow, quick) = ([local("block a 1000")], [local("block b 0")]);
    drop(recorder.ask(&slow));
    block_on(async {
        let never = recorder.ask(&slow);
        pin_mut!(never);
        assert_eq!(never.now_or_never(), None);
    });
    block_on(recorder.ask(&quick));
    assert_eq!(recorder.finish().unwrap().entries, 1);
    assert_eq!(order(&fs::read(place.file()).unwrap()), "bb");
}

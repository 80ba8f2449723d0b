//! Folders and recordings.

use std::fs;

use trace_core::model::BitcoinNetwork;
use trace_core::normalise;
use trace_core::source::block_files::BlockFiles;
use trace_core::source::recorder::Recorder;
use trace_core::source::recording::Origin;
use trace_core::source::{Request, Transport};

use super::*;

fn shipped() -> PathBuf {
    economy::shipped().join("blocks")
}

#[tokio::test]
async fn a_folder_is_recorded_and_replayed_block_by_block() {
    let place = Place::new();
    let uri = format!("blk:{}", shipped().display());
    let holds = Holds::Blocks { from: 0, to: 40 };
    let read = async |uri: &str, limits: &Limits| {
        let source = reach(uri, limits).await.unwrap();
        source.begin_recording(holds).unwrap();
        assert_eq!(source.chain, BitcoinNetwork::Regtest.into());
        assert!(source.history.is_none());
        let blocks = source.blocks.as_ref().unwrap();
        let refs = blocks.refs(0, 40).await.unwrap();
        let raw = blocks.blocks(&refs).await;
        source.finish_recording().unwrap();
        let parsed = raw
            .into_iter()
            .map(|raw| normalise::block(&raw.unwrap()).unwrap());
        (parsed.collect::<Vec<_>>(), source)
    };
    let (expected, source) = read(&uri, &recording_to(&place.file("a"))).await;
    assert_eq!(expected.len(), 41);
    assert!(source.block_files.unwrap().skipped().is_empty());
    let (blocks, source) = read(&place.recording("a"), &limits()).await;
    assert_eq!(blocks, expected);
    assert_eq!(source.recording.unwrap().header.holds, holds);
    assert_eq!(source.recording.unwrap().header.origin, Origin::BlockFiles);
}

#[tokio::test]
async fn a_recording_of_another_chain_than_it_says_is_refused() {
    let place = Place::new();
    let files = BlockFiles::open(&shipped(), None).unwrap();
    let recorder = Recorder::create(&place.file("a"), files).unwrap();
    let mainnet = BitcoinNetwork::Mainnet;
    recorder
        .begin(Origin::BlockFiles, mainnet, Holds::Questions)
        .unwrap();
    let name = "chain".to_owned();
    recorder.ask(&[Request::Local { name }]).await;
    recorder.finish().unwrap();
    let error = reach(&place.recording("a"), &limits()).await.unwrap_err();
    assert!(matches!(error, SourceError::Contradiction(_)), "{error}");
}

#[tokio::test]
async fn what_is_not_there_is_told_by_its_name() {
    let place = Place::new();
    fs::write(place.file("text"), "no recording").unwrap();
    let cases = [
        (place.recording("nowhere"), "nowhere"),
        (place.recording("text"), "byte 0: this is no recording"),
        (
            format!("blk:{}", place.file("nowhere").display()),
            "nowhere",
        ),
    ];
    for (uri, expected) in cases {
        let error = reach(&uri, &limits()).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    // A recording that is there already is not touched, and no server is asked.
    let uri = "esplora+http://127.0.0.1:1";
    let error = reach(uri, &recording_to(&place.file("text"))).await;
    assert!(error.unwrap_err().to_string().contains("exists"));
    assert_eq!(fs::read(place.file("text")).unwrap(), b"no recording");
}

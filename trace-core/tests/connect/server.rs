//! An Esplora server that lies idle, fails, or is not there any more.

use std::fs;

use testdata::explorer::Explorer;
use testdata::faulty_server::{Act, FaultyServer, Received};

use super::*;

/// What is done instead of replying with these bytes.
type Fault = fn(&[u8]) -> Act;

/// The economy's server, which does `fault` instead of replying to one request in three.
fn explorer(explorer: Explorer, fault: Option<Fault>) -> FaultyServer {
    let serve = move |received: &Received| {
        let (status, body) = explorer.get(&received.path);
        match fault {
            Some(fault) if received.number % 3 == 1 => fault(&body),
            _ => Act::status(status, body),
        }
    };
    FaultyServer::start(serve).unwrap()
}

fn uri(server: &FaultyServer) -> String {
    format!("esplora+{}", server.url())
}

#[tokio::test]
async fn a_server_that_fails_changes_neither_an_answer_nor_a_byte_of_the_recording() {
    let economy = economy();
    let questions = questions(economy);
    let good = Explorer::of(&economy.blocks, &[]);
    let place = Place::new();
    let server = explorer(good.clone(), None);
    let expected = record(&uri(&server), &place.file("good"), &questions).await;
    assert!(expected.iter().all(Result::is_ok), "{expected:?}");
    let spent = |told: &&Result<Told, _>| matches!(told, Ok(Told::Spent(_)));
    assert!(expected.iter().filter(spent).count() > 5);
    let faults: [(&str, Fault); 6] = [
        ("500", |_| {
            Act::status(500, "{\"status\":{\"confirmed\":false}}")
        }),
        ("429", |_| Act::status(429, "").with("Retry-After", "0")),
        ("cut", |body| Act::cut(body, body.len() / 2)),
        ("close", |_| Act::close()),
        ("undelimited", |body| {
            Act::undelimited(&body[..body.len() / 2])
        }),
        ("garbage", |body| Act::Raw(body.to_vec())),
    ];
    for (name, fault) in faults {
        let server = explorer(good.clone(), Some(fault));
        let answers = record(&uri(&server), &place.file(name), &questions).await;
        assert_eq!(answers, expected, "{name}");
        let [recorded, known] = [name, "good"].map(|name| fs::read(place.file(name)).unwrap());
        assert!(recorded == known, "{name}: another recording");
    }
}

#[tokio::test]
async fn a_recording_answers_when_the_server_is_gone() {
    let economy = economy();
    let questions = questions(economy);
    let place = Place::new();
    let server = explorer(Explorer::of(&economy.blocks, &[]), None);
    let expected = record(&uri(&server), &place.file("a"), &questions).await;
    drop(server);
    let source = reach(&place.recording("a"), &limits()).await.unwrap();
    assert!(source.blocks.is_none());
    assert_eq!(source.recording.unwrap().torn_at, None);
    assert_eq!(ask(&source, &questions).await, expected);
    // A replay that is recorded is the same recording.
    record(&place.recording("a"), &place.file("b"), &questions).await;
    assert_eq!(
        fs::read(place.file("a")).unwrap(),
        fs::read(place.file("b")).unwrap()
    );
}

#[tokio::test]
async fn a_cache_does_not_change_what_is_recorded() {
    let economy = economy();
    let questions = questions(economy);
    let place = Place::new();
    let server = explorer(Explorer::of(&economy.blocks, &[]).without_proofs(), None);
    let run = async |name: &str| {
        let limits = Limits {
            cache: Some(place.file("cache")),
            ..recording_to(&place.file(name))
        };
        let before = server.received().len();
        let source = reach(&uri(&server), &limits).await.unwrap();
        source.begin_recording(Holds::Questions).unwrap();
        let answers = ask(&source, &questions).await;
        source.finish_recording().unwrap();
        (answers, server.received().len() - before)
    };
    let (first, cold) = run("cold").await;
    let (second, warm) = run("warm").await;
    assert_eq!(first, second);
    assert!(warm < cold, "{warm} of {cold} requests");
    assert_eq!(
        fs::read(place.file("cold")).unwrap(),
        fs::read(place.file("warm")).unwrap()
    );
}

#[tokio::test]
async fn servers_of_different_chains_do_not_stand_in_for_one_another() {
    let economy = economy();
    let good = Explorer::of(&economy.blocks, &[]);
    // Its first block is the economy's second.
    let other = explorer(Explorer::of(&economy.blocks[1..], &[]), None);
    let first = explorer(good.clone(), Some(|_| Act::status(503, "")));
    let third = explorer(good, None);
    let uri = format!("{},{},{}", uri(&first), other.url(), third.url());
    let source = reach(&uri, &limits()).await.unwrap();
    let questions = questions(economy);
    let answers = ask(&source, &questions).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(!third.received().is_empty());
    let paths: Vec<_> = other.received().into_iter().map(|one| one.path).collect();
    assert!(
        paths.iter().all(|path| path == "/block-height/0"),
        "{paths:?}"
    );
}

//! Limits on a whole run.

use testdata::explorer::Explorer;
use testdata::faulty_server::{Act, FaultyServer};
use trace_core::source::AskError;
use trace_core::source::history::{Asker, OnFailure};
use trace_core::view::{Gathered, Unknown};

use super::*;

#[tokio::test]
async fn what_is_cut_off_is_told_and_is_the_same_on_a_replay() {
    let economy = economy();
    let questions = questions(economy);
    let explorer = Explorer::of(&economy.blocks, &[]);
    let server = FaultyServer::start(move |received| {
        let (status, body) = explorer.get(&received.path);
        Act::status(status, body)
    });
    let server = server.unwrap();
    let place = Place::new();
    let run = async |uri: &str, record: Option<PathBuf>| {
        let limits = Limits {
            requests_max: Some(40),
            record,
            ..limits()
        };
        let source = reach(uri, &limits).await.unwrap();
        source.begin_recording(Holds::Questions).unwrap();
        let history = source.history.as_ref().unwrap();
        let tip = history.tip().await.unwrap();
        let mut view = Gathered::new(history.chain(), tip);
        let mut asker = Asker::new(history.as_ref(), u64::MAX, OnFailure::Stop);
        asker.answer(&mut view, &questions).await.unwrap();
        source.finish_recording().unwrap();
        (asker.questions_asked(), asker.questions_cut_off(), view)
    };
    let uri = format!("esplora+{}", server.url());
    let (asked, cut_off, view) = run(&uri, Some(place.file("a"))).await;
    assert!(asked > 0 && cut_off > 0, "{asked} {cut_off}");
    assert_eq!(asked + cut_off, questions.len() as u64);
    assert!(server.received().len() <= 40);
    let unknown = |view: &Gathered| {
        let transactions = questions.iter().filter_map(|question| match question {
            Question::Transaction(txid) => Some(*txid),
            _ => None,
        });
        transactions
            .map(|txid| trace_core::view::CoinView::find_transaction(view, &txid))
            .map(|answer| format!("{answer:?}"))
            .collect::<Vec<_>>()
    };
    let limit = format!("Unknown({:?})", Unknown::LimitReached);
    assert!(unknown(&view).contains(&limit), "{:?}", unknown(&view));
    let (replayed_asked, replayed_cut_off, replayed) = run(&place.recording("a"), None).await;
    assert_eq!((replayed_asked, replayed_cut_off), (asked, cut_off));
    assert_eq!(unknown(&replayed), unknown(&view));
}

#[tokio::test]
async fn an_interruption_reaches_through_everything() {
    let server = FaultyServer::start(|received| match received.path.as_str() {
        "/block-height/0" => {
            Act::ok("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206")
        }
        _ => Act::Hang,
    });
    let place = Place::new();
    let limits = Limits {
        timeout: Duration::from_secs(3_600),
        cache: Some(place.file("cache")),
        ..recording_to(&place.file("a"))
    };
    let interruption = Interruption::default();
    let uri = format!("esplora+{}", server.as_ref().unwrap().url());
    let uri = uri.parse().unwrap();
    let source = connect(&uri, &limits, interruption.clone()).await.unwrap();
    let history = source.history.as_ref().unwrap();
    let raise = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        interruption.raise();
    };
    let (tip, ()) = tokio::join!(history.tip(), raise);
    assert_eq!(tip, Err(SourceError::Ask(AskError::Interrupted)));
}

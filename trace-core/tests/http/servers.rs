//! Several servers, and how hard each is asked.

use std::time::{Duration, Instant};

use super::*;

#[tokio::test]
async fn the_first_server_is_asked_until_it_fails() {
    let (first, second) = (in_turn([Act::ok("1")]), in_turn([Act::ok("2")]));
    let http = http(&[&first, &second], &limits());
    for _ in 0..5 {
        assert_eq!(ask(&http, get("/x")).await, reply("1"));
    }
    assert!(second.received().is_empty());
}

#[tokio::test]
async fn a_server_that_fails_rests_while_another_answers() {
    let first = in_turn([Act::status(503, "").with("Retry-After", "2"), Act::ok("1")]);
    let second = in_turn([Act::ok("2")]);
    let limits = Limits {
        retries: 0,
        ..limits()
    };
    let http = http(&[&first, &second], &limits);
    let start = Instant::now();
    for _ in 0..5 {
        assert_eq!(ask(&http, get("/x")).await, reply("2"));
    }
    assert!(start.elapsed() < Duration::from_millis(1_900));
    assert_eq!(first.received().len(), 1);
    tokio::time::sleep(Duration::from_millis(2_050)).await;
    assert_eq!(ask(&http, get("/x")).await, reply("1"));
}

#[tokio::test]
async fn a_server_that_refuses_us_is_not_asked_again_for_that() {
    for status in [401, 403, 302] {
        let first = in_turn([Act::status(status, "")]);
        let second = in_turn([Act::status(500, ""), Act::ok("2")]);
        let http = http(&[&first, &second], &limits());
        assert_eq!(ask(&http, get("/x")).await, reply("2"));
        assert_eq!(first.received().len(), 1);
        assert_eq!(second.received().len(), 2);
    }
}

#[tokio::test]
async fn every_server_is_tried_before_giving_up() {
    let servers = [503, 403, 500].map(|status| in_turn([Act::status(status, "")]));
    let limits = Limits {
        retries: 0,
        ..limits()
    };
    let [first, second, third] = &servers;
    let error = ask(&http(&[first, second, third], &limits), get("/x")).await;
    assert!(
        matches!(error, Err(AskError::Status { status: 500, .. })),
        "{error:?}"
    );
    assert!(servers.iter().all(|server| server.received().len() == 1));
    let refused = [401, 403].map(|status| in_turn([Act::status(status, "")]));
    let [first, second] = &refused;
    let error = ask(&http(&[first, second], &limits), get("/x")).await;
    assert!(
        matches!(error, Err(AskError::Status { status: 403, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_needs_no_rest_is_not_asked_again_before_the_others() {
    let servers = [503, 500, 503].map(|status| in_turn([Act::status(status, "")]));
    let limits = Limits {
        retries: 0,
        retry_delay_min: Duration::ZERO,
        retry_delay_max: Duration::ZERO,
        ..limits()
    };
    let [first, second, third] = &servers;
    let error = ask(&http(&[first, second, third], &limits), get("/x")).await;
    assert!(error.is_err(), "{error:?}");
    assert_eq!(servers.map(|server| server.received().len()), [1, 1, 1]);
}

#[tokio::test]
async fn no_more_are_under_way_than_allowed() {
    let server = server(|_| Act::ok("1").after(Duration::from_millis(20)));
    let limits = Limits {
        in_flight: 3,
        ..limits()
    };
    let http = http(&[&server], &limits);
    let requests: Vec<_> = (0..15).map(|number| get(&format!("/{number}"))).collect();
    // Several askers share the bound.
    let (one, other) = tokio::join!(ask_all(&http, &requests), ask_all(&http, &requests));
    assert!(one.iter().chain(&other).all(Result::is_ok));
    assert_eq!(server.in_flight_max(), 3);
}

#[tokio::test]
async fn requests_are_spread_over_the_second() {
    let server = in_turn([Act::ok("1")]);
    let limits = Limits {
        requests_per_second: 50,
        ..limits()
    };
    let requests: Vec<_> = (0..40).map(|number| get(&format!("/{number}"))).collect();
    let start = Instant::now();
    ask_all(&http(&[&server], &limits), &requests).await;
    assert_eq!(server.received().len(), 40);
    // 50 a second, of which two may come at once.
    assert!(start.elapsed() >= Duration::from_millis(760));
}

#[tokio::test]
async fn we_say_who_we_are_and_ask_below_the_address() {
    let server = in_turn([Act::ok("1")]);
    let endpoint = endpoint(&format!("{}/api/", server.url()));
    let http = Http::new(&[endpoint], &limits(), Interruption::default()).unwrap();
    ask(&http, get("/tx/00?x=1")).await.unwrap();
    let received = server.received();
    assert_eq!(received[0].path, "/api/tx/00?x=1");
    let agent = received[0].header("user-agent").unwrap();
    assert_eq!(agent, concat!("trace/", env!("CARGO_PKG_VERSION")));
    assert_eq!(received[0].header("authorization"), None);
    assert_eq!(received[0].header("accept-encoding"), None);
}

fn chain(name: &'static str) -> impl Fn(&Received) -> Act {
    move |received| match received.path.as_str() {
        "/chain" => Act::ok(format!("{name}\n")),
        _ => Act::ok("1"),
    }
}

#[tokio::test]
async fn a_server_of_another_chain_is_told_and_not_asked() {
    let first = server(chain("one"));
    let stranger = server(chain("other"));
    let third = server(chain("one"));
    let refusing = in_turn([Act::status(404, "")]);
    let requests = [get("/x"), get("/y")];
    let http =
        http(&[&first, &stranger, &refusing, &third], &limits()).with_identity(get("/chain"));
    assert_eq!(ask_all(&http, &requests).await, [reply("1"), reply("1")]);
    assert!(stranger.received().is_empty());
    drop(first);
    for _ in 0..2 {
        assert_eq!(ask_all(&http, &requests).await, [reply("1"), reply("1")]);
    }
    // Both questions may find out at once which chain it is of.
    let asked = third.received().len();
    assert!((5..=6).contains(&asked), "{asked}");
    let asked = stranger.received();
    assert!(asked.iter().all(|one| one.path == "/chain"));
    assert!((1..=2).contains(&asked.len()), "{}", asked.len());
    assert!(refusing.received().iter().all(|one| one.path == "/chain"));
    drop(third);
    let error = ask(&http, get("/x")).await.unwrap_err();
    assert!(matches!(error, AskError::NoReply { .. }), "{error}");
    assert_eq!(stranger.received().len(), asked.len());
}

#[tokio::test]
async fn a_server_alone_is_not_asked_who_it_is() {
    let server = in_turn([Act::ok("1")]);
    let http = http(&[&server], &limits()).with_identity(get("/chain"));
    assert_eq!(ask(&http, get("/x")).await, reply("1"));
    assert_eq!(server.received().len(), 1);
}

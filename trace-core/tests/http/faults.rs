//! One server, one question, and everything that can happen to it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::*;

const TRIES: usize = 3;

/// Asks a GET and a call of a server that does `acts` in turn, and checks what both are told
/// and how often they were sent.
async fn check(acts: &[Act], expected: &str, tries: usize) {
    for request in [get("/blocks/tip/height"), call("getblockcount", "[]")] {
        let server = in_turn(acts);
        let limits = match acts {
            [Act::Hang | Act::Drip(..)] => impatient(),
            _ => limits(),
        };
        let error = ask(&http(&[&server], &limits), request.clone()).await;
        let text = error.expect_err("no reply").to_string();
        assert!(text.contains(expected), "{text}");
        let name = request.to_string();
        assert!(text.contains(&name), "{text} does not name {name}");
        assert_eq!(server.received().len(), tries, "{text}");
    }
}

#[tokio::test]
async fn a_status_that_may_pass_is_tried_again() {
    for status in [408, 425, 429, 500, 502, 503, 504, 520] {
        let expected = format!("with status {status}");
        check(&[Act::status(status, "no")], &expected, TRIES).await;
    }
}

#[tokio::test]
async fn a_status_that_will_not_pass_is_not_tried_again() {
    for status in [204, 206, 301, 302, 307, 308, 400, 401, 403, 404, 405, 410] {
        let act = Act::status(status, if status == 204 { "" } else { "no" });
        let act = act.with("Location", "http://127.0.0.1:1/elsewhere");
        check(&[act], &format!("with status {status}"), 1).await;
    }
}

#[tokio::test]
async fn a_reply_that_is_larger_than_the_limit_is_not_taken() {
    let expected = "larger than 10000 bytes";
    check(&[Act::ok(vec![b' '; 10_001])], expected, 1).await;
    check(&[Act::declared(u64::MAX / 2)], expected, 1).await;
    check(&[Act::Endless], expected, 1).await;
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    check(&[Act::close()], "no reply to", TRIES).await;
    check(
        &[Act::cut(br#"{"result":1,"id":0}"#, 12)],
        "no reply to",
        TRIES,
    )
    .await;
    check(&[Act::Raw(b"HTTP/1.1 200".to_vec())], "no reply to", TRIES).await;
    check(
        &[Act::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())],
        "no reply to",
        TRIES,
    )
    .await;
}

#[tokio::test]
async fn a_reply_whose_end_cannot_be_told_or_that_is_compressed_is_not_taken() {
    let whole = br#"{"result":1,"id":0}"#;
    check(
        &[Act::undelimited(whole)],
        "nothing says where it ends",
        TRIES,
    )
    .await;
    let compressed = Act::ok(*whole).with("Content-Encoding", "gzip");
    check(&[compressed], "compressed", TRIES).await;
}

#[tokio::test]
async fn a_server_that_hangs_or_drips_is_given_up_in_time() {
    let drip = Act::Drip(vec![b' '; 1_000], Duration::from_millis(20));
    for act in [Act::Hang, drip] {
        let start = Instant::now();
        check(&[act], "nothing whole within 400ms", TRIES).await;
        let took = start.elapsed();
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
}

#[tokio::test]
async fn nobody_at_the_address_is_told() {
    let server = in_turn([Act::Hang]);
    let http = http(&[&server], &limits());
    drop(server);
    let error = ask(&http, get("/x")).await.unwrap_err().to_string();
    assert!(error.contains("no reply to GET /x: "), "{error}");
    assert!(!error.contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn what_is_no_json_rpc_is_tried_again() {
    let bodies = [
        "",
        "<html>",
        "[]",
        "{}",
        "null",
        r#"{"result":1,"id":0"#,
        r#"{"result":1,"id":77}"#,
        r#"{"result":1,"id":"0"}"#,
        r#"{"result":1}"#,
        r#"{"error":"no","id":0}"#,
    ];
    for body in bodies {
        let server = in_turn([Act::ok(body)]);
        let error = ask(&http(&[&server], &limits()), call("getblock", "[1]")).await;
        let error = error.unwrap_err();
        assert!(
            matches!(error, AskError::Malformed { .. }),
            "{body}: {error}"
        );
        assert!(error.to_string().contains("getblock[1]"), "{error}");
        assert_eq!(server.received().len(), TRIES, "{body}");
    }
}

#[tokio::test]
async fn a_failure_that_passes_leaves_no_trace_in_the_reply() {
    let faults = [
        Act::status(503, "{}"),
        Act::close(),
        Act::cut(b"{\"result\":666", 5),
        Act::Hang,
    ];
    for fault in faults {
        let rpc = server({
            let fault = fault.clone();
            move |received| match received.number {
                0 => fault.clone(),
                _ => received.reply(|_, params| Ok(params.clone())),
            }
        });
        let answer = ask(&http(&[&rpc], &impatient()), call("echo", r#"[1,"x"]"#)).await;
        assert_eq!(answer, reply(r#"[1,"x"]"#));
        let rest = in_turn([fault, Act::ok(" 850000\n")]);
        let answer = ask(&http(&[&rest], &impatient()), get("/blocks/tip/height")).await;
        assert_eq!(answer, reply(" 850000\n"));
        assert_eq!(rest.received().len(), 2);
    }
}

#[tokio::test]
async fn a_refused_call_is_an_answer_whatever_its_status() {
    for status in [200, 400, 404, 500] {
        let error = r#"{"result":null,"error":{"code":-5,"message":"No such block"},"id":0}"#;
        let server = in_turn([Act::status(status, error)]);
        let answer = ask(&http(&[&server], &limits()), call("getblock", "[]")).await;
        let expected = AskError::Rpc {
            method: "getblock".to_owned(),
            code: -5,
            message: "No such block".to_owned(),
        };
        assert_eq!(answer, Err(expected));
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_node_that_is_busy_is_asked_again() {
    for (code, status) in [(-28, 500), (-32_005, 200), (-32_005, 429)] {
        let busy = json!({"id": 0, "error": {"code": code, "message": "not now"}}).to_string();
        let rpc = server(move |received| match received.number {
            0 => Act::status(status, busy.clone()),
            _ => received.reply(|_, _| Ok(json!(null))),
        });
        let answer = ask(&http(&[&rpc], &limits()), call("getblockcount", "[]")).await;
        assert_eq!(answer, reply("null"));
        assert_eq!(rpc.received().len(), 2);
    }
}

#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept_up_to_the_limit() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let cases = [
        ("1", 1_000),
        ("Sun, 06 Nov 1994 08:49:38 GMT", 1_000),
        ("3600", 1_200),
        ("whenever", 0),
        ("-1", 0),
    ];
    let limits = Limits {
        retry_after_max: Duration::from_millis(1_200),
        ..limits()
    };
    let limits = &limits;
    let checks = cases.map(|(asked_for, pause_ms)| async move {
        let wait = Act::status(429, "");
        let wait = wait.with("Retry-After", asked_for).with("Date", date);
        let server = in_turn([wait, Act::ok("1")]);
        assert_eq!(ask(&http(&[&server], limits), get("/x")).await, reply("1"));
        let received = server.received();
        let pause = received[1].at - received[0].at;
        let expected = Duration::from_millis(pause_ms);
        let close = expected..expected + Duration::from_secs(2);
        assert!(close.contains(&pause), "{asked_for}: {pause:?}");
    });
    futures_util::future::join_all(checks).await;
}

#[tokio::test]
async fn pauses_grow() {
    let server = in_turn([Act::status(500, "")]);
    let limits = Limits {
        retries: 4,
        retry_delay_min: Duration::from_millis(20),
        retry_delay_max: Duration::from_secs(1),
        ..limits()
    };
    ask(&http(&[&server], &limits), get("/x"))
        .await
        .unwrap_err();
    let received = server.received();
    let pauses = received.windows(2).map(|two| two[1].at - two[0].at);
    for (pause, at_least) in pauses.zip([20, 40, 80, 160]) {
        assert!(
            pause >= Duration::from_millis(at_least),
            "{pause:?} < {at_least} ms"
        );
    }
    assert_eq!(received.len(), 5);
}

#[tokio::test]
async fn work_that_is_interrupted_ends_at_once_and_keeps_what_it_had() {
    let server = server(|received| match received.path.as_str() {
        "/quick" => Act::ok("1"),
        _ => Act::Hang,
    });
    let interruption = Interruption::default();
    let limits = Limits {
        timeout: Duration::from_secs(3_600),
        ..limits()
    };
    let http = Http::new(&[endpoint(&server.url())], &limits, interruption.clone()).unwrap();
    let requests = [get("/slow"), get("/quick"), call("slow", "[]")];
    let start = Instant::now();
    let raise = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        interruption.raise();
    };
    let (answers, ()) = tokio::join!(ask_all(&http, &requests), raise);
    assert_eq!(
        answers,
        [
            Err(AskError::Interrupted),
            reply("1"),
            Err(AskError::Interrupted)
        ]
    );
    assert!(start.elapsed() < Duration::from_secs(2));
    let later = ask(&http, get("/quick")).await;
    assert_eq!(later, Err(AskError::Interrupted));
}

#[tokio::test]
async fn local_records_are_not_asked_of_servers() {
    let server = in_turn([Act::ok("1")]);
    let local = Request::Local {
        name: "tip".to_owned(),
    };
    let answers = ask_all(&http(&[&server], &limits()), &[local, get("/x")]).await;
    assert!(matches!(answers[0], Err(AskError::NoReply { .. })));
    assert_eq!(answers[1], reply("1"));
    assert_eq!(server.received().len(), 1);
}

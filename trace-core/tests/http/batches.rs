//! Several calls at once.

use serde_json::{Value, json};

use super::*;

fn calls(count: usize) -> Vec<Request> {
    let call = |number| call("echo", &format!("[{number}]"));
    (0..count).map(call).collect()
}

fn replies(count: usize) -> Vec<Result<Reply, AskError>> {
    (0..count)
        .map(|number| reply(&format!("[{number}]")))
        .collect()
}

fn echo(received: &Received) -> Act {
    received.reply(|_, params| Ok(params.clone()))
}

/// The replies to a batch, changed before they are sent.
fn changed(received: &Received, change: impl Fn(&mut Vec<Value>)) -> Act {
    let Act::Answer { body, .. } = echo(received) else {
        panic!("an answer")
    };
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    if let Value::Array(replies) = &mut body {
        change(replies);
    }
    Act::ok(body.to_string())
}

async fn check(
    count: usize,
    handler: impl Fn(&Received) -> Act + Send + Sync + 'static,
) -> Vec<usize> {
    let server = server(handler);
    let answers = ask_all(&http(&[&server], &impatient()), &calls(count)).await;
    assert_eq!(answers, replies(count));
    let received = server.received();
    received
        .iter()
        .map(|received| received.calls().len())
        .collect()
}

#[tokio::test]
async fn calls_are_sent_together_up_to_the_limit() {
    let mut sizes = check(40, echo).await;
    sizes.sort_unstable();
    assert_eq!(sizes, [8, 16, 16]);
    assert_eq!(check(1, echo).await, [1]);
    assert!(check(0, echo).await.is_empty());
}

#[tokio::test]
async fn the_order_of_the_replies_does_not_matter() {
    let sizes = check(10, |received| {
        changed(received, |replies| replies.reverse())
    })
    .await;
    assert_eq!(sizes, [10]);
}

#[tokio::test]
async fn what_a_batch_lacks_or_holds_twice_is_asked_again() {
    let lacking = |received: &Received| {
        changed(received, |replies| {
            if replies.len() > 4 {
                replies.truncate(6);
                replies[1]["id"] = json!(999_999);
            }
        })
    };
    assert_eq!(check(10, lacking).await, [10, 5, 1]);
    let twice = |received: &Received| {
        changed(received, |replies| {
            if replies.len() > 4 {
                let mut other = replies[3].clone();
                other["result"] = json!("wrong");
                replies.insert(0, other);
            }
        })
    };
    assert_eq!(check(10, twice).await, [10, 1]);
}

#[tokio::test]
async fn what_is_never_there_is_an_error_and_the_rest_is_not_lost() {
    let server = server(|received| {
        if received.is_batch() {
            let lacks = |reply: &Value| reply["result"] != json!([3]);
            changed(received, |replies| replies.retain(lacks))
        } else {
            Act::ok("{}")
        }
    });
    let answers = ask_all(&http(&[&server], &limits()), &calls(6)).await;
    for (number, (answer, expected)) in answers.iter().zip(replies(6)).enumerate() {
        match (number, answer) {
            (3, Err(AskError::Malformed { request, .. })) => assert_eq!(request, "echo[3]"),
            _ => assert_eq!(*answer, expected),
        }
    }
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn each_call_of_a_batch_has_its_own_answer() {
    let server = server(|received| {
        received.reply(|_, params| match params[0].as_u64() {
            Some(1) => Err((-5, "no such thing".to_owned())),
            Some(2) => Ok(json!(null)),
            // Passes when asked again.
            Some(3) if received.number == 0 => Err((-28, "warming up".to_owned())),
            _ => Ok(params.clone()),
        })
    });
    let answers = ask_all(&http(&[&server], &limits()), &calls(5)).await;
    assert_eq!(answers[0], reply("[0]"));
    assert!(matches!(&answers[1], Err(AskError::Rpc { code: -5, .. })));
    assert_eq!(answers[2], reply("null"));
    assert_eq!(answers[3], reply("[3]"));
    assert_eq!(answers[4], reply("[4]"));
    let sizes: Vec<_> = server
        .received()
        .iter()
        .map(|one| one.calls().len())
        .collect();
    assert_eq!(sizes, [5, 1]);
}

#[tokio::test]
async fn a_server_that_refuses_batches_is_asked_call_by_call_from_then_on() {
    let refused = json!({"id": null, "error": {"code": -32600, "message": "no batches"}});
    let refusals = [
        Act::ok(refused.to_string()),
        Act::status(500, refused.to_string()),
        Act::status(400, refused.to_string()),
        Act::status(400, "<html>"),
        Act::status(413, ""),
        Act::status(405, ""),
        Act::status(501, ""),
    ];
    for refusal in refusals {
        let server = server(move |received| {
            if received.is_batch() {
                refusal.clone()
            } else {
                echo(received)
            }
        });
        let http = http(&[&server], &limits());
        assert_eq!(ask_all(&http, &calls(10)).await, replies(10));
        let batches = server
            .received()
            .iter()
            .filter(|one| one.is_batch())
            .count();
        assert_eq!((batches, server.received().len()), (1, 11));
        assert_eq!(ask_all(&http, &calls(10)).await, replies(10));
        assert_eq!(server.received().len(), 21);
    }
}

#[tokio::test]
async fn a_batch_whose_reply_is_too_large_is_asked_in_halves() {
    let server =
        server(|received| received.reply(|_, params| Ok(json!([params[0], "x".repeat(3_000)]))));
    let limits = Limits {
        retries: 0,
        ..limits()
    };
    let answers = ask_all(&http(&[&server], &limits), &calls(10)).await;
    let expected: Vec<_> = (0..10)
        .map(|number| reply(&json!([number, "x".repeat(3_000)]).to_string()))
        .collect();
    assert_eq!(answers, expected);
}

#[tokio::test]
async fn one_reply_that_is_too_large_does_not_spoil_the_others() {
    let server = server(|received| {
        received.reply(|_, params| match params[0].as_u64() {
            Some(7) => Ok(json!("x".repeat(20_000))),
            _ => Ok(params.clone()),
        })
    });
    let answers = ask_all(&http(&[&server], &limits()), &calls(16)).await;
    let expected = replies(16);
    for (number, answer) in answers.iter().enumerate() {
        match number {
            7 => assert!(
                matches!(answer, Err(AskError::TooLarge { .. })),
                "{answer:?}"
            ),
            _ => assert_eq!(answer, &expected[number]),
        }
    }
}

#[tokio::test]
async fn a_batch_that_breaks_the_connection_is_asked_in_halves() {
    let sizes = check(8, |received| match received.calls().len() {
        8 => Act::cut(b"[{\"id\":0,\"result\":[0]}", 10),
        4 => Act::Hang,
        _ => echo(received),
    })
    .await;
    assert_eq!(sizes.iter().max(), Some(&8));
    assert_eq!(
        sizes.iter().filter(|size| **size == 2).count(),
        4,
        "{sizes:?}"
    );
}

#[tokio::test]
async fn a_batch_that_always_fails_ends() {
    for act in [
        Act::ok("[]"),
        Act::ok("[[]]"),
        Act::status(503, ""),
        Act::ok("{"),
    ] {
        let server = in_turn([act]);
        let answers = ask_all(&http(&[&server], &limits()), &calls(16)).await;
        assert!(answers.iter().all(Result::is_err), "{answers:?}");
        // A whole, two halves and four quarters at most.
        assert!(server.received().len() <= 7, "{}", server.received().len());
    }
}

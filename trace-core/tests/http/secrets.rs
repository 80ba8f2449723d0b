//! What servers are shown, and that nobody else sees it.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;

const PASSWORD: &str = "correct-horse-battery";
/// `rpc:correct-horse-battery`, as it goes over the wire.
const TOKEN: &str = "cnBjOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ==";

fn with_password(server: &FaultyServer) -> Endpoint {
    endpoint(&format!("http://rpc:{PASSWORD}@{}", server.host()))
}

fn http_over(endpoint: Endpoint) -> Http {
    Http::new(&[endpoint], &impatient(), Interruption::default()).unwrap()
}

#[tokio::test]
async fn a_password_is_shown_to_the_server_and_to_nobody_else() {
    log::listen();
    let echo = json!({"error": {"code": -1, "message": format!("{PASSWORD} {TOKEN}")}});
    let acts = [
        Act::ok(echo.to_string()),
        Act::ok(format!("\"{PASSWORD}\" is not JSON-RPC {TOKEN}")),
        Act::ok(format!(r#"{{"result":1,"id":"{PASSWORD}"}}"#)),
        Act::ok(format!(r#"{{"error":"{TOKEN} {PASSWORD}","id":1}}"#)),
        Act::status(401, PASSWORD),
        Act::status(500, PASSWORD),
        Act::status(302, "").with("Location", &format!("http://{PASSWORD}@x/")),
        Act::Raw(format!("{PASSWORD}\r\n\r\n").into_bytes()),
        Act::close(),
        Act::Hang,
    ];
    for act in acts {
        let server = in_turn([act]);
        let http = http_over(with_password(&server));
        let errors = [
            ask(&http, call("getblock", "[1]")).await.unwrap_err(),
            ask_all(&http, &[call("a", "[]"), call("b", "[]")]).await[0]
                .clone()
                .unwrap_err(),
        ];
        let shown = format!("{http:?} {errors:?} {} {}", errors[0], errors[1]);
        for secret in [PASSWORD, TOKEN] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let received = &server.received()[0];
        assert_eq!(
            received.header("authorization"),
            Some(format!("Basic {TOKEN}").as_str())
        );
    }
    let log = log::text();
    assert!(log.contains("getblock"), "{log}");
    for secret in [PASSWORD, TOKEN] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_a_password() {
    let other = in_turn([Act::ok("1")]);
    for status in [301, 302, 303, 307, 308] {
        let server = in_turn([Act::status(status, "").with("Location", &other.url())]);
        let http = http_over(with_password(&server));
        let error = ask(&http, get("/x")).await.unwrap_err();
        assert!(matches!(error, AskError::Status { .. }), "{error}");
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_cookie_file_is_read_again_when_its_node_has_been_restarted() {
    let folder = tempfile::tempdir().unwrap();
    let cookie = folder.path().join(".cookie");
    fs::write(&cookie, "__cookie__:first").unwrap();
    // base64 of `__cookie__:first` and of `__cookie__:other`
    let tokens = ["X19jb29raWVfXzpmaXJzdA==", "X19jb29raWVfXzpvdGhlcg=="];
    let current = Arc::new(Mutex::new(tokens[0]));
    let server = server({
        let current = Arc::clone(&current);
        move |received| {
            let expected = format!("Basic {}", current.lock().unwrap());
            match received.header("authorization") {
                Some(given) if given == expected => received.reply(|_, _| Ok(json!(7))),
                _ => Act::status(401, ""),
            }
        }
    });
    let http = http_over(endpoint(&format!(
        "{}?cookie={}",
        server.url(),
        cookie.display()
    )));
    assert_eq!(ask(&http, call("x", "[]")).await, reply("7"));

    *current.lock().unwrap() = tokens[1];
    fs::write(&cookie, "__cookie__:other\n").unwrap();
    assert_eq!(ask(&http, call("x", "[]")).await, reply("7"));
    assert_eq!(ask(&http, call("x", "[]")).await, reply("7"));
    assert_eq!(server.received().len(), 4);

    // The same cookie is not shown again to who refused it.
    *current.lock().unwrap() = "none";
    let error = ask(&http, call("x", "[]")).await.unwrap_err();
    assert!(
        matches!(error, AskError::Status { status: 401, .. }),
        "{error}"
    );
    assert_eq!(server.received().len(), 5);
}

#[tokio::test]
async fn a_cookie_file_that_cannot_be_read_is_told_without_its_path() {
    let server = in_turn([Act::ok("1")]);
    let folder = tempfile::tempdir().unwrap();
    let cookie = folder.path().join("secret-place");
    let http = http_over(endpoint(&format!(
        "{}?cookie={}",
        server.url(),
        cookie.display()
    )));
    let error = ask(&http, call("x", "[]")).await.unwrap_err().to_string();
    assert!(error.contains("the cookie file cannot be read"), "{error}");
    assert!(!error.contains("secret-place"), "{error}");
    fs::write(&cookie, "no colon in here").unwrap();
    let error = ask(&http, call("x", "[]")).await.unwrap_err().to_string();
    assert!(error.contains("a name, a colon and a password"), "{error}");
    assert!(!error.contains("no colon in here"), "{error}");
    assert!(server.received().is_empty());
}

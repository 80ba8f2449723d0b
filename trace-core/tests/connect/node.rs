//! A real Bitcoin Core.

use std::fs;

use testdata::node::{Node, Options, bitcoind};

use super::*;

fn node(test: &str) -> Option<Node> {
    let options = Options {
        tx_index: true,
        tx_out_spender_index: true,
        ..Options::default()
    };
    let node = Node::start(&bitcoind(test)?, &options).unwrap();
    economy::submit(&node, &economy().blocks).unwrap();
    node.wait_for_indexes().unwrap();
    Some(node)
}

fn cookie_uri(node: &Node) -> String {
    let cookie = node.cookie_file();
    format!("bitcoin-core+{}?cookie={}", node.url(), cookie.display())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[tokio::test]
async fn a_node_is_recorded_without_its_password_and_replayed() {
    let Some(mut node) = node("a_node_is_recorded_without_its_password_and_replayed") else {
        return;
    };
    log::listen();
    let place = Place::new();
    let limits = Limits {
        cache: Some(place.file("cache")),
        ..recording_to(&place.file("a"))
    };
    let uri = cookie_uri(&node);
    let cookie = fs::read_to_string(node.cookie_file()).unwrap();
    let (_, password) = cookie.split_once(':').unwrap();
    let source = reach(&uri, &limits).await.unwrap();
    source.begin_recording(Holds::Questions).unwrap();
    let questions = questions(economy());
    let answers = ask(&source, &questions).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    source.finish_recording().unwrap();
    let shown = format!("{source:?} {}", source.name);

    // The node is gone; what is left says nothing of its password.
    node.kill();
    let error = source.history.as_ref().unwrap().tip().await.unwrap_err();
    let shown = format!("{shown} {error} {error:?}");
    drop(source);
    let replay = reach(&place.recording("a"), &super::limits())
        .await
        .unwrap();
    assert_eq!(ask(&replay, &questions).await, answers);
    let logged = log::text();
    assert!(logged.contains("getrawtransaction"), "{logged}");
    assert!(files(&place.0.path().join("cache")).len() > 1);
    let mut seen = vec![shown.into_bytes(), logged.into_bytes()];
    seen.extend(
        files(place.0.path())
            .iter()
            .map(|file| fs::read(file).unwrap()),
    );
    for bytes in seen {
        let mut windows = bytes.windows(password.len());
        assert!(!windows.any(|window| window == password.as_bytes()));
    }
}

#[tokio::test]
async fn a_node_that_is_restarted_is_asked_on_with_its_new_cookie() {
    let Some(mut node) = node("a_node_that_is_restarted_is_asked_on_with_its_new_cookie") else {
        return;
    };
    let uri = cookie_uri(&node);
    let source = reach(&uri, &limits()).await.unwrap();
    let questions = questions(economy());
    let answers = ask(&source, &questions).await;
    let cookie = fs::read(node.cookie_file()).unwrap();
    node.stop().unwrap();
    node.restart().unwrap();
    assert_ne!(fs::read(node.cookie_file()).unwrap(), cookie);
    assert_eq!(ask(&source, &questions).await, answers);
}

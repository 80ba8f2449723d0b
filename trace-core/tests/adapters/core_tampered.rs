//! A node in memory: what it costs to ask it, and what becomes of replies that are not true.

use trace_core::model::{BlockRef, OutPoint, Position, Txid};
use trace_core::source::bitcoin_core::BitcoinCore;
use trace_core::source::{AskError, BlockSource, HistorySource, Reply, Request, SourceError, Told};
use trace_core::view::{Located, Question};

use crate::memory_node::MemoryNode;
use crate::transports::{Answer, Change, Lent, Tampered, replaced};
use crate::truth::{self, Truth};
use crate::wait;

const ALL: &[&str] = &["txindex", "txospenderindex", "basic block filter index"];
const FILTERED: &[&str] = &["txindex", "basic block filter index"];

fn node(indexes: &'static [&'static str]) -> MemoryNode {
    let truth = truth::economy();
    MemoryNode {
        truth,
        indexes,
        index_height: truth.tip().height,
    }
}

/// Asks a node whose replies to one method are changed.
fn ask(
    indexes: &'static [&'static str],
    method: &'static str,
    change: impl Fn(Answer) -> Answer + Send + Sync + 'static,
    question: &Question,
) -> Result<Told, SourceError> {
    let transport = Tampered::new(node(indexes), move |request, answer| match request {
        Request::Rpc { method: asked, .. } if asked == method => change(answer),
        _ => answer,
    });
    let core = wait(BitcoinCore::over(transport)).unwrap();
    let tip = truth::economy().tip();
    wait(core.answer(std::slice::from_ref(question), tip)).remove(0)
}

/// The reply is refused, by an error that names the request.
#[track_caller]
fn check_malformed(answer: Result<Told, SourceError>, request: &str) {
    match answer {
        Err(SourceError::Ask(AskError::Malformed { request: named, .. }))
            if named.starts_with(request) => {}
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_contradiction(answer: &Result<Told, SourceError>) {
    assert!(
        matches!(answer, Err(SourceError::Contradiction(_))),
        "{answer:?}"
    );
}

/// A transaction that is no coinbase, in a block with others, with an output that is spent.
fn example(truth: &Truth) -> (&Located, OutPoint, &Located) {
    let found = truth.transactions().find_map(|located| {
        let Position { height, index } = located.position;
        let alone = truth.parsed[height as usize].transactions.len() < 3;
        if index == 0 || alone {
            return None;
        }
        let (txid, vout) = (located.transaction.txid, 0);
        let outpoint = OutPoint { txid, vout };
        let spender = Question::Spender(outpoint);
        match truth.told(&spender, truth.tip().height) {
            Told::Spent(spender) => Some((located, outpoint, spender.transaction.txid)),
            _ => None,
        }
    });
    let (located, outpoint, spender) = found.unwrap();
    let mut all = truth.transactions();
    let spender = all.find(|other| other.transaction.txid == spender);
    (located, outpoint, spender.unwrap())
}

/// Another transaction of the same block.
fn neighbour(truth: &Truth, located: &Located) -> Txid {
    let block = &truth.parsed[located.position.height as usize];
    let mut others = block.transactions.iter().skip(1).map(|other| other.txid);
    others
        .find(|other| *other != located.transaction.txid)
        .unwrap()
}

#[test]
fn a_node_in_memory_answers_as_the_blocks_do() {
    let truth = truth::economy();
    for indexes in [ALL, FILTERED] {
        let core = wait(BitcoinCore::over(node(indexes))).unwrap();
        let questions: Vec<Question> = truth.some_questions().into_iter().step_by(5).collect();
        let answers = wait(core.answer(&questions, truth.tip()));
        for (question, answer) in questions.iter().zip(answers) {
            let told = truth.told(question, truth.tip().height);
            assert_eq!(answer, Ok(told), "{question:?}");
        }
    }
}

/// What a follow costs is round trips: they do not grow with the number of questions.
#[test]
fn all_questions_of_a_round_go_out_together() {
    let truth = truth::economy();
    let counted = Tampered::new(node(ALL), |_, answer| answer);
    let core = wait(BitcoinCore::over(Lent(&counted))).unwrap();
    assert_eq!(counted.take_rounds().len(), 1);
    let mut questions: Vec<Question> = truth.transaction_questions();
    questions.truncate(15);
    questions.extend(truth.spender_questions().into_iter().take(15));
    wait(core.answer(&questions, truth.tip()));
    let rounds = counted.take_rounds();
    assert_eq!(rounds.len(), 2);
    for round in rounds {
        let mut once = round.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), round.len(), "a question is asked twice");
    }
    wait(core.answer(&[], truth.tip()));
    assert!(counted.take_rounds().is_empty());
}

#[test]
fn equal_questions_are_the_same_text() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let questions = [
        Question::Transaction(located.transaction.txid),
        Question::Spender(outpoint),
    ];
    let rounds = || {
        let counted = Tampered::new(node(ALL), |_, answer| answer);
        let core = wait(BitcoinCore::over(Lent(&counted))).unwrap();
        wait(core.answer(&questions, truth.tip()));
        counted.take_rounds()
    };
    assert_eq!(rounds(), rounds());
    let spender = &rounds()[1][1];
    let text = format!(
        "gettxspendingprevout[[{{\"txid\":\"{}\",\"vout\":0}}],{{\"mempool_only\":false}}]",
        outpoint.txid
    );
    assert_eq!(spender.to_string(), text);
}

#[test]
fn a_transaction_is_only_believed_with_its_proof() {
    let truth = truth::economy();
    let (located, _, _) = example(truth);
    let txid = located.transaction.txid;
    let question = Question::Transaction(txid);
    let other = neighbour(truth, located);

    let answer = ask(
        ALL,
        "getrawtransaction",
        |_| Ok(Reply(b"{}".to_vec())),
        &question,
    );
    check_malformed(answer, "getrawtransaction");
    // Another transaction, true in itself.
    let core = wait(BitcoinCore::over(node(ALL))).unwrap();
    let known = wait(core.answer(&[Question::Transaction(other)], truth.tip()));
    assert!(known[0].is_ok());
    let (from, to) = (txid.to_string(), other.to_string());
    let change = move |answer| replaced(answer, &from, &to);
    check_malformed(
        ask(ALL, "getrawtransaction", change, &question),
        "getrawtransaction",
    );
    // The same transaction, said to be in another block.
    let block = truth.refs[located.position.height as usize]
        .hash
        .to_string();
    let elsewhere = truth.refs[3].hash.to_string();
    let change = move |answer| replaced(answer, &block, &elsewhere);
    check_malformed(
        ask(ALL, "getrawtransaction", change, &question),
        "gettxoutproof",
    );

    // A true proof in a block that is not the one named: its header has another nonce.
    let change = |answer: Answer| {
        answer.map(|Reply(mut bytes)| {
            let digit = &mut bytes[1 + 152];
            *digit = if *digit == b'0' { b'1' } else { b'0' };
            Reply(bytes)
        })
    };
    let answer = ask(ALL, "gettxoutproof", change, &question);
    check_malformed(answer, "gettxoutproof");

    for proof in ["\"\"", "\"00\"", "\"zz\"", "17", "null", "\"é\""] {
        let change = |_| Ok(Reply(proof.as_bytes().to_vec()));
        check_malformed(
            ask(ALL, "gettxoutproof", change, &question),
            "gettxoutproof",
        );
    }
    for header in [
        "{}",
        "[]",
        "{\"height\":-1,\"confirmations\":1}",
        "{\"height\":4294967296,\"confirmations\":1}",
    ] {
        let change = |_| Ok(Reply(header.as_bytes().to_vec()));
        check_malformed(
            ask(ALL, "getblockheader", change, &question),
            "getblockheader",
        );
    }
}

#[test]
fn what_was_left_behind_does_not_count() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let txid = located.transaction.txid;
    let stale = |answer| replaced(answer, "\"confirmations\":1", "\"confirmations\":-1");
    let answer = ask(ALL, "getblockheader", stale, &Question::Transaction(txid));
    assert_eq!(answer, Ok(Told::NoTransaction(txid)));
    let answer = ask(ALL, "getblockheader", stale, &Question::Spender(outpoint));
    assert_eq!(answer, Ok(Told::Unspent));
    // A block that a scan of the best chain has just found is not left behind by itself.
    let address = located.transaction.outputs[0].address.clone().unwrap();
    let answer = ask(
        ALL,
        "getblockheader",
        stale,
        &Question::Receipts(address, 0),
    );
    check_contradiction(&answer);
}

#[test]
fn a_spender_spends() {
    let truth = truth::economy();
    let (located, outpoint, spender) = example(truth);
    let question = Question::Spender(outpoint);
    let other = neighbour(truth, located).to_string();
    let block = truth.refs[located.position.height as usize]
        .hash
        .to_string();
    let wrong = format!(
        "[{{\"txid\":\"{}\",\"vout\":0,\"spendingtxid\":\"{other}\",\"blockhash\":\"{block}\"}}]",
        outpoint.txid
    );
    let change = move |_| Ok(Reply(wrong.clone().into_bytes()));
    check_contradiction(&ask(ALL, "gettxspendingprevout", change, &question));
    for reply in ["[]", "{}", "[{},{}]", "[{\"txid\":\"\",\"vout\":0}]"] {
        let change = |_| Ok(Reply(reply.as_bytes().to_vec()));
        let answer = ask(ALL, "gettxspendingprevout", change, &question);
        check_malformed(answer, "gettxspendingprevout");
    }
    let (from, to) = (spender.transaction.txid.to_string(), "no hash".to_owned());
    let change = move |answer| replaced(answer, &from, &to);
    check_malformed(
        ask(ALL, "gettxspendingprevout", change, &question),
        "gettxspendingprevout",
    );
    // The spender is in one block by the index and in another by itself.
    let block = truth.refs[spender.position.height as usize]
        .hash
        .to_string();
    let elsewhere = truth.refs[3].hash.to_string();
    let change = move |answer| replaced(answer, &block, &elsewhere);
    check_contradiction(&ask(ALL, "getrawtransaction", change, &question));
    // A spender in the mempool has no block yet.
    let mempool = |answer| replaced(answer, "\"blockhash\"", "\"something\"");
    assert_eq!(
        ask(ALL, "gettxspendingprevout", mempool, &question),
        Ok(Told::Unspent)
    );
}

#[test]
fn a_scan_is_complete_or_an_error() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let address = located.transaction.outputs[0].address.clone().unwrap();
    let receipts = Question::Receipts(address, 0);
    for question in [receipts, Question::Spender(outpoint)] {
        let stopped = |answer| replaced(answer, "\"completed\":true", "\"completed\":false");
        check_malformed(
            ask(FILTERED, "scanblocks", stopped, &question),
            "scanblocks",
        );
        let shorter = |answer| replaced(answer, "\"to_height\":", "\"to_height\":1");
        check_malformed(
            ask(FILTERED, "scanblocks", shorter, &question),
            "scanblocks",
        );
        let nowhere = |_| Ok(Reply(b"{\"relevant_blocks\":[\"00\"]}".to_vec()));
        check_malformed(
            ask(FILTERED, "scanblocks", nowhere, &question),
            "scanblocks",
        );
        let other = truth.refs[1].hash.to_string();
        let twice = move |answer: Answer| {
            let Reply(bytes) = answer?;
            let mut scanned: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            scanned["relevant_blocks"] = serde_json::json!([other, other]);
            Ok(Reply(scanned.to_string().into_bytes()))
        };
        let answer = ask(FILTERED, "scanblocks", twice, &question);
        check_malformed(answer, "scanblocks");
    }
}

#[test]
fn a_false_positive_of_a_filter_is_no_receipt() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let address = located.transaction.outputs[0].address.clone().unwrap();
    for question in [Question::Receipts(address, 0), Question::Spender(outpoint)] {
        let all: Vec<String> = truth.refs.iter().map(|at| at.hash.to_string()).collect();
        let every = move |answer: Answer| {
            let Reply(bytes) = answer?;
            let mut scanned: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let from = scanned["from_height"].as_u64().unwrap() as usize;
            scanned["relevant_blocks"] = serde_json::json!(all[from..]);
            Ok(Reply(scanned.to_string().into_bytes()))
        };
        let told = truth.told(&question, truth.tip().height);
        assert_eq!(ask(FILTERED, "scanblocks", every, &question), Ok(told));
    }
}

/// An index that is still being built knows nothing of later blocks; nothing found there is
/// no answer.
#[test]
fn an_index_that_lags_is_not_believed() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let address = located.transaction.outputs[0].address.clone().unwrap();
    let transport = MemoryNode {
        index_height: truth.tip().height - 1,
        ..node(ALL)
    };
    let core = wait(BitcoinCore::over(transport)).unwrap();
    let questions = [Question::Receipts(address, 0), Question::Spender(outpoint)];
    for answer in wait(core.answer(&questions, truth.tip())) {
        match answer {
            Err(SourceError::Lacks { lacks, .. }) if lacks.contains("239") => {}
            other => panic!("{other:?}"),
        }
    }
    for answer in wait(core.answer(&questions, truth.refs[239])) {
        answer.unwrap();
    }
}

#[test]
fn refs_of_two_branches_are_refused() {
    let truth = truth::economy();
    let below = truth.refs[6].hash.to_string();
    let refs = |change: Change| {
        let core = wait(BitcoinCore::over(Tampered::new(node(&[]), change))).unwrap();
        wait(core.refs(5, 9))
    };
    assert_eq!(
        refs(Box::new(|_, answer| answer)).unwrap(),
        truth.refs[5..=9]
    );
    // The hash at height 7 is that of another branch: of a block that is, but elsewhere.
    let mixed = refs(Box::new(move |request, answer| {
        if request.to_string() == "getblockhash[7]" {
            Ok(Reply(format!("\"{below}\"").into_bytes()))
        } else {
            answer
        }
    }));
    assert!(
        matches!(mixed, Err(SourceError::Contradiction(_))),
        "{mixed:?}"
    );
    let other = refs(Box::new(|request, answer| match answer {
        Ok(Reply(mut bytes)) if request.to_string().ends_with("false]") => {
            bytes[9] ^= 1;
            Ok(Reply(bytes))
        }
        answer => answer,
    }));
    assert!(
        matches!(other, Err(SourceError::Ask(AskError::Malformed { .. }))),
        "{other:?}"
    );
}

#[test]
fn a_node_of_no_known_chain_is_refused() {
    let transport = Tampered::new(node(ALL), |request, answer| {
        if request.to_string().starts_with("getblockchaininfo") {
            replaced(answer, "regtest", "litecoin")
        } else {
            answer
        }
    });
    let error = wait(BitcoinCore::over(transport)).err().unwrap();
    assert!(error.to_string().contains("getblockchaininfo"), "{error}");
}

#[test]
fn a_failure_of_the_transport_is_passed_on() {
    let truth = truth::economy();
    let (located, outpoint, _) = example(truth);
    let address = located.transaction.outputs[0].address.clone().unwrap();
    let failure = AskError::NoReply {
        request: "it".to_owned(),
        why: "gone".to_owned(),
    };
    let questions = [
        (Question::Transaction(outpoint.txid), "gettxoutproof"),
        (Question::Transaction(outpoint.txid), "getrawtransaction"),
        (Question::Spender(outpoint), "gettxspendingprevout"),
        (Question::Spender(outpoint), "getblockheader"),
        (Question::Receipts(address.clone(), 0), "scanblocks"),
        (Question::Receipts(address, 0), "getblock"),
    ];
    for (question, method) in questions {
        let error = failure.clone();
        let answer = ask(ALL, method, move |_| Err(error.clone()), &question);
        assert_eq!(
            answer,
            Err(SourceError::Ask(failure.clone())),
            "{question:?} {method}"
        );
    }
}

#[test]
fn what_is_pruned_is_named() {
    let truth = truth::economy();
    let transport = Tampered::new(node(&[]), |request, answer| {
        if request.to_string().starts_with("getblockchaininfo") {
            replaced(answer, "{", "{\"pruneheight\":100,")
        } else if request.to_string().starts_with("getblock[") {
            Err(AskError::Rpc {
                method: "getblock".to_owned(),
                code: -1,
                message: "Block not available (pruned data)".to_owned(),
            })
        } else {
            answer
        }
    });
    let core = wait(BitcoinCore::over(transport)).unwrap();
    let named: [BlockRef; 2] = [truth.refs[99], truth.refs[100]];
    let blocks = wait(core.blocks(&named));
    let lacks =
        matches!(&blocks[0], Err(SourceError::Lacks { lacks, .. }) if lacks.contains("100"));
    assert!(lacks, "{:?}", blocks[0]);
    assert!(matches!(
        blocks[1],
        Err(SourceError::Ask(AskError::Rpc { .. }))
    ));
}

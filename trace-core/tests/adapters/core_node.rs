//! A real node, with every choice of indexes.

use bitcoin::consensus::encode::serialize_hex;
use serde_json::json;
use testdata::economy;
use testdata::node::{Node, Options, bitcoind};
use trace_core::model::{BitcoinNetwork, OutPoint, Txid};
use trace_core::normalise::{self, RawBlock, Spent};
use trace_core::source::bitcoin_core::BitcoinCore;
use trace_core::source::{BlockSource, HistorySource, SourceError, Told, Transport};
use trace_core::view::Question;

use crate::transports::{NodeTransport, Tampered, replaced};
use crate::truth::{self, Truth};
use crate::wait;

const MINER: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// A node with the scripted economy and these indexes, or none where there is no program.
fn node(test: &str, indexes: &[&str]) -> Option<Node> {
    let program = bitcoind(test)?;
    let options = Options {
        tx_index: indexes.contains(&"transactions"),
        tx_out_spender_index: indexes.contains(&"spenders"),
        block_filter_index: indexes.contains(&"filters"),
        ..Options::default()
    };
    let node = Node::start(&program, &options).unwrap();
    economy::submit(&node, &truth::economy().blocks).unwrap();
    node.wait_for_indexes().unwrap();
    Some(node)
}

fn core(node: &Node) -> BitcoinCore<NodeTransport<'_>> {
    wait(BitcoinCore::over(NodeTransport(node))).unwrap()
}

/// Asks everything at once, as of a height.
fn ask<T: Transport>(
    core: &BitcoinCore<T>,
    truth: &Truth,
    questions: &[Question],
    height: u32,
) -> Vec<Result<Told, SourceError>> {
    let answers = wait(core.answer(questions, truth.refs[height as usize]));
    assert_eq!(answers.len(), questions.len());
    answers
}

/// Every answer is what the blocks say.
fn check<T: Transport>(core: &BitcoinCore<T>, questions: &[Question], height: u32) {
    let truth = truth::economy();
    let answers = ask(core, truth, questions, height);
    for (question, answer) in questions.iter().zip(answers) {
        let right = answer
            .as_ref()
            .is_ok_and(|told| truth.agrees(question, height, told));
        assert!(right, "{question:?} as of {height}: {answer:?}");
    }
}

/// Every answer is that the node lacks something, named by the option that would give it.
fn check_lacks<T: Transport>(core: &BitcoinCore<T>, questions: &[Question], option: &str) {
    let truth = truth::economy();
    for (question, answer) in questions
        .iter()
        .zip(ask(core, truth, questions, truth.tip().height))
    {
        match answer {
            Err(SourceError::Lacks { lacks, .. }) if lacks.contains(option) => {}
            other => panic!("{question:?}: {other:?}"),
        }
    }
}

/// Those questions whose answer is so.
fn those(questions: Vec<Question>, wanted: impl Fn(Told) -> bool) -> Vec<Question> {
    let truth = truth::economy();
    let height = truth.tip().height;
    let mut questions = questions;
    questions.retain(|question| wanted(truth.told(question, height)));
    assert!(!questions.is_empty());
    questions
}

#[test]
fn a_node_with_all_indexes_answers_everything() {
    let truth = truth::economy();
    let all = ["transactions", "spenders", "filters"];
    let Some(node) = node("a_node_with_all_indexes_answers_everything", &all) else {
        return;
    };
    let core = core(&node);
    assert_eq!(HistorySource::chain(&core), BitcoinNetwork::Regtest);
    assert_eq!(wait(HistorySource::tip(&core)), Ok(truth.tip()));
    let mut questions = truth.questions();
    questions.push(Question::Transaction(Txid([7; 32])));
    check(&core, &questions, truth.tip().height);
    check(&core, &truth.some_questions(), 140);
    check(&core, &[], 140);
}

#[test]
fn filters_stand_in_for_an_index_of_spenders() {
    let truth = truth::economy();
    let indexes = ["transactions", "filters"];
    let Some(node) = node("filters_stand_in_for_an_index_of_spenders", &indexes) else {
        return;
    };
    let core = core(&node);
    check(&core, &truth.some_questions(), truth.tip().height);
    check(&core, &truth.some_questions(), 140);
    let genesis = truth.parsed[0].transactions[0].txid;
    let no_such = |txid| Question::Spender(OutPoint { txid, vout: 9 });
    let questions = [no_such(Txid([7; 32])), no_such(genesis)];
    let answers = ask(&core, truth, &questions, truth.tip().height);
    assert_eq!(answers[0], Ok(Told::NoTransaction(Txid([7; 32]))));
    assert!(
        matches!(answers[1], Ok(Told::Unknown(_))),
        "{:?}",
        answers[1]
    );
}

#[test]
fn without_filters_no_address_is_answered_and_it_is_said_why() {
    let truth = truth::economy();
    let indexes = ["transactions", "spenders"];
    let Some(node) = node(
        "without_filters_no_address_is_answered_and_it_is_said_why",
        &indexes,
    ) else {
        return;
    };
    let core = core(&node);
    check(&core, &truth.transaction_questions(), truth.tip().height);
    check(&core, &truth.spender_questions(), truth.tip().height);
    check_lacks(&core, &truth.receipts_questions(), "-blockfilterindex=1");
}

#[test]
fn with_an_index_of_transactions_alone_what_is_unspent_is_known() {
    let truth = truth::economy();
    let test = "with_an_index_of_transactions_alone_what_is_unspent_is_known";
    let Some(node) = node(test, &["transactions"]) else {
        return;
    };
    let core = core(&node);
    check(&core, &truth.transaction_questions(), truth.tip().height);
    let unspent = those(truth.spender_questions(), |told| told == Told::Unspent);
    // The output of the genesis block is unspent and not among the unspent ones.
    let genesis = truth.parsed[0].transactions[0].txid;
    let (odd, unspent): (Vec<_>, Vec<_>) = unspent
        .into_iter()
        .partition(|question| matches!(question, Question::Spender(out) if out.txid == genesis));
    check(&core, &unspent, truth.tip().height);
    let spent = those(truth.spender_questions(), |told| told != Told::Unspent);
    check_lacks(&core, &spent, "-txospenderindex=1");
    check_lacks(&core, &odd, "-txospenderindex=1");
}

#[test]
fn with_filters_alone_an_address_is_followed_forwards_and_back() {
    let truth = truth::economy();
    let test = "with_filters_alone_an_address_is_followed_forwards_and_back";
    let Some(node) = node(test, &["filters"]) else {
        return;
    };
    let height = truth.tip().height;
    let core = core(&node);
    let before = those(truth.transaction_questions(), |told| match told {
        Told::Transaction(located) => located.position.height > 0,
        _ => false,
    });
    check_lacks(&core, &before, "-txindex=1");
    // What the receipts of one address tell makes its transactions known, and what those
    // spend; and so do the spenders found.
    let receipts = truth.receipts_questions();
    let story = receipts.iter().find_map(|question| {
        let Told::Receipts(paid) = truth.told(question, height) else {
            return None;
        };
        let paid = paid.into_iter().find(|paid| {
            let mut outputs = (0..).zip(&paid.transaction.outputs);
            !paid.transaction.is_coinbase()
                && outputs.any(|(vout, _)| {
                    let txid = paid.transaction.txid;
                    let spender = Question::Spender(OutPoint { txid, vout });
                    truth.told(&spender, height) != Told::Unspent
                })
        })?;
        Some((question.clone(), paid))
    });
    let (question, paid) = story.unwrap();
    check(&core, &[question], height);
    let txid = paid.transaction.txid;
    let mut known: Vec<Question> = (0..)
        .zip(&paid.transaction.outputs)
        .map(|(vout, _)| Question::Spender(OutPoint { txid, vout }))
        .collect();
    known.push(Question::Transaction(txid));
    let spent = paid
        .transaction
        .inputs
        .iter()
        .map(|input| input.spends.txid);
    known.extend(spent.map(Question::Transaction));
    check(&core, &known, height);
}

#[test]
fn a_node_without_indexes_says_so_and_still_hands_out_blocks() {
    let truth = truth::economy();
    let test = "a_node_without_indexes_says_so_and_still_hands_out_blocks";
    let Some(node) = node(test, &[]) else { return };
    let core = core(&node);
    let transactions = those(truth.transaction_questions(), |told| match told {
        Told::Transaction(located) => located.position.height > 0,
        _ => false,
    });
    check_lacks(&core, &transactions, "-txindex=1");
    check_lacks(&core, &truth.receipts_questions(), "-blockfilterindex=1");

    let last = truth.tip().height;
    assert_eq!(wait(core.refs(0, u32::MAX)).unwrap(), truth.refs);
    assert_eq!(wait(core.refs(3, 5)).unwrap(), truth.refs[3..=5]);
    assert_eq!(wait(core.refs(last + 1, last + 9)).unwrap(), []);
    let read = |core: &BitcoinCore<_>| -> Vec<_> {
        let blocks = wait(core.blocks(&truth.refs)).into_iter();
        blocks
            .map(|raw| normalise::block(&raw.unwrap()).unwrap())
            .collect()
    };
    assert_eq!(read(&core), truth.parsed);
    let core = core.without_prevouts();
    for (ours, theirs) in read(&core).iter().zip(&truth.parsed) {
        assert_eq!((ours.at, ours.header), (theirs.at, theirs.header));
        for (ours, theirs) in ours.transactions.iter().zip(&theirs.transactions) {
            assert_eq!(ours.outputs, theirs.outputs);
            assert!(ours.inputs.iter().all(|input| input.prevout.is_none()));
        }
    }
    let nowhere = [trace_core::model::BlockRef {
        height: 3,
        hash: trace_core::model::BlockHash([9; 32]),
    }];
    assert!(wait(core.blocks(&nowhere))[0].is_err());
}

#[test]
fn a_node_too_old_for_prevouts_has_them_looked_up() {
    let truth = truth::economy();
    let test = "a_node_too_old_for_prevouts_has_them_looked_up";
    let old = |node, version: &'static str| {
        let transport = Tampered::new(NodeTransport(node), move |request, answer| {
            if request.to_string().starts_with("getnetworkinfo") {
                replaced(answer, "\"version\":319900", version)
            } else {
                answer
            }
        });
        wait(BitcoinCore::over(transport)).unwrap()
    };
    let Some(node) = node(test, &["transactions"]) else {
        return;
    };
    let core = old(&node, "\"version\":220000");
    for (raw, theirs) in wait(core.blocks(&truth.refs)).iter().zip(&truth.parsed) {
        let raw = raw.as_ref().unwrap();
        let looked_up = matches!(
            raw,
            RawBlock::Serialised {
                spent: Spent::Outputs(_),
                ..
            }
        );
        assert!(looked_up);
        assert_eq!(&normalise::block(raw).unwrap(), theirs);
    }
    let core = old(&node, "\"version\":230000");
    let raw = wait(core.blocks(&truth.refs[..1])).pop().unwrap();
    assert!(matches!(raw, Ok(RawBlock::Json { .. })));
}

#[test]
fn what_is_unconfirmed_or_left_behind_does_not_count() {
    let truth = truth::economy();
    let all = ["transactions", "spenders", "filters"];
    let Some(node) = node("what_is_unconfirmed_or_left_behind_does_not_count", &all) else {
        return;
    };
    let as_of = truth.tip();
    let core = core(&node);
    let height = as_of.height;
    let block_at = |height| wait(HistorySource::block_at(&core, height));
    assert_eq!(block_at(height), Ok(Some(as_of)));
    assert_eq!(block_at(height + 1), Ok(None));

    // The block with the last transaction that is no coinbase is left behind: what was in it
    // is in the mempool again, and what it spent is unspent.
    let last = truth
        .transactions()
        .filter(|tx| !tx.transaction.is_coinbase());
    let left = last.max_by_key(|located| located.position).unwrap().clone();
    let left_height = left.position.height;
    let hash = truth.refs[left_height as usize].hash.to_string();
    node.call("invalidateblock", &json!([hash])).unwrap();
    let mempool = node.call("getrawmempool", &json!([])).unwrap();
    let txid = left.transaction.txid;
    assert!(mempool.to_string().contains(&txid.to_string()), "{mempool}");

    let below = truth.refs[left_height as usize - 1];
    assert_eq!(wait(HistorySource::tip(&core)), Ok(below));
    assert_eq!(block_at(height), Ok(None));
    let mut questions: Vec<Question> = vec![Question::Transaction(txid)];
    let spends = left.transaction.inputs.iter().map(|input| input.spends);
    questions.extend(spends.map(Question::Spender));
    check(&core, &questions, below.height);
    check(&core, &truth.some_questions(), below.height);

    // On the new branch other blocks take the heights; what was asked as of the old tip no
    // longer holds.
    for height in left_height..=height {
        let block = empty_block(&node, height);
        let answer = node.call("submitblock", &json!([block])).unwrap();
        assert!(answer.is_null(), "{answer}");
    }
    node.wait_for_indexes().unwrap();
    let now = block_at(height).unwrap().unwrap();
    assert_ne!(now, as_of);
    let answers = wait(core.answer(&questions, now));
    assert_eq!(answers[0], Ok(Told::NoTransaction(txid)));
    assert!(
        answers[1..]
            .iter()
            .all(|answer| *answer == Ok(Told::Unspent))
    );
}

/// A block that confirms nothing, on top of what the node holds for the best.
fn empty_block(node: &Node, height: u32) -> String {
    let made = node
        .call("generateblock", &json!([MINER, [], false]))
        .unwrap();
    let bytes = hex(made["hex"].as_str().unwrap());
    let block: bitcoin::Block = bitcoin::consensus::deserialize(&bytes).unwrap();
    assert_eq!(block.bip34_block_height().unwrap(), u64::from(height));
    serialize_hex(&block)
}

fn hex(text: &str) -> Vec<u8> {
    bitcoin::hex::FromHex::from_hex(text).unwrap()
}

//! A server that tells the truth.

use testdata::explorer::Explorer;
use trace_core::model::{BitcoinNetwork, OutPoint, Txid};
use trace_core::normalise;
use trace_core::source::esplora::Esplora;
use trace_core::source::{BlockSource, HistorySource, Request, Told, Transport};
use trace_core::view::{Question, Unknown};

use crate::transports::{ExplorerTransport, Lent, Tampered};
use crate::truth::{self, Truth};
use crate::wait;

fn over(explorer: Explorer) -> Esplora<ExplorerTransport> {
    wait(Esplora::over(ExplorerTransport(explorer))).unwrap()
}

/// Every answer is what the blocks say.
fn check<T: Transport>(esplora: &Esplora<T>, truth: &Truth, questions: &[Question], height: u32) {
    let answers = wait(esplora.answer(questions, truth.refs[height as usize]));
    assert_eq!(answers.len(), questions.len());
    for (question, answer) in questions.iter().zip(answers) {
        let right = answer
            .as_ref()
            .is_ok_and(|told| truth.agrees(question, height, told));
        assert!(right, "{question:?} as of {height}: {answer:?}");
    }
}

#[test]
fn every_question_is_answered() {
    let truth = truth::economy();
    let esplora = over(Explorer::of(&truth.blocks, &[]));
    let chain = BitcoinNetwork::Regtest;
    assert_eq!(HistorySource::chain(&esplora), chain);
    assert_eq!(wait(HistorySource::tip(&esplora)), Ok(truth.tip()));
    check(&esplora, truth, &truth.questions(), truth.tip().height);
}

#[test]
fn what_is_above_the_block_asked_for_does_not_count() {
    let truth = truth::economy();
    let esplora = over(Explorer::of(&truth.blocks, &[]));
    let mut questions = truth.some_questions();
    questions.push(Question::Transaction(Txid([7; 32])));
    check(&esplora, truth, &questions, 140);
    check(&esplora, truth, &[], 140);
}

#[test]
fn a_server_without_proofs_gives_the_lists_of_its_blocks() {
    let truth = truth::economy();
    let esplora = over(Explorer::of(&truth.blocks, &[]).without_proofs());
    check(&esplora, truth, &truth.some_questions(), truth.tip().height);
}

#[test]
fn an_output_that_is_not_there_is_not_unspent() {
    let truth = truth::economy();
    let esplora = over(Explorer::of(&truth.blocks, &[]));
    let genesis = truth.parsed[0].transactions[0].txid;
    let no_such = |txid| Question::Spender(OutPoint { txid, vout: 9 });
    let questions = [no_such(Txid([7; 32])), no_such(genesis)];
    let answers = wait(esplora.answer(&questions, truth.tip()));
    assert_eq!(answers[0], Ok(Told::NoTransaction(Txid([7; 32]))));
    assert_eq!(answers[1], Ok(Told::Unknown(Unknown::NotFound)));
}

#[test]
fn what_is_unconfirmed_does_not_count() {
    let all = truth::economy();
    let (last, before) = all.blocks.split_last().unwrap();
    let (coinbase, unconfirmed) = last.txdata.split_first().unwrap();
    assert!(coinbase.is_coinbase());
    let mut blocks = before.to_vec();
    let mut unconfirmed = unconfirmed.to_vec();
    while unconfirmed.is_empty() {
        unconfirmed = blocks.pop().unwrap().txdata.split_off(1);
    }
    let truth = Truth::of(blocks);
    let esplora = over(Explorer::of(&truth.blocks, &unconfirmed));
    check(&esplora, &truth, &all.some_questions(), truth.tip().height);
}

#[test]
fn blocks_are_handed_out_as_serialised() {
    let truth = truth::economy();
    let esplora = over(Explorer::of(&truth.blocks, &[]));
    let last = truth.tip().height;
    assert_eq!(wait(esplora.refs(0, u32::MAX)).unwrap(), truth.refs);
    assert_eq!(wait(esplora.refs(3, 5)).unwrap(), truth.refs[3..=5]);
    assert_eq!(wait(esplora.refs(last + 1, last + 9)).unwrap(), []);
    for (raw, theirs) in wait(esplora.blocks(&truth.refs)).iter().zip(&truth.parsed) {
        let ours = normalise::block(raw.as_ref().unwrap()).unwrap();
        assert_eq!((ours.at, ours.header), (theirs.at, theirs.header));
        assert_eq!(ours.transactions.len(), theirs.transactions.len());
    }
    let block_at = |height| wait(HistorySource::block_at(&esplora, height));
    assert_eq!(block_at(7), Ok(Some(truth.refs[7])));
    assert_eq!(block_at(last + 1), Ok(None));
}

#[test]
fn a_history_longer_than_the_limit_is_no_answer() {
    let truth = truth::economy();
    let longest = truth
        .receipts_questions()
        .into_iter()
        .max_by_key(|question| match truth.told(question, u32::MAX) {
            Told::Receipts(receipts) => receipts.len(),
            _ => 0,
        });
    let longest = longest.unwrap();
    let answer = |pages| {
        let transport = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
        let esplora = wait(Esplora::over(transport))
            .unwrap()
            .with_pages_max(pages);
        wait(esplora.answer(std::slice::from_ref(&longest), truth.tip())).remove(0)
    };
    assert_eq!(answer(1), Ok(Told::Unknown(Unknown::LimitReached)));
    assert_eq!(answer(100), Ok(truth.told(&longest, u32::MAX)));
}

/// What a follow costs is round trips: they do not grow with the number of questions.
#[test]
fn all_questions_of_a_round_go_out_together() {
    let truth = truth::economy();
    let transport = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
    let counted = Tampered::new(transport, |_, answer| answer);
    let esplora = wait(Esplora::over(Lent(&counted))).unwrap();
    counted.take_rounds();
    let questions: Vec<Question> = truth.spender_questions().into_iter().take(40).collect();
    check(&esplora, truth, &questions, truth.tip().height);
    let rounds = counted.take_rounds();
    assert_eq!(rounds.len(), 2);
    for round in rounds {
        let mut once: Vec<Request> = round.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), round.len(), "a question is asked twice");
    }
}

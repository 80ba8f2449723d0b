//! A server that does not tell the truth.

use serde_json::Value;
use testdata::explorer::Explorer;
use trace_core::model::Address;
use trace_core::source::esplora::Esplora;
use trace_core::source::{AskError, BlockSource, HistorySource, Reply, SourceError, Told};
use trace_core::view::{Located, Question};

use crate::transports::{Answer, ExplorerTransport, Tampered, replaced};
use crate::truth::{self, Truth};
use crate::wait;

/// Asks a server whose replies to paths with this end are changed.
fn ask(
    path: &'static str,
    change: impl Fn(Answer) -> Answer + Send + Sync + 'static,
    question: &Question,
) -> Result<Told, SourceError> {
    let truth = truth::economy();
    let explorer = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
    let transport = Tampered::new(explorer, move |request, answer| {
        if request.to_string().ends_with(path) {
            change(answer)
        } else {
            answer
        }
    });
    let esplora = wait(Esplora::over(transport)).unwrap();
    wait(esplora.answer(std::slice::from_ref(question), truth.tip())).remove(0)
}

/// Changes a JSON reply.
fn edited(change: impl Fn(&mut Value) + Send + Sync + 'static) -> impl Fn(Answer) -> Answer {
    move |answer| {
        let Reply(bytes) = answer?;
        let mut value = serde_json::from_slice(&bytes).unwrap();
        change(&mut value);
        Ok(Reply(value.to_string().into_bytes()))
    }
}

#[track_caller]
fn check_malformed(answer: Result<Told, SourceError>, path: &str) {
    match answer {
        Err(SourceError::Ask(AskError::Malformed { request, .. })) if request.contains(path) => {}
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

/// An address with several pages of history, and a transaction that pays it.
fn busy(truth: &Truth) -> (Address, Located) {
    let receipts = truth.receipts_questions();
    let busiest = receipts.into_iter().max_by_key(|question| {
        match (question, truth.told(question, u32::MAX)) {
            (Question::Receipts(_, 0), Told::Receipts(receipts)) => receipts.len(),
            _ => 0,
        }
    });
    let Some(Question::Receipts(address, 0)) = busiest else {
        panic!("there are addresses")
    };
    let Told::Receipts(mut receipts) =
        truth.told(&Question::Receipts(address.clone(), 0), u32::MAX)
    else {
        panic!("receipts")
    };
    assert!(receipts.len() > 25);
    (address, receipts.pop().unwrap())
}

#[test]
fn a_transaction_is_only_believed_with_its_proof() {
    let truth = truth::economy();
    let (_, located) = busy(truth);
    let question = Question::Transaction(located.transaction.txid);
    let path = format!("/tx/{}", located.transaction.txid);
    let path: &'static str = path.leak();
    let proof: &'static str = format!("{path}/merkleblock-proof").leak();

    check_malformed(ask(path, |_| Ok(Reply(b"{}".to_vec())), &question), path);
    let change = edited(|tx| tx["locktime"] = 7.into());
    check_malformed(ask(path, change, &question), path);
    let change = edited(|tx| tx["vout"][0]["value"] = 7.into());
    check_malformed(ask(path, change, &question), path);
    for text in ["", "00", "é", "<html>"] {
        let change = |_| Ok(Reply(text.as_bytes().to_vec()));
        check_malformed(ask(proof, change, &question), proof);
    }
    let elsewhere = truth.refs[3].hash.to_string();
    let change = edited(move |tx| tx["status"]["block_hash"] = elsewhere.clone().into());
    check_malformed(ask(path, change, &question), proof);

    let unconfirmed = edited(|tx| tx["status"] = serde_json::json!({"confirmed": false}));
    let answer = ask(path, unconfirmed, &question);
    assert_eq!(answer, Ok(Told::NoTransaction(located.transaction.txid)));
    let failure = AskError::Status {
        request: path.to_owned(),
        status: 500,
    };
    let error = failure.clone();
    let answer = ask(path, move |_| Err(error.clone()), &question);
    assert_eq!(answer, Err(SourceError::Ask(failure)));
}

#[test]
fn the_list_of_a_block_is_only_believed_if_it_hashes_to_the_header() {
    let truth = truth::economy();
    let (_, located) = busy(truth);
    let question = Question::Transaction(located.transaction.txid);
    let block = truth.refs[located.position.height as usize].hash;
    let list: &'static str = format!("/block/{block}/txids").leak();
    let header: &'static str = format!("/block/{block}/header").leak();
    let ask = |path: &'static str, change: Box<dyn Fn(Answer) -> Answer + Send + Sync>| {
        let explorer = Explorer::of(&truth.blocks, &[]).without_proofs();
        let transport = Tampered::new(ExplorerTransport(explorer), move |request, answer| {
            if request.to_string().ends_with(path) {
                change(answer)
            } else {
                answer
            }
        });
        let esplora = wait(Esplora::over(transport)).unwrap();
        wait(esplora.answer(std::slice::from_ref(&question), truth.tip())).remove(0)
    };
    let told = truth.told(&question, u32::MAX);
    assert_eq!(ask(list, Box::new(|answer| answer)), Ok(told));
    let swapped = edited(|list| list.as_array_mut().unwrap().reverse());
    check_malformed(ask(list, Box::new(swapped)), list);
    let short = edited(|list| drop(list.as_array_mut().unwrap().pop()));
    check_malformed(ask(list, Box::new(short)), list);
    check_malformed(
        ask(
            list,
            Box::new(edited(|list| *list = serde_json::json!(["x"]))),
        ),
        list,
    );
    let cut = |answer: Answer| answer.map(|Reply(bytes)| Reply(bytes[2..].to_vec()));
    check_malformed(ask(header, Box::new(cut)), header);
    let flip = |answer: Answer| {
        answer.map(|Reply(mut bytes)| {
            bytes[1] = if bytes[1] == b'0' { b'1' } else { b'0' };
            Reply(bytes)
        })
    };
    check_malformed(ask(header, Box::new(flip)), header);
}

#[test]
fn a_spender_spends() {
    let truth = truth::economy();
    let spent = truth.spender_questions().into_iter().find_map(|question| {
        let told = truth.told(&question, u32::MAX);
        match question {
            Question::Spender(outpoint) if told != Told::Unspent => Some((outpoint, told)),
            _ => None,
        }
    });
    let (outpoint, told) = spent.unwrap();
    let question = Question::Spender(outpoint);
    assert_eq!(ask("/outspends", |answer| answer, &question), Ok(told));
    let other = truth.transactions().find(|other| {
        let mut inputs = other.transaction.inputs.iter();
        !inputs.any(|input| input.spends == outpoint)
    });
    let other = other.unwrap().transaction.txid.to_string();
    let vout = outpoint.vout as usize;
    let change = edited(move |spends| spends[vout]["txid"] = other.clone().into());
    check_contradiction(&ask("/outspends", change, &question));
    for (member, value) in [
        ("txid", Value::Null),
        ("txid", "x".into()),
        ("status", Value::Null),
        ("status", serde_json::json!({"confirmed": true})),
    ] {
        let change = edited(move |spends| spends[vout][member] = value.clone());
        check_malformed(ask("/outspends", change, &question), "/outspends");
    }
    let mempool = edited(move |spends| {
        spends[vout]["status"] = serde_json::json!({"confirmed": false});
    });
    assert_eq!(ask("/outspends", mempool, &question), Ok(Told::Unspent));
    // Confirmed in one reply and not in another.
    let Told::Spent(spender) = truth.told(&question, u32::MAX) else {
        panic!("it is spent")
    };
    let path: &'static str = format!("/tx/{}", spender.transaction.txid).leak();
    let unconfirmed = edited(|tx| tx["status"] = serde_json::json!({"confirmed": false}));
    check_contradiction(&ask(path, unconfirmed, &question));
}

/// Somebody else's double spend in place of the transaction asked for, with its proof.
#[test]
fn a_spender_is_the_one_that_was_named() {
    let truth = truth::economy();
    let (block, spender) = truth
        .blocks
        .iter()
        .find_map(|block| Some((block, block.txdata.get(1)?)))
        .unwrap();
    let mut forged = spender.clone();
    forged.lock_time = bitcoin::absolute::LockTime::from_consensus(7);
    let explorer = Explorer::of(&truth.blocks, std::slice::from_ref(&forged));
    let told = |txid| {
        let (_, body) = explorer.get(&format!("/tx/{txid}"));
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let mut lie = told(forged.compute_txid());
    lie["status"] = told(spender.compute_txid())["status"].clone();
    assert_eq!(lie["status"]["block_hash"], block.block_hash().to_string());
    let path: &'static str = format!("/tx/{}", spender.compute_txid()).leak();
    let spent = spender.input[0].previous_output.to_string();
    let question = Question::Spender(spent.parse().unwrap());
    let change = move |_| Ok(Reply(lie.to_string().into_bytes()));
    check_contradiction(&ask(path, change, &question));
}

#[test]
fn a_history_is_whole_and_in_order() {
    let truth = truth::economy();
    let (address, located) = busy(truth);
    let question = Question::Receipts(address.clone(), 0);
    let page = "/txs/chain";
    let told = truth.told(&question, u32::MAX);
    assert_eq!(ask(page, |answer| answer, &question), Ok(told));

    // Nothing, where the server itself counts something.
    let nothing = |_| Ok(Reply(b"[]".to_vec()));
    check_contradiction(&ask(page, nothing, &question));
    let twice = edited(|page| page[1] = page[0].clone());
    check_malformed(ask(page, twice, &question), page);
    let disordered = edited(|page| page.as_array_mut().unwrap().swap(3, 4));
    check_malformed(ask(page, disordered, &question), page);
    let unconfirmed = edited(|page| page[3]["status"] = serde_json::json!({"confirmed": false}));
    check_malformed(ask(page, unconfirmed, &question), page);
    let garbage = edited(|page| page[3] = 7.into());
    check_malformed(ask(page, garbage, &question), page);

    // A transaction of somebody else, true in itself and in its place.
    let touches = |located: &Located| {
        let outputs = located.transaction.outputs.iter();
        let spent = located.transaction.inputs.iter();
        let spent = spent.filter_map(|input| input.prevout.as_ref());
        let mut all = outputs.chain(spent);
        all.any(|output| output.address.as_ref() == Some(&address))
    };
    let newest = located.position.height;
    let stranger = truth
        .transactions()
        .find(|other| (newest - 9..newest).contains(&other.position.height) && !touches(other));
    let stranger = stranger.unwrap();
    let explorer = Explorer::of(&truth.blocks, &[]);
    let (_, body) = explorer.get(&format!("/tx/{}", stranger.transaction.txid));
    let height = stranger.position.height;
    let stranger: Value = serde_json::from_slice(&body).unwrap();
    let change = edited(move |page| {
        let page = page.as_array_mut().unwrap();
        let below = |told: &Value| told["status"]["block_height"].as_u64() < Some(height.into());
        let place = page.iter().position(below).unwrap();
        page.insert(place, stranger.clone());
    });
    check_malformed(ask(page, change, &question), page);
}

#[test]
fn a_server_of_no_known_chain_is_refused() {
    let truth = truth::economy();
    for reply in ["00".repeat(32), "<html>".to_owned(), String::new()] {
        let explorer = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
        let transport = Tampered::new(explorer, move |_, _| Ok(Reply(reply.clone().into_bytes())));
        let error = wait(Esplora::over(transport)).err().unwrap();
        assert!(error.to_string().contains("/block-height/0"), "{error}");
    }
}

#[test]
fn the_tip_is_one_block() {
    let truth = truth::economy();
    let other = truth.refs[3].hash.to_string();
    let tip = truth.tip().hash.to_string();
    let explorer = ExplorerTransport(Explorer::of(&truth.blocks, &[]));
    let transport = Tampered::new(explorer, move |request, answer| {
        if request.to_string() == format!("GET /block/{tip}") {
            replaced(answer, &tip, &other)
        } else {
            answer
        }
    });
    let esplora = wait(Esplora::over(transport)).unwrap();
    let answer = wait(BlockSource::tip(&esplora));
    assert!(
        matches!(answer, Err(SourceError::Ask(AskError::Malformed { .. }))),
        "{answer:?}"
    );
}

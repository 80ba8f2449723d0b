//! `trace inspect`: what every rule holds of a transaction.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use heuristics::{change, co_spend, mix};
use trace_core::model::{
    AddressId, BitcoinNetwork, BlockHash, BlockRef, Output, Position, TxNumber, Txid,
};
use trace_core::normalise::{self, EsploraTransaction};
use trace_core::source::history::Step;
use trace_core::view::{
    Answer as Known, CoinView, Gathered, Located, NumberedTransaction, Question, Unknown,
};

use crate::access::{self, Opened};
use crate::accounts;
use crate::arguments::Inspect;
use crate::document::verdicts::{
    ChangeFinding, CoSpendFinding, EffectEntry, MixFinding, NoVerdicts, SCHEMA, Verdicts,
};
use crate::document::{Amount, Names, Shown, Unit};
use crate::export::json_line;
use crate::failure::Failure;
use crate::lines::{Line, Lines};
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) async fn run(arguments: &Inspect, session: &mut Session) -> Result<Answer, Failure> {
    match &arguments.transactions {
        Some(path) if path.as_os_str() == "-" => {
            let lines = Lines::new(io::stdin().lock(), arguments.line_bytes_max);
            inspect_lines(lines, Path::new("standard input"), session)
        }
        Some(path) => {
            let file = File::open(path).map_err(|error| Failure::file(path, error))?;
            let lines = Lines::new(BufReader::new(file), arguments.line_bytes_max);
            inspect_lines(lines, path, session)
        }
        None => inspect_named(arguments, session).await,
    }
}

/// Transactions of a ledger or a source.
async fn inspect_named(arguments: &Inspect, session: &mut Session) -> Result<Answer, Failure> {
    let mut access = match access::open(&arguments.access, session).await? {
        Opened::Coins(access) => access,
        Opened::Accounts(access) => {
            return accounts::inspect::run(arguments, access, session).await;
        }
    };
    if !arguments.bridge.is_empty() || !arguments.mixer.is_empty() || arguments.checks {
        let why = "--bridge, --mixer and --checks are for chains of accounts";
        return Err(Failure::Asked(why.to_owned()));
    }
    let txids = arguments.txid.iter().map(|text| {
        let read = text.parse::<Txid>();
        read.map_err(|error| Failure::Asked(error.to_string()))
    });
    let txids = txids.collect::<Result<Vec<_>, _>>()?;
    let mut answer = Answer::Given;
    for txid in txids {
        match access.run(|view| step(view, txid)).await? {
            Ok(verdicts) => session.answer(|to| json_line(&verdicts, to))?,
            Err(why) => answer = tell_unknown(&txid.to_string(), why, answer, session)?,
        }
    }
    access.close(session)?;
    Ok(answer)
}

/// Tells that a transaction is not known and why, on both ways out. Returns what the command has
/// come to with it.
pub(crate) fn tell_unknown(
    txid: &str,
    why: Unknown,
    answer: Answer,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let told = NoVerdicts {
        line: None,
        txid: Some(txid.to_owned()),
        error: crate::wording::unknown(why).to_owned(),
    };
    eprintln!("trace: {txid}: {}", told.error);
    session.answer(|to| json_line(&told, to))?;
    Ok(match why {
        Unknown::NotFound if answer == Answer::Given => Answer::Nothing,
        Unknown::NotFound => answer,
        _ => Answer::InPart,
    })
}

/// The verdicts on one transaction, once everything that a rule looks at was fetched; or why
/// the transaction is not known.
fn step(view: &dyn CoinView, txid: Txid) -> Step<Result<Result<Verdicts, Unknown>, Failure>> {
    let tx = match view.find_transaction(&txid) {
        Known::Known(tx) => tx,
        Known::NotFetched => return Step::Wants(vec![Question::Transaction(txid)]),
        Known::Unknown(why) => return Step::Done(Ok(Err(why))),
    };
    let mut transaction = NumberedTransaction::default();
    match view.transaction(tx, &mut transaction) {
        Known::Known(()) => {}
        Known::NotFetched => return Step::Wants(vec![Question::Transaction(txid)]),
        Known::Unknown(why) => return Step::Done(Ok(Err(why))),
    }
    let wants = wants(view, tx, &transaction);
    if wants.is_empty() {
        let names = Names::of(view);
        let known = Verdicts {
            chain: Some(Shown(view.chain().into())),
            height: names.position(tx).map(|position| position.height),
            effects: effects(&names, &transaction),
            ..verdicts(view, tx, &transaction)
        };
        Step::Done(Ok(Ok(known)))
    } else {
        Step::Wants(wants)
    }
}

/// What the rules would like to know and nobody asked yet: what is spent, when the addresses
/// of the outputs first appeared, and how the outputs were spent.
fn wants(view: &dyn CoinView, tx: TxNumber, transaction: &NumberedTransaction) -> Vec<Question> {
    let mut wants = Vec::new();
    for input in &transaction.inputs {
        if input.prevout.is_none()
            && view.output(input.spends) == Known::NotFetched
            && let Known::Known(outpoint) = view.outpoint(input.spends)
        {
            wants.push(Question::Transaction(outpoint.txid));
        }
    }
    for (vout, output) in (0..).zip(&transaction.outputs) {
        let Some(address) = output.address else {
            continue;
        };
        if view.first_appearance(address) == Known::NotFetched
            && let Some(address) = view.address(address)
        {
            wants.push(Question::Receipts(address, 0));
        }
        if let Some(output) = view.output_id(tx, vout)
            && view.spender(output) == Known::NotFetched
            && let Known::Known(outpoint) = view.outpoint(output)
        {
            wants.push(Question::Spender(outpoint));
        }
    }
    wants
}

/// One transaction a line. A line that cannot be read is named, on standard error and in a
/// line of its own in the answer, and the rest still goes through.
fn inspect_lines(
    mut lines: Lines<impl BufRead>,
    path: &Path,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let mut answer = Answer::Given;
    while let Some((number, line)) = lines.next().map_err(|error| Failure::file(path, error))? {
        if session.interruption.is_raised() {
            let done = format!("{} lines were read", number - 1);
            return Err(Failure::Interrupted(done));
        }
        let read = match line {
            Line::Text(text) if text.trim_ascii().is_empty() => continue,
            Line::Text(text) => {
                normalise::transaction_line(text).map_err(|error| error.to_string())
            }
            Line::TooLong => Err("longer than --line-bytes-max allows".to_owned()),
        };
        match read {
            Ok(told) => {
                let verdicts = alone(told);
                session.answer(|to| json_line(&verdicts, to))?;
            }
            Err(error) => {
                answer = Answer::InPart;
                eprintln!("trace: {}, line {number}: {error}", path.display());
                let told = NoVerdicts {
                    line: Some(number),
                    txid: None,
                    error,
                };
                session.answer(|to| json_line(&told, to))?;
            }
        }
    }
    Ok(answer)
}

/// What the rules hold of a transaction of which nothing is known but itself.
fn alone(told: EsploraTransaction) -> Verdicts {
    let end = BlockRef {
        height: u32::MAX,
        hash: BlockHash::default(),
    };
    // Rules look at scripts and not at how a network writes them, so any network will do.
    let chain = BitcoinNetwork::Mainnet;
    let mut view = Gathered::new(chain, end);
    let height = told.confirmed.map_or(end.height, |block| block.height);
    let located = Located {
        position: Position { height, index: 1 },
        transaction: told.transaction,
    };
    let mut transaction = NumberedTransaction::default();
    let tx = view.insert(&located).unwrap_or(TxNumber(0));
    view.transaction(tx, &mut transaction);
    Verdicts {
        height: told.confirmed.map(|block| block.height),
        ..verdicts(&view, tx, &transaction)
    }
}

/// What the rules hold of a transaction of a view.
fn verdicts(view: &dyn CoinView, tx: TxNumber, transaction: &NumberedTransaction) -> Verdicts {
    let mix = mix::detect(transaction);
    let co_spend = co_spend::judge(transaction, &mix);
    let change = change::RULES.iter().flat_map(|rule| {
        let judged = rule.judge(view, tx, transaction).into_iter();
        judged.map(|(vout, verdict)| ChangeFinding::of(vout, rule.rule.into(), &verdict))
    });
    Verdicts {
        schema: SCHEMA,
        txid: transaction.txid.to_string(),
        chain: None,
        height: None,
        inner_calls: None,
        held_against: None,
        effects: None,
        mix: MixFinding {
            rule: mix::RULE.into(),
            verdict: mix.name(),
            kind: mix.kind(),
            why: Some(mix.to_string()),
            deposits: Vec::new(),
            withdrawals: Vec::new(),
        },
        co_spend: Some(CoSpendFinding {
            rule: co_spend::RULE.into(),
            applies: co_spend.applies(),
            why: co_spend.to_string(),
        }),
        change: change.collect(),
        swap: None,
        bridge: None,
        crossings: Vec::new(),
        links: Vec::new(),
        rule_limits: None,
    }
}

/// What came to each address and what went from it, by where it first stands in the transaction;
/// `None` where not everything that it spends is known.
fn effects(names: &Names<'_>, transaction: &NumberedTransaction) -> Option<Vec<EffectEntry>> {
    let view = names.view();
    let Unit { asset, chain } = Unit::coin(view.chain());
    let mut effects: Vec<EffectEntry> = Vec::new();
    let mut places: BTreeMap<Option<AddressId>, usize> = BTreeMap::new();
    let mut add = |output: &Output<AddressId>, [came, went]: [u64; 2]| {
        let place = *places.entry(output.address).or_insert_with(|| {
            let address = output.address.and_then(|id| view.address(id));
            effects.push(EffectEntry {
                address: address.map(|address| address.text(view.chain()).to_string()),
                came: Amount::default(),
                went: Amount::default(),
                asset: Shown(asset),
                chain: Shown(chain),
            });
            effects.len() - 1
        });
        if let Some(effect) = effects.get_mut(place) {
            effect.came = effect.came.plus(came.into());
            effect.went = effect.went.plus(went.into());
        }
    };
    for input in &transaction.inputs {
        let output = match &input.prevout {
            Some(output) => output.clone(),
            None => match view.output(input.spends) {
                Known::Known(output) => output,
                _ => return None,
            },
        };
        add(&output, [0, output.value_sat]);
    }
    for output in &transaction.outputs {
        add(output, [output.value_sat, 0]);
    }
    Some(effects)
}

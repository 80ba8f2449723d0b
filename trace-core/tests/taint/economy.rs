//! The scripted economy's theft, against the truth that ships with it.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use testdata::economy::{self, DestinationKind as Kind, Economy, Outcome, Truth};
use trace_core::model::{
    Address, BitcoinNetwork, BlockHash, BlockRef, Input, OutPoint, Output, Position, ScriptKind,
    Transaction, Txid,
};
use trace_core::taint::{
    Bounds, DestinationKind, Direction, LabelIndex, MixAnswer, MixShape, Mixes, Plan, Policy, Seed,
    Trail,
};
use trace_core::view::{Answer, CoinView, Gathered, Located, Spender};

use crate::story::{Places, follow};

const NETWORK: BitcoinNetwork = BitcoinNetwork::Regtest;

fn txid(txid: bitcoin::Txid) -> Txid {
    txid.to_string().parse().unwrap()
}

fn output(output: &bitcoin::TxOut) -> Output<Address> {
    let script = output.script_pubkey.as_bytes();
    Output {
        value_sat: output.value.to_sat(),
        kind: ScriptKind::of(script),
        address: Address::of_script(script),
    }
}

fn located(height: u32, index: u32, transaction: &bitcoin::Transaction) -> Located {
    let spent = transaction
        .input
        .iter()
        .filter(|_| !transaction.is_coinbase());
    let inputs = spent.map(|input| Input {
        spends: OutPoint {
            txid: txid(input.previous_output.txid),
            vout: input.previous_output.vout,
        },
        prevout: None,
        sequence: input.sequence.0,
        has_witness: !input.witness.is_empty(),
        reveals: None,
    });
    Located {
        position: Position { height, index },
        transaction: Transaction {
            txid: txid(transaction.compute_txid()),
            version: transaction.version.0,
            lock_time: transaction.lock_time.to_consensus_u32(),
            weight: None,
            inputs: inputs.collect(),
            outputs: transaction.output.iter().map(output).collect(),
        },
    }
}

/// Everything that the blocks say.
fn view(blocks: &[bitcoin::Block]) -> Gathered {
    let tip = blocks.last().unwrap().block_hash().to_string();
    let tip = BlockRef {
        height: u32::try_from(blocks.len()).unwrap() - 1,
        hash: tip.parse::<BlockHash>().unwrap(),
    };
    let mut view = Gathered::new(NETWORK, tip);
    let mut outpoints = Vec::new();
    for (height, block) in (0..).zip(blocks) {
        for (index, transaction) in (0..).zip(&block.txdata) {
            let located = located(height, index, transaction);
            view.insert(&located);
            let txid = located.transaction.txid;
            let outputs = (0..).zip(&located.transaction.outputs);
            outpoints.extend(outputs.map(|(vout, _)| OutPoint { txid, vout }));
        }
    }
    for outpoint in outpoints {
        view.insert_spender(outpoint, Answer::Known(Spender::Unspent));
    }
    view
}

/// It is signed when it is played, which takes a while.
fn economy() -> &'static Economy {
    static PLAYED: OnceLock<Economy> = OnceLock::new();
    PLAYED.get_or_init(economy::play)
}

fn shipped() -> Truth {
    let text = fs::read(economy::shipped().join("truth.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The labels at which following stops, and the mixes by what they are known to be.
fn stopping(economy: &Economy) -> (Places, Vec<String>) {
    let mut places = Places::default();
    let mut names = Vec::new();
    for label in &economy.labels {
        if economy::STOP_CATEGORIES.contains(&&*label.category) {
            let address = Address::parse(&label.address, NETWORK).unwrap();
            let index = LabelIndex(u32::try_from(names.len()).unwrap());
            places.services.insert(address, index);
            names.push(label.label.clone());
        }
    }
    let mixes = economy.truth.transactions.iter();
    for mix in mixes.filter(|transaction| transaction.kind.is_mix()) {
        let shape = MixShape {
            kind: "mix",
            equal_outputs: Vec::new(),
        };
        let txid = mix.txid.parse().unwrap();
        places.mixes.insert(txid, MixAnswer::Mix(shape));
    }
    (places, names)
}

/// The trail in the words of the truth.
fn outcome(view: &Gathered, trail: &Trail, labels: &[String]) -> Outcome {
    let txid_of = |tx| {
        let mut transaction = blank();
        assert_eq!(view.transaction(tx, &mut transaction), Answer::Known(()));
        transaction.txid.to_string()
    };
    let place = |place: &trace_core::taint::Destination| {
        let visit = &trail.visits[place.visit.0 as usize];
        let Answer::Known(outpoint) = view.outpoint(visit.output) else {
            panic!("every output has a name")
        };
        let Answer::Known(output) = view.output(visit.output) else {
            panic!("every output is held")
        };
        let address = output.address.and_then(|address| view.address(address));
        let [share] = &place.shares[..] else {
            panic!("there is one seed")
        };
        let mut found = economy::Destination {
            kind: Kind::Unspent,
            at: outpoint.to_string(),
            address: address.map(|address| address.text(NETWORK).to_string()),
            label: None,
            mix: None,
            amount_sat: share.amount_sat,
        };
        match place.kind {
            DestinationKind::Unspent => {}
            DestinationKind::Service(label) => {
                found.kind = Kind::Service;
                found.label = Some(labels[label.0 as usize].clone());
            }
            DestinationKind::Mix { tx, .. } => {
                found.kind = Kind::Mix;
                found.mix = Some(txid_of(tx));
            }
            DestinationKind::Fee(tx) => {
                found.kind = Kind::Fee;
                found.at = txid_of(tx);
                found.address = None;
            }
            other => panic!("{other:?}"),
        }
        found
    };
    let small = |sat: u128| u64::try_from(sat).unwrap();
    let [totals] = &trail.totals[..] else {
        panic!("there is one seed")
    };
    Outcome {
        totals: economy::Totals {
            unspent_sat: small(totals.unspent_sat),
            service_sat: small(totals.service_sat),
            mix_sat: small(totals.mix_sat),
            fee_sat: small(totals.fee_sat),
        },
        destinations: trail.destinations.iter().map(place).collect(),
    }
}

fn blank() -> trace_core::view::NumberedTransaction {
    Transaction {
        txid: Txid::default(),
        version: 0,
        lock_time: 0,
        weight: None,
        inputs: Vec::new(),
        outputs: Vec::new(),
    }
}

#[test]
fn the_stolen_coins_are_where_the_truth_says_under_every_policy() {
    let economy = economy();
    let truth = shipped();
    let view = view(&economy.blocks);
    let (stops, labels) = stopping(economy);
    for policy in Policy::ALL {
        let followed = &truth.theft.policies[policy.name()];
        for (places, expected) in [
            (&stops, &followed.stopping),
            (&Places::default(), &followed.passing),
        ] {
            let plan = Plan {
                direction: Direction::Forward,
                policy,
                mixes: Mixes::Stop,
                bounds: Bounds::default(),
                seeds: vec![Seed::Transaction(truth.theft.txid.parse().unwrap())],
            };
            let trail = follow(&view, places, plan);
            assert_eq!(outcome(&view, &trail, &labels), *expected, "{policy}");
            assert_eq!(trail.conserves(), policy.conserves_value(), "{policy}");
            assert_eq!(trail.seeds[0].seeded_sat, truth.theft.stolen_sat);
            assert!(trail.gaps.is_empty() && trail.limits_hit.is_empty());
        }
    }
}

/// Each seed's share by itself and the sum of all are those of one seed for all.
#[test]
fn two_seeds_of_one_theft_are_together_what_they_are_as_one() {
    let economy = economy();
    let truth = &economy.truth.theft;
    let view = view(&economy.blocks);
    let (stops, labels) = stopping(economy);
    for policy in Policy::ALL
        .into_iter()
        .filter(|policy| policy.conserves_value())
    {
        let plan = Plan {
            direction: Direction::Forward,
            policy,
            mixes: Mixes::Stop,
            bounds: Bounds::default(),
            seeds: truth
                .outpoints
                .iter()
                .map(|text| Seed::Output(text.parse().unwrap()))
                .collect(),
        };
        let mut trail = follow(&view, &stops, plan);
        assert!(trail.conserves(), "{policy}");
        for place in &mut trail.destinations {
            let together = trace_core::taint::Share {
                seed: 0,
                amount_sat: place.shares.iter().map(|share| share.amount_sat).sum(),
            };
            place.shares = trace_core::taint::Shares::from(&[together][..]);
        }
        trail.totals.truncate(1);
        let got = outcome(&view, &trail, &labels);
        assert_eq!(
            got.destinations,
            truth.policies[policy.name()].stopping.destinations
        );
    }
}

/// What goes back from every place where stolen coins ended comes to the theft, and no more of
/// it than was stolen.
#[test]
fn back_from_where_the_coins_ended_leads_to_the_theft() {
    let economy = economy();
    let truth = &economy.truth.theft;
    let view = view(&economy.blocks);
    let theft: Txid = truth.txid.parse().unwrap();
    let Answer::Known(theft) = view.find_transaction(&theft) else {
        panic!("the theft is in a block")
    };
    for policy in [Policy::Fifo, Policy::Lifo] {
        let ended = &truth.policies[policy.name()].passing.destinations;
        let ended: BTreeMap<&str, u64> = ended
            .iter()
            .filter(|place| place.kind == Kind::Unspent)
            .map(|place| (&*place.at, place.amount_sat))
            .collect();
        let plan = Plan {
            direction: Direction::Back,
            policy,
            mixes: Mixes::Stop,
            bounds: Bounds::default(),
            seeds: ended
                .keys()
                .map(|text| Seed::Output(text.parse().unwrap()))
                .collect(),
        };
        let trail = follow(&view, &Places::default(), plan);
        assert!(trail.conserves());
        let mut came = vec![0; ended.len()];
        for visit in trail
            .visits
            .iter()
            .filter(|visit| visit.next == Some(theft))
        {
            for share in &visit.shares {
                came[share.seed as usize] += share.amount_sat;
            }
        }
        assert_eq!(
            came,
            ended.values().copied().collect::<Vec<_>>(),
            "{policy}"
        );
    }
}

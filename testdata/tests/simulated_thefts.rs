//! Where stolen satoshis ended is told to the satoshi, and the chain does not contradict it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use bitcoin::consensus::deserialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{Block, OutPoint, Transaction, Txid};
use testdata::simulator::{
    End, Kind, NOBODY, Settings, Simulation, TheftEnd, TransactionTruth, Use, write_files,
};

const SETTINGS: Settings = Settings {
    seed: 4,
    transactions: 20_000,
    block_transactions_max: 400,
};

struct Told {
    transactions: Vec<(TransactionTruth, Transaction)>,
    ends: Vec<TheftEnd>,
}

fn told() -> Told {
    let mut simulation = Simulation::new(SETTINGS);
    let mut transactions = Vec::new();
    for simulated in simulation.by_ref() {
        let block: Block = deserialize(&simulated.bytes).expect("a block as nodes exchange it");
        transactions.extend(simulated.truth.into_iter().zip(block.txdata));
    }
    let ended = transactions.iter().flat_map(|(truth, _)| &truth.ends);
    let ends = ended.copied().chain(simulation.held()).collect();
    Told { transactions, ends }
}

/// What each theft took, as the blocks have it.
fn stolen(transactions: &[(TransactionTruth, Transaction)]) -> BTreeMap<u32, u64> {
    let thefts = transactions.iter();
    let thefts = thefts.filter(|(truth, _)| truth.kind == Kind::Theft);
    let of_theft = |(truth, tx): &(TransactionTruth, Transaction)| {
        let outputs = truth.outputs.iter().zip(&tx.output);
        let taken = outputs.filter(|((_, used), _)| *used == Use::Payment);
        let taken_sat = taken.map(|(_, output)| output.value.to_sat()).sum();
        (truth.theft.expect("a theft has a number"), taken_sat)
    };
    thefts.map(of_theft).collect()
}

#[test]
fn the_ends_of_a_theft_add_up_to_what_was_stolen() {
    let told = told();
    let mut ended: BTreeMap<u32, u64> = BTreeMap::new();
    for end in &told.ends {
        *ended.entry(end.theft).or_default() += end.amount_sat;
    }
    assert_eq!(ended, stolen(&told.transactions));
    let kinds: BTreeSet<End> = told.ends.iter().map(|end| end.end).collect();
    let all = [End::Held, End::Paid, End::Fee, End::Mixed, End::Joined];
    assert_eq!(kinds, BTreeSet::from(all));
}

/// Who owns what, what is spent with what, and what fees are comes from the blocks here and from
/// the owners of outputs.
#[test]
fn the_chain_has_what_the_ends_say() {
    let told = told();
    let mut owner_of = BTreeMap::new();
    let mut spent_by = BTreeMap::new();
    let mut value_of = BTreeMap::new();
    let mut thieves = BTreeMap::new();
    for (number, (truth, tx)) in told.transactions.iter().enumerate() {
        let txid = tx.compute_txid();
        for (vout, ((owner, used), output)) in (0..).zip(truth.outputs.iter().zip(&tx.output)) {
            owner_of.insert(OutPoint { txid, vout }, *owner);
            value_of.insert(OutPoint { txid, vout }, output.value.to_sat());
            if let (Kind::Theft, Use::Payment, Some(theft)) = (truth.kind, used, truth.theft) {
                thieves.insert(theft, *owner);
            }
        }
        for input in &tx.input {
            spent_by.insert(input.previous_output, number);
        }
    }
    for end in &told.ends {
        let txid = Txid::from_byte_array(end.txid);
        let Some(vout) = end.vout else {
            assert_eq!((end.end, end.owner), (End::Fee, NOBODY));
            let mut all = told.transactions.iter();
            let (_, tx) = all
                .find(|(_, tx)| tx.compute_txid() == txid)
                .expect("a transaction");
            let taken = tx
                .input
                .iter()
                .map(|input| value_of[&input.previous_output]);
            let paid: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
            assert_eq!(taken.sum::<u64>() - paid, end.amount_sat, "{txid}");
            continue;
        };
        let outpoint = OutPoint { txid, vout };
        assert_eq!(value_of[&outpoint], end.amount_sat, "{outpoint}");
        assert_eq!(owner_of[&outpoint], end.owner, "{outpoint}");
        let thief = thieves[&end.theft];
        assert_eq!(end.owner == thief, end.end != End::Paid, "{outpoint}");
        let spender = spent_by
            .get(&outpoint)
            .map(|number| &told.transactions[*number].0);
        let owners = spender.map(|truth| truth.input_owners.iter().collect::<BTreeSet<_>>().len());
        match end.end {
            End::Held => assert_eq!(owners, None, "{outpoint}"),
            End::Joined => assert_eq!(owners, Some(1), "{outpoint}"),
            End::Mixed => assert!(owners > Some(1), "{outpoint}"),
            End::Paid | End::Fee => {}
        }
    }
}

#[test]
fn the_file_says_what_the_simulation_says() {
    let folder = tempfile::tempdir().expect("a folder");
    write_files(SETTINGS, folder.path(), |_| ()).expect("files are written");
    let text = fs::read_to_string(folder.path().join("truth/theft_end.csv"));
    let mut expected = vec!["theft,end,txid,vout,owner,sat".to_owned()];
    for end in told().ends {
        let txid = Txid::from_byte_array(end.txid);
        let (vout, owner) = match end.vout {
            Some(vout) => (vout.to_string(), end.owner.to_string()),
            None => (String::new(), String::new()),
        };
        let (name, sat) = (format!("{:?}", end.end).to_lowercase(), end.amount_sat);
        expected.push(format!("{},{name},{txid},{vout},{owner},{sat}", end.theft));
    }
    assert_eq!(text.expect("the file"), expected.join("\n") + "\n");
}

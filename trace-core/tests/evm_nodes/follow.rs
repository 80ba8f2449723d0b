//! The loot is where the script has it, over a ledger and over what was gathered alone.

use std::collections::BTreeMap;
use std::fs;

use testdata::evm_economy::{self, Destination, DestinationKind as Told, shipped};
use trace_core::ledger::account::Ledger;
use trace_core::model::account::{Address, Block, U256};
use trace_core::taint::account::{
    Bounds, DestinationKind, Plan, Pools, Progress, Propagator, Seed, Share, Standing,
    Surroundings, Trail,
};
use trace_core::taint::{Direction, LabelIndex, Policy};
use trace_core::view::account::{AccountId, AccountView, GatheredAccounts};

use crate::folder::folder;
use crate::given::{CHAIN, economy, read_uri};
use crate::recording::recording_uri;

/// What the labels of the economy say.
struct Labelled;

impl<V: AccountView + ?Sized> Surroundings<V> for Labelled {
    fn standing(&self, view: &V, account: AccountId) -> Standing {
        let address = view.address(account);
        let labels = &economy().truth.labels;
        let place = labels
            .iter()
            .position(|label| Some(label.address) == address);
        let Some(place) = place else {
            return Standing::Plain;
        };
        let label = LabelIndex(place as u32);
        match &*labels[place].category {
            "exchange" => Standing::Service(label),
            "mixer" => Standing::Mixer(label),
            "pool" => Standing::Pool,
            other => panic!("{other}"),
        }
    }
}

fn follow<V: AccountView + ?Sized>(view: &V, policy: Policy) -> Trail {
    let thefts = economy().truth.theft.transactions.iter();
    let plan = Plan {
        direction: Direction::Forward,
        policy,
        pools: Pools::Stop,
        bounds: Bounds::default(),
        seeds: thefts.copied().map(Seed::Transaction).collect(),
    };
    match Propagator::new(plan).advance(view, &Labelled, u64::MAX) {
        Progress::Done(trail) => trail,
        other => panic!("a view that knows everything was asked: {other:?}"),
    }
}

/// The destinations in the words of the truth.
fn told<V: AccountView + ?Sized>(view: &V, trail: &Trail) -> Vec<Destination> {
    let mut sums: BTreeMap<(usize, Told, Address, String), U256> = BTreeMap::new();
    for destination in &trail.destinations {
        let visit = &trail.visits[destination.visit.0 as usize];
        let kind = match destination.kind {
            DestinationKind::Held => Told::Held,
            DestinationKind::Service(_) => Told::Service,
            DestinationKind::Mix(_) => Told::Mix,
            DestinationKind::Fee(_) => Told::Fee,
            DestinationKind::Swapped(_) => Told::Swapped,
            other => panic!("{other:?}"),
        };
        let account = view.address(visit.account).unwrap();
        let asset = view.asset(visit.asset).unwrap().to_string();
        for share in &destination.shares {
            let key = (share.seed as usize, kind, account, asset.clone());
            *sums.entry(key).or_default() += share.amount;
        }
    }
    let told = sums.into_iter();
    let told = told.map(|((seed, kind, account, asset), amount)| Destination {
        seed,
        kind,
        account,
        asset,
        amount: amount.to_string(),
    });
    told.collect()
}

/// Every arrival of loot, without the numbers of the view.
fn visited<V: AccountView + ?Sized>(
    view: &V,
    trail: &Trail,
) -> Vec<(Address, String, U256, Vec<Share>, u32)> {
    let visits = trail.visits.iter().map(|visit| {
        let asset = view.asset(visit.asset).unwrap().to_string();
        let account = view.address(visit.account).unwrap();
        let shares = visit.shares.clone();
        (account, asset, visit.amount, shares, visit.hops)
    });
    visits.collect()
}

fn fees(blocks: &[Block]) -> Vec<U256> {
    let transactions = blocks.iter().flat_map(|block| &block.transactions);
    let fees = transactions.map(|transaction| {
        let fees = transaction.transfers.iter().filter(|it| it.kind.is_fee());
        fees.map(|transfer| transfer.amount).sum()
    });
    fees.collect()
}

#[test]
fn the_loot_is_where_the_script_has_it() {
    let dir = folder();
    let tip = read_uri(&recording_uri(), dir.path()).tip.unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    let view = ledger.view().unwrap();
    let blocks = (0..=tip.height).map(|height| view.block(height).unwrap().unwrap());
    let blocks: Vec<Block> = blocks.collect();
    let expected = evm_economy::follow(&economy().truth, &fees(&blocks));
    let json = evm_economy::destinations_json(&expected).unwrap();
    let file = fs::read_to_string(shipped().join("destinations.json")).unwrap();
    assert!(file == json, "destinations.json differs");
    let trail = follow(&view, Policy::Fifo);
    assert!(trail.conserves());
    assert_eq!(trail.gaps, []);
    assert_eq!(told(&view, &trail), expected);
    let mut gathered = GatheredAccounts::new(CHAIN, tip).alone();
    for block in &blocks {
        gathered.insert_block(block);
    }
    for policy in Policy::ALL {
        let (of_ledger, of_gathered) = (follow(&view, policy), follow(&gathered, policy));
        assert_eq!(visited(&view, &of_ledger), visited(&gathered, &of_gathered));
        assert!(of_ledger.visits.len() > 20);
    }
}

//! The scripted economy, of which it is known whose every account is: what the rules say of it, and
//! that a ledger and a view in memory say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use heuristics::account::clustering::{AccountClusters, Clustering, Known, Rules};
use heuristics::account::mixer::Pool;
use heuristics::account::{
    airdrop, contract_creator, deposit_address, same_owner_funding, self_authorisation, swap,
};
use testdata::evm_economy::{Kind, Truth, play, shipped};
use trace_core::claim::{Reason, Rule};
use trace_core::cluster::Actor;
use trace_core::ledger::account::{Ledger, Writer};
use trace_core::model::ChainId;
use trace_core::model::account::{Address, Block};
use trace_core::normalise::account_block;
use trace_core::source::{Interruption, Limits, connect};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, GatheredAccounts};

const CHAIN: ChainId = ChainId(testdata::evm_node::CHAIN);

static TRUTH: LazyLock<Truth> = LazyLock::new(|| play().truth);
static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(read);

/// The blocks of the recording that ships.
fn read() -> Vec<Block> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let file = shipped().join("economy.recording");
        let uri = format!("recording:{}", file.display()).parse().unwrap();
        let limits = Limits::default();
        let source = connect(&uri, &limits, Interruption::default());
        let source = source.await.unwrap();
        let blocks = source.account_blocks.as_ref().unwrap();
        let tip = blocks.tip().await.unwrap();
        let refs = blocks.refs(0, tip.height).await.unwrap();
        let raw = blocks.blocks(&refs).await.into_iter();
        let read = raw.map(|raw| account_block(CHAIN, &raw.unwrap()).unwrap());
        read.collect()
    })
}

fn gathered() -> GatheredAccounts {
    let mut view = GatheredAccounts::new(CHAIN, BLOCKS.last().unwrap().at).alone();
    for block in BLOCKS.iter() {
        view.insert_block(block);
    }
    view
}

/// What an investigator knows.
fn known() -> Known {
    let mut known = Known::default();
    let mut names: Vec<&str> = Vec::new();
    for label in &TRUTH.labels {
        match &*label.category {
            "exchange" => {
                let place = names.iter().position(|name| *name == label.label);
                let place = place.unwrap_or_else(|| {
                    names.push(&label.label);
                    names.len() - 1
                });
                known.exchanges.insert(label.address, Actor(place as u32));
            }
            "mixer" => known.pools.push(Pool {
                address: label.address,
                denomination: None,
            }),
            _ => {}
        }
    }
    known
}

/// The airdrop has a dozen recipients, and exchanges here have deposit contracts.
fn rules(contracts: bool) -> Rules {
    Rules {
        airdrop: airdrop::Limits {
            recipients_min: 12,
            together_min: 1,
            ..airdrop::Limits::default()
        },
        deposit_address: deposit_address::Limits {
            contracts,
            ..deposit_address::Limits::default()
        },
        ..Rules::default()
    }
}

fn clusters(view: &dyn AccountView, rules: Rules) -> AccountClusters {
    let mut clustering = Clustering::new(rules, known(), 0);
    while !clustering.advance(view, 100).unwrap() {}
    clustering.clusters(view)
}

fn owner(address: &Address) -> &'static str {
    &TRUTH.addresses[address].owner
}

/// Of the links of each rule how many join one owner, and how many two.
fn rated(clusters: &AccountClusters) -> BTreeMap<&'static str, (usize, usize)> {
    let mut rated: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for (link, _) in clusters.links() {
        let Rule { name, .. } = link.link.rule;
        let (right, wrong) = rated.entry(name).or_default();
        if owner(&link.link.a) == owner(&link.link.b) {
            *right += 1;
        } else {
            *wrong += 1;
        }
    }
    rated
}

#[test]
fn links_err_as_their_rules_say_that_they_do() {
    let clusters = clusters(&gathered(), rules(true));
    let rated = rated(&clusters);
    // Its collector signs nothing, so it may be a contract for all that the chain says.
    let named = |rule: Rule| rated.get(rule.name).copied();
    assert_eq!(named(airdrop::RULE), None);
    let unknown = &clusters.found().unknown;
    assert!(unknown.iter().any(|it| it.why == Reason::CodeUnknown));
    // Trent's is his own, and Mallory tricked Olivia into the other.
    assert_eq!(named(self_authorisation::RULE), Some((1, 1)));
    assert_eq!(named(contract_creator::RULE), Some((16, 1)));
    assert_eq!(named(same_owner_funding::RULE), Some((17, 21)));
    // None of these joins, and every customer has a deposit address alone.
    assert!(clusters.shared().is_empty());
}

#[test]
fn a_ledger_says_what_a_view_in_memory_says() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    for block in BLOCKS.iter() {
        writer.append(block).unwrap();
    }
    writer.commit().unwrap();
    drop(writer);
    let ledger = Ledger::open(dir.path()).unwrap();
    let of_ledger = clusters(&ledger.view().unwrap(), rules(true));
    let of_memory = clusters(&gathered(), rules(true));
    let shown = |clusters: &AccountClusters| {
        let links = clusters.links().iter();
        links
            .map(|(link, standing)| {
                let (a, b, rule) = (link.link.a, link.link.b, link.link.rule);
                format!(
                    "{a} {b} {rule} {:?} {standing:?} {:?}",
                    link.position, link.evidence
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(&of_ledger), shown(&of_memory));
    assert_eq!(of_ledger.shared(), of_memory.shared());
    assert_eq!(
        of_ledger.found().deposit_addresses,
        of_memory.found().deposit_addresses
    );
    assert_eq!(of_ledger.census(), of_memory.census());
}

#[test]
fn deposit_addresses_are_found_with_the_exchange_that_they_are_of() {
    for (contracts, count) in [(false, 6), (true, 8)] {
        let clusters = clusters(&gathered(), rules(contracts));
        let found = &clusters.found().deposit_addresses;
        assert_eq!(found.len(), count);
        for deposit in found {
            let truth = &TRUTH.addresses[&deposit.address];
            assert!(truth.customer.is_some(), "{deposit:?} is {truth:?}");
            let exchange = ["harbour", "kestrel"][deposit.exchange.0 as usize];
            assert_eq!(truth.owner, exchange);
            assert!(contracts || truth.purse == "forward");
        }
    }
}

#[test]
fn what_goes_through_the_mixers_is_read_and_erin_gives_herself_away() {
    let clusters = clusters(&gathered(), rules(true));
    let found = clusters.found();
    let deposits: BTreeSet<_> = found.record.deposits().iter().map(|it| it.hash).collect();
    let truth: BTreeSet<_> = TRUTH.mixes.iter().map(|mix| mix.deposit).collect();
    assert_eq!(deposits, truth);
    let withdrawals: BTreeMap<_, _> = found
        .record
        .withdrawals()
        .iter()
        .map(|it| (it.hash, it))
        .collect();
    let truth = TRUTH
        .mixes
        .iter()
        .filter_map(|mix| Some((mix.withdrawal?, mix)));
    let truth: BTreeMap<_, _> = truth.collect();
    assert!(withdrawals.keys().eq(truth.keys()));
    for (hash, withdrawal) in withdrawals {
        let mix = truth[&hash];
        assert_eq!(Some(withdrawal.to), mix.to);
        let relayer = withdrawal.relayer.map(|relayer| owner(&relayer));
        assert_eq!(relayer, mix.relayer.as_deref());
    }
    let matched = found
        .reveals
        .iter()
        .map(|it| (it.rule.name, owner(&it.from), owner(&it.to)));
    let matched: Vec<_> = matched.collect();
    assert_eq!(matched, [("mixer-address-match", "erin", "erin")]);
    // The same pools are found where nobody named them.
    let mut unnamed = Known {
        recognise_pools: true,
        ..known()
    };
    unnamed.pools.clear();
    let mut clustering = Clustering::new(rules(true), unnamed, 0);
    let view = gathered();
    while !clustering.advance(&view, 100).unwrap() {}
    let recognised = clustering.clusters(&view);
    assert_eq!(recognised.found().pools, found.pools);
    assert_eq!(recognised.found().record, found.record);
}

#[test]
fn swaps_are_told_with_their_pools_and_nothing_else_is_a_swap() {
    let view = gathered();
    let mut count = 0;
    for truth in TRUTH.transactions.iter().filter(|it| !it.fails) {
        let Answer::Known(tx) = view.find_transaction(&truth.hash) else {
            panic!("it is there");
        };
        let found = swap::judge(&view, tx).unwrap();
        if truth.kind != Kind::Swap {
            assert_eq!(found, [], "{truth:?}");
            continue;
        }
        count += 1;
        let [swap] = found.as_slice() else {
            panic!("{truth:?} is {found:?}");
        };
        assert_eq!(swap.trader, truth.from);
        let touched = truth.moves.iter().flat_map(|it| [it.from, it.to]).flatten();
        let pools: BTreeSet<Address> = touched
            .filter(|it| TRUTH.addresses[it].purse.starts_with("pool"))
            .collect();
        let found: BTreeSet<Address> = swap.pools.iter().copied().collect();
        assert_eq!(found, pools);
    }
    assert_eq!(count, 8);
}

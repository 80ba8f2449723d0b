//! Random small chains: what is clever about links, clusters and measuring, held to what is
//! plain.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use heuristics::change::{self, ChangeRule};
use heuristics::clustering::Clustering;
use heuristics::links::{self, Bounds};
use heuristics::measure::{self, Evidence};
use heuristics::{RuleSet, co_spend, mix, same_key};
use proptest::prelude::*;
use testdata::scenario::Scenario;
use trace_core::claim::{Link, Rule, Verdict};
use trace_core::cluster::{ClusterFolder, Clusters, Connection};
use trace_core::model::{AddressId, TxNumber};
use trace_core::view::{CoinView, Gathered, NumberedTransaction};

/// Few names in several forms, so that addresses are reused and keys have several scripts.
const NAMES: [&str; 9] = [
    "a", "b", "c", "d", "a/p2pkh", "b/p2pk", "c/p2sh", "d/p2tr", "a/p2sh",
];

/// Which coins a transaction spends, and whom it pays how much: all by remainder.
type Step = (Vec<usize>, Vec<(usize, u64)>);

/// A chain of nine coins and what became of them.
fn chain(steps: &[Step]) -> Scenario {
    let mut text = String::new();
    let mut unspent = Vec::new();
    for (number, name) in NAMES.iter().enumerate() {
        writeln!(text, "m{number}: -> {name} 9sat").expect("text grows");
        unspent.push(format!("m{number}:0"));
    }
    for (number, (spends, pays)) in steps.iter().enumerate() {
        let mut inputs = Vec::new();
        for spend in spends {
            if !unspent.is_empty() {
                inputs.push(unspent.remove(spend % unspent.len()));
            }
        }
        if inputs.is_empty() {
            break;
        }
        let outputs: Vec<String> = pays
            .iter()
            .filter_map(|(name, value_sat)| {
                let name = NAMES.get(name % NAMES.len())?;
                Some(format!("{name} {value_sat}sat"))
            })
            .collect();
        let (inputs, paid) = (inputs.join(" + "), outputs.join(", "));
        writeln!(text, "t{number}: {inputs} -> {paid}").expect("text grows");
        unspent.extend((0..outputs.len()).map(|vout| format!("t{number}:{vout}")));
    }
    Scenario::of(&text)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let spends = prop::collection::vec(0..40_usize, 1..4);
    let pays = prop::collection::vec((0..40_usize, 1..2_000_000_u64), 1..4);
    prop::collection::vec((spends, pays), 1..14)
}

fn transactions(story: &Scenario, view: &Gathered) -> Vec<(TxNumber, NumberedTransaction)> {
    let located = story.transactions().iter();
    let names = located.filter_map(|located| story.transaction_name(&located.transaction.txid));
    names.map(|name| story.numbered(view, name)).collect()
}

fn all_change() -> RuleSet {
    RuleSet {
        change: change::RULES.iter().collect(),
        change_votes: 2,
    }
}

const EVERYTHING: Bounds = Bounds {
    from_height: 0,
    transactions_max: usize::MAX,
};

/// Every two addresses that one transaction links, without stars: spent together, or spent
/// and change.
fn plain_pairs(
    view: &Gathered,
    all: &[(TxNumber, NumberedTransaction)],
    rules: &RuleSet,
) -> BTreeSet<(AddressId, AddressId, TxNumber, Rule)> {
    let mut pairs = BTreeSet::new();
    for (tx, transaction) in all {
        let mix = mix::detect(transaction);
        let spent = co_spend::spent_addresses(transaction);
        let change = rules.change(&mix, view, *tx, transaction);
        for a in &spent {
            for b in &spent {
                if a != b && co_spend::judge(transaction, &mix).applies() {
                    pairs.insert((**a, **b, *tx, co_spend::RULE));
                }
            }
            if let Some(change) = change.filter(|change| change.address != **a) {
                pairs.insert((**a, change.address, *tx, change.rule));
                pairs.insert((change.address, **a, *tx, change.rule));
            }
        }
    }
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn the_links_at_an_address_are_those_of_all_transactions(steps in steps(), change in any::<bool>()) {
        let story = chain(&steps);
        let view = story.view();
        let rules = if change { all_change() } else { RuleSet::default() };
        let all = transactions(&story, &view);
        let mut found = BTreeSet::new();
        for address in story.addresses() {
            let address = view.find_address(address).expect("it is in the story");
            let around = links::neighbours(&view, address, &rules, EVERYTHING);
            prop_assert!(around.wants.is_empty() && around.gaps.is_empty());
            let order = around.links.iter().filter(|link| link.rule != same_key::RULE);
            prop_assert!(order.map(|link| view.order(link.tx)).is_sorted());
            for link in around.links {
                prop_assert_eq!(link.a, address);
                if link.rule != same_key::RULE {
                    found.insert((link.a, link.b, link.tx, link.rule));
                }
            }
        }
        prop_assert_eq!(found, plain_pairs(&view, &all, &rules));
    }

    #[test]
    fn what_is_in_one_cluster_is_explained_and_nothing_else(steps in steps()) {
        let story = chain(&steps);
        let view = story.view();
        let rules = RuleSet::default();
        let mut clustering = Clustering::new(rules.clone(), 0);
        clustering.advance(&view, view.transaction_numbers()).expect("the view is whole");
        let clusters = clustering.clusters();
        let equivalents: same_key::Equivalents = clusters.forest().iter().collect();
        let ids: Vec<AddressId> = story
            .addresses()
            .filter_map(|address| view.find_address(address))
            .collect();
        for a in &ids {
            for b in &ids {
                let explained = links::explain(&view, [*a, *b], &rules, &equivalents, EVERYTHING, 100);
                let together = clusters.find(*a) == clusters.find(*b);
                let linked = matches!(explained.connection, Connection::Linked(_));
                prop_assert_eq!(linked, together, "{} {}", story.shown(&view, *a), story.shown(&view, *b));
            }
        }
    }

    #[test]
    fn a_walk_in_parts_comes_to_the_bytes_of_one_walk(steps in steps(), cut in 0..23_usize) {
        let story = chain(&steps);
        let view = story.view();
        let walk = |parts: &[&[TxNumber]]| {
            let dir = tempfile::tempdir().expect("a folder");
            let mut folder = ClusterFolder::open(dir.path()).expect("nobody else has it");
            let mut clustering = Clustering::new(RuleSet::default(), 0);
            for part in parts {
                clustering.advance(&view, part.iter().copied()).expect("the view is whole");
                assert_eq!(clustering.save(&mut folder, story.tip()), Ok(true));
                clustering = Clustering::resume(&mut folder, 100, RuleSet::default(), 0, |_| true)
                    .expect("what was just written")
                    .0;
            }
            let stored = ["basis", "links", "notes"]
                .map(|name| fs::read(dir.path().join(name)).expect("it was written"));
            (stored, clustering.clusters().clone())
        };
        let all: Vec<TxNumber> = view.transaction_numbers().collect();
        let (first, second) = all.split_at(cut.min(all.len()));
        prop_assert_eq!(walk(&[first, second]), walk(&[&all]));
    }

    #[test]
    fn clusters_are_the_links_of_every_transaction(steps in steps()) {
        let story = chain(&steps);
        let view = story.view();
        let rules = RuleSet::default();
        let mut clustering = Clustering::new(rules.clone(), 0);
        clustering.advance(&view, view.transaction_numbers()).expect("the view is whole");
        // A transaction alone does not see keys that were hidden before, so there may be less.
        let mut plain = Clusters::default();
        for (tx, transaction) in transactions(&story, &view) {
            let mut found: Vec<Link> = Vec::new();
            links::of_transaction(&view, tx, &transaction, &rules, &mut found);
            for link in found {
                plain.add(link);
                let [a, b] = [link.a, link.b].map(|end| clustering.clusters().find(end));
                prop_assert_eq!(a, b);
            }
        }
        let hidden = |link: &Link| link.rule == same_key::RULE;
        for link in clustering.clusters().forest().iter().filter(|link| !hidden(link)) {
            prop_assert_eq!(plain.find(link.a), plain.find(link.b));
        }
    }

    #[test]
    fn change_is_revealed_when_plain_search_says_so(steps in steps()) {
        let story = chain(&steps);
        let view = story.view();
        let all = transactions(&story, &view);
        let rules: Vec<&ChangeRule> = change::RULES.iter().collect();
        let evidence = Evidence::SpentTogether { receipts_max: 1000 };
        let measured = measure::change(&view, view.transaction_numbers(), &rules, evidence);
        let mut plain = BTreeMap::new();
        for (tx, transaction) in &all {
            let Some(vout) = plainly_revealed(*tx, transaction, &all) else {
                continue;
            };
            *plain.entry("revealed").or_insert(0) += 1;
            for rule in &rules {
                for (answer, verdict) in rule.judge(&view, *tx, transaction) {
                    if verdict == Verdict::Supports {
                        let right = if answer == vout { "right" } else { "wrong" };
                        *plain.entry(right).or_insert(0) += 1;
                    }
                }
            }
        }
        let count = |name| plain.get(name).copied().unwrap_or(0);
        let right: u64 = measured.rules.iter().map(|rule| rule.right).sum();
        let answered: u64 = measured.rules.iter().map(|rule| rule.answered).sum();
        prop_assert_eq!(measured.unknown, 0);
        prop_assert_eq!(measured.revealed, count("revealed"));
        prop_assert_eq!((right, answered - right), (count("right"), count("wrong")));
    }

    #[test]
    fn pairs_are_counted_as_one_by_one(
        links in prop::collection::vec((0..20_u32, 0..20_u32), 0..20),
        owners in prop::collection::vec(prop::option::of(0..4_u8), 20),
    ) {
        let mut clusters = Clusters::default();
        for (a, b) in links {
            let [a, b] = [a, b].map(AddressId);
            clusters.add(Link { a, b, tx: TxNumber(0), rule: co_spend::RULE });
        }
        let owner = |address: AddressId| owners.get(address.0 as usize).copied().flatten();
        let counted = measure::pairs(&clusters, (0..20).map(AddressId), owner);
        let mut plain = measure::Pairs::default();
        for b in 0..20 {
            for a in 0..b {
                let [a, b] = [a, b].map(AddressId);
                if let (Some(one), Some(other)) = (owner(a), owner(b)) {
                    let together = clusters.find(a) == clusters.find(b);
                    plain.clustered += u128::from(together);
                    plain.owned += u128::from(one == other);
                    plain.right += u128::from(together && one == other);
                }
            }
        }
        prop_assert_eq!(counted, plain);
    }
}

/// The only output of a transaction that is spent beside one of its inputs' addresses later.
fn plainly_revealed(
    tx: TxNumber,
    transaction: &NumberedTransaction,
    all: &[(TxNumber, NumberedTransaction)],
) -> Option<u32> {
    let spent = co_spend::spent_addresses(transaction);
    let outputs = (0..).zip(&transaction.outputs);
    let addresses: Vec<(u32, AddressId)> = outputs
        .filter_map(|(vout, output)| Some((vout, output.address?)))
        .collect();
    let to_itself = addresses.iter().any(|(_, paid)| spent.contains(&paid));
    let plain = matches!(mix::detect(transaction), mix::MixVerdict::None(_));
    if transaction.is_coinbase() || addresses.len() < 2 || !plain || to_itself {
        return None;
    }
    let later = || all.iter().filter(|(other, _)| *other > tx);
    let mut own = addresses.iter().filter(|(_, paid)| {
        later().any(|(_, other)| {
            let together = co_spend::spent_addresses(other);
            co_spend::judge(other, &mix::detect(other)).applies()
                && together.contains(&paid)
                && together.iter().any(|address| spent.contains(address))
        })
    });
    let (vout, _) = own.next()?;
    own.next().is_none().then_some(*vout)
}

//! The rules on chains of which everything is known: the scripted economy and the simulated
//! chain. How wrong are links, clusters and change, and how wrong does that look to somebody
//! who only sees the chain?
//!
//! `cargo test --release -p heuristics --test known_truth -- --nocapture` prints the tables of
//! `docs/heuristics.md`; `SIMULATED_TRANSACTIONS=N` sets the size of the simulated chain.

mod told;

use std::collections::BTreeMap;

use heuristics::change::{self, ChangeRule};
use heuristics::clustering::Clustering;
use heuristics::measure::{self, ChangeMeasured, Evidence, Pairs, Rate};
use heuristics::mix::{self, MixVerdict};
use heuristics::{RuleSet, co_spend};
use told::Told;
use trace_core::claim::{Link, Rule, Verdict};
use trace_core::cluster::Clusters;
use trace_core::model::AddressId;

/// The rules at work on such a chain.
impl Told {
    fn cluster(&self, rules: RuleSet) -> Clustering {
        let mut clustering = Clustering::new(rules, 0);
        let numbers = self.view.transaction_numbers();
        clustering
            .advance(&self.view, numbers)
            .expect("the view is whole");
        clustering
    }

    fn pairs(&self, clusters: &Clusters) -> Pairs {
        let addresses = (0..).map(AddressId).take(self.owners.len());
        measure::pairs(clusters, addresses, |address| self.owner(address))
    }

    /// Whatever is spent together joined, mixes and all: what the veto is for.
    fn without_veto(&self) -> Clusters {
        let mut clusters = Clusters::default();
        for (tx, _) in self.told() {
            let transaction = self.transaction(tx);
            let spent = co_spend::spent_addresses(&transaction);
            for (a, b) in spent.iter().zip(spent.iter().skip(1)) {
                clusters.add(Link {
                    a: **a,
                    b: **b,
                    tx,
                    rule: co_spend::RULE,
                });
            }
        }
        clusters
    }

    /// By what a transaction is, how often it is judged what.
    fn mixes(&self) -> BTreeMap<(String, String), u64> {
        let mut counts = BTreeMap::new();
        for (tx, (kind, _, _)) in self.told() {
            let verdict = mix::detect(&self.transaction(tx));
            let verdict = format!("{} {}", verdict.name(), verdict.kind().unwrap_or("-"));
            *counts.entry((kind.clone(), verdict)).or_default() += 1;
        }
        counts
    }

    /// Each change rule against what was meant, over the transactions with one change output.
    fn change(&self, rule: &ChangeRule) -> (Rate, Rate) {
        let (mut right, mut answered) = (Rate::default(), Rate::default());
        for (tx, (_, _, change)) in self.told() {
            let transaction = self.transaction(tx);
            let (Some(change), MixVerdict::None(_)) = (change, mix::detect(&transaction)) else {
                continue;
            };
            let judged = rule.judge(&self.view, tx, &transaction);
            if judged.len() < 2 {
                continue;
            }
            answered.of += 1;
            let supported = judged
                .iter()
                .find(|(_, verdict)| *verdict == Verdict::Supports);
            if let Some((vout, _)) = supported {
                answered.hits += 1;
                right.of += 1;
                right.hits += u64::from(vout == change);
            }
        }
        (right, answered)
    }

    fn revealed(&self, evidence: Evidence) -> ChangeMeasured {
        let rules: Vec<&ChangeRule> = change::RULES.iter().collect();
        measure::change(
            &self.view,
            self.view.transaction_numbers(),
            &rules,
            evidence,
        )
    }
}

fn percent(ppm: Option<u64>) -> String {
    ppm.map_or_else(
        || "-".to_owned(),
        |ppm| format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100),
    )
}

fn shown(rate: Rate) -> String {
    let interval = rate.interval_ppm().map_or_else(String::new, |(low, high)| {
        format!(" [{}, {}]", percent(Some(low)), percent(Some(high)))
    });
    format!(
        "{} of {} = {}{interval}",
        rate.hits,
        rate.of,
        percent(rate.ppm())
    )
}

fn shown_pairs(pairs: Pairs) -> String {
    let ppm = |ppm: Option<u128>| percent(ppm.and_then(|ppm| u64::try_from(ppm).ok()));
    format!(
        "precision {} ({} of {}), recall {} (of {})",
        ppm(pairs.precision_ppm()),
        pairs.right,
        pairs.clustered,
        ppm(pairs.recall_ppm()),
        pairs.owned
    )
}

fn print(told: &Told, wrong: &BTreeMap<Rule, Rate>, plain: &Clustering) {
    println!("mixes, as they are and as they are judged:");
    for ((kind, verdict), count) in told.mixes() {
        println!("  {count:8} {kind}: {verdict}");
    }
    println!("links that joined and are wrong:");
    for (rule, rate) in wrong {
        println!("  {rule}: {}", shown(*rate));
    }
    println!("pairs of addresses:");
    println!("  default: {}", shown_pairs(told.pairs(plain.clusters())));
    let without = told.without_veto();
    println!("  without the veto: {}", shown_pairs(told.pairs(&without)));
    for rule in change::RULES {
        let rules = RuleSet {
            change: vec![rule],
            change_votes: 1,
        };
        let clustering = told.cluster(rules);
        let wrong = measure::joins(clustering.clusters().forest().iter(), |address| {
            told.owner(address)
        });
        let wrong = wrong.get(&rule.rule).copied().unwrap_or_default();
        println!(
            "  with {}: {}",
            rule.rule,
            shown_pairs(told.pairs(clustering.clusters()))
        );
        println!("    wrong joins {}", shown(wrong));
    }
    println!("change, as it was meant:");
    for rule in change::RULES {
        let (right, answered) = told.change(rule);
        println!(
            "  {}: right {}; answered {}",
            rule.rule,
            shown(right),
            shown(answered)
        );
    }
    let strict = Evidence::SpentTogether { receipts_max: 1000 };
    print_revealed("spent together later", &told.revealed(strict));
    let clusters = Evidence::Clusters(plain.clusters());
    print_revealed("in one cluster", &told.revealed(clusters));
}

fn print_revealed(by: &str, measured: &ChangeMeasured) {
    println!(
        "change, revealed by being {by}: of {} transactions {} with a choice, {} evident, {} \
         revealed, {} with several, {} unknown",
        measured.transactions,
        measured.with_choice,
        measured.evident,
        measured.revealed,
        measured.several,
        measured.unknown
    );
    for rule in &measured.rules {
        println!(
            "  {}: right {}; answered {}",
            rule.rule,
            shown(rule.precision()),
            shown(rule.coverage())
        );
    }
}

fn check(told: &Told) -> BTreeMap<Rule, Rate> {
    let plain = told.cluster(RuleSet::default());
    let wrong = measure::joins(plain.clusters().forest().iter(), |address| {
        told.owner(address)
    });
    print(told, &wrong, &plain);
    let with_veto = told.pairs(plain.clusters());
    let without = told.pairs(&told.without_veto());
    assert!(with_veto.precision_ppm() > without.precision_ppm());
    assert_eq!(with_veto.owned, without.owned);
    wrong
}

#[test]
fn in_the_economy_no_link_is_wrong() {
    let told = Told::economy();
    let wrong = check(&told);
    assert!(wrong.values().all(|rate| rate.hits == 0), "{wrong:?}");
    assert!(wrong.values().any(|rate| rate.of > 50));
    for (tx, (kind, is_mix, _)) in told.told() {
        let verdict = mix::detect(&told.transaction(tx));
        let withheld = !matches!(verdict, MixVerdict::None(_));
        assert_eq!(withheld, *is_mix, "{kind}: {verdict}");
    }
}

#[test]
fn on_the_simulated_chain_links_are_seldom_wrong() {
    let size = std::env::var("SIMULATED_TRANSACTIONS").ok();
    let size = size.map_or(3_000, |size| {
        size.parse().expect("a number of transactions")
    });
    let told = Told::simulated(size);
    let wrong = check(&told);
    let co_spend = wrong[&co_spend::RULE];
    assert!(
        co_spend.of > 200 && co_spend.hits * 100 <= co_spend.of,
        "{co_spend:?}"
    );
}

//! The mix rules on recorded transactions: what they find, what they should not, and what
//! that means for clusters, beside the rule that other tools use.
//!
//! `TRACE_REAL_DATA=DIR cargo test -p heuristics --test recorded_mixes -- --nocapture`
//! prints the tables of `docs/heuristics.md`.

use std::collections::BTreeMap;

use heuristics::co_spend;
use heuristics::mix::{self, MixVerdict};
use testdata::recorded::{self, Recorded};

/// `BlockSci`'s rule of 2018, which other tools use inside clustering: p equal outputs, p
/// being half of the outputs rounded up, no more than there are input addresses.
fn is_mix_by_blocksci(transaction: &Recorded) -> bool {
    let outputs = &transaction.outputs;
    let owners = outputs.len().div_ceil(2);
    if transaction.inputs.len() < 2
        || outputs.len() < 3
        || co_spend::spent_addresses(transaction).len() < owners
    {
        return false;
    }
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for output in outputs {
        *counts.entry(output.value_sat).or_default() += 1;
    }
    let modal = counts.iter().max_by_key(|(_, count)| **count);
    modal.is_some_and(|(value, count)| *count == owners && ![546, 2730].contains(value))
}

/// Pairs of different input addresses.
fn pairs(transaction: &Recorded) -> usize {
    let addresses = co_spend::spent_addresses(transaction).len();
    addresses * addresses.saturating_sub(1) / 2
}

#[derive(Default)]
struct Row {
    transactions: usize,
    verdicts: BTreeMap<String, usize>,
    pairs: usize,
    merged: usize,
    merged_by_blocksci: usize,
    found_by_blocksci: usize,
}

impl Row {
    fn of<'a>(transactions: impl Iterator<Item = &'a Recorded>) -> Self {
        let mut row = Self::default();
        for transaction in transactions {
            let verdict = mix::detect(transaction);
            let name = [Some(verdict.name()), verdict.kind()];
            let name: Vec<&str> = name.into_iter().flatten().collect();
            *row.verdicts.entry(name.join(" ")).or_default() += 1;
            let pairs = pairs(transaction);
            row.transactions += 1;
            row.pairs += pairs;
            if co_spend::judge(transaction, &verdict).applies() {
                row.merged += pairs;
            }
            if is_mix_by_blocksci(transaction) {
                row.found_by_blocksci += 1;
            } else {
                row.merged_by_blocksci += pairs;
            }
        }
        row
    }

    fn count(&self, verdict: &str) -> usize {
        let named = self.verdicts.iter();
        named
            .filter(|(name, _)| name.starts_with(verdict))
            .map(|(_, count)| count)
            .sum()
    }

    fn print(&self, label: &str) {
        println!(
            "{label}: {} transactions, BlockSci 2018 finds {}",
            self.transactions, self.found_by_blocksci
        );
        println!(
            "    {} input pairs, merged {}, by BlockSci 2018 {}",
            self.pairs, self.merged, self.merged_by_blocksci
        );
        for (verdict, count) in &self.verdicts {
            println!("    {count:5} {verdict}");
        }
    }
}

#[test]
fn real_mixes_are_found_and_ordinary_transactions_are_not() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let labelled = recorded::mixes(&folder).expect("the recorded mixes are readable");
    let row = |label: &str| {
        let labelled = labelled.iter();
        let row = Row::of(
            labelled
                .filter(|(_, labels)| labels.iter().any(|known| known == label))
                .map(|(transaction, _)| transaction),
        );
        row.print(label);
        row
    };
    let whirlpool = row("whirlpool");
    let wasabi1 = row("wasabi1");
    let wasabi2 = row("wasabi2");
    let tx0 = row("whirlpool-tx0");
    row("joinmarket-candidate");
    row("post-mix");
    let ordinary = recorded::ordinary(&folder).expect("the recorded mempool is readable");
    let ordinary = Row::of(ordinary.iter());
    ordinary.print("ordinary");
    let emulated = recorded::emulated(&folder).expect("the emulated mixes are readable");
    let emulated = Row::of(emulated.iter());
    emulated.print("emulated wasabi2");

    assert_eq!(whirlpool.count("mix whirlpool"), whirlpool.transactions);
    // The first round of all had eight inputs; it is found as a mix of equal outputs.
    assert_eq!(wasabi1.count("mix"), wasabi1.transactions);
    assert!(wasabi1.count("mix wasabi1") + 1 >= wasabi1.transactions);
    // One row spends from and pays to a single address, so it mixes nothing.
    assert!(wasabi2.count("mix wasabi2") + 1 >= wasabi2.transactions);
    // The other rows labelled so are rounds that pay to P2WSH.
    assert_eq!(
        tx0.count("none whirlpool-tx0") + tx0.count("mix whirlpool"),
        tx0.transactions
    );
    // The five are real: four rounds of Whirlpool and one of Wasabi 2 were in that mempool.
    assert_eq!(ordinary.count("mix"), 5);
    assert!(ordinary.count("possible") <= 6);
    assert_eq!(ordinary.count("unknown"), 0);
    assert!(emulated.count("none") <= 4);
    for row in [&whirlpool, &wasabi1, &wasabi2] {
        assert!(row.merged * 100 <= row.merged_by_blocksci);
    }
}

#[test]
fn a_mix_whose_spent_outputs_are_not_known_is_never_called_an_ordinary_transaction() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    for (mut transaction, _) in recorded::mixes(&folder).expect("the recorded mixes") {
        let seen = mix::detect(&transaction);
        for input in &mut transaction.inputs {
            input.prevout = None;
        }
        let unseen = mix::detect(&transaction);
        if matches!(seen, MixVerdict::Mix(_) | MixVerdict::Possible(_)) {
            assert!(
                matches!(unseen, MixVerdict::Unknown(_)),
                "{}",
                transaction.txid
            );
        }
    }
}

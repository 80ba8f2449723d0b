//! Recall and precision of the terminal addresses, and the tables.

use std::collections::BTreeSet;
use std::fmt;

use heuristics::measure::Rate;
use testdata::recorded_theft::{DOLLAR_DECIMALS, RecordedTheft};
use trace_core::model::account::{Address, Asset, U256};
use trace_core::taint::Policy;
use trace_core::taint::account::{Bounds, LimitHit};

use crate::follow::{Found, Labels};
use crate::script::{DAY, Script};
use crate::strangers::Mixing;

/// Where less than this ended nobody would look.
const NOTABLE_DOLLARS: u64 = 100;

/// A limit, alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    None,
    Hops(u32),
    /// In dollars.
    AmountMin(u64),
    Transactions(u64),
    /// No block later than so many days behind the first payment of the theft. Heights themselves
    /// are those of the node on which it is played.
    Days(u64),
    /// Accounts that come to hold taint.
    Accounts(u64),
}

impl Bound {
    pub(crate) fn all() -> Vec<Self> {
        let hops = [1, 2, 3, 5, 8, 13, 20].map(Self::Hops);
        let amounts = [100, 1000, 10_000].map(Self::AmountMin);
        let transactions = [100, 300, 1000].map(Self::Transactions);
        let days = [1, 7, 30].map(Self::Days);
        let accounts = [10, 30, 100].map(Self::Accounts);
        let all = [Self::None].into_iter().chain(hops);
        let all = all.chain(amounts).chain(transactions);
        all.chain(days).chain(accounts).collect()
    }

    pub(crate) fn bounds(self, script: &Script) -> Bounds {
        let mut bounds = Bounds::default();
        match self {
            Self::None => {}
            Self::Hops(most) => bounds.hops_max = Some(most),
            Self::AmountMin(least) => {
                bounds.amount_min.insert(Asset::Native, dollars(least));
            }
            Self::Transactions(most) => bounds.transactions_max = Some(most),
            Self::Days(_) => bounds.height_max = Some(self.height_max(script)),
            Self::Accounts(most) => bounds.accounts_max = Some(most),
        }
        bounds
    }

    /// The last height that is followed into.
    pub(crate) fn height_max(self, script: &Script) -> u32 {
        let Self::Days(days) = self else {
            return u32::MAX;
        };
        let last = script.first_theft() + days * DAY;
        let blocks = script.blocks.iter();
        blocks.take_while(|block| block.time <= last).count() as u32
    }

    /// Within how many hops all is followed; none where something else is cut off.
    pub(crate) fn hops_max(self) -> Option<u32> {
        match self {
            Self::None | Self::Days(_) => Some(u32::MAX),
            Self::Hops(most) => Some(most),
            Self::AmountMin(_) | Self::Transactions(_) | Self::Accounts(_) => None,
        }
    }

    pub(crate) fn transactions_max(self) -> u64 {
        match self {
            Self::Transactions(most) => most,
            _ => u64::MAX,
        }
    }

    /// The limits that may be hit.
    pub(crate) fn limits(self) -> BTreeSet<&'static LimitHit> {
        let limit = match self {
            Self::None => return BTreeSet::new(),
            Self::Hops(_) => &LimitHit::Hops,
            Self::AmountMin(_) => &LimitHit::Amount,
            Self::Transactions(_) => &LimitHit::Transactions,
            Self::Days(_) => &LimitHit::Height,
            Self::Accounts(_) => &LimitHit::Accounts,
        };
        BTreeSet::from([limit])
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "none"),
            Self::Hops(most) => write!(f, "hops {most}"),
            Self::AmountMin(least) => write!(f, "{least} USD at least"),
            Self::Transactions(most) => write!(f, "{most} transactions"),
            Self::Days(1) => write!(f, "height of 1 day later"),
            Self::Days(days) => write!(f, "height of {days} days later"),
            Self::Accounts(most) => write!(f, "{most} accounts"),
        }
    }
}

fn dollars(number: u64) -> U256 {
    U256::from(number) * U256::from(10).pow(U256::from(DOLLAR_DECIMALS))
}

pub(crate) fn describe(theft: &RecordedTheft) {
    let edges = &theft.edges;
    let sides = edges.iter().flat_map(|edge| [edge.from, edge.to]);
    let accounts: BTreeSet<Address> = sides.collect();
    let hashes: BTreeSet<_> = edges.iter().map(|edge| edge.hash).collect();
    println!(
        "{} edges of {} transactions, {} accounts, {} sources, {} terminals",
        edges.len(),
        hashes.len(),
        accounts.len(),
        theft.sources.len(),
        theft.terminals.len()
    );
}

pub(crate) fn describe_script(mixing: Mixing, script: &Script) {
    let payments: usize = script.blocks.iter().map(|block| block.payments.len()).sum();
    println!("\n## {mixing:?}\n");
    println!("{} blocks, {payments} transactions", script.blocks.len());
    for (what, amount) in [
        (
            "given clean to accounts of the theft that pay more than they got",
            script.short,
        ),
        ("strangers to each other", script.strangers.among_them),
        (
            "strangers' through accounts of the theft",
            script.strangers.through,
        ),
    ] {
        println!(
            "{what}: {} per mille of the loot",
            permille(amount, script.loot)
        );
    }
}

/// Parts in a thousand.
fn permille(amount: U256, of: U256) -> U256 {
    amount * U256::from(1000) / of
}

/// Of one run: where value ended at all, or no less than so much of it.
struct Measured {
    hits: u64,
    ended: u64,
    recall: Rate,
    precision: Rate,
}

impl Measured {
    fn of(theft: &RecordedTheft, found: &Found, least: U256) -> Self {
        let ended = found.ended.iter().filter(|(_, amount)| **amount >= least);
        let ended: BTreeSet<Address> = ended.map(|(account, _)| *account).collect();
        let hits = ended.intersection(&theft.terminals).count() as u64;
        let rate = |of: usize| Rate {
            hits,
            of: of as u64,
        };
        Self {
            hits,
            ended: ended.len() as u64,
            recall: rate(theft.terminals.len()),
            precision: rate(ended.len()),
        }
    }
}

/// What each policy finds when nothing limits it.
pub(crate) fn print_unbounded(
    theft: &RecordedTheft,
    script: &Script,
    labels: &Labels,
    all: &[(Policy, Bound, Found)],
) {
    println!(
        "\nwith {} labels, without bounds:\n",
        labels.addresses().len()
    );
    println!(
        "| policy | reached | ended at | terminals | recall | precision | \
         {NOTABLE_DOLLARS} USD ended at | terminals | recall | precision | of the loot, at terminals |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    );
    for (policy, _, found) in all.iter().filter(|(_, bound, _)| *bound == Bound::None) {
        print!("| {policy} | {} ", found.visited.len());
        for least in [U256::ONE, dollars(NOTABLE_DOLLARS)] {
            let it = Measured::of(theft, found, least);
            let (recall, precision) = (told(it.recall), told(it.precision));
            print!("| {} | {} | {recall} | {precision} ", it.ended, it.hits);
        }
        let there = found.ended.iter();
        let there = there.filter(|(account, _)| theft.terminals.contains(*account));
        let there = permille(there.map(|(_, amount)| *amount).sum(), script.loot);
        let there = there.to::<u64>();
        if *policy == Policy::Poison {
            // It counts the same value in many places.
            println!("| |");
        } else {
            println!("| {}.{} % |", there / 10, there % 10);
        }
    }
}

/// What each policy finds within each bound: terminals of all addresses, the intervals of recall
/// and precision.
pub(crate) fn print_bounds(theft: &RecordedTheft, labels: &Labels, all: &[(Policy, Bound, Found)]) {
    println!(
        "\nwith {} labels, within bounds:\n",
        labels.addresses().len()
    );
    let names = Policy::ALL.map(Policy::name).join(" | ");
    println!(
        "| bound | {names} |\n|---|{}",
        "--:|".repeat(Policy::ALL.len())
    );
    for bound in Bound::all() {
        print!("| {bound} ");
        for (_, _, found) in all.iter().filter(|(_, of, _)| *of == bound) {
            let it = Measured::of(theft, found, U256::ONE);
            let (recall, precision) = (range(it.recall), range(it.precision));
            print!("| {}/{}: {recall}, {precision} ", it.hits, it.ended);
        }
        println!("|");
    }
}

/// Tenths of per cent, rounded to the nearest.
fn tenths(ppm: u64) -> String {
    let tenths = (ppm + 500) / 1000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A rate with its interval, in per cent.
fn told(rate: Rate) -> String {
    let (Some(ppm), Some((low, high))) = (rate.ppm(), rate.interval_ppm()) else {
        return "–".to_owned();
    };
    format!("{} ({}–{})", tenths(ppm), tenths(low), tenths(high))
}

/// A rate's interval in whole per cent.
fn range(rate: Rate) -> String {
    let Some((low, high)) = rate.interval_ppm() else {
        return "–".to_owned();
    };
    let percent = |ppm: u64| (ppm + 5_000) / 10_000;
    format!("{}–{}", percent(low), percent(high))
}

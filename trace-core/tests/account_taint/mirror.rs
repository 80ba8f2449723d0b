//! Where units keep their order, back is forwards seen from the other end, unit for unit.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use trace_core::model::account::U256;
use trace_core::taint::Policy;
use trace_core::taint::account::{DestinationKind, Plan, Trail};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, GatheredAccounts};

use crate::story::{Story, account_name, back, follow, name_of, plan};

const PERSONS: [&str; 4] = ["ann", "bob", "cat", "dan"];

/// Transfers of one asset, as a story, and how many each transaction has. A transaction of its own
/// makes what is new.
#[derive(Clone, Debug)]
struct Economy {
    text: String,
    lengths: Vec<usize>,
}

fn economy() -> impl Strategy<Value = Economy> {
    let draft = (
        0..5_usize,
        0..4_usize,
        1..12_u64,
        any::<bool>(),
        any::<bool>(),
    );
    vec(draft, 4..18).prop_map(|drafts| {
        let mut balances: BTreeMap<usize, u64> = BTreeMap::new();
        let mut lines: Vec<(String, usize, bool)> = Vec::new();
        for (from, to, amount, is_new_line, same_block) in drafts {
            let held = balances.get(&from).copied().unwrap_or(0);
            let (text, is_new) = if held == 0 {
                (format!("new -> {} {amount}", PERSONS[to]), true)
            } else {
                let amount = amount.min(held);
                *balances.entry(from).or_default() -= amount;
                *balances.entry(to).or_default() += amount;
                let (from, to) = (PERSONS[from], PERSONS[to]);
                let text = format!("{from} -> {to} {amount}");
                match lines.last_mut() {
                    Some((line, length, false)) if !is_new_line => {
                        write!(line, ", {text}").unwrap();
                        *length += 1;
                        continue;
                    }
                    _ => (text, false),
                }
            };
            if is_new {
                *balances.entry(to).or_default() += amount;
            }
            let sign = if same_block { "&" } else { "" };
            lines.push((format!("{sign}t{}: {text}", lines.len()), 1, is_new));
        }
        let lengths = lines.iter().map(|(_, length, _)| *length).collect();
        let text: Vec<String> = lines.into_iter().map(|(line, _, _)| line).collect();
        Economy {
            text: text.join("\n"),
            lengths,
        }
    })
}

/// How much of each seed went by which transfer, was made by which, or is held by whom.
fn places(view: &GatheredAccounts, trail: &Trail) -> BTreeMap<(String, u32), U256> {
    let name = |tx| match view.hash(tx) {
        Answer::Known(Some(hash)) => name_of(hash.as_slice()),
        other => panic!("{other:?}"),
    };
    let mut places: BTreeMap<(String, u32), U256> = BTreeMap::new();
    for visit in &trail.visits {
        if let (Some(tx), Some(transfer)) = (visit.tx, visit.transfer) {
            for share in &visit.shares {
                let place = format!("{}:{transfer}", name(tx));
                *places.entry((place, share.seed)).or_default() += share.amount;
            }
        }
    }
    for place in &trail.destinations {
        let visit = &trail.visits[place.visit.0 as usize];
        let kind = match place.kind {
            DestinationKind::Held => format!("held {}", account_name(view, visit.account)),
            DestinationKind::Created(tx) => format!("{}:0", name(tx)),
            other => panic!("nothing ends as {other:?}"),
        };
        for share in &place.shares {
            *places.entry((kind.clone(), share.seed)).or_default() += share.amount;
        }
    }
    places
}

fn found(view: &GatheredAccounts, plan: Plan) -> BTreeMap<(String, u32), U256> {
    let trail = follow(view, plan);
    assert!(trail.conserves());
    places(view, &trail)
}

fn config() -> ProptestConfig {
    match std::env::var("PROPTEST_CASES") {
        Ok(_) => ProptestConfig::default(),
        Err(_) => ProptestConfig::with_cases(100),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_carried_from_here_to_there_is_carried_back_from_there_to_here(
        economy in economy(),
    ) {
        let view = Story::of(&economy.text).view();
        let transfers: Vec<String> = (0..)
            .zip(&economy.lengths)
            .flat_map(|(line, length)| (0..*length).map(move |at| format!("t{line}:{at}")))
            .collect();
        // What everybody holds at the end, and nothing that they sent.
        let holdings = PERSONS.map(|who| format!("@{who}>99"));
        let holdings = holdings.each_ref().map(String::as_str);
        for policy in [Policy::Fifo, Policy::Lifo] {
            let from_holdings = found(&view, back(policy, &holdings));
            let forwards: Vec<_> = transfers
                .iter()
                .map(|seed| found(&view, plan(policy, &[seed])))
                .collect();
            for (here, there) in transfers.iter().zip(&forwards) {
                for (number, who) in (0..).zip(PERSONS) {
                    let carried = there.get(&(format!("held {who}"), 0));
                    let back = from_holdings.get(&(here.clone(), number));
                    prop_assert_eq!(carried, back, "{} {} to {}", policy, here, who);
                }
            }
            for there in &transfers {
                if makes(&economy, there) {
                    continue;
                }
                let backwards = found(&view, back(policy, &[there]));
                for (here, carried) in transfers.iter().zip(&forwards) {
                    let carried = carried.get(&(there.clone(), 0));
                    let back = backwards.get(&(here.clone(), 0));
                    prop_assert_eq!(carried, back, "{} {} to {}", policy, here, there);
                }
            }
        }
    }
}

/// Whether a transfer takes from nobody, so that nothing left by it.
fn makes(economy: &Economy, transfer: &str) -> bool {
    let name = transfer.split(':').next().unwrap();
    let begins = format!("{name}: new");
    let mut lines = economy.text.lines();
    lines.any(|line| line.trim_start_matches('&').starts_with(&begins))
}

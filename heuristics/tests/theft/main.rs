//! A real theft, played again on a node with its real addresses, times and order, among payments
//! of strangers: what following finds of where it ended.
//!
//! `ANVIL=… TRACE_REAL_DATA=DIR cargo test --release -p heuristics --test theft -- --nocapture`
//! prints the tables of `docs/lifi.md`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that is wrong should fail, and its numbers are small"
)]

mod follow;
mod measure;
mod reach;
mod replay;
mod script;
mod strangers;

use std::collections::BTreeSet;
use std::path::PathBuf;

use testdata::evm_node;
use testdata::recorded;
use testdata::recorded_theft::{RecordedTheft, lifi};
use trace_core::ledger::account::Ledger;
use trace_core::model::account::{Address, U256};
use trace_core::taint::Policy;
use trace_core::taint::account::LimitHit;

use follow::{Found, Labels, follow};
use measure::Bound;
use reach::reach;
use script::Script;
use strangers::Mixing;

/// What is needed to play it again, or none where something is not named.
fn given(test: &str) -> Option<(RecordedTheft, PathBuf)> {
    let program = evm_node::anvil(test);
    let folder = recorded::folder();
    Some((lifi(&folder?).unwrap(), program?))
}

#[test]
fn a_theft_is_followed_to_where_it_ended() {
    let Some((theft, program)) = given("a_theft_is_followed_to_where_it_ended") else {
        return;
    };
    measure::describe(&theft);
    for mixing in Mixing::ALL {
        let script = Script::new(&theft, mixing);
        let folder = replay::folder();
        let ledger = replay::ledger(&program, &script, folder.path());
        check_moves(&script, &ledger);
        measure::describe_script(mixing, &script);
        let labels = Labels::none();
        let found = check_following(&theft, &script, &ledger, &labels, &Bound::all());
        measure::print_unbounded(&theft, &script, &labels, &found);
        measure::print_bounds(&theft, &labels, &found);
        let labels = Labels::of(&theft);
        let found = check_following(&theft, &script, &ledger, &labels, &Bound::all());
        measure::print_unbounded(&theft, &script, &labels, &found);
        measure::print_bounds(&theft, &labels, &found);
    }
}

/// The ledger holds what the script moves, in its order and at its times, and nothing else.
fn check_moves(script: &Script, ledger: &Ledger) {
    let view = ledger.view().unwrap();
    assert_eq!(view.tip().height as usize, script.blocks.len());
    for (height, planned) in (1..).zip(&script.blocks) {
        let block = view.block(height).unwrap().unwrap();
        assert_eq!(block.time, planned.time);
        let transfers = block.transactions.iter().flat_map(|it| &it.transfers);
        let moved = transfers.map(|it| (it.from.unwrap(), it.to.unwrap(), it.amount));
        let expected = planned.payments.iter().flat_map(|payment| &payment.moves);
        let expected = expected.map(|it| (it.from, it.to, it.amount));
        assert!(moved.eq(expected), "block {height}");
        assert_eq!(block.transactions.len(), planned.payments.len());
        assert_eq!(block.after, []);
    }
}

/// Follows by every policy within every bound, and checks each against what the script knows.
fn check_following(
    theft: &RecordedTheft,
    script: &Script,
    ledger: &Ledger,
    labels: &Labels,
    bounds: &[Bound],
) -> Vec<(Policy, Bound, Found)> {
    let view = ledger.view().unwrap();
    let stops = labels.addresses();
    let everywhere = reach(script, &stops, u32::MAX, u32::MAX);
    let mut all = Vec::new();
    for bound in bounds.iter().copied() {
        for policy in Policy::ALL {
            let found = follow(&view, script, labels, policy, bound.bounds(script));
            let what = format!("{policy} within {bound:?}");
            assert_eq!(found.gaps, 0, "{what}");
            assert!(found.transactions <= bound.transactions_max(), "{what}");
            for account in found.visited.keys() {
                assert!(everywhere.contains_key(account), "{what}: {account}");
            }
            if policy == Policy::Poison {
                if let Some(hops_max) = bound.hops_max() {
                    let reached = reach(script, &stops, hops_max, bound.height_max(script));
                    assert_eq!(found.visited, reached, "{what}");
                }
            } else {
                assert!(found.conserves, "{what}");
                assert_eq!(found.seeded, script.loot, "{what}");
                let kept: U256 = found.ended.values().sum();
                assert_eq!(kept + found.cut, script.loot, "{what}");
            }
            let is_cut = found.limits_hit.iter().collect::<BTreeSet<&LimitHit>>();
            assert!(is_cut.is_subset(&bound.limits()), "{what}");
            all.push((policy, bound, found));
        }
    }
    let unbounded = all.iter().filter(|(_, bound, _)| *bound == Bound::None);
    let unbounded = unbounded.map(|(policy, _, found)| (*policy, found));
    check_terminals(theft, &unbounded.collect::<Vec<_>>());
    all
}

/// Poison comes to every terminal address to which the edges lead at all, and value ends under
/// every policy only where it ends under poison.
fn check_terminals(theft: &RecordedTheft, unbounded: &[(Policy, &Found)]) {
    let edges_alone = Script::new(theft, Mixing::None);
    let led_to = reach(&edges_alone, &BTreeSet::new(), u32::MAX, u32::MAX);
    let led_to: BTreeSet<&Address> = led_to.keys().collect();
    let (_, poison) = unbounded
        .iter()
        .find(|(policy, _)| *policy == Policy::Poison)
        .unwrap();
    let mut some = 0;
    for terminal in theft.terminals.iter().filter(|it| led_to.contains(it)) {
        assert!(poison.visited.contains_key(terminal), "{terminal}");
        some += 1;
    }
    assert!(some > 0, "the edges lead nowhere");
    for (policy, found) in unbounded {
        for account in found.ended.keys() {
            assert!(poison.ended.contains_key(account), "{policy}: {account}");
        }
    }
}

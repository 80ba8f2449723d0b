//! Limits, and places at which following stops.

use trace_core::model::account::U256;
use trace_core::taint::Policy;
use trace_core::taint::account::{Bounds, LimitHit, Plan};

use crate::story::{Story, asset, check, destinations, follow, plan};

/// A chain of payments: 8 go in, 1 is kept in each of four steps.
const PEEL: &str = "theft: victim -> a 8
    p1: a -> k1 1, a -> b 7
    p2: b -> k2 1, b -> c 6
    p3: c -> k3 1, c -> d 5
    p4: d -> k4 1, d -> e 4";

fn bounded(bounds: Bounds, expected: &str, limits: &[LimitHit]) {
    let view = Story::of(PEEL).view();
    let plan = Plan {
        bounds,
        ..plan(Policy::Fifo, &["theft"])
    };
    let trail = follow(&view, plan);
    let found = destinations(&view, &trail);
    let found: Vec<&str> = found.lines().collect();
    assert_eq!(found.join(", "), expected);
    assert_eq!(trail.limits_hit, limits);
    assert!(trail.conserves());
}

#[test]
fn without_bounds_following_goes_to_the_end() {
    bounded(
        Bounds::default(),
        "held k1 native 0=1, held k2 native 0=1, held k3 native 0=1, held k4 native 0=1, \
         held e native 0=4",
        &[],
    );
}

#[test]
fn what_stays_at_the_last_hop_is_said_to() {
    bounded(
        Bounds {
            hops_max: Some(2),
            ..Bounds::default()
        },
        "held k1 native 0=1, held k2 native 0=1, bound Hops c native 0=1, bound Hops c native 0=5",
        &[LimitHit::Hops],
    );
}

#[test]
fn no_more_transactions_are_looked_at_than_allowed() {
    bounded(
        Bounds {
            transactions_max: Some(2),
            ..Bounds::default()
        },
        "held k1 native 0=1, held k2 native 0=1, bound Transactions c native 0=6",
        &[LimitHit::Transactions],
    );
}

#[test]
fn blocks_above_the_bound_are_not_followed_into() {
    bounded(
        Bounds {
            height_max: Some(3),
            ..Bounds::default()
        },
        "held k1 native 0=1, held k2 native 0=1, bound Height c native 0=6",
        &[LimitHit::Height],
    );
}

#[test]
fn small_arrivals_are_not_followed_by_asset() {
    let below = |name: &str, least: u64| Bounds {
        amount_min: [(asset(name), U256::from(least))].into(),
        ..Bounds::default()
    };
    bounded(
        below("native", 6),
        "bound Amount k1 native 0=1, bound Amount k2 native 0=1, bound Amount k3 native 0=1, \
         bound Amount d native 0=5",
        &[LimitHit::Amount],
    );
    bounded(
        below("usd", 6),
        "held k1 native 0=1, held k2 native 0=1, held k3 native 0=1, held k4 native 0=1, \
         held e native 0=4",
        &[],
    );
}

#[test]
fn no_more_accounts_are_followed_than_allowed() {
    bounded(
        Bounds {
            accounts_max: Some(4),
            ..Bounds::default()
        },
        "held k1 native 0=1, held k2 native 0=1, bound Accounts c native 0=6",
        &[LimitHit::Accounts],
    );
}

#[test]
fn following_stops_at_services_and_mixers() {
    check(
        "theft: victim -> thief 9
         out: thief -> shop 4, thief -> mixer 3
         on: shop -> x 9, mixer -> y 9",
        Policy::Haircut,
        &["theft"],
        "held thief native 0=2
         service0 shop native 0=4
         mix1 mixer native 0=3",
    );
}

#[test]
fn a_seed_is_followed_whatever_it_is() {
    check(
        "own: new -> shop 9
         on: shop -> x 4, shop -> shop2 1",
        Policy::Haircut,
        &["@shop"],
        "held shop native 0=4
         held x native 0=4
         service0 shop2 native 0=1",
    );
}

#[test]
fn moves_within_one_transaction_are_one_hop() {
    let view = Story::of(
        "theft: victim -> a 8
         pay: a -> r1 8, r1 -> r2 8, r2 -> b 8
         on: b -> c 8",
    )
    .view();
    let plan = Plan {
        bounds: Bounds {
            hops_max: Some(1),
            ..Bounds::default()
        },
        ..plan(Policy::Fifo, &["theft"])
    };
    let trail = follow(&view, plan);
    assert_eq!(destinations(&view, &trail), "bound Hops b native 0=8\n");
}

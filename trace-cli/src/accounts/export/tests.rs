//! A small story of accounts, written as text.

use trace_core::taint::Policy;
use trace_core::taint::account::Plan;

use crate::accounts::document::Report;
use crate::accounts::story::telling::{back, plan};
use crate::accounts::story::{HEIST, Told};
use crate::arguments::Format;
use crate::document::{Comparison, Kind};
use crate::export;

const LABELS: &str = "shop1,Kestrel\nmixer,Fog";

fn told(plan: impl Fn(Policy, &[&str]) -> Plan, policy: Policy, seeds: &[&str]) -> Report {
    Told::of(HEIST, LABELS).report(plan(policy, seeds), seeds)
}

fn text(report: &Report) -> String {
    let mut bytes = Vec::new();
    export::report(Format::Text, report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_heist_is_told_in_words() {
    let report = told(plan, Policy::Fifo, &["theft"]);
    insta::assert_snapshot!("heist.follow.txt", text(&report));
}

#[test]
fn where_it_came_from_is_told_in_words_and_in_the_order_of_the_chain() {
    let report = told(back, Policy::Fifo, &["d", "f"]);
    insta::assert_snapshot!("heist.back.txt", text(&report));
    let earned = told(back, Policy::Fifo, &["b"]);
    let reports = [&report, &earned];
    let heights = reports.map(|report| {
        let places = report.destinations.iter();
        let positions = places.map(|place| place.step().and_then(|step| step.position));
        positions.collect::<Vec<_>>()
    });
    assert!(
        heights.iter().all(|heights| heights.is_sorted()),
        "{heights:?}"
    );
    assert!(heights[0].first() < heights[0].last(), "{heights:?}");
    assert_eq!(report.words(Kind::Fee), "earned as a fee");
}

#[test]
fn all_policies_are_told_side_by_side_in_words() {
    let reports = Policy::ALL.map(|policy| told(plan, policy, &["theft"]));
    let comparison = Comparison::of(&reports).unwrap();
    let mut bytes = Vec::new();
    export::comparison(Format::Text, &comparison, &mut bytes)
        .expect("text shows several policies")
        .unwrap();
    insta::assert_snapshot!("heist.compare.txt", String::from_utf8(bytes).unwrap());
}

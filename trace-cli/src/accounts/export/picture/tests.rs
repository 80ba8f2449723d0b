//! What is drawn and what is stated add up in every asset, and nothing leads back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use petgraph::Direction::Outgoing;
use petgraph::algo::is_cyclic_directed;
use trace_core::model::account::U512;
use trace_core::taint::Policy;

use super::diagram;
use crate::accounts::document::{Possible, Report};
use crate::accounts::story::telling::{address, back, hash, plan};
use crate::accounts::story::{HEIST, Told};
use crate::document::{Kind, PossibleWithdrawal, Totals};
use crate::picture::tests::{ended, overlaps_nowhere};
use crate::picture::{Diagram, Node};

const LABELS: &str = "shop1,متجر القراصنة\nmixer,\"<script>&\u{202e}x\u{1}\"";

fn heist(policy: Policy) -> Report {
    let seeds = ["theft"];
    Told::of(HEIST, LABELS).report(plan(policy, &seeds), &seeds)
}

/// What came, less fees and what was exchanged for something that is drawn.
fn expected(report: &Report) -> BTreeMap<String, U512> {
    let sums = report.totals.iter().map(|totals| {
        let gone = totals.by_kind().iter();
        let gone = gone.filter(|(kind, _)| matches!(kind, Kind::Fee | Kind::Swapped));
        let gone: U512 = gone.map(|(_, sum)| sum.0).sum();
        (totals.unit.asset.to_string(), totals.came().0 - gone)
    });
    sums.filter(|(_, sum)| !sum.is_zero()).collect()
}

fn ended_by_name(diagram: &Diagram, boxes_max: usize) -> BTreeMap<String, U512> {
    let ended = ended(diagram, boxes_max);
    let named = ended.into_iter();
    named
        .map(|(asset, sum)| (diagram.assets[asset].unit.clone(), sum))
        .collect()
}

#[test]
fn in_every_asset_what_is_drawn_and_what_is_left_out_add_up() {
    for policy in [Policy::Fifo, Policy::Lifo, Policy::Haircut, Policy::Tiho] {
        let report = heist(policy);
        let diagram = diagram(&report);
        let expected = expected(&report);
        assert_eq!(expected.len(), 2);
        for boxes_max in 0..30 {
            assert_eq!(
                ended_by_name(&diagram, boxes_max),
                expected,
                "{policy:?} {boxes_max}"
            );
        }
        let fees = report.totals.iter();
        let fees = fees.flat_map(Totals::by_kind);
        let fees: U512 = fees
            .filter(|(kind, _)| *kind == Kind::Fee)
            .map(|(_, sum)| sum.0)
            .sum();
        let stated: U512 = diagram.fees.values().map(|sum| sum.amount).sum();
        assert_eq!(stated, fees);
    }
}

#[test]
fn nothing_leads_back_and_no_box_gives_more_than_came_to_it() {
    let mut chance = 7_u64;
    let mut draw = |of: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % of
    };
    for _ in 0..40 {
        let mut story = "mint: new -> a 5000, new -> a 5000 usd, new -> b 5000 usd\n".to_owned();
        for number in 0..30 {
            let same = if draw(3) == 0 { "&" } else { "" };
            let mut moves = Vec::new();
            for _ in 0..=draw(3) {
                let [from, to] = [(); 2].map(|()| pick(["a", "b", "c", "d"], draw(4)));
                let asset = pick(["native", "usd"], draw(2));
                moves.push(format!("{from} -> {to} {} {asset}", draw(900) + 1));
            }
            writeln!(story, "{same}t{number}: {}", moves.join(", ")).unwrap();
        }
        let told = Told::of(&story, "");
        let seeds = ["mint", "t3", "t9"];
        for policy in Policy::ALL {
            for plan in [plan(policy, &seeds), back(policy, &seeds)] {
                let report = told.report(plan, &seeds);
                let diagram = diagram(&report);
                assert!(!is_cyclic_directed(&diagram.graph), "{story}");
                if policy != Policy::Poison {
                    gives_what_it_has(&diagram);
                }
            }
        }
    }
}

fn gives_what_it_has(diagram: &Diagram) {
    let graph = &diagram.graph;
    for node in graph.node_indices() {
        if let Node::Box(place) = &graph[node] {
            let given = graph.edges_directed(node, Outgoing);
            let given: U512 = given.map(|edge| edge.weight().amount).sum();
            let ended = place.ended.map_or(U512::ZERO, |(_, ended)| ended);
            assert!(given + ended <= place.amount, "{place:?} gives {given}");
        }
    }
}

#[test]
fn the_picture_is_the_same_each_time() {
    let drawn = |boxes_max| {
        let mut svg = Vec::new();
        let diagram = diagram(&heist(Policy::Fifo));
        overlaps_nowhere(&diagram, boxes_max);
        crate::picture::svg(&diagram, boxes_max, &mut svg).unwrap();
        String::from_utf8(svg).unwrap()
    };
    assert_eq!(drawn(60), drawn(60));
    let svg = drawn(60);
    assert!(svg.contains("متجر القراصنة"), "{svg}");
    assert!(!svg.contains("<script>") && !svg.contains('\u{202e}') && !svg.contains('\u{1}'));
    assert!(svg.contains("&lt;script&gt;&amp;\\u{202e}x\\u{1…"), "{svg}");
    insta::assert_snapshot!("heist.picture.svg", svg);
    let few = drawn(5);
    assert!(
        few.contains("Not drawn, being smaller than what is:"),
        "{few}"
    );
}

#[test]
fn what_is_possible_is_drawn_apart() {
    let story = HEIST.to_owned() + "out: mixer -> clean 150\n h: clean -> shop2 150";
    let told = Told::of(&story, LABELS);
    let (seeds, withdrawn) = (["theft"], ["out"]);
    let mut report = told.report(plan(Policy::Fifo, &seeds), &seeds);
    let certain = diagram(&report);
    let followed = told.report(plan(Policy::Fifo, &withdrawn), &withdrawn);
    report.possible = Some(Possible {
        statement: Possible::STATEMENT,
        deposits: Vec::new(),
        withdrawals: vec![PossibleWithdrawal {
            transaction: hash("out").to_string(),
            height: 11,
            pool: address("mixer").to_string(),
            to: address("clean").to_string(),
            relayer: None,
            among: 1,
            reveals: Vec::new(),
        }],
        followed: Some(Box::new(followed)),
    });
    let both = diagram(&report);
    let possible = |diagram: &Diagram| {
        let flows = diagram.graph.edge_weights();
        flows.filter(|flow| flow.is_possible).count()
    };
    assert_eq!((possible(&certain), possible(&both)), (0, 4));
    // Out of the mixer, and on to a shop: all of what is certain is as it was.
    let nodes = certain.graph.node_count();
    let weights = |diagram: &Diagram| {
        format!(
            "{:?}",
            diagram.graph.node_weights().take(nodes).collect::<Vec<_>>()
        )
    };
    assert_eq!(weights(&both), weights(&certain));
    let mixer = both
        .graph
        .node_indices()
        .find(|node| match &both.graph[*node] {
            Node::Box(place) => place
                .ended
                .is_some_and(|(fate, _)| fate.words == "in a mixer"),
            Node::Bar(_) => false,
        });
    assert_eq!(
        both.graph.edges_directed(mixer.unwrap(), Outgoing).count(),
        1
    );
    let mut svg = Vec::new();
    crate::picture::svg(&both, 60, &mut svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    assert_eq!(svg.matches("stroke-dasharray=\"9 6\"").count(), 4);
    assert!(svg.contains("possible and not certain"), "{svg}");
    assert!(
        svg.contains("possible only, at a service: 0.000000000000000150 native"),
        "{svg}"
    );
}

/// The name with a number, which is below how many there are.
fn pick<const N: usize>(names: [&'static str; N], number: u64) -> &'static str {
    (0..).zip(names).find(|(at, _)| *at == number).unwrap().1
}

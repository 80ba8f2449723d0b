//! What is drawn and what is stated add up, whatever fits.

use super::fold::{self, Item};
use crate::document::{Amount, Report};
use crate::flow::{self, Node};
use crate::story::{self, Asked};

/// A peeling chain with a split, a merge and seeds that meet later.
const PEELING: &str = "
    mint @1: -> thief9 1
    theft: victim 9 -> loot1 5, loot2 3.9
    a: loot1 5 -> buyer1 0.1, loot3 4.8999
    b: loot3 4.8999 -> buyer2 0.2, loot4 4.6998
    c: loot4 4.6998 -> shop{1..9} 0.01, loot5 4.6
    d: loot5 4.6 + loot2 3.9 + thief9 1 -> loot6 9, buyer3 0.4999
    e: loot6 9 -> buyer4 4, buyer5 4.9
";

fn report() -> Report {
    story::report(PEELING, &Asked::default())
}

#[test]
fn what_is_drawn_and_what_is_left_out_add_up() {
    let report = report();
    let flow = flow::of(&report);
    for boxes_max in 0..40 {
        let scene = fold::scene(&flow, boxes_max);
        let boxes = scene.items.iter();
        let boxes = boxes.filter(|item| !matches!(item, Item::Bar(_))).count();
        assert!(boxes <= boxes_max, "{boxes} boxes where {boxes_max} may be");
        let drawn = scene.items.iter().filter_map(|item| match item {
            Item::Box {
                node: Node::Output(_, Some(place)),
                ..
            } => Some(place.amount),
            _ => None,
        });
        let drawn: Amount = drawn.sum();
        let all = drawn.plus(scene.left_out.amount).plus(scene.fees.amount);
        assert_eq!(all, report.totals.seeded, "of {boxes_max} boxes");
    }
}

#[test]
fn all_is_drawn_where_it_fits() {
    let report = report();
    let flow = flow::of(&report);
    let scene = fold::scene(&flow, 1000);
    assert_eq!(scene.left_out.count, 0);
    assert_eq!(
        scene.items.len(),
        report.steps.len() + report.passages.len()
    );
}

#[test]
fn nothing_overlaps_and_arrows_go_from_left_to_right() {
    let report = report();
    let flow = flow::of(&report);
    for boxes_max in [3, 9, 15, 1000] {
        let scene = fold::scene(&flow, boxes_max);
        let layers = super::layers::of(&scene);
        let plan = super::coordinates::of(&scene, &layers);
        let frames: Vec<_> = plan.frames.values().collect();
        assert_eq!(frames.len(), scene.items.len());
        for (index, one) in frames.iter().enumerate() {
            assert!(one.left >= 0 && one.top >= 0);
            assert!(one.left + one.width <= plan.width && one.top + one.height <= plan.height);
            for other in &frames[index + 1..] {
                let beside =
                    one.left + one.width <= other.left || other.left + other.width <= one.left;
                let apart =
                    one.top + one.height <= other.top || other.top + other.height <= one.top;
                assert!(beside || apart, "{one:?} {other:?}");
            }
        }
        for course in &plan.arrows {
            assert!(course.points.len() >= 2);
            assert!(course.points.is_sorted_by_key(|(x, _)| *x), "{course:?}");
        }
    }
}

#[test]
fn the_picture_is_the_same_each_time() {
    let drawn = || {
        let mut svg = Vec::new();
        super::svg(&report(), 12, &mut svg).unwrap();
        String::from_utf8(svg).unwrap()
    };
    assert_eq!(drawn(), drawn());
    insta::assert_snapshot!("peeling.picture.svg", drawn());
}

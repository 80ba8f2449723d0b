//! What is drawn and what is stated add up, whatever fits.

use std::collections::BTreeMap;

use trace_core::model::account::U512;

use super::Diagram;
use super::fold::{self, Item};
use crate::document::{Report, Step};
use crate::export::Drawn as _;
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

/// What ended where it is drawn and what did in places left out, by asset, where no more than so
/// many boxes may be drawn.
pub(crate) fn ended(diagram: &Diagram, boxes_max: usize) -> BTreeMap<usize, U512> {
    let scene = fold::scene(diagram, boxes_max);
    let boxes = scene.items.iter();
    let boxes = boxes.filter(|item| !matches!(item, Item::Bar(_))).count();
    assert!(boxes <= boxes_max, "{boxes} boxes where {boxes_max} may be");
    let drawn = scene.items.iter().filter_map(|item| match item {
        Item::Box { place, .. } => Some((place.asset, place.ended?.1)),
        Item::Bar(_) | Item::Folded { .. } => None,
    });
    let left_out = scene.left_out.iter();
    let left_out = left_out.map(|((_, asset), sum)| (*asset, sum.amount));
    let mut ended = BTreeMap::new();
    for (asset, amount) in drawn.chain(left_out) {
        *ended.entry(asset).or_default() += amount;
    }
    ended
}

#[test]
fn what_is_drawn_and_what_is_left_out_add_up() {
    let report = report();
    let diagram = Step::diagram(&report);
    let fees = diagram.fees[&(false, 0)].amount;
    for boxes_max in 0..40 {
        let all = ended(&diagram, boxes_max)[&0] + fees;
        assert_eq!(all, report.totals[0].seeded.0, "of {boxes_max} boxes");
    }
}

#[test]
fn all_is_drawn_where_it_fits() {
    let report = report();
    let diagram = Step::diagram(&report);
    let scene = fold::scene(&diagram, 1000);
    assert!(scene.left_out.is_empty());
    assert_eq!(
        scene.items.len(),
        report.steps.len() + report.passages.len()
    );
}

#[test]
fn nothing_overlaps_and_arrows_go_from_left_to_right() {
    for boxes_max in [3, 9, 15, 1000] {
        overlaps_nowhere(&Step::diagram(&report()), boxes_max);
    }
}

pub(crate) fn overlaps_nowhere(diagram: &Diagram, boxes_max: usize) {
    let scene = fold::scene(diagram, boxes_max);
    let layers = super::layers::of(&scene);
    let plan = super::coordinates::of(&scene, &layers);
    let frames: Vec<_> = plan.frames.values().collect();
    assert_eq!(frames.len(), scene.items.len());
    for (index, one) in frames.iter().enumerate() {
        assert!(one.left >= 0 && one.top >= 0);
        assert!(one.left + one.width <= plan.width && one.top + one.height <= plan.height);
        for other in &frames[index + 1..] {
            let beside = one.left + one.width <= other.left || other.left + other.width <= one.left;
            let apart = one.top + one.height <= other.top || other.top + other.height <= one.top;
            assert!(beside || apart, "{one:?} {other:?}");
        }
    }
    for course in &plan.arrows {
        assert!(course.points.len() >= 2);
        assert!(course.points.is_sorted_by_key(|(x, _)| *x), "{course:?}");
    }
}

#[test]
fn the_picture_is_the_same_each_time() {
    let drawn = || {
        let mut svg = Vec::new();
        super::svg(&Step::diagram(&report()), 12, &mut svg).unwrap();
        String::from_utf8(svg).unwrap()
    };
    assert_eq!(drawn(), drawn());
    insta::assert_snapshot!("peeling.picture.svg", drawn());
}

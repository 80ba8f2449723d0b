//! Where on the paper everything stands, in pixels.

use std::collections::BTreeMap;

use super::fold::{Item, Scene};
use super::layers::{Layers, Link, Slot};
use super::spread::{GAP, Wish, nearest};

pub(super) const BOX_WIDTH: i64 = 168;
/// Of a box with three lines, and of one more. Even, for it stands around its middle.
const BOX_HEIGHT: i64 = 50;
const LINE_HEIGHT: i64 = 14;
const BAR_WIDTH: i64 = 6;
/// Room around a bar for its name and for the arrows to turn.
const BAR_COLUMN_WIDTH: i64 = 110;
/// Room above and below a bar for its name.
const CAPTION: i64 = 26;
/// How often the columns are aligned with each other.
const SWEEPS: usize = 24;

/// Where everything stands.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) frames: BTreeMap<usize, Frame>,
    /// By arrow: the points it goes through, and its width in tenths of a pixel.
    pub(super) arrows: Vec<Course>,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) left: i64,
    pub(super) top: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// The way of an arrow.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pub(super) points: Vec<(i64, i64)>,
    pub(super) width_tenths: i64,
}

/// Gives every item its frame.
pub(super) fn of(scene: &Scene<'_>, layers: &Layers) -> Plan {
    let mut middles = Middles::stacked(scene, layers);
    for sweep in 0..SWEEPS {
        middles.align(scene, layers, sweep % 2 == 0);
    }
    middles.align(scene, layers, true);
    middles.close_gaps();
    middles.plan(scene, layers)
}

fn box_height(scene: &Scene<'_>) -> i64 {
    BOX_HEIGHT + i64::from(scene.names_assets) * LINE_HEIGHT
}

/// The middle of each slot, from above, how high it is, and how much goes through it, in
/// tenths of a pixel.
struct Middles {
    middle: BTreeMap<Slot, i64>,
    height: BTreeMap<Slot, i64>,
    weight: BTreeMap<Slot, i64>,
}

impl Middles {
    fn stacked(scene: &Scene<'_>, layers: &Layers) -> Self {
        let mut through: BTreeMap<Slot, (i64, i64)> = BTreeMap::new();
        for link in &layers.links {
            let width = scene.arrows.get(link.arrow).map_or(0, |arrow| arrow.width);
            through.entry(link.from).or_default().1 += width;
            through.entry(link.to).or_default().0 += width;
        }
        let mut middles = Self {
            middle: BTreeMap::new(),
            height: BTreeMap::new(),
            weight: BTreeMap::new(),
        };
        for column in &layers.columns {
            let mut top = 0;
            for slot in column {
                let (arriving, leaving) = through.get(slot).copied().unwrap_or_default();
                let bar = arriving.max(leaving) / 10;
                let height = match slot {
                    Slot::Bend { .. } => bar.max(8),
                    Slot::Item(item) => match scene.items.get(*item) {
                        Some(Item::Bar(_)) => bar.max(8) + CAPTION,
                        _ => box_height(scene),
                    },
                };
                middles.middle.insert(*slot, top + height / 2);
                middles.height.insert(*slot, height);
                // Squared, so that the main stream runs straight and the rest makes way.
                let weight = arriving.max(leaving);
                middles.weight.insert(*slot, weight.saturating_mul(weight));
                top += height + GAP;
            }
        }
        middles
    }

    /// Moves every slot as near as can be to the middle of those it is linked with, the
    /// stronger links counting more, without changing the order in a column.
    fn align(&mut self, scene: &Scene<'_>, layers: &Layers, forwards: bool) {
        let count = layers.columns.len();
        for step in 0..count {
            let column = if forwards { step } else { count - 1 - step };
            let wanted = self.wanted(scene, &layers.links, column, forwards);
            let slots = layers.columns.get(column).map_or(&[][..], Vec::as_slice);
            let wishes: Vec<Wish> = slots
                .iter()
                .map(|slot| {
                    let middle = self.middle.get(slot).copied().unwrap_or_default();
                    Wish {
                        middle: wanted.get(slot).copied().unwrap_or(middle),
                        height: self.height.get(slot).copied().unwrap_or_default(),
                        weight: self.weight.get(slot).copied().unwrap_or(1),
                    }
                })
                .collect();
            for (slot, middle) in slots.iter().zip(nearest(&wishes)) {
                self.middle.insert(*slot, middle);
            }
        }
    }

    fn wanted(
        &self,
        scene: &Scene<'_>,
        links: &[Link],
        column: usize,
        forwards: bool,
    ) -> BTreeMap<Slot, i64> {
        let mut sums: BTreeMap<Slot, (i128, i128)> = BTreeMap::new();
        for link in links {
            let (own, other) = if forwards {
                (link.to, link.from)
            } else {
                (link.from, link.to)
            };
            let of_column = link.column + usize::from(forwards) == column;
            if let (true, Some(middle)) = (of_column, self.middle.get(&other)) {
                let arrow = scene.arrows.get(link.arrow);
                let weight = arrow.map_or(1, |arrow| i128::from(arrow.weight).max(1));
                let (sum, weights) = sums.entry(own).or_default();
                *sum += i128::from(*middle) * weight;
                *weights += weight;
            }
        }
        let means = sums.into_iter();
        means
            .map(|(slot, (sum, weights))| (slot, i64::try_from(sum / weights).unwrap_or_default()))
            .collect()
    }

    /// Takes out bands in which nothing stands, as between flows that never meet.
    fn close_gaps(&mut self) {
        let mut slots: Vec<(i64, i64, Slot)> = self
            .middle
            .iter()
            .map(|(slot, middle)| (middle - self.half(*slot), middle + self.half(*slot), *slot))
            .collect();
        slots.sort_unstable();
        let mut lowest: Option<i64> = None;
        let mut taken_out = 0;
        for (top, bottom, slot) in slots {
            if let Some(lowest) = lowest {
                taken_out += (top - lowest - 2 * GAP).max(0);
            }
            lowest = Some(lowest.map_or(bottom, |lowest| lowest.max(bottom)));
            if let Some(middle) = self.middle.get_mut(&slot) {
                *middle -= taken_out;
            }
        }
    }

    fn plan(&self, scene: &Scene<'_>, layers: &Layers) -> Plan {
        let top = self
            .middle
            .iter()
            .map(|(slot, middle)| middle - self.half(*slot))
            .min();
        let top = top.unwrap_or_default();
        let mut plan = Plan {
            frames: BTreeMap::new(),
            arrows: scene
                .arrows
                .iter()
                .map(|arrow| Course {
                    points: Vec::new(),
                    width_tenths: arrow.width,
                })
                .collect(),
            width: 0,
            height: 0,
        };
        let mut left = 0;
        for (column, slots) in layers.columns.iter().enumerate() {
            let column_width = if column % 2 == 0 {
                BOX_WIDTH
            } else {
                BAR_COLUMN_WIDTH
            };
            for slot in slots {
                let middle = self.middle.get(slot).copied().unwrap_or_default() - top;
                let half = self.half(*slot);
                plan.height = plan.height.max(middle + half);
                if let Slot::Item(item) = slot {
                    plan.frames
                        .insert(*item, frame(scene, *item, left, middle, half));
                }
            }
            left += column_width;
        }
        plan.width = left;
        self.courses(layers, top, &mut plan);
        plan
    }

    fn half(&self, slot: Slot) -> i64 {
        self.height.get(&slot).copied().unwrap_or_default() / 2
    }

    /// Along a bar the arrows stand one below the other, in the order of where they lead.
    fn courses(&self, layers: &Layers, top: i64, plan: &mut Plan) {
        let mut order: Vec<&Link> = layers.links.iter().collect();
        let middle = |slot: Slot| self.middle.get(&slot).copied().unwrap_or_default();
        let mut ends: BTreeMap<(usize, Slot), (i64, i64)> = BTreeMap::new();
        for leaving in [true, false] {
            let other = |link: &Link| if leaving { link.to } else { link.from };
            order.sort_by_key(|link| (middle(other(link)), link.arrow));
            let mut sums: BTreeMap<Slot, i64> = BTreeMap::new();
            let own = |link: &Link| if leaving { link.from } else { link.to };
            for link in &order {
                let width = plan
                    .arrows
                    .get(link.arrow)
                    .map_or(0, |arrow| arrow.width_tenths);
                *sums.entry(own(link)).or_default() += width;
            }
            let mut used: BTreeMap<Slot, i64> = BTreeMap::new();
            for link in &order {
                let slot = own(link);
                let width = plan
                    .arrows
                    .get(link.arrow)
                    .map_or(0, |arrow| arrow.width_tenths);
                let used = used.entry(slot).or_default();
                let all = sums.get(&slot).copied().unwrap_or_default();
                let y = middle(slot) - top + (*used + width / 2 - all / 2) / 10;
                *used += width;
                let end = ends.entry((link.arrow, slot)).or_default();
                if leaving {
                    end.1 = y;
                } else {
                    end.0 = y;
                }
            }
        }
        let mut links: Vec<&Link> = layers.links.iter().collect();
        links.sort_by_key(|link| (link.arrow, link.column));
        for link in links {
            let y = |slot: Slot, leaving: bool| {
                let (arriving_y, leaving_y) =
                    ends.get(&(link.arrow, slot)).copied().unwrap_or_default();
                if leaving { leaving_y } else { arriving_y }
            };
            let edges = [
                (link.from, link.column, true),
                (link.to, link.column + 1, false),
            ];
            for (slot, column, leaving) in edges {
                let x = side(plan, slot, column, leaving);
                let y = y(slot, leaving);
                if let Some(course) = plan.arrows.get_mut(link.arrow) {
                    course.points.push((x, y));
                }
            }
        }
    }
}

/// Where an arrow leaves or reaches a slot.
fn side(plan: &Plan, slot: Slot, column: usize, leaving: bool) -> i64 {
    let Slot::Item(item) = slot else {
        let pairs = i64::try_from(column / 2).unwrap_or_default();
        let start = pairs * (BOX_WIDTH + BAR_COLUMN_WIDTH);
        return match (column.is_multiple_of(2), leaving) {
            (true, false) => start,
            (true, true) => start + BOX_WIDTH,
            // Half way between the boxes, so that there is room to turn on both sides.
            (false, _) => start + BOX_WIDTH + BAR_COLUMN_WIDTH / 2,
        };
    };
    let frame = plan.frames.get(&item);
    frame.map_or(0, |frame| {
        if leaving {
            frame.left + frame.width
        } else {
            frame.left
        }
    })
}

fn frame(scene: &Scene<'_>, item: usize, left: i64, middle: i64, half: i64) -> Frame {
    match scene.items.get(item) {
        Some(Item::Bar(_)) => {
            let height = half * 2 - CAPTION;
            Frame {
                left: left + (BAR_COLUMN_WIDTH - BAR_WIDTH) / 2,
                top: middle - height / 2,
                width: BAR_WIDTH,
                height,
            }
        }
        _ => Frame {
            left,
            top: middle - half,
            width: BOX_WIDTH,
            height: box_height(scene),
        },
    }
}

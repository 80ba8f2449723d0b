//! In which column every item stands, and in which order from above (Sugiyama et al. 1981).

use std::collections::BTreeMap;

use trace_core::model::account::U512;

use super::fold::{Arrow, Item, Scene};

/// Columns of slots. Boxes stand in even columns, bars in odd ones.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// By column, from above.
    pub(super) columns: Vec<Vec<Slot>>,
    /// Between slots of neighbouring columns: column of the first, its place there, place of
    /// the second in the next column, and the arrow.
    pub(super) links: Vec<Link>,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// An item.
    Item(usize),
    /// An arrow that passes by.
    Bend { arrow: usize, column: usize },
}

/// A part of an arrow from one column to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) arrow: usize,
    pub(super) column: usize,
    pub(super) from: Slot,
    pub(super) to: Slot,
}

/// How often the columns are gone through to reduce crossings.
const SWEEPS: usize = 12;

/// Puts every item as far left as the arrows allow.
pub(super) fn of(scene: &Scene<'_>) -> Layers {
    let columns = columns(scene);
    let mut layers = Layers::default();
    for item in depth_first(scene) {
        let column = columns.get(item).copied().unwrap_or_default();
        layers.push(column, Slot::Item(item));
    }
    for (arrow, Arrow { from, to, .. }) in scene.arrows.iter().enumerate() {
        let ends = [*from, *to].map(|end| columns.get(end).copied().unwrap_or_default());
        let [first, last] = ends;
        let mut before = Slot::Item(*from);
        for column in first + 1..=last {
            let next = if column == last {
                Slot::Item(*to)
            } else {
                let bend = Slot::Bend { arrow, column };
                layers.push(column, bend);
                bend
            };
            layers.links.push(Link {
                arrow,
                column: column - 1,
                from: before,
                to: next,
            });
            before = next;
        }
    }
    layers.reduce_crossings();
    layers
}

/// The column of each item: behind everything that leads to it, and what nothing leads to
/// right before where it leads.
fn columns(scene: &Scene<'_>) -> Vec<usize> {
    let mut columns = vec![0_usize; scene.items.len()];
    let mut open = vec![0_usize; scene.items.len()];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); scene.items.len()];
    for Arrow { from, to, .. } in &scene.arrows {
        if let (Some(next), Some(open)) = (next.get_mut(*from), open.get_mut(*to)) {
            next.push(*to);
            *open += 1;
        }
    }
    let is_bar = |item: usize| matches!(scene.items.get(item), Some(Item::Bar(_)));
    let sources: Vec<usize> = (0..open.len())
        .filter(|item| open.get(*item) == Some(&0))
        .collect();
    let mut ready = sources.clone();
    while let Some(item) = ready.pop() {
        let column = columns.get(item).copied().unwrap_or_default();
        for to in next.get(item).into_iter().flatten() {
            // From box to box it is two columns, so that boxes keep to the even ones.
            let step = if is_bar(item) == is_bar(*to) { 2 } else { 1 };
            if let (Some(known), Some(open)) = (columns.get_mut(*to), open.get_mut(*to)) {
                *known = (*known).max(column + step);
                *open -= 1;
                if *open == 0 {
                    ready.push(*to);
                }
            }
        }
    }
    for item in sources {
        let behind = next.get(item).into_iter().flatten();
        let nearest = behind.filter_map(|to| columns.get(*to)).min().copied();
        if let (Some(nearest), Some(column)) = (nearest, columns.get_mut(item)) {
            *column = (nearest - 1) / 2 * 2;
        }
    }
    columns
}

/// The items in the order in which a walk along the largest arrows first meets them.
fn depth_first(scene: &Scene<'_>) -> Vec<usize> {
    let mut next: BTreeMap<usize, Vec<(u64, U512, usize)>> = BTreeMap::new();
    let mut is_source = vec![true; scene.items.len()];
    for arrow in &scene.arrows {
        let behind = next.entry(arrow.from).or_default();
        behind.push((arrow.weight, arrow.flow.amount, arrow.to));
        if let Some(source) = is_source.get_mut(arrow.to) {
            *source = false;
        }
    }
    let mut met = vec![false; scene.items.len()];
    let mut order = Vec::new();
    let mut stack: Vec<usize> = (0..scene.items.len())
        .rev()
        .filter(|item| is_source.get(*item) == Some(&true))
        .collect();
    while let Some(item) = stack.pop() {
        if std::mem::replace(met.get_mut(item).unwrap_or(&mut true), true) {
            continue;
        }
        order.push(item);
        let mut behind = next.get(&item).cloned().unwrap_or_default();
        behind.sort_by_key(|(weight, amount, to)| (*weight, *amount, std::cmp::Reverse(*to)));
        stack.extend(behind.into_iter().map(|(_, _, to)| to));
    }
    order
}

impl Layers {
    fn push(&mut self, column: usize, slot: Slot) {
        if self.columns.len() <= column {
            self.columns.resize_with(column + 1, Vec::new);
        }
        if let Some(slots) = self.columns.get_mut(column) {
            slots.push(slot);
        }
    }

    /// Sorts each column by where its neighbours in the column before (then behind) stand.
    fn reduce_crossings(&mut self) {
        let count = self.columns.len();
        for sweep in 0..SWEEPS {
            let forwards = sweep % 2 == 0;
            for step in 1..count {
                let column = if forwards { step } else { count - 1 - step };
                let beside = if forwards { column - 1 } else { column + 1 };
                self.sort_column(column, beside);
            }
        }
    }

    fn sort_column(&mut self, column: usize, beside: usize) {
        let places: BTreeMap<Slot, usize> = self
            .columns
            .get(beside)
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(place, slot)| (*slot, place))
            .collect();
        let mut met: BTreeMap<Slot, (usize, usize)> = BTreeMap::new();
        for link in &self.links {
            let (own, other) = if beside < column {
                (link.to, link.from)
            } else {
                (link.from, link.to)
            };
            if link.column == beside.min(column)
                && let Some(place) = places.get(&other)
            {
                let (sum, count) = met.entry(own).or_default();
                *sum += place;
                *count += 1;
            }
        }
        let Some(slots) = self.columns.get_mut(column) else {
            return;
        };
        // A slot without neighbours keeps its place.
        let keyed: Vec<(usize, Slot)> = slots
            .iter()
            .enumerate()
            .map(|(place, slot)| match met.get(slot) {
                Some((sum, count)) => (sum * 1000 / count, *slot),
                None => (place * 1000, *slot),
            })
            .collect();
        let mut keyed = keyed;
        keyed.sort_by_key(|(middle, _)| *middle);
        *slots = keyed.into_iter().map(|(_, slot)| slot).collect();
    }
}

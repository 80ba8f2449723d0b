//! What is drawn of a flow, and what is too small to be.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use trace_core::model::account::U512;

use super::diagram::{Diagram, Flow, Node, Passage, Place, Sum, Sums};

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Scene<'a> {
    pub(super) items: Vec<Item<'a>>,
    pub(super) arrows: Vec<Arrow>,
    /// Places at which value ended that are not drawn, but for fees.
    pub(super) left_out: Sums,
    /// Whether a box names its asset in a line of its own.
    pub(super) names_assets: bool,
}

/// One thing drawn.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// What holds value. `goes_on` when what came of it is not drawn.
    Box { place: &'a Place, goes_on: bool },
    /// A transaction.
    Bar(&'a Passage),
    /// Smaller flows of one asset out of one transaction, drawn as one.
    Folded { asset: usize, sum: Sum },
}

/// Between items, by their indexes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) flow: Flow,
    /// How much it is beside the most that goes along an arrow of its asset; see [`Measure`].
    pub(super) weight: u64,
    /// Its width in tenths of a pixel.
    pub(super) width: i64,
}

/// The widest arrow of an asset, in tenths of a pixel; the narrowest is one pixel.
const WIDEST: u32 = 300;
const NARROWEST: i64 = 10;

/// Tells amounts of several assets by how much they are beside the most of their own.
struct Measure(BTreeMap<usize, U512>);

impl Measure {
    fn of(amounts: impl Iterator<Item = (usize, U512)>) -> Self {
        let mut most: BTreeMap<usize, U512> = BTreeMap::new();
        for (asset, amount) in amounts {
            let known = most.entry(asset).or_insert(U512::from(1));
            *known = amount.max(*known);
        }
        Self(most)
    }

    fn most(&self, asset: usize) -> U512 {
        self.0.get(&asset).copied().unwrap_or(U512::from(1))
    }

    /// At most 2⁶²; in the proportion of the amounts where they are not larger than that.
    fn weight(&self, asset: usize, amount: U512) -> u64 {
        let (most, whole) = (self.most(asset), U512::from(1_u64 << 62));
        let weight = if most <= whole {
            amount.saturating_mul(whole / most)
        } else {
            amount / most.div_ceil(whole)
        };
        u64::try_from(weight).unwrap_or(u64::MAX)
    }

    fn width(&self, asset: usize, amount: U512) -> i64 {
        let width = amount.saturating_mul(U512::from(WIDEST)) / self.most(asset);
        i64::try_from(width).unwrap_or(i64::MAX).max(NARROWEST)
    }
}

/// Which leaf is folded first: the smallest of its asset, but seeds last; of equals the one that
/// comes last.
type Rank = (bool, u64, U512, std::cmp::Reverse<NodeIndex>);

/// A transaction, and what is drawn as one box behind it: of one asset.
type Behind = (NodeIndex, usize);

struct Fold<'a> {
    diagram: &'a Diagram,
    measure: Measure,
    kept: BTreeSet<NodeIndex>,
    leaves: BTreeSet<Rank>,
    /// What is drawn as one box, and the first of it.
    folded: BTreeMap<Behind, (Sum, NodeIndex)>,
    goes_on: BTreeSet<NodeIndex>,
    boxes: usize,
    left_out: Sums,
}

/// Chooses what is drawn: everything, and from the smallest leaf on less, until no more than
/// `boxes_max` boxes are left.
pub(super) fn scene(diagram: &Diagram, boxes_max: usize) -> Scene<'_> {
    let places = diagram.graph.node_weights().filter_map(|node| match node {
        Node::Box(place) => Some((place.asset, place.amount)),
        Node::Bar(_) => None,
    });
    let mut fold = Fold {
        diagram,
        measure: Measure::of(places),
        kept: diagram.graph.node_indices().collect(),
        leaves: BTreeSet::new(),
        folded: BTreeMap::new(),
        goes_on: BTreeSet::new(),
        boxes: 0,
        left_out: Sums::new(),
    };
    fold.remove_dead_ends();
    let nodes: Vec<NodeIndex> = fold.kept.iter().copied().collect();
    for node in nodes {
        fold.boxes += usize::from(fold.place(node).is_some());
        fold.note_leaf(node);
    }
    while fold.boxes > boxes_max {
        let Some((_, _, _, std::cmp::Reverse(leaf))) = fold.leaves.pop_first() else {
            break;
        };
        fold.remove(leaf);
    }
    fold.finish()
}

impl<'a> Fold<'a> {
    /// A transaction that paid nothing but a fee from what was followed leads nowhere.
    fn remove_dead_ends(&mut self) {
        for node in self.diagram.graph.node_indices() {
            if self.place(node).is_none() && !self.has_kept_next(node) {
                self.kept.remove(&node);
            }
        }
    }

    fn place(&self, node: NodeIndex) -> Option<&'a Place> {
        match self.diagram.graph.node_weight(node)? {
            Node::Box(place) => Some(place),
            Node::Bar(_) => None,
        }
    }

    fn has_kept_next(&self, node: NodeIndex) -> bool {
        let mut next = self.diagram.graph.neighbors_directed(node, Outgoing);
        next.any(|next| self.kept.contains(&next))
    }

    fn note_leaf(&mut self, node: NodeIndex) {
        if let Some(place) = self.place(node)
            && self.kept.contains(&node)
            && !self.has_kept_next(node)
        {
            let Place { asset, amount, .. } = *place;
            let weight = self.measure.weight(asset, amount);
            let last = std::cmp::Reverse(node);
            self.leaves.insert((place.is_seed, weight, amount, last));
        }
    }

    fn remove(&mut self, leaf: NodeIndex) {
        self.kept.remove(&leaf);
        self.boxes -= 1;
        if let Some(place) = self.place(leaf)
            && let Some((_, ended)) = place.ended.filter(|(_, ended)| !ended.is_zero())
        {
            let of = (place.is_possible, place.asset);
            self.left_out.entry(of).or_default().add(ended);
        }
        for edge in self.diagram.graph.edges_directed(leaf, Incoming) {
            let before = edge.source();
            if self.place(before).is_some() {
                self.goes_on.insert(before);
                self.note_leaf(before);
            } else if self.has_kept_next(before) {
                let Flow { asset, amount, .. } = *edge.weight();
                let folded = self.folded.entry((before, asset));
                let (sum, _) = folded.or_insert_with(|| {
                    self.boxes += 1;
                    (Sum::default(), leaf)
                });
                sum.add(amount);
            } else {
                self.remove_transaction(before);
            }
        }
    }

    /// Nothing behind it is drawn any more, so it is not drawn either.
    fn remove_transaction(&mut self, node: NodeIndex) {
        self.kept.remove(&node);
        let behind = self.folded.range((node, 0)..=(node, usize::MAX));
        for behind in behind.map(|(behind, _)| *behind).collect::<Vec<_>>() {
            self.folded.remove(&behind);
            self.boxes -= 1;
        }
        for before in self.diagram.graph.neighbors_directed(node, Incoming) {
            self.goes_on.insert(before);
            self.note_leaf(before);
        }
    }

    /// What would be drawn as one small flow may as well be drawn itself.
    fn restore_single(&mut self) {
        let single = |(sum, first): (Sum, NodeIndex)| (sum.count == 1).then_some(first);
        let restored: Vec<(Behind, NodeIndex)> = self
            .folded
            .iter()
            .filter_map(|(behind, folded)| Some((*behind, single(*folded)?)))
            .collect();
        for (behind, node) in restored {
            self.folded.remove(&behind);
            self.kept.insert(node);
            if let Some(place) = self.place(node)
                && let Some((_, ended)) = place.ended.filter(|(_, ended)| !ended.is_zero())
                && let Some(sum) = self.left_out.get_mut(&(place.is_possible, place.asset))
            {
                sum.count -= 1;
                sum.amount = sum.amount.saturating_sub(ended);
            }
        }
    }

    fn finish(mut self) -> Scene<'a> {
        self.restore_single();
        self.left_out.retain(|_, sum| sum.count > 0);
        let mut scene = Scene {
            left_out: self.left_out,
            names_assets: self.diagram.names_assets,
            ..Scene::default()
        };
        let mut index = BTreeMap::new();
        for node in &self.kept {
            let Some(weight) = self.diagram.graph.node_weight(*node) else {
                continue;
            };
            index.insert(*node, scene.items.len());
            scene.items.push(match weight {
                Node::Bar(passage) => Item::Bar(passage),
                Node::Box(place) => Item::Box {
                    place,
                    goes_on: self.goes_on.contains(node),
                },
            });
        }
        let mut flows = Vec::new();
        for edge in self.diagram.graph.edge_references() {
            if let (Some(from), Some(to)) = (index.get(&edge.source()), index.get(&edge.target())) {
                flows.push((*from, *to, *edge.weight()));
            }
        }
        for ((transaction, asset), (sum, first)) in self.folded {
            if let Some(from) = index.get(&transaction) {
                let is_possible = self
                    .diagram
                    .graph
                    .node_weight(first)
                    .is_some_and(|node| matches!(node, Node::Box(place) if place.is_possible));
                let flow = Flow {
                    asset,
                    amount: sum.amount,
                    is_possible,
                };
                flows.push((*from, scene.items.len(), flow));
                scene.items.push(Item::Folded { asset, sum });
            }
        }
        let measure = Measure::of(flows.iter().map(|(_, _, flow)| (flow.asset, flow.amount)));
        let arrows = flows.into_iter().map(|(from, to, flow)| Arrow {
            from,
            to,
            flow,
            weight: measure.weight(flow.asset, flow.amount),
            width: measure.width(flow.asset, flow.amount),
        });
        scene.arrows = arrows.collect();
        scene
    }
}

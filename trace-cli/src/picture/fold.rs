//! What is drawn of a flow, and what is too small to be.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use crate::document::{Amount, Kind};
use crate::flow::{self, Flow, Node};

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Scene<'a> {
    pub(super) items: Vec<Item<'a>>,
    /// Between items, by their indexes, with how much went along.
    pub(super) arrows: Vec<(usize, usize, Amount)>,
    /// Places at which value ended that are not drawn, and their sum; but for fees.
    pub(super) left_out: Sum,
    /// Fees, which are never drawn.
    pub(super) fees: Sum,
}

/// One thing drawn.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// An output or an end. `goes_on` when what came of it is not drawn.
    Box {
        node: Node<'a>,
        goes_on: bool,
        is_seed: bool,
    },
    /// A transaction.
    Bar(Node<'a>),
    /// Smaller flows out of one transaction, drawn as one.
    Folded(Sum),
}

/// How many, and how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) count: usize,
    pub(super) amount: Amount,
}

impl Sum {
    fn add(&mut self, amount: Amount) {
        self.count += 1;
        self.amount = self.amount.plus(amount);
    }
}

/// Which leaf is folded first: the smallest, but seeds last; of equals the one that comes
/// last in the report.
type Rank = (bool, Amount, std::cmp::Reverse<NodeIndex>);

struct Fold<'f, 'a> {
    flow: &'f Flow<'a>,
    sources: BTreeSet<NodeIndex>,
    kept: BTreeSet<NodeIndex>,
    leaves: BTreeSet<Rank>,
    /// By transaction: what is drawn as one box behind it, and the first of it.
    folded: BTreeMap<NodeIndex, (Sum, NodeIndex)>,
    goes_on: BTreeSet<NodeIndex>,
    boxes: usize,
    left_out: Sum,
    fees: Sum,
}

/// Chooses what is drawn: everything but fees, and from the smallest leaf on less, until no
/// more than `boxes_max` boxes are left.
pub(super) fn scene<'a>(flow: &Flow<'a>, boxes_max: usize) -> Scene<'a> {
    let mut fold = Fold {
        flow,
        sources: flow::sources(flow),
        kept: flow.node_indices().collect(),
        leaves: BTreeSet::new(),
        folded: BTreeMap::new(),
        goes_on: BTreeSet::new(),
        boxes: 0,
        left_out: Sum::default(),
        fees: Sum::default(),
    };
    fold.remove_fees();
    fold.boxes = fold.kept.iter().filter(|node| fold.is_box(**node)).count();
    let leaves: Vec<NodeIndex> = fold.kept.iter().copied().collect();
    for node in leaves {
        fold.note_leaf(node);
    }
    while fold.boxes > boxes_max {
        let Some((_, _, std::cmp::Reverse(leaf))) = fold.leaves.pop_first() else {
            break;
        };
        fold.remove(leaf);
    }
    fold.finish()
}

impl<'a> Fold<'_, 'a> {
    fn remove_fees(&mut self) {
        for node in self.flow.node_indices() {
            if let Some(Node::End(place)) = self.flow.node_weight(node)
                && place.kind == Kind::Fee
            {
                self.fees.add(place.amount);
                self.kept.remove(&node);
            }
        }
        // A transaction that paid nothing but a fee from what was followed leads nowhere.
        for node in self.flow.node_indices() {
            if !self.is_box(node) && !self.has_kept_next(node) {
                self.kept.remove(&node);
            }
        }
    }

    fn is_box(&self, node: NodeIndex) -> bool {
        !matches!(self.flow.node_weight(node), Some(Node::Transaction(..)))
    }

    fn has_kept_next(&self, node: NodeIndex) -> bool {
        let mut next = self.flow.neighbors_directed(node, Outgoing);
        next.any(|next| self.kept.contains(&next))
    }

    fn note_leaf(&mut self, node: NodeIndex) {
        if self.is_box(node) && self.kept.contains(&node) && !self.has_kept_next(node) {
            let amount = match self.flow.node_weight(node) {
                Some(Node::Output(step, _)) => step.amount,
                _ => flow::ending(self.flow, node),
            };
            let is_source = self.sources.contains(&node);
            self.leaves
                .insert((is_source, amount, std::cmp::Reverse(node)));
        }
    }

    fn remove(&mut self, leaf: NodeIndex) {
        self.kept.remove(&leaf);
        self.boxes -= 1;
        let ending = flow::ending(self.flow, leaf);
        if ending > Amount::default() {
            self.left_out.add(ending);
        }
        for edge in self.flow.edges_directed(leaf, Incoming) {
            let before = edge.source();
            if self.is_box(before) {
                self.goes_on.insert(before);
                self.note_leaf(before);
            } else if self.has_kept_next(before) {
                let fresh = !self.folded.contains_key(&before);
                self.boxes += usize::from(fresh);
                let (sum, _) = self.folded.entry(before).or_insert((Sum::default(), leaf));
                sum.add(*edge.weight());
            } else {
                self.remove_transaction(before);
            }
        }
    }

    /// Nothing behind it is drawn any more, so it is not drawn either.
    fn remove_transaction(&mut self, node: NodeIndex) {
        self.kept.remove(&node);
        if self.folded.remove(&node).is_some() {
            self.boxes -= 1;
        }
        for before in self.flow.neighbors_directed(node, Incoming) {
            self.goes_on.insert(before);
            self.note_leaf(before);
        }
    }

    /// What would be drawn as one small flow may as well be drawn itself.
    fn restore_single(&mut self) {
        let single = |(sum, first): (Sum, NodeIndex)| (sum.count == 1).then_some(first);
        let restored: Vec<(NodeIndex, NodeIndex)> = self
            .folded
            .iter()
            .filter_map(|(transaction, folded)| Some((*transaction, single(*folded)?)))
            .collect();
        for (transaction, node) in restored {
            self.folded.remove(&transaction);
            self.kept.insert(node);
            let ending = flow::ending(self.flow, node);
            if ending > Amount::default() {
                self.left_out.count -= 1;
                self.left_out.amount = self.left_out.amount.less(ending);
            }
        }
    }

    fn finish(mut self) -> Scene<'a> {
        self.restore_single();
        let mut scene = Scene {
            left_out: self.left_out,
            fees: self.fees,
            ..Scene::default()
        };
        let mut index = BTreeMap::new();
        for node in &self.kept {
            let Some(weight) = self.flow.node_weight(*node) else {
                continue;
            };
            index.insert(*node, scene.items.len());
            scene.items.push(match weight {
                Node::Transaction(..) => Item::Bar(*weight),
                Node::Output(..) | Node::End(_) => Item::Box {
                    node: *weight,
                    goes_on: self.goes_on.contains(node),
                    is_seed: self.sources.contains(node),
                },
            });
        }
        for edge in self.flow.edge_references() {
            if let (Some(from), Some(to)) = (index.get(&edge.source()), index.get(&edge.target())) {
                scene.arrows.push((*from, *to, *edge.weight()));
            }
        }
        for (transaction, (sum, _)) in self.folded {
            if let Some(from) = index.get(&transaction) {
                scene.arrows.push((*from, scene.items.len(), sum.amount));
                scene.items.push(Item::Folded(sum));
            }
        }
        scene
    }
}

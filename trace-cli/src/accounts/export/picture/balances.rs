//! Balances as boxes, and what went from one to the other.
//!
//! Taint comes to a balance in many arrivals and leaves it by the policy, so what came and what left
//! add up only for the balance as a whole. But value may come back to where it was before, and a
//! picture goes one way. So a balance from which value has left and to which more comes is drawn
//! once more, and what it still had leads there: every arrival at a box is before everything that
//! leaves it.

use std::collections::BTreeMap;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use trace_core::model::account::{Asset, U512};
use trace_core::taint::account::Via;

use super::Canvas;
use super::ended::{Ended, Transaction, in_transactions, transaction};
use crate::accounts::document::{Destination, Possible, Report, Step};
use crate::document::Kind;
use crate::picture::{Flow, Node, Passage, Place, short};

/// An account by its address, and an asset.
pub(super) type Balance = (String, Asset);

/// The balance that value came to.
pub(super) fn balance(step: &Step) -> Balance {
    (step.party.address.clone(), step.asset)
}

/// The box that stands for a balance at present.
struct Current {
    node: NodeIndex,
    came: U512,
    left: U512,
    /// The last arrival there, as an index of the report's steps.
    filled_at: usize,
    has_given: bool,
}

/// The bar that stands for a transaction at present.
struct Bar {
    node: NodeIndex,
    /// The first arrival by it.
    given_at: Option<usize>,
}

/// The boxes and bars of one report.
pub(super) struct Balances<'a> {
    canvas: &'a mut Canvas,
    /// Where what is followed is possible only: out of which mixers, and their boxes.
    possible: Option<(&'a Possible, BTreeMap<Balance, NodeIndex>)>,
    first: usize,
    boxes: BTreeMap<Balance, Current>,
    bars: BTreeMap<Transaction, Bar>,
    flows: BTreeMap<(NodeIndex, NodeIndex, usize), EdgeIndex>,
}

impl<'a> Balances<'a> {
    pub(super) fn new(
        canvas: &'a mut Canvas,
        possible: Option<(&'a Possible, BTreeMap<Balance, NodeIndex>)>,
    ) -> Self {
        Self {
            first: canvas.diagram.graph.node_count(),
            canvas,
            possible,
            boxes: BTreeMap::new(),
            bars: BTreeMap::new(),
            flows: BTreeMap::new(),
        }
    }

    /// The boxes at the end.
    pub(super) fn nodes(self) -> BTreeMap<Balance, NodeIndex> {
        let boxes = self.boxes.into_iter();
        boxes.map(|(of, current)| (of, current.node)).collect()
    }

    /// Draws a report.
    pub(super) fn report(&mut self, report: &Report) {
        let mut ended = in_transactions(report).into_iter().peekable();
        for (at, step) in report.steps.iter().enumerate() {
            while let Some(ended) = ended.next_if(|ended| ended.when <= at) {
                self.end(&ended);
            }
            let parent = step.parent.and_then(|parent| report.steps.get(parent));
            self.arrive(at, step, parent);
        }
        for ended in ended {
            self.end(&ended);
        }
        self.end_exchanges();
        self.end_where_it_is(report);
    }

    fn arrive(&mut self, at: usize, step: &Step, parent: Option<&Step>) {
        let amount = step.amount.0;
        let bar = match parent {
            Some(parent) => {
                let (from, by) = (balance(parent), transaction(step));
                let bar = self.bar(by, Some(&from));
                if step.via != Via::Swap {
                    self.leave(&from, bar, amount);
                } else if !self.has(bar, Incoming) {
                    // A policy by which nothing that was given is spent with it.
                    self.leave(&from, bar, parent.amount.0);
                }
                Some(bar)
            }
            None => self.come_out(step),
        };
        let node = self.came(at, step);
        if let Some(bar) = bar {
            let asset = self.canvas.asset(step.asset);
            self.flow(bar, node, asset, amount);
            if let Some(bar) = self.bars.get_mut(&transaction(step)) {
                bar.given_at.get_or_insert(at);
            }
        } else if let Some(Node::Box(place)) = self.canvas.diagram.graph.node_weight_mut(node) {
            place.is_seed = true;
        }
    }

    /// The transaction by which a seed came out of a mixer, if it may have.
    fn come_out(&mut self, step: &Step) -> Option<NodeIndex> {
        let (possible, mixers) = self.possible.as_ref()?;
        let hash = step.arrival?.hash.to_string();
        let withdrawals = possible.withdrawals.iter();
        let withdrawals = withdrawals.filter(|withdrawal| withdrawal.transaction == hash);
        let from = withdrawals.filter_map(|it| mixers.get(&(it.pool.clone(), step.asset)));
        let mut from: Vec<NodeIndex> = from.copied().collect();
        from.sort_unstable();
        from.dedup();
        // Of several nobody can tell how much each gave.
        let amount = match &from[..] {
            [] => return None,
            [_] => step.amount.0,
            _ => U512::ZERO,
        };
        let bar = self.bar(transaction(step), None);
        let asset = self.canvas.asset(step.asset);
        for mixer in from {
            self.flow(mixer, bar, asset, amount);
        }
        Some(bar)
    }

    /// The box that value comes to: another one where some has left already.
    fn came(&mut self, at: usize, step: &Step) -> NodeIndex {
        let of = balance(step);
        let before = self.boxes.get(&of);
        let before = before.map(|it| (it.node, it.has_given, it.came.saturating_sub(it.left)));
        let node = if let Some((node, false, _)) = before {
            node
        } else {
            let asset = self.canvas.asset(step.asset);
            let place = Place {
                hint: format!("{}\n{}", step.party.address, step.asset),
                asset,
                ..Place::of(None, Some(&step.party))
            };
            let node = self.place(place);
            let mut came = U512::ZERO;
            if let Some((before, _, left_over)) = before.filter(|(_, _, it)| !it.is_zero()) {
                self.flow(before, node, asset, left_over);
                came = left_over;
            }
            let current = Current {
                node,
                came,
                left: U512::ZERO,
                filled_at: at,
                has_given: false,
            };
            self.boxes.insert(of.clone(), current);
            node
        };
        if let Some(current) = self.boxes.get_mut(&of) {
            current.came = current.came.saturating_add(step.amount.0);
            current.filled_at = at;
            if let Some(Node::Box(place)) = self.canvas.diagram.graph.node_weight_mut(node) {
                place.amount = current.came;
            }
        }
        node
    }

    /// The bar of a transaction by which value leaves a balance: another one where it has brought
    /// that value itself.
    fn bar(&mut self, by: Transaction, from: Option<&Balance>) -> NodeIndex {
        let filled_at = from.and_then(|from| Some(self.boxes.get(from)?.filled_at));
        if let Some(bar) = self.bars.get(&by)
            && bar
                .given_at
                .is_none_or(|given| filled_at.is_none_or(|filled| filled < given))
        {
            return bar.node;
        }
        let Transaction { hash, position } = by;
        let (name, hint) = if let Some(hash) = hash {
            (hash.to_string(), format!("transaction {hash}"))
        } else {
            let hint = "what moved after the transactions of the block";
            ("the end of".to_owned(), hint.to_owned())
        };
        let node = self.canvas.diagram.graph.add_node(Node::Bar(Passage {
            name,
            hint,
            height: position.map(|position| position.height),
        }));
        let given_at = None;
        self.bars.insert(by, Bar { node, given_at });
        node
    }

    fn leave(&mut self, from: &Balance, to: NodeIndex, amount: U512) {
        let asset = self.canvas.asset(from.1);
        if let Some(current) = self.boxes.get_mut(from) {
            current.left = current.left.saturating_add(amount);
            current.has_given = true;
            let node = current.node;
            self.flow(node, to, asset, amount);
        }
    }

    fn flow(&mut self, from: NodeIndex, to: NodeIndex, asset: usize, amount: U512) {
        let graph = &mut self.canvas.diagram.graph;
        let flow = Flow {
            asset,
            amount,
            is_possible: self.possible.is_some(),
        };
        if let Some(known) = self.flows.get(&(from, to, asset)) {
            if let Some(known) = graph.edge_weight_mut(*known) {
                known.amount = known.amount.saturating_add(amount);
            }
        } else {
            let edge = graph.add_edge(from, to, flow);
            self.flows.insert((from, to, asset), edge);
        }
    }

    fn place(&mut self, place: Place) -> NodeIndex {
        let is_possible = self.possible.is_some();
        let place = Place {
            is_possible,
            ..place
        };
        self.canvas.diagram.graph.add_node(Node::Box(place))
    }

    fn has(&self, node: NodeIndex, direction: petgraph::Direction) -> bool {
        let mut edges = self.canvas.diagram.graph.edges_directed(node, direction);
        edges.next().is_some()
    }

    /// What ends in a transaction.
    fn end(&mut self, ended: &Ended) {
        let Ended {
            kind,
            transaction,
            balance,
            amount,
            ..
        } = ended;
        let asset = self.canvas.asset(balance.1);
        if *kind == Kind::Fee {
            let of = (self.possible.is_some(), asset);
            self.canvas.diagram.fees.entry(of).or_default().add(*amount);
            if let Some(current) = self.boxes.get_mut(balance) {
                current.left = current.left.saturating_add(*amount);
            }
            return;
        }
        let bar = self.bar(*transaction, Some(balance));
        self.leave(balance, bar, *amount);
        if *kind != Kind::Swapped {
            self.end_behind(bar, *kind, asset, *amount, &balance.0);
        }
    }

    /// A box in which value ends that no account holds, or not all that came to it.
    fn end_behind(&mut self, from: NodeIndex, kind: Kind, asset: usize, amount: U512, at: &str) {
        let fate = self.canvas.fate(kind);
        let node = self.place(Place {
            name: fate.words.to_owned(),
            below: short(at, 12, 8),
            hint: format!("{}\n{at}", fate.words),
            asset,
            amount,
            ended: Some((fate, amount)),
            ..Place::default()
        });
        self.flow(from, node, asset, amount);
    }

    /// What was exchanged for nothing that was followed.
    fn end_exchanges(&mut self) {
        let graph = &self.canvas.diagram.graph;
        let bars = graph.node_indices().skip(self.first);
        let bars = bars.filter(|node| matches!(graph.node_weight(*node), Some(Node::Bar(_))));
        let mut ended: Vec<(NodeIndex, usize, U512, String)> = Vec::new();
        for bar in bars.filter(|bar| !self.has(*bar, Outgoing)) {
            for edge in graph.edges_directed(bar, Incoming) {
                let from = match graph.node_weight(edge.source()) {
                    Some(Node::Box(place)) => place.hint.lines().next().unwrap_or_default(),
                    _ => "",
                };
                let Flow { asset, amount, .. } = *edge.weight();
                ended.push((bar, asset, amount, from.to_owned()));
            }
        }
        for (bar, asset, amount, from) in ended {
            self.end_behind(bar, Kind::Swapped, asset, amount, &from);
        }
    }

    /// What is where it came to: the box itself where that is all of it.
    fn end_where_it_is(&mut self, report: &Report) {
        let mut ended: BTreeMap<Balance, BTreeMap<Kind, (U512, &Destination)>> = BTreeMap::new();
        let places = report.destinations.iter();
        for place in places.filter(|place| place.ended.is_none()) {
            if let Some(step) = place.step() {
                let kinds = ended.entry(balance(step)).or_default();
                let (sum, _) = kinds.entry(place.kind).or_insert((U512::ZERO, place));
                *sum = sum.saturating_add(place.amount.0);
            }
        }
        for (of, kinds) in ended {
            let asset = self.canvas.asset(of.1);
            let Some(Current {
                node, has_given, ..
            }) = self.boxes.get(&of)
            else {
                continue;
            };
            let (node, is_all) = (*node, !has_given && kinds.len() == 1);
            for (kind, (amount, place)) in kinds {
                let fate = self.canvas.fate(kind);
                if !is_all {
                    self.end_behind(node, kind, asset, amount, &of.0);
                } else if let Some(Node::Box(there)) =
                    self.canvas.diagram.graph.node_weight_mut(node)
                {
                    let party = place.party().map(std::rc::Rc::as_ref);
                    let Place { name, below, .. } = Place::of(place.label.as_deref(), party);
                    (there.name, there.below) = (name, below);
                    there.ended = Some((fate, amount));
                    let why = place.why.map(|why| format!("\n{why}")).unwrap_or_default();
                    there.hint.extend(["\n", fate.words, &why]);
                }
            }
        }
    }
}

//! A report as a graph: outputs, the transactions between them, and the places at which
//! value ended that are no outputs.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use trace_core::model::Txid;

use crate::document::{Amount, Destination, Kind, Passage, Report, Step};

/// The graph of a report. Every edge bears how much of what was followed went along it.
/// Nodes and edges stand in the order of the report.
pub(crate) type Flow<'a> = DiGraph<Node<'a>, Amount>;

/// A node of a flow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'a> {
    /// A tainted output, and the place that it is, if value ended there.
    Output(&'a Step, Option<&'a Destination>),
    /// A transaction through which value went on.
    Transaction(&'a Passage),
    /// Where value left the chain of outputs: the fee of a transaction, a mix, a coinbase.
    /// Several outputs may end in one mix.
    End(&'a Destination),
}

impl Node<'_> {
    /// A name that is different for every node and the same in every run.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Output(step, _) => format!("out:{}", step.outpoint),
            Self::Transaction(passage) => format!("tx:{}", passage.txid),
            Self::End(place) => {
                let at = place.hash().unwrap_or_default();
                format!("{}:{at}", place.kind.name())
            }
        }
    }
}

/// The graph of a report.
pub(crate) fn of(report: &Report) -> Flow<'_> {
    let mut flow = Flow::new();
    let mut ends_at: BTreeMap<usize, Vec<&Destination>> = BTreeMap::new();
    for place in report
        .destinations
        .iter()
        .filter(|place| place.kind != Kind::Fee)
    {
        ends_at.entry(place.path.last).or_default().push(place);
    }
    let passages: Vec<NodeIndex> = report
        .passages
        .iter()
        .map(|passage| flow.add_node(Node::Transaction(passage)))
        .collect();
    let passage = |index: Option<usize>| passages.get(index?).copied();
    let mut ends: BTreeMap<(Kind, Option<Txid>), NodeIndex> = BTreeMap::new();
    for (index, step) in report.steps.iter().enumerate() {
        let places = ends_at.get(&index).map_or(&[][..], Vec::as_slice);
        let here = places.iter().find(|place| place.ended.is_none());
        let output = flow.add_node(Node::Output(step, here.copied()));
        let arrived = step.amount.less(step.seeded);
        if let Some(from) = passage(step.from)
            && arrived > Amount::default()
        {
            flow.add_edge(from, output, arrived);
        }
        if let Some(next) = passage(step.next) {
            flow.add_edge(output, next, step.amount);
        }
        for place in places.iter().filter(|place| place.ended.is_some()) {
            let end = ends.entry((place.kind, place.hash()));
            let end = *end.or_insert_with(|| flow.add_node(Node::End(place)));
            flow.add_edge(output, end, place.amount);
        }
    }
    let by_txid: BTreeMap<Txid, NodeIndex> = report
        .passages
        .iter()
        .map(|passage| passage.txid)
        .zip(passages.iter().copied())
        .collect();
    for place in report
        .destinations
        .iter()
        .filter(|place| place.kind == Kind::Fee)
    {
        let from = place.hash().and_then(|txid| by_txid.get(&txid));
        if let Some(from) = from {
            let end = flow.add_node(Node::End(place));
            flow.add_edge(*from, end, place.amount);
        }
    }
    flow
}

/// What ends in a node, all together.
pub(crate) fn ending(flow: &Flow<'_>, node: NodeIndex) -> Amount {
    match flow.node_weight(node) {
        Some(Node::Output(_, Some(place))) => place.amount,
        Some(Node::End(_)) => flow
            .edges_directed(node, petgraph::Direction::Incoming)
            .map(|edge| *edge.weight())
            .sum(),
        _ => Amount::default(),
    }
}

/// The nodes that nothing leads to.
pub(crate) fn sources(flow: &Flow<'_>) -> BTreeSet<NodeIndex> {
    flow.externals(petgraph::Direction::Incoming).collect()
}

//! The flow as GraphML. Amounts are texts: they do not fit a number there.

use std::io;

use super::graph::{self, Edge, Node};
use crate::accounts::document::Report;
use crate::export::attribute::Type;
use crate::export::graphml::{begin, element, end};

/// Writes the graph of a report.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let graph = graph::of(report);
    let nodes = Node::ATTRIBUTES.map(|name| (name, Type::Text));
    let edges = Edge::ATTRIBUTES.map(|name| (name, Type::Text));
    let about = [report.schema, report.policy];
    let mut xml = begin(to, &nodes, &edges, &report.as_of, about)?;
    for (id, node) in &graph.nodes {
        element(&mut xml, "node", &[("id", id)], &node.attributes())?;
    }
    for edge in &graph.edges {
        let ends = [("source", edge.from.as_str()), ("target", edge.to.as_str())];
        element(&mut xml, "edge", &ends, &edge.attributes())?;
    }
    end(xml)
}

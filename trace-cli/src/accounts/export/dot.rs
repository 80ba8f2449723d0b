//! The flow in Graphviz's language.

use std::io;

use super::graph::{self, Edge, Node};
use crate::accounts::document::Report;
use crate::export::dot::quoted;

/// Writes the graph of a report.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let graph = graph::of(report);
    let as_of = &report.as_of;
    let title = format!(
        "{}, as of block {} of {}",
        report.policy, as_of.height, as_of.chain
    );
    writeln!(to, "digraph flow {{")?;
    writeln!(
        to,
        "  graph [rankdir=LR, labelloc=t, label={}];",
        quoted(&title)
    )?;
    writeln!(to, "  node [fontname=\"sans-serif\", fontsize=10];")?;
    for (id, node) in &graph.nodes {
        let (shape, caption) = drawn(node);
        write!(
            to,
            "  {} [shape={shape}, label={}",
            quoted(id),
            quoted(&caption)
        )?;
        attributes(&node.attributes(), to)?;
    }
    for edge in &graph.edges {
        let Edge { from, to: end, .. } = edge;
        let caption = edge.unit.shown(edge.amount);
        let (from, end) = (quoted(from), quoted(end));
        write!(to, "  {from} -> {end} [label={}", quoted(&caption))?;
        attributes(&edge.attributes(), to)?;
    }
    writeln!(to, "}}")
}

/// The shape of a node and what stands in it.
fn drawn(node: &Node<'_>) -> (&'static str, String) {
    match node {
        Node::Account(party, places) => {
            let label = places.iter().find_map(|place| place.label.as_deref());
            let called = label.or(party.called());
            let lines = [called, Some(party.address.as_str())];
            let lines: Vec<&str> = lines.into_iter().flatten().collect();
            let shape = if called.is_some() { "house" } else { "box" };
            (shape, lines.join("\n"))
        }
        Node::End(place) => ("ellipse", place.kind.name().to_owned()),
    }
}

/// The rest of an element's attributes, and its end.
fn attributes(attributes: &[(&str, String)], to: &mut dyn io::Write) -> io::Result<()> {
    for (name, value) in attributes {
        // `label` is the caption in this language.
        let name = if *name == "label" { "party" } else { name };
        write!(to, ", {name}={}", quoted(value))?;
    }
    writeln!(to, "];")
}

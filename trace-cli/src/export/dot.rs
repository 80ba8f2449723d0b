//! The flow in Graphviz's language.

use std::io;

use petgraph::visit::EdgeRef;

use super::attribute;
use crate::document::{Kind, Report, Unit};
use crate::flow::{self, Node};
use crate::wording::plain;

/// Writes the graph of a report.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let flow = flow::of(report);
    writeln!(to, "digraph flow {{")?;
    let unit = Unit::coin(report.as_of.chain);
    let title = format!(
        "{}, {}, as of block {} of {}",
        unit.shown(report.totals.iter().map(|totals| totals.seeded).sum()),
        report.policy,
        report.as_of.height,
        report.as_of.chain
    );
    writeln!(
        to,
        "  graph [rankdir=LR, labelloc=t, label={}];",
        quoted(&title)
    )?;
    writeln!(to, "  node [fontname=\"sans-serif\", fontsize=10];")?;
    for node in flow.node_weights() {
        write!(to, "  {} [", quoted(&node.id()))?;
        write!(
            to,
            "shape={}, label={}",
            shape(node),
            quoted(&caption(node, unit))
        )?;
        for (name, value) in attribute::of(report, node) {
            // `label` is the caption in this language.
            let name = if name == "label" { "party" } else { name };
            write!(to, ", {name}={}", quoted(&value))?;
        }
        writeln!(to, "];")?;
    }
    for edge in flow.edge_references() {
        let ends = [edge.source(), edge.target()].map(|end| flow.node_weight(end));
        let [Some(source), Some(target)] = ends else {
            continue;
        };
        let (source, target) = (quoted(&source.id()), quoted(&target.id()));
        let caption = quoted(&unit.shown(*edge.weight()));
        write!(to, "  {source} -> {target} [label={caption}")?;
        for (name, value) in attribute::of_edge(report, *edge.weight()) {
            write!(to, ", {name}={}", quoted(&value))?;
        }
        writeln!(to, "];")?;
    }
    writeln!(to, "}}")
}

fn shape(node: &Node<'_>) -> &'static str {
    match node {
        Node::Output(_, Some(place)) if place.kind == Kind::Service => "house",
        Node::Output(..) => "box",
        Node::Transaction(..) => "point",
        Node::End(_) => "ellipse",
    }
}

fn caption(node: &Node<'_>, unit: Unit) -> String {
    match node {
        Node::Output(step, place) => {
            let party = step.party.as_deref();
            let label = place.and_then(|place| place.label.as_deref());
            let called = label.or(party.and_then(|party| party.called()));
            let address = party.map(|party| party.address.as_str());
            let amount = unit.shown(step.amount);
            let lines = [called, address, Some(amount.as_str())];
            lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        Node::Transaction(passage) => passage.txid.to_string(),
        Node::End(place) => place.mix.unwrap_or(place.kind.name()).to_owned(),
    }
}

/// A quoted string: the language knows `\"` and takes other backslashes as they stand, but
/// for a few in captions, of which only the line's end is wanted.
pub(crate) fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| plain(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

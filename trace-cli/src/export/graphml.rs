//! The flow as GraphML, for Gephi, yEd and networkx (Brandes et al. 2002).

use std::io;

use petgraph::visit::EdgeRef;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::attribute::{self, ATTRIBUTES, Type};
use crate::document::{AsOf, Report};
use crate::flow;

/// Writes the graph of a report. Amounts over coins are `long`, in which all but sums under poison
/// fit.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn report(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    let flow = flow::of(report);
    let edge = [
        ("amount", Type::Whole),
        ("asset", Type::Text),
        ("chain", Type::Text),
    ];
    let mut xml = begin(
        to,
        &ATTRIBUTES,
        &edge,
        &report.as_of,
        [report.schema, report.policy],
    )?;
    for node in flow.node_weights() {
        let attributes = attribute::of(report, node);
        element(&mut xml, "node", &[("id", &node.id())], &attributes)?;
    }
    for edge in flow.edge_references() {
        let ends = [edge.source(), edge.target()].map(|end| flow.node_weight(end));
        let [Some(source), Some(target)] = ends else {
            continue;
        };
        let ends = [("source", &*source.id()), ("target", &*target.id())];
        element(
            &mut xml,
            "edge",
            &ends,
            &attribute::of_edge(report, *edge.weight()),
        )?;
    }
    end(xml)
}

pub(crate) type Xml<'a> = Writer<&'a mut dyn io::Write>;

/// Begins a graph with the attributes that its nodes and edges may have; of schema and policy
/// what they are.
pub(crate) fn begin<'a>(
    to: &'a mut dyn io::Write,
    nodes: &[(&str, Type)],
    edges: &[(&str, Type)],
    as_of: &AsOf,
    [schema, policy]: [&str; 2],
) -> io::Result<Xml<'a>> {
    let mut xml = Writer::new_with_indent(to, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("graphml");
    root.push_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    xml.write_event(Event::Start(root))?;
    for (of, attributes) in [("node", nodes), ("edge", edges)] {
        for (name, kind) in attributes {
            key(&mut xml, name, of, *kind)?;
        }
    }
    for name in ["schema", "as_of", "policy"] {
        key(&mut xml, name, "graph", Type::Text)?;
    }
    let mut graph = BytesStart::new("graph");
    graph.push_attribute(("id", "flow"));
    graph.push_attribute(("edgedefault", "directed"));
    xml.write_event(Event::Start(graph))?;
    let as_of = format!("{} {} {}", as_of.chain, as_of.height, as_of.hash);
    data(&mut xml, "schema", schema)?;
    data(&mut xml, "as_of", &as_of)?;
    data(&mut xml, "policy", policy)?;
    Ok(xml)
}

/// A node or an edge.
pub(crate) fn element(
    xml: &mut Xml<'_>,
    name: &str,
    ends: &[(&str, &str)],
    attributes: &[(&str, String)],
) -> io::Result<()> {
    let mut start = BytesStart::new(name);
    for end in ends {
        start.push_attribute(*end);
    }
    xml.write_event(Event::Start(start))?;
    for (name, value) in attributes {
        data(xml, name, value)?;
    }
    xml.write_event(Event::End(BytesEnd::new(name)))
}

pub(crate) fn end(mut xml: Xml<'_>) -> io::Result<()> {
    xml.write_event(Event::End(BytesEnd::new("graph")))?;
    xml.write_event(Event::End(BytesEnd::new("graphml")))?;
    xml.into_inner().write_all(b"\n")
}

fn key(xml: &mut Xml<'_>, name: &str, of: &str, kind: Type) -> io::Result<()> {
    let mut key = BytesStart::new("key");
    key.push_attribute(("id", name));
    key.push_attribute(("for", of));
    key.push_attribute(("attr.name", name));
    let kind = match kind {
        Type::Text => "string",
        Type::Whole => "long",
    };
    key.push_attribute(("attr.type", kind));
    xml.write_event(Event::Empty(key))
}

fn data(xml: &mut Xml<'_>, name: &str, value: &str) -> io::Result<()> {
    let mut start = BytesStart::new("data");
    start.push_attribute(("key", name));
    xml.write_event(Event::Start(start))?;
    // XML has no writing at all for most control characters.
    let value = crate::wording::plain(value);
    xml.write_event(Event::Text(BytesText::new(&value)))?;
    xml.write_event(Event::End(BytesEnd::new("data")))
}

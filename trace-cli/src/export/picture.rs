//! The flow as a picture shows it: an output is a box, a transaction a bar.

use std::collections::BTreeMap;

use petgraph::visit::EdgeRef;
use trace_core::taint::Direction;

use crate::document::{Amount, Destination, Kind, Report, Stage, Step, Unit};
use crate::flow;
use crate::picture::{
    Asset, Diagram, Fate, Flow, Legend, Node, Passage, Place, gaps, heading, short,
};

/// What a picture of a report shows.
pub(crate) fn diagram(report: &Report) -> Diagram {
    let verb = match report.direction {
        Direction::Forward => "went",
        Direction::Back => "came from",
    };
    let unit = Unit::coin(report.as_of.chain);
    let seeded = report.totals.iter().map(|totals| totals.seeded).sum();
    let mut diagram = Diagram {
        title: format!("Where {} {verb}", unit.shown(seeded)),
        heading: heading(report.policy, &report.as_of, report.conservation),
        assets: vec![Asset {
            unit: unit.name(),
            decimals: unit.decimals(),
            colour: "#b55a4c",
        }],
        legend: legend(report),
        gaps: gaps(&report.gaps, &report.limits_hit),
        reading: vec![
            "A box is an output, a bar a transaction, an arrow as wide as what went along."
                .to_owned(),
        ],
        ..Diagram::default()
    };
    let flow = flow::of(report);
    let sources = flow::sources(&flow);
    let mut drawn = BTreeMap::new();
    for index in flow.node_indices() {
        let node = match flow.node_weight(index) {
            Some(flow::Node::Output(step, place)) => Node::Box(Place {
                is_seed: sources.contains(&index),
                ..output(report, step, *place)
            }),
            Some(flow::Node::Transaction(passage)) => Node::Bar(Passage {
                name: passage.txid.to_string(),
                hint: format!("transaction {}", passage.txid),
                height: passage.height,
            }),
            Some(flow::Node::End(place)) if place.kind == Kind::Fee => {
                let fees = diagram.fees.entry((false, 0)).or_default();
                fees.add(place.amount.0);
                continue;
            }
            Some(flow::Node::End(place)) => {
                Node::Box(end(report, place, flow::ending(&flow, index)))
            }
            None => continue,
        };
        drawn.insert(index, diagram.graph.add_node(node));
    }
    for edge in flow.edge_references() {
        let ends = [edge.source(), edge.target()].map(|end| drawn.get(&end).copied());
        if let [Some(from), Some(to)] = ends {
            let along = Flow {
                asset: 0,
                amount: edge.weight().0,
                is_possible: false,
            };
            diagram.graph.add_edge(from, to, along);
        }
    }
    diagram
}

/// The kinds that occur, each with its sum.
fn legend(report: &Report) -> Vec<Legend> {
    let sums = report.totals.iter();
    sums.flat_map(|totals| totals.by_kind().iter().map(|sum| (totals.unit, sum)))
        .filter(|(_, (kind, sum))| *kind != Kind::Fee && !sum.is_zero())
        .map(|(unit, (kind, sum))| {
            let Fate { words, colours } = fate(report, *kind);
            Legend {
                asset: 0,
                colours,
                text: format!("{words}: {}", unit.shown(*sum)),
            }
        })
        .collect()
}

fn fate(report: &Report, kind: Kind) -> Fate {
    Fate::of_kind(kind, report.words(kind))
}

fn output(report: &Report, step: &Step, place: Option<&Destination>) -> Place {
    let unit = Unit::coin(report.as_of.chain);
    let label = place.and_then(|place| place.label.as_deref());
    let in_part =
        (step.amount < step.value()).then(|| format!("part of {}", unit.shown(step.value())));
    let lines = [
        step.party.as_ref().map(|party| party.address.clone()),
        Some(format!("output {}", step.outpoint)),
        step.position.map(|at| format!("block {}", at.height)),
        place.map(|place| report.words(place.kind).to_owned()),
        place.and_then(|place| place.why).map(str::to_owned),
    ];
    Place {
        otherwise: in_part.unwrap_or_default(),
        hint: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        amount: step.amount.0,
        ended: place.map(|place| (fate(report, place.kind), place.amount.0)),
        ..Place::of(label, step.party.as_deref())
    }
}

/// Where several outputs may have ended, `amount` of all.
fn end(report: &Report, place: &Destination, amount: Amount) -> Place {
    let mix = place.mix.map(|mix| format!("{mix} mix"));
    let at = place.hash().unwrap_or_default().to_string();
    Place {
        name: mix.unwrap_or_else(|| place.kind.name().to_owned()),
        below: short(&at, 12, 8),
        hint: format!("{}\ntransaction {at}", report.words(place.kind)),
        amount: amount.0,
        ended: Some((fate(report, place.kind), amount.0)),
        ..Place::default()
    }
}

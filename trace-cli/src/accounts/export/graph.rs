//! A report over accounts as a graph: accounts, what went from one to the other, and the places
//! at which value ended that are no accounts.

use std::collections::BTreeMap;

use crate::accounts::document::{Amount, Destination, Report, Step};
use crate::document::{Party, Stage, Unit};

/// A graph in which each arrival of tainted value is an edge of its own. Nodes are in the order of
/// their names, edges in that of the report.
pub(super) struct Graph<'a> {
    pub(super) nodes: BTreeMap<String, Node<'a>>,
    pub(super) edges: Vec<Edge<'a>>,
}

/// A node.
pub(super) enum Node<'a> {
    /// An account, and what ended there.
    Account(&'a Party, Vec<&'a Destination>),
    /// The fee, the destruction or the exchange of a transaction.
    End(&'a Destination),
}

/// Some of an asset that went from one node to another; of an exchange from an account to itself.
pub(super) struct Edge<'a> {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) unit: Unit,
    pub(super) amount: Amount,
    /// What it arrived by; `None` where it ended.
    pub(super) step: Option<&'a Step>,
}

impl Node<'_> {
    /// Every attribute of nodes that has a text.
    pub(super) const ATTRIBUTES: [&'static str; 7] = [
        "type",
        "kind",
        "address",
        "cluster",
        "label",
        "cluster_label",
        "ended",
    ];

    pub(super) fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes = Vec::new();
        let mut add = |name: &'static str, value: Option<&str>| {
            attributes.extend(value.map(|value| (name, value.to_owned())));
        };
        match self {
            Self::Account(party, places) => {
                add("type", Some("account"));
                add("address", Some(&party.address));
                add("cluster", party.cluster.as_deref());
                let label = places.iter().find_map(|place| place.label.as_deref());
                let own = party.label.as_ref().map(|(_, name)| name.as_str());
                add("label", label.or(own));
                let of_cluster = party.cluster_label.as_ref();
                add("cluster_label", of_cluster.map(|(_, name)| name.as_str()));
                let ended: Vec<String> = ended(places)
                    .into_iter()
                    .map(|((kind, Unit { asset, chain }), sum)| {
                        format!("{kind} {} {asset} {chain}", sum.0)
                    })
                    .collect();
                add(
                    "ended",
                    (!ended.is_empty()).then(|| ended.join("; ")).as_deref(),
                );
            }
            Self::End(place) => {
                add("type", Some("end"));
                add("kind", Some(place.kind.name()));
            }
        }
        attributes
    }
}

/// What ended at an account, by kind and asset.
fn ended(places: &[&Destination]) -> BTreeMap<(&'static str, Unit), Amount> {
    let mut ended = BTreeMap::new();
    for place in places {
        let sum: &mut Amount = ended.entry((place.kind.name(), place.unit())).or_default();
        *sum = sum.plus(place.amount);
    }
    ended
}

impl Edge<'_> {
    /// Every attribute of edges that has a text.
    pub(super) const ATTRIBUTES: [&'static str; 6] =
        ["amount", "asset", "chain", "arrival", "height", "via"];

    pub(super) fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes = vec![
            ("amount", self.amount.0.to_string()),
            ("asset", self.unit.asset.to_string()),
            ("chain", self.unit.chain.to_string()),
        ];
        if let Some(step) = self.step {
            let arrival = step.arrival.map(|arrival| ("arrival", arrival.to_string()));
            attributes.extend(arrival);
            let height = step.position.map(|at| ("height", at.height.to_string()));
            attributes.extend(height);
            attributes.push(("via", step.via().to_owned()));
        }
        attributes
    }
}

/// The graph of a report.
pub(super) fn of(report: &Report) -> Graph<'_> {
    let mut nodes: BTreeMap<String, Node<'_>> = BTreeMap::new();
    let mut edges = Vec::new();
    for step in report.steps.iter() {
        let to = step.party.address.clone();
        let parent = step.parent.and_then(|parent| report.steps.get(parent));
        if let Some(parent) = parent {
            edges.push(Edge {
                from: parent.party.address.clone(),
                to: to.clone(),
                unit: Unit {
                    asset: step.asset,
                    chain: report.as_of.chain,
                },
                amount: step.amount,
                step: Some(step),
            });
        }
        nodes
            .entry(to)
            .or_insert_with(|| Node::Account(&step.party, Vec::new()));
    }
    for place in &report.destinations {
        let Some(party) = place.party() else {
            continue;
        };
        if place.ended.is_none() {
            if let Some(Node::Account(_, places)) = nodes.get_mut(&party.address) {
                places.push(place);
            }
            continue;
        }
        let end = match (place.hash(), place.height()) {
            (Some(hash), _) => format!("{}:{hash}", place.kind.name()),
            // What moved behind a block's transactions.
            (None, height) => {
                format!("{}:block {}", place.kind.name(), height.unwrap_or_default())
            }
        };
        edges.push(Edge {
            from: party.address.clone(),
            to: end.clone(),
            unit: place.unit(),
            amount: place.amount,
            step: None,
        });
        nodes.entry(end).or_insert(Node::End(place));
    }
    Graph { nodes, edges }
}

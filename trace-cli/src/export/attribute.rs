//! What there is to say of a node of a flow, as names and values.

use crate::document::{Amount, Destination, Party, Report, Unit};
use crate::flow::Node;

/// What a value is, for formats that declare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Whole,
}

/// Every attribute a node can have, in the order in which they are declared.
pub(super) const ATTRIBUTES: [(&str, Type); 16] = [
    ("type", Type::Text),
    ("name", Type::Text),
    ("kind", Type::Text),
    ("address", Type::Text),
    ("cluster", Type::Text),
    ("label", Type::Text),
    ("cluster_label", Type::Text),
    ("arrival", Type::Text),
    ("transaction", Type::Text),
    ("height", Type::Whole),
    ("value", Type::Whole),
    ("amount", Type::Whole),
    ("asset", Type::Text),
    ("chain", Type::Text),
    ("mix", Type::Text),
    ("why", Type::Text),
];

/// The attributes of an edge along which so much went.
pub(super) fn of_edge(report: &Report, amount: Amount) -> Vec<(&'static str, String)> {
    let Unit { asset, chain } = Unit::coin(report.as_of.chain);
    vec![
        ("amount", amount.0.to_string()),
        ("asset", asset.to_string()),
        ("chain", chain.to_string()),
    ]
}

/// The attributes that a node has.
pub(super) fn of(report: &Report, node: &Node<'_>) -> Vec<(&'static str, String)> {
    let mut attributes = Attributes(Vec::new());
    match node {
        Node::Output(step, place) => {
            attributes.add("type", Some("output"));
            let party = step.party.as_deref();
            let called = place.and_then(|place| place.label.as_deref());
            let called = called.or(party.and_then(Party::called));
            let address = party.map(|party| party.address.as_str());
            attributes.add("name", called.or(address));
            attributes.party(party);
            if let Some(place) = place {
                attributes.place(place);
            }
            attributes.add("arrival", Some(step.outpoint));
            attributes.add("height", step.position.map(|at| at.height));
            attributes.add("value", Some(step.value_sat));
            let Unit { asset, chain } = Unit::coin(report.as_of.chain);
            attributes.add("amount", Some(step.amount.0));
            attributes.add("asset", Some(asset));
            attributes.add("chain", Some(chain));
        }
        Node::Transaction(passage) => {
            attributes.add("type", Some("transaction"));
            attributes.add("name", Some(passage.txid));
            attributes.add("transaction", Some(passage.txid));
            attributes.add("height", passage.height);
        }
        Node::End(place) => {
            attributes.add("type", Some("end"));
            attributes.add("name", Some(place.mix.unwrap_or(place.kind.name())));
            attributes.place(place);
            attributes.add("transaction", place.hash());
        }
    }
    attributes.0
}

struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    fn add(&mut self, name: &'static str, value: Option<impl ToString>) {
        self.0.extend(value.map(|value| (name, value.to_string())));
    }

    fn party(&mut self, party: Option<&Party>) {
        self.add("address", party.map(|party| party.address.as_str()));
        self.add("cluster", party.and_then(|party| party.cluster.as_deref()));
        let label = party.and_then(|party| party.label.as_ref());
        self.add("label", label.map(|(_, name)| name.as_str()));
        let of_cluster = party.and_then(|party| party.cluster_label.as_ref());
        self.add("cluster_label", of_cluster.map(|(_, name)| name.as_str()));
    }

    fn place(&mut self, place: &Destination) {
        self.add("kind", Some(place.kind.name()));
        self.add("mix", place.mix);
        self.add("why", place.why);
    }
}

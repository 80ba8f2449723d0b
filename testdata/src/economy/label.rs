//! What an investigator would know: some addresses of the services, and who says so.

use std::fmt::Write;

use super::book::address_text;
use super::draft::Place;
use super::world::World;

/// The categories at which following stops.
pub const STOP_CATEGORIES: [&str; 3] = ["exchange", "gambling", "payment_processor"];

/// An address of which somebody says whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The address.
    pub address: String,
    /// Whose it is said to be.
    pub label: String,
    /// What they are, in the words of the TagPack taxonomy.
    pub category: String,
    /// Who says so.
    pub source: String,
    /// How sure that is, in the words of the TagPack taxonomy.
    pub confidence: String,
}

/// Some of the services' addresses. Not all: some deposit addresses and every invoice are
/// unlabelled, and following goes on through them.
pub(super) fn labels(world: &mut World) -> Vec<Label> {
    const RESERVES: (&str, &str) = ("https://northgate.example/reserves", "service_data");
    const TEST: (&str, &str) = ("test purchase", "manual_transaction");
    const ORDER: (&str, &str) = ("reply to a production order", "authority_data");
    let mut labels = Vec::new();
    let mut add = |place: Place, label: &str, category: &str, (source, confidence)| {
        let script = place.lock.script();
        labels.push(Label {
            address: address_text(script.as_bytes()).expect("a service can spend its coins"),
            label: label.to_owned(),
            category: category.to_owned(),
            source: String::from(source),
            confidence: String::from(confidence),
        });
    };
    for purse in ["northgate/hot", "northgate/cold"] {
        add(world.place(purse), "Northgate", "exchange", RESERVES);
    }
    for customer in ["alice", "bob", "oscar", "quinn"] {
        let place = World::place_for("northgate/deposits", customer);
        add(place, "Northgate", "exchange", ORDER);
    }
    add(world.place("kestrel/hot"), "Kestrel", "exchange", TEST);
    for customer in ["oscar", "trent"] {
        let place = World::place_for("kestrel/deposits", customer);
        add(place, "Kestrel", "exchange", ORDER);
    }
    add(world.place("luckydip/hot"), "Lucky Dip", "gambling", TEST);
    let tillpay = world.place("tillpay/hot");
    add(tillpay, "Tillpay", "payment_processor", TEST);
    let pool = world.place("deepshaft/reward");
    add(pool, "Deepshaft", "miner", RESERVES);
    labels
}

/// The labels as CSV with a header: address, label, category, source.
pub fn csv(labels: &[Label]) -> String {
    let mut text = String::from("address,label,category,source\n");
    for label in labels {
        let Label {
            address,
            label,
            category,
            source,
            ..
        } = label;
        // No value holds a comma or a quotation mark, so none needs quoting.
        let _ = writeln!(text, "{address},{label},{category},{source}");
    }
    text
}

/// The same as a TagPack.
pub fn tag_pack(labels: &[Label]) -> String {
    let mut text = String::from(
        "title: Services of the scripted economy\n\
         creator: trace\n\
         description: Some addresses of the services in testdata/economy\n\
         currency: BTC\n\
         network: BTC\n\
         lastmod: 2023-11-16\n\
         is_public: true\n\
         tags:\n",
    );
    for label in labels {
        let _ = write!(
            text,
            "  - address: {}\n    label: {}\n    category: {}\n    source: {}\n    confidence: {}\n",
            label.address, label.label, label.category, label.source, label.confidence
        );
    }
    text
}

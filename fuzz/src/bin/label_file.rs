//! A list of labels, as comma-separated values and as a TagPack.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trace_core::label::{Labels, csv_list, tag_pack};
use trace_core::model::BitcoinNetwork;

const ENTRIES_MAX: usize = 10_000;

fuzz_target!(|bytes: &[u8]| {
    let network = BitcoinNetwork::Regtest;
    let mut labels = Labels::default();
    // An error is as good as labels; only to fall over is not.
    let _ = csv_list(&mut labels, "list", bytes, network, ENTRIES_MAX);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = tag_pack(&mut labels, "list", text, network, ENTRIES_MAX);
    }
    for label in labels.all() {
        assert!(!labels.of(&label.address).is_empty());
    }
});

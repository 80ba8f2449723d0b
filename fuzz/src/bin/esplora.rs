//! A transaction as an Esplora server tells it, or flat, or either as a line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use trace_core::normalise::{esplora_transaction, flat_transaction, transaction_line};

fuzz_target!(|json: &[u8]| {
    let (told, flat) = (esplora_transaction(json), flat_transaction(json));
    let line = transaction_line(json);
    // A line is what one of the two shapes makes of it.
    if let Ok(line) = line {
        let told = told.is_ok_and(|told| told == line);
        assert!(told || flat.is_ok_and(|flat| flat == line.transaction));
    }
});

//! The words of events.

use trace_core::model::account::{Address, Log, U256};

/// The words of 32 bytes that data is made of; `None` where it is not.
pub(super) fn words(log: &Log) -> Option<Vec<U256>> {
    let (words, rest) = log.data.as_chunks::<32>();
    let words = words.iter().map(|word| U256::from_be_bytes(*word));
    rest.is_empty().then(|| words.collect())
}

/// The address that a word is; `None` where it is none.
pub(super) fn address(word: &[u8; 32]) -> Option<Address> {
    let (padding, address) = word.split_last_chunk::<20>().map(|(p, a)| (p, *a))?;
    let is_address = padding.iter().all(|byte| *byte == 0);
    is_address.then(|| Address::from(address))
}

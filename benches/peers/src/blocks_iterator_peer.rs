//! `blocks_iterator`: ordered blocks with prevouts, in memory.

use std::path::Path;

use blocks_iterator::{Config, iter};

use crate::Failure;

pub(crate) fn run(folder: &Path) -> Result<String, Failure> {
    let config = Config::new(folder, blocks_iterator::bitcoin::Network::Bitcoin);
    let (mut transactions, mut fees_sat) = (0_u64, 0_u64);
    for block in iter(config) {
        transactions += block.iter_tx().count() as u64;
        fees_sat += block.fee().unwrap_or_default();
    }
    Ok(format!("transactions {transactions}\nfees_sat {fees_sat}"))
}

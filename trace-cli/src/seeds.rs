//! From what was typed to what is followed.

use trace_core::model::{Address, BitcoinNetwork, OutPoint, Txid};
use trace_core::taint::Seed;

use crate::document::{SeedKind, SeedName};
use crate::failure::Failure;

/// Reads seeds. An outpoint is `TXID:VOUT`, a transaction `TXID`, and all else an address.
///
/// # Errors
/// Names the first text that is none of them.
pub(crate) fn read(
    texts: &[String],
    network: BitcoinNetwork,
    from_height: u32,
) -> Result<(Vec<Seed>, Vec<SeedName>), Failure> {
    let mut seeds = Vec::new();
    let mut names = Vec::new();
    for text in texts {
        let (seed, kind) = read_one(text, network, from_height)?;
        seeds.push(seed);
        names.push(SeedName {
            text: text.clone(),
            kind,
        });
    }
    Ok((seeds, names))
}

fn read_one(
    text: &str,
    network: BitcoinNetwork,
    from_height: u32,
) -> Result<(Seed, SeedKind), Failure> {
    if let Ok(txid) = text.parse::<Txid>() {
        return Ok((Seed::Transaction(txid), SeedKind::Transaction));
    }
    if let Ok(outpoint) = text.parse::<OutPoint>() {
        return Ok((Seed::Output(outpoint), SeedKind::Outpoint));
    }
    let address = Address::parse(text, network).map_err(|error| {
        let shown = crate::wording::plain(&error.to_string());
        Failure::Asked(format!(
            "{shown}; a seed is an outpoint (TXID:VOUT), a transaction (TXID) or an address"
        ))
    })?;
    let seed = Seed::Address {
        address,
        from_height,
    };
    Ok((seed, SeedKind::Address))
}

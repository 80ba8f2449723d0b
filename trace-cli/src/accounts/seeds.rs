//! From what was typed to what is followed.

use trace_core::model::account::{Asset, B256, parse_address};
use trace_core::taint::account::Seed;

use crate::document::{SeedKind, SeedName};
use crate::failure::Failure;
use crate::wording::plain;

/// Digits of a transaction's hash, with its prefix.
const HASH_LENGTH: usize = 2 + 64;

/// Reads seeds. A transfer is `HASH:INDEX`, a transaction `HASH`, an account `ADDRESS`, and an
/// account in one asset `ADDRESS/ASSET`.
///
/// # Errors
/// Names the first text that is none of them.
pub(super) fn read(
    texts: &[String],
    from_height: u32,
) -> Result<(Vec<Seed>, Vec<SeedName>), Failure> {
    let mut seeds = Vec::new();
    let mut names = Vec::new();
    for text in texts {
        let (seed, kind) = read_one(text, from_height)?;
        seeds.push(seed);
        names.push(SeedName {
            text: text.clone(),
            kind,
        });
    }
    Ok((seeds, names))
}

fn read_one(text: &str, from_height: u32) -> Result<(Seed, SeedKind), Failure> {
    let (name, index) = match text.split_once(':') {
        Some((name, index)) => (name, Some(index)),
        None => (text, None),
    };
    if name.len() == HASH_LENGTH
        && let Some(hash) = hash(name)
    {
        return match index.map(str::parse) {
            None => Ok((Seed::Transaction(hash), SeedKind::Transaction)),
            Some(Ok(index)) => {
                let seed = Seed::Transfer {
                    transaction: hash,
                    index,
                };
                Ok((seed, SeedKind::Transfer))
            }
            Some(Err(_)) => Err(refused(text, "behind the colon stands no number")),
        };
    }
    let (address, asset) = match text.split_once('/') {
        Some((address, asset)) => (address, Some(asset)),
        None => (text, None),
    };
    let address = parse_address(address).map_err(|error| refused(text, &error.to_string()))?;
    let asset = asset.map(str::parse::<Asset>).transpose();
    let seed = Seed::Account {
        address,
        asset: asset.map_err(|error| refused(text, &error.to_string()))?,
        from_height,
    };
    Ok((seed, SeedKind::Address))
}

/// A transaction's hash, with its prefix.
pub(super) fn hash(text: &str) -> Option<B256> {
    text.starts_with("0x").then(|| text.parse().ok()).flatten()
}

fn refused(text: &str, why: &str) -> Failure {
    Failure::Asked(plain(&format!(
        "{text:?}: {why}; a seed is a transaction (HASH), a transfer of it (HASH:INDEX), an address \
         or an address in one asset (ADDRESS/native, ADDRESS/TOKEN, ADDRESS/TOKEN/ID)"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_seed_is_refused_and_named() {
        let hash = format!("0x{}", "ab".repeat(32));
        let address = format!("0x{}", "cd".repeat(20));
        let read = |text: &str| read_one(text, 7);
        assert_eq!(read(&hash).unwrap().1, SeedKind::Transaction);
        assert_eq!(read(&format!("{hash}:3")).unwrap().1, SeedKind::Transfer);
        for good in [
            address.clone(),
            format!("{address}/native"),
            format!("{address}/{address}/5"),
        ] {
            assert_eq!(read(&good).unwrap().1, SeedKind::Address, "{good}");
        }
        let bad = [
            String::new(),
            format!("{hash}:"),
            format!("{hash}:-1"),
            format!("{hash}:4294967296"),
            format!("{address}:1"),
            format!("{address}/gold"),
            hash.replace("0x", ""),
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa".to_owned(),
        ];
        for text in bad {
            let Err(Failure::Asked(why)) = read(&text) else {
                panic!("{text} was taken for a seed");
            };
            assert!(why.contains(&text), "{why}");
        }
    }
}

//! Reads what a chain of accounts begins with.

use std::fs::File;
use std::io::Read;

use trace_core::normalise::evm::Genesis;

use crate::arguments::GenesisFile;
use crate::failure::Failure;
use crate::wording::plain;

/// Reads the file, if one is named.
///
/// # Errors
/// When it cannot be read, is too large, or is no genesis file.
pub(crate) fn read(arguments: &GenesisFile) -> Result<Option<Genesis>, Failure> {
    let Some(path) = &arguments.genesis else {
        return Ok(None);
    };
    let refused = |why: &str| Failure::Asked(plain(&format!("{}: {why}", path.display())));
    let file = File::open(path).map_err(|error| Failure::file(path, error))?;
    let mut text = Vec::new();
    file.take(arguments.genesis_bytes_max.saturating_add(1))
        .read_to_end(&mut text)
        .map_err(|error| Failure::file(path, error))?;
    if text.len() as u64 > arguments.genesis_bytes_max {
        return Err(refused("longer than --genesis-bytes-max allows"));
    }
    let genesis = Genesis::read(&text);
    genesis
        .map(Some)
        .map_err(|error| refused(&error.to_string()))
}

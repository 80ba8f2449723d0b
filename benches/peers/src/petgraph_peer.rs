//! `petgraph`'s union-find over the same pairs.

use std::path::Path;

use petgraph::unionfind::UnionFind;

use crate::{Failure, mapped};

pub(crate) fn run(edges: &Path) -> Result<String, Failure> {
    let bytes = mapped(edges)?;
    let mut words = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word));
    let vertices = words.next().ok_or("an empty file")?;
    let mut sets = UnionFind::<u32>::new(vertices as usize);
    let mut unions = 0_u64;
    while let (Some(a), Some(b)) = (words.next(), words.next()) {
        unions += u64::from(sets.union(a, b));
    }
    Ok(format!(
        "vertices {vertices}\ncomponents {}",
        u64::from(vertices) - unions
    ))
}

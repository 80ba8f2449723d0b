//! Joins pairs of numbers and nothing else: what other tools do with them.

use std::fs;

use trace_core::cluster::Partition;
use trace_core::model::AddressId;

use super::Workload;
use crate::figures::Figures;

/// Joins the pairs of `edges.u32`.
pub const WORKLOAD: Workload = Workload {
    name: "join-edges",
    run: |folder, _| {
        let bytes = fs::read(folder.join("edges.u32"))?;
        let words = bytes.as_chunks::<4>().0.iter();
        let mut words = words.map(|word| u32::from_le_bytes(*word));
        let vertices = words.next().ok_or("an empty file")?;
        let mut figures = Figures::default();
        let (pairs, unions) = figures.time("all", || {
            let mut partition = Partition::new(vertices);
            let (mut pairs, mut unions) = (0_u64, 0_u64);
            while let (Some(a), Some(b)) = (words.next(), words.next()) {
                pairs += 1;
                unions += u64::from(partition.join(AddressId(a), AddressId(b)));
            }
            Ok((pairs, unions))
        })?;
        figures.note("pairs", pairs);
        figures.note("vertices", u64::from(vertices));
        figures.note("components", u64::from(vertices) - unions);
        Ok(figures)
    },
};

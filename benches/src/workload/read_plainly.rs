//! Reads the files from end to end and looks at nothing: what the disk alone costs.

use std::fs::{self, File};
use std::io::Read as _;

use super::Workload;
use crate::figures::Figures;

/// Reads every block and undo file.
pub const WORKLOAD: Workload = Workload {
    name: "read-plainly",
    run: |folder, _| {
        let mut figures = Figures::default();
        let bytes = figures.time("all", || {
            let mut buffer = vec![0; 1 << 20];
            let mut bytes = 0_u64;
            for entry in fs::read_dir(folder.join("blocks"))? {
                let mut file = File::open(entry?.path())?;
                loop {
                    match file.read(&mut buffer)? {
                        0 => break,
                        read => bytes += read as u64,
                    }
                }
            }
            Ok(bytes)
        })?;
        figures.note("bytes", bytes);
        Ok(figures)
    },
};

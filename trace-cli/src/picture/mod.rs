//! A picture of the flow: from the seeds at the left to where the value is at the right.
//!
//! What holds value is a box, a transaction a bar, and the wider an arrow the more went along it.
//! Nothing is computed with fractions: the same diagram is the same picture everywhere.

mod caption;
mod coordinates;
mod diagram;
mod draw;
mod fold;
mod layers;
mod spread;
mod svg;
#[cfg(test)]
pub(crate) mod tests;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(crate) use diagram::{
    Asset, Diagram, Fate, Flow, Legend, Node, Passage, Place, gaps, heading, short,
};

use crate::failure::Failure;

/// Draws a diagram as SVG, with at most `boxes_max` boxes. What is too small to be drawn then
/// is folded together and its sum stated.
///
/// # Errors
/// When the bytes cannot be written.
pub(crate) fn svg(diagram: &Diagram, boxes_max: usize, to: &mut dyn io::Write) -> io::Result<()> {
    let scene = fold::scene(diagram, boxes_max);
    let layers = layers::of(&scene);
    let plan = coordinates::of(&scene, &layers);
    draw::svg(diagram, &scene, &plan, to)
}

/// Draws a diagram into a file.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn into_file(diagram: &Diagram, boxes_max: usize, path: &Path) -> Result<(), Failure> {
    let write = || {
        let mut file = BufWriter::new(File::create(path)?);
        svg(diagram, boxes_max, &mut file)?;
        file.flush()
    };
    write().map_err(|error| Failure::file(path, error))
}

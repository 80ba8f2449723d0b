//! What is written in a way of its own over accounts.

mod dot;
mod graph;
mod graphml;
mod picture;
mod place;

use std::io;

use super::document::{Report, Step};
use crate::export::Drawn;
use crate::picture::Diagram;

impl Drawn for Step {
    fn places(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        place::destinations(report, to)?;
        place::transactions(report, to)
    }

    fn graphml(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        graphml::report(report, to)
    }

    fn dot(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        dot::report(report, to)
    }

    fn diagram(report: &Report) -> Diagram {
        picture::diagram(report)
    }
}

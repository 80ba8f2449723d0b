//! What is written in a way of its own over accounts.

mod dot;
mod graph;
mod graphml;
mod picture;
mod way;

use std::io;

use super::document::{Report, Step};
use crate::document::Path;
use crate::export::Drawn;
use crate::picture::Diagram;

impl Drawn for Step {
    const WAYS: &str = "A way is told by the accounts on it and by the blocks in which it came to \
        them. Where an\naccount exchanged one asset for another the way says so.";

    fn way(path: &Path<Self>) -> Vec<String> {
        way::way(path)
    }

    fn transactions(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
        way::transactions(report, to)
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

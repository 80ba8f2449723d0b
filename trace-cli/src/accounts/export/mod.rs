//! What is written in a way of its own over accounts.

mod dot;
mod graph;
mod graphml;
mod picture;
#[cfg(test)]
mod tests;
mod way;

use std::io;

use trace_core::taint::Direction;

use super::document::{Report, Step};
use crate::document::Path;
use crate::export::Drawn;
use crate::picture::Diagram;

impl Drawn for Step {
    fn ways(direction: Direction) -> &'static str {
        match direction {
            Direction::Forward => {
                "A way is told by the accounts on it and by the blocks in which it came to them. Where an
\
                 account exchanged one asset for another the way says so."
            }
            Direction::Back => {
                "A way is told from the seed back by the accounts on it and by the blocks in which it left
\
                 them. Where an account exchanged one asset for another the way says so."
            }
        }
    }

    fn by(direction: Direction) -> &'static str {
        match direction {
            Direction::Forward => "by",
            Direction::Back => "left by",
        }
    }

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

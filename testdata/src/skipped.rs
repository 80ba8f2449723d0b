//! A test that cannot run here says so.

use std::io::{self, Write as _};

/// Says on stderr that something was skipped, and why. Not by `eprintln!`, which a test that
/// passes keeps to itself.
pub(crate) fn say(why: &str) {
    // Nobody is left to be told that it could not be said.
    let _ = writeln!(io::stderr(), "skipped: {why}");
}

//! What is said on standard error while a command works.

use std::borrow::Cow;

use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Says things on standard error, or keeps quiet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    quiet: bool,
}

impl Talk {
    /// With `verbose` it is also told what nodes are asked and why. Only this program's own
    /// words are shown, never those of the libraries it uses: those do not know what a
    /// credential is.
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        if verbose {
            let ours = Targets::new()
                .with_target("trace", LevelFilter::DEBUG)
                .with_target("trace_core", LevelFilter::DEBUG);
            let lines = tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(false);
            tracing_subscriber::registry().with(ours).with(lines).init();
        }
        Self { quiet }
    }

    /// A remark.
    pub(crate) fn say(self, remark: impl std::fmt::Display) {
        if !self.quiet {
            eprintln!("trace: {remark}");
        }
    }

    /// A bar for work of a known length, shown on a terminal only.
    pub(crate) fn bar(self, length: u64, noun: &'static str) -> ProgressBar {
        if self.quiet {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length);
        // The template is a constant that is tried by every test with a bar.
        if let Ok(style) = ProgressStyle::with_template(
            "{msg} [{bar:30}] {human_pos} of {human_len}, {per_sec}, {eta} left",
        ) {
            bar.set_style(style);
        }
        bar.set_message(Cow::Borrowed(noun));
        bar
    }
}

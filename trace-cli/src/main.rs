//! `trace`: follows coins on chain and shows its working.

mod arguments;
mod cluster_names;
mod document;
mod export;
mod flow;
mod wording;

fn main() {}

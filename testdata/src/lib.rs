//! What the tests of every crate share. Not published.

pub mod scenario;

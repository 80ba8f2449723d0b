//! A node that does not tell the truth.

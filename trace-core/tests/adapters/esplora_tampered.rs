//! A server that does not tell the truth.

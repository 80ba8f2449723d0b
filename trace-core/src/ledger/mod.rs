//! The chain on disk: append-only columns, memory-mapped.

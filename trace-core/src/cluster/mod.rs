//! Which addresses have one owner, and why.

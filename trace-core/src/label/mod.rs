//! What people say of addresses, and who says it.

//! Folders for tests.

/// A folder that goes away with the test, in memory where there is such a thing: thousands of
/// syncs on a disk that others use take minutes.
pub(crate) fn folder() -> tempfile::TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).unwrap()
}

//! Why stored clusters are not used.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::BlockRef;

/// Why clusters cannot be taken up again, or not be stored. They can always be made anew from
/// the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// Nothing was stored yet.
    #[error("no clusters are stored")]
    Nothing,
    /// Somebody else uses the folder.
    #[error("{} is in use by another process", .dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// The file does not begin as such a file does.
    #[error("these are no stored clusters")]
    NotClusters,
    /// They are of another format.
    #[error("stored clusters of format {0}, of which this version knows nothing")]
    Version(u32),
    /// The links were made otherwise.
    #[error("the links were made by {0:?}")]
    MadeBy(String),
    /// The links were made by a rule that is unknown or has changed since.
    #[error("the links were made by {name}, version {version}, which is not known")]
    UnknownRule {
        /// Its name.
        name: String,
        /// Its version.
        version: u16,
    },
    /// The links are those of another branch.
    #[error("the links end with block {} at height {}, which is not of this branch", .0.hash, .0.height)]
    OtherBranch(BlockRef),
    /// The bytes are not those that were written.
    #[error("damaged: {0}")]
    Damaged(&'static str),
    /// The folder holds the links of other clusters, and these cannot be added to them.
    #[error("the folder holds the links of other clusters")]
    OtherClusters,
    /// The system refused something.
    #[error("{}: {why}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's word for it.
        why: String,
    },
}

impl StoredError {
    /// The error for what the system said of `path`.
    pub(super) fn system(path: &Path, error: &io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            why: error.to_string(),
        }
    }
}

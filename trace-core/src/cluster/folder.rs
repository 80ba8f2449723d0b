//! Clusters kept in a folder and taken up again.
//!
//! | file | what |
//! |---|---|
//! | `links` | the links in the order in which they joined, 12 bytes each; only grows |
//! | `notes` | what the maker of the links needs to go on; only grows |
//! | `basis` | what they were made from, and how much of the two counts; replaced as a whole |
//! | `lock` | empty; whoever uses the folder holds a lock on it |
//!
//! `docs/ledger-format.md` gives every byte. All of it can be made again from the ledger, so
//! whatever does not fit is refused, never mended. The partition is not stored: joining the
//! links again makes it, and shows that each of them joined something.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use super::appended::Appended;
use super::basis::{LINK_BYTES, Stored};
use super::packing::PackedLink;
use super::{Basis, Clusters, Forest, Partition, StoredError};
use crate::claim::{Link, Rule};
use crate::model::{AddressId, BlockRef};

const LINKS: &str = "links";
const NOTES: &str = "notes";
const BASIS: &str = "basis";
/// The basis while it is being written.
const UNFINISHED: &str = "basis.unfinished";
const LOCK: &str = "lock";
/// The longest basis that is read. A chain of 10¹² transactions needs a sixteenth of it.
const BASIS_BYTES_MAX: u64 = 16 << 20;

/// The links of clusters, in a folder that nobody else uses meanwhile.
///
/// A crash at any point leaves what was saved last. Where something stored was not taken up
/// and is replaced, a crash before the first save leaves nothing.
#[derive(Debug)]
pub struct ClusterFolder {
    dir: PathBuf,
    links: Appended,
    notes: Appended,
    /// What was taken up or saved; until then what is in the files does not count.
    stored: Option<Stored>,
    _lock: File,
}

impl ClusterFolder {
    /// Opens a folder, making it where it is not there. What is stored in it stays until it is
    /// taken up, or replaced by what is saved without that.
    ///
    /// # Errors
    /// When another process uses the folder, or the system refuses.
    pub fn open(dir: &Path) -> Result<Self, StoredError> {
        fs::create_dir_all(dir).map_err(|error| StoredError::system(dir, &error))?;
        let path = dir.join(LOCK);
        let lock = File::create(&path).map_err(|error| StoredError::system(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoredError::InUse {
                    dir: dir.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(StoredError::system(&path, &error)),
        }
        Ok(Self {
            links: Appended::open(dir.join(LINKS))?,
            notes: Appended::open(dir.join(NOTES))?,
            dir: dir.to_owned(),
            stored: None,
            _lock: lock,
        })
    }

    /// Takes up what is stored, for a view of `address_count` addresses, and says after which
    /// block to go on. `is_on_branch` says whether that block is one of the view's.
    ///
    /// The clusters come without the links that made them; [`ClusterFolder::links`] has those.
    ///
    /// Cost: reads the links once and joins them. Memory: that of the partition and of a basis
    /// of at most 16 MiB, whatever the files say.
    ///
    /// # Errors
    /// When nothing is stored; when it is damaged, of another branch, or made otherwise than by
    /// `made_by` and `rules`; when the system refuses. What is saved then begins anew.
    pub fn take_up(
        &mut self,
        address_count: u32,
        made_by: &str,
        rules: &[Rule],
        is_on_branch: impl FnOnce(BlockRef) -> bool,
    ) -> Result<(Clusters, BlockRef), StoredError> {
        self.stored = None;
        let stored = Stored::from_bytes(&self.read_basis()?, made_by, rules)?;
        let as_of = stored.basis.as_of;
        if !is_on_branch(as_of) {
            return Err(StoredError::OtherBranch(as_of));
        }
        let partition = self.joined(&stored, address_count)?;
        if !self.notes.check(stored.notes, |_| Ok(()))? {
            return Err(StoredError::Damaged("the notes are not those written"));
        }
        // A save that did not come to its end left something behind.
        self.links.cut(stored.links)?;
        self.notes.cut(stored.notes)?;
        self.stored = Some(stored);
        Ok((Clusters::of_partition(partition), as_of))
    }

    /// What was taken up does not count after all: what is saved then begins anew.
    pub fn begin_anew(&mut self) {
        self.stored = None;
    }

    /// Appends links that joined and notes, and says what all of it was made from. Returns once
    /// that is durable. Where nothing was taken up or saved before, what is stored is replaced.
    ///
    /// # Errors
    /// What the system says. What was taken up or saved before then still counts.
    ///
    /// # Panics
    /// At more than 256 different rules, which are part of the program and not of its data.
    pub fn save(&mut self, basis: Basis, links: &Forest, notes: &[u8]) -> Result<(), StoredError> {
        let mut next = if let Some(stored) = &self.stored {
            Stored {
                basis,
                ..stored.clone()
            }
        } else {
            self.remove_basis()?;
            Stored::empty(basis)
        };
        let packing = &mut next.packing;
        next.links = self.links.append(next.links, |into| {
            links
                .iter()
                .try_for_each(|link| into.write_all(&to_bytes(packing.pack(link))))
        })?;
        next.notes = self
            .notes
            .append(next.notes, |into| into.write_all(notes))?;
        self.replace_basis(&next)?;
        self.stored = Some(next);
        Ok(())
    }

    /// Links taken up or saved.
    pub fn len(&self) -> u64 {
        let stored = self.stored.as_ref();
        stored.map_or(0, |stored| stored.packing.count)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The links that were taken up or saved, in the order in which they joined. They are read
    /// one after the other and never all held.
    ///
    /// # Errors
    /// What the system says, at once or in place of a link; nothing comes after that.
    pub fn links(
        &self,
    ) -> Result<impl Iterator<Item = Result<Link, StoredError>> + '_, StoredError> {
        let stored = self.stored.as_ref();
        let extent = stored.map(|stored| stored.links).unwrap_or_default();
        let mut from = self.links.read(extent)?;
        let mut unpacking = stored.map(|stored| stored.packing.unpacking());
        let mut left = self.len();
        Ok(std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            match next_link(&mut from) {
                Ok(packed) => {
                    let link = unpacking.as_mut()?.link(packed);
                    Some(link.ok_or(StoredError::Damaged("a link by no rule")))
                }
                Err(error) => {
                    left = 0;
                    Some(Err(self.links.error(&error)))
                }
            }
        }))
    }

    /// The notes that were taken up or saved, one behind the other.
    ///
    /// # Errors
    /// What the system says.
    pub fn notes(&self) -> Result<impl Read + use<>, StoredError> {
        let stored = self.stored.as_ref();
        let extent = stored.map(|stored| stored.notes).unwrap_or_default();
        self.notes.read(extent)
    }

    fn read_basis(&self) -> Result<Vec<u8>, StoredError> {
        let path = self.dir.join(BASIS);
        let mut bytes = Vec::new();
        let read = File::open(&path)
            .and_then(|file| file.take(BASIS_BYTES_MAX + 1).read_to_end(&mut bytes));
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoredError::Nothing),
            Err(error) => Err(StoredError::system(&path, &error)),
            Ok(length) if length as u64 > BASIS_BYTES_MAX => {
                Err(StoredError::Damaged("the basis is too long"))
            }
            Ok(_) => Ok(bytes),
        }
    }

    /// The partition that the links make; each of them must join something.
    fn joined(&self, stored: &Stored, address_count: u32) -> Result<Partition, StoredError> {
        let count = stored.packing.count;
        // As many links as addresses cannot all join something. This is said before any is read.
        if count > 0 && count >= u64::from(address_count) {
            return Err(StoredError::Damaged("more links than addresses to join"));
        }
        let rules = stored.packing.rules.len();
        let mut partition = Partition::new(address_count);
        let is_whole = self.links.check(stored.links, |mut from| {
            for _ in 0..count {
                let [a, b, tail] = next_link(&mut from).map_err(|error| match error.kind() {
                    io::ErrorKind::UnexpectedEof => StoredError::Damaged("there are too few links"),
                    _ => self.links.error(&error),
                })?;
                if a.max(b) >= address_count {
                    return Err(StoredError::Damaged("a link of an address that is unknown"));
                }
                if rules <= (tail >> 24) as usize {
                    return Err(StoredError::Damaged("a link by no rule"));
                }
                if !partition.join(AddressId(a), AddressId(b)) {
                    return Err(StoredError::Damaged("a link that joins nothing"));
                }
            }
            Ok(())
        })?;
        if !is_whole {
            return Err(StoredError::Damaged("the links are not those written"));
        }
        partition.flatten();
        Ok(partition)
    }

    /// From now on nothing in the other files counts.
    fn remove_basis(&self) -> Result<(), StoredError> {
        let path = self.dir.join(BASIS);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoredError::system(&path, &error))
            }
            _ => self.sync_names(),
        }
    }

    fn replace_basis(&self, stored: &Stored) -> Result<(), StoredError> {
        let [path, unfinished] = [BASIS, UNFINISHED].map(|name| self.dir.join(name));
        let write = || {
            let mut file = File::create(&unfinished)?;
            file.write_all(&stored.to_bytes()?)?;
            file.sync_data()?;
            fs::rename(&unfinished, &path)
        };
        write().map_err(|error| StoredError::system(&path, &error))?;
        self.sync_names()
    }

    fn sync_names(&self) -> Result<(), StoredError> {
        File::open(&self.dir)
            .and_then(|dir| dir.sync_all())
            .map_err(|error| StoredError::system(&self.dir, &error))
    }
}

fn to_bytes(link: PackedLink) -> [u8; LINK_BYTES] {
    let mut bytes = [0; LINK_BYTES];
    for (to, word) in bytes.chunks_exact_mut(4).zip(link) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn next_link(from: &mut impl Read) -> io::Result<PackedLink> {
    let mut bytes = [0; LINK_BYTES];
    from.read_exact(&mut bytes)?;
    let mut link = PackedLink::default();
    for (word, bytes) in link.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    Ok(link)
}

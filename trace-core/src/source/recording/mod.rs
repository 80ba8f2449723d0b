//! Replies as received, kept in a file and replayed without a network.
//!
//! The file is described byte by byte in `docs/recording-format.md`. Everything in it is
//! hashed and chained: an entry that was altered, removed, added or moved is found when the
//! recording is opened, all of which is read then once. A recording whose writer was killed is
//! good up to its last whole frame, and says so.
//!
//! A request that was recorded several times is replayed in the order of recording; the last
//! answer is then given for ever. So whoever asks the same in the same order is told the same.

mod entry;
mod frame;
mod header;
mod scan;
mod writer;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use self::entry::{Digest, Entries, digest_of};
use self::frame::{FRAME_BYTES, FrameHead};
use self::scan::{Next, Place, Scan};
use super::{AskError, Limits, Reply, Request, SourceError, Transport};

pub(crate) use self::entry::Entry;
pub use self::header::{Header, Holds, Origin};
pub(crate) use self::writer::Writer;

/// What is wrong with a recording, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {byte}: {why}")]
pub struct Damage {
    /// The byte at which the damaged part begins.
    pub byte: u64,
    /// What is wrong with it.
    pub why: String,
}

impl Damage {
    fn at(byte: u64, why: impl Into<String>) -> Self {
        Self {
            byte,
            why: why.into(),
        }
    }

    fn in_file(self, path: &Path) -> SourceError {
        SourceError::File {
            path: path.display().to_string(),
            why: self.to_string(),
        }
    }
}

/// What a recording comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What it is of.
    pub header: Header,
    /// How many answers it holds.
    pub entries: u64,
    /// Their bytes before compression.
    pub plain_bytes: u64,
    /// The hash over everything, the end included: whoever noted it elsewhere can tell that
    /// this is the recording that was made then.
    pub hash: [u8; 32],
    /// Where a recording breaks off that was never closed.
    pub torn_at: Option<u64>,
}

/// Something to read from at any place.
trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// Answers as its recording does.
pub struct Recording {
    summary: Summary,
    plain_bytes_max: u64,
    frames: Vec<FrameAt>,
    /// Sorted; equal requests in the order of recording.
    index: Vec<Indexed>,
    state: Mutex<State>,
}

/// Where a frame is, and the hash of the recording before it.
struct FrameAt {
    offset: u64,
    before: Digest,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Indexed {
    request: Digest,
    frame: u32,
    entry: u32,
}

struct State {
    file: Box<dyn ReadSeek>,
    /// How often each request was asked, by its first place in the index.
    asked: BTreeMap<usize, usize>,
    /// The frames read lately, the last one last: what was asked together lies together, but what
    /// was asked ahead for the next part lies between.
    loaded: Vec<Loaded>,
}

/// How many frames stay in memory, and of how many plain bytes. The frame read last does, however
/// large.
const KEPT_FRAMES: usize = 16;
const KEPT_BYTES: usize = KEPT_FRAMES * FRAME_BYTES;

/// A frame, decompressed and checked.
struct Loaded {
    frame: u32,
    plain: Vec<u8>,
    entries: Vec<Place>,
}

/// The largest frame that a writer under the same limit on replies makes.
fn plain_bytes_max(limits: &Limits) -> u64 {
    limits
        .reply_bytes_max
        .saturating_add(4 * FRAME_BYTES as u64)
}

impl Recording {
    /// Opens a recording, reading and checking all of it once, frame by frame. Keeps 40 bytes
    /// for each entry.
    ///
    /// # Errors
    /// When the file cannot be read, is no recording, is damaged, or is beyond `limits`; with
    /// the byte.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, SourceError> {
        let file = File::open(path).map_err(|error| Damage::at(0, error.to_string()));
        let recording = file.and_then(|file| Self::read(file, limits));
        recording.map_err(|damage| damage.in_file(path))
    }

    /// [`Recording::open`] on what has been opened before.
    ///
    /// # Errors
    /// As [`Recording::open`].
    pub fn read(file: impl Read + Seek + Send + 'static, limits: &Limits) -> Result<Self, Damage> {
        let plain_bytes_max = plain_bytes_max(limits);
        let mut scan = Scan::begin(BufReader::new(file), plain_bytes_max)?;
        let (mut frames, mut index) = (Vec::new(), Vec::new());
        let summary = loop {
            let found = match scan.next()? {
                Next::End(summary) => break summary,
                Next::Frame(found) => found,
            };
            let frame = u32::try_from(frames.len());
            let frame = frame.map_err(|_| Damage::at(found.offset, "too many frames"))?;
            for (entry, place) in (0..).zip(&found.entries) {
                index.push(Indexed {
                    request: place.request,
                    frame,
                    entry,
                });
            }
            if index.len() > limits.recording_entries_max {
                let why = format!("more than {} entries", limits.recording_entries_max);
                return Err(Damage::at(found.offset, why));
            }
            frames.push(FrameAt {
                offset: found.offset,
                before: found.before,
            });
        };
        index.sort_unstable();
        Ok(Self {
            summary,
            plain_bytes_max,
            frames,
            index,
            state: Mutex::new(State {
                file: Box::new(scan.into_inner()),
                asked: BTreeMap::new(),
                loaded: Vec::new(),
            }),
        })
    }

    /// What the recording comes to.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    fn answer(&self, state: &mut State, request: &Request) -> Result<Reply, AskError> {
        let indexed = self
            .find(state, request)
            .ok_or_else(|| AskError::NotRecorded {
                request: request.to_string(),
            })?;
        let answer = self.load(state, indexed.frame).and_then(|loaded| {
            let place = usize::try_from(indexed.entry).ok();
            let place = place.and_then(|entry| loaded.entries.get(entry));
            let bytes = place.and_then(|place| loaded.plain.get(place.position..));
            let found = Entries::of(bytes.unwrap_or_default()).next()?;
            let found = found.filter(|found| found.is_of(request));
            found
                .map(|found| found.answer(request))
                .ok_or_else(|| "the file was changed while it was open".to_owned())
        });
        answer.unwrap_or_else(|why| {
            Err(AskError::Malformed {
                request: request.to_string(),
                why,
            })
        })
    }

    /// The entry that answers a request this time.
    fn find(&self, state: &mut State, request: &Request) -> Option<Indexed> {
        let digest = digest_of(request)?;
        let first = self.index.partition_point(|one| one.request < digest);
        let equal = self.index.get(first..)?;
        let count = equal.partition_point(|one| one.request == digest);
        let last = count.checked_sub(1)?;
        let asked = state.asked.entry(first).or_default();
        let found = equal.get((*asked).min(last)).copied();
        *asked += 1;
        found
    }

    /// Reads a frame, checking it once more, unless it was read lately.
    fn load<'a>(&self, state: &'a mut State, frame: u32) -> Result<&'a Loaded, String> {
        let kept = state.loaded.iter().position(|loaded| loaded.frame == frame);
        let loaded = match kept {
            Some(at) => state.loaded.remove(at),
            None => self.read_frame(&mut state.file, frame)?,
        };
        let mut bytes = loaded.plain.len();
        let later = state.loaded.iter().rev().take(KEPT_FRAMES - 1);
        let fits = later.take_while(|kept| {
            bytes = bytes.saturating_add(kept.plain.len());
            bytes <= KEPT_BYTES
        });
        let dropped = state.loaded.len() - fits.count();
        state.loaded.drain(..dropped);
        state.loaded.push(loaded);
        let last = state.loaded.last();
        last.ok_or_else(|| "there is no such frame".to_owned())
    }

    fn read_frame(&self, file: &mut Box<dyn ReadSeek>, frame: u32) -> Result<Loaded, String> {
        let at = usize::try_from(frame)
            .ok()
            .and_then(|frame| self.frames.get(frame));
        let at = at.ok_or("there is no such frame")?;
        let offset = at.offset;
        let broken = |error: io::Error| error.to_string();
        file.seek(SeekFrom::Start(offset + 1)).map_err(broken)?;
        let mut head = [0; FrameHead::BYTES - 1];
        file.read_exact(&mut head).map_err(broken)?;
        let head = FrameHead::parse(&head)?;
        let plain = scan::read_frame(file, offset, &head, self.plain_bytes_max);
        let plain = plain.map_err(|damage| damage.to_string())?;
        let plain = plain.ok_or("the file was cut while it was open")?;
        let entries = scan::check(&plain, &head, at.before)?;
        Ok(Loaded {
            frame,
            plain,
            entries,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Recording {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        Box::pin(async move {
            let mut state = self.lock();
            let answers = requests
                .iter()
                .map(|request| self.answer(&mut state, request));
            answers.collect()
        })
    }
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Recording").field(&self.summary).finish()
    }
}

/// Reads a recording from its beginning to its end and checks every hash in it, one frame in
/// memory at a time.
///
/// # Errors
/// When the file cannot be read, is no recording, or is damaged; with the byte.
pub fn verify(path: &Path, limits: &Limits) -> Result<Summary, SourceError> {
    let check = || {
        let file = File::open(path).map_err(|error| Damage::at(0, error.to_string()))?;
        let mut scan = Scan::begin(BufReader::new(file), plain_bytes_max(limits))?;
        loop {
            if let Next::End(summary) = scan.next()? {
                return Ok(summary);
            }
        }
    };
    check().map_err(|damage: Damage| damage.in_file(path))
}

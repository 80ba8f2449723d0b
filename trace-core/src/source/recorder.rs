//! Keeps every answer that passes in a recording.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use super::recording::{Entry, Header, Holds, Origin, Summary, Writer};
use super::{AskError, Reply, Request, SourceError, Transport};
use crate::model::Chain;

/// Answers as `T` does, and writes every answer into a file.
///
/// The answers are written in the order in which they were asked for, whatever the order in
/// which they came. What failed is no answer and is not written. Nothing is written about
/// servers, credentials or time.
///
/// Nothing is in the file before [`Recorder::begin`]; a recorder that never began leaves none.
/// One that is dropped writes what it has and leaves the recording open-ended.
pub struct Recorder<T> {
    inner: T,
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    stage: Stage,
    /// The next call's place in the order.
    next: u64,
    /// The place of the call whose entries are to be written next.
    turn: u64,
    /// Entries of later calls, and those of calls that asked nothing after all.
    waiting: BTreeMap<u64, Vec<Entry>>,
}

enum Stage {
    /// It is not yet known what the recording is of.
    Gathering(File, Vec<Entry>),
    Writing(Writer<File>),
    Finished,
    Failed(String),
}

/// A call's place in the order, taken when it is made. Gives it up when dropped.
struct Ticket<'a> {
    state: &'a Mutex<State>,
    place: u64,
    entries: Vec<Entry>,
}

impl<T> Recorder<T> {
    /// Prepares to record what `inner` answers.
    ///
    /// # Errors
    /// When there is a file at `path` already, or none can be made.
    pub fn create(path: &Path, inner: T) -> Result<Self, SourceError> {
        let file = File::create_new(path).map_err(|error| in_file(path, &error))?;
        Ok(Self::over(file, path, inner))
    }

    fn over(file: File, path: &Path, inner: T) -> Self {
        Self {
            inner,
            path: path.to_owned(),
            state: Mutex::new(State {
                stage: Stage::Gathering(file, Vec::new()),
                next: 0,
                turn: 0,
                waiting: BTreeMap::new(),
            }),
        }
    }

    /// Says what the recording is of, once that is known, and writes what was gathered so far.
    ///
    /// # Errors
    /// When it cannot be written, or was said before.
    pub fn begin(
        &self,
        origin: Origin,
        chain: impl Into<Chain>,
        holds: Holds,
    ) -> Result<(), SourceError> {
        let header = Header {
            origin,
            chain: chain.into(),
            holds,
        };
        let mut state = lock(&self.state);
        let begun = match std::mem::replace(&mut state.stage, Stage::Finished) {
            Stage::Gathering(file, entries) => {
                Writer::begin(file, header).and_then(|mut writer| {
                    entries.iter().try_for_each(|entry| writer.append(entry))?;
                    Ok(writer)
                })
            }
            other => {
                state.stage = other;
                return Err(in_file(&self.path, &"was begun before"));
            }
        };
        match begun {
            Ok(writer) => {
                state.stage = Stage::Writing(writer);
                Ok(())
            }
            Err(error) => {
                state.stage = Stage::Failed(error.to_string());
                Err(in_file(&self.path, &error))
            }
        }
    }

    /// Closes the recording. What is asked after that is not in it.
    ///
    /// # Errors
    /// When it cannot be written, now or before, or never began.
    pub fn finish(&self) -> Result<Summary, SourceError> {
        let mut state = lock(&self.state);
        let error = match std::mem::replace(&mut state.stage, Stage::Finished) {
            Stage::Writing(writer) => match writer.close().and_then(synced) {
                Ok(summary) => return Ok(summary),
                Err(error) => error.to_string(),
            },
            Stage::Failed(why) => why,
            Stage::Gathering(file, entries) => {
                state.stage = Stage::Gathering(file, entries);
                "was never begun".to_owned()
            }
            Stage::Finished => "was finished before".to_owned(),
        };
        Err(in_file(&self.path, &error))
    }

    /// Why nothing more is recorded, if that is so.
    fn failure(&self) -> Option<String> {
        match &lock(&self.state).stage {
            Stage::Failed(why) => Some(format!("the recording cannot be written: {why}")),
            _ => None,
        }
    }

    fn ticket(&self) -> Ticket<'_> {
        let mut state = lock(&self.state);
        let place = state.next;
        state.next += 1;
        Ticket {
            state: &self.state,
            place,
            entries: Vec::new(),
        }
    }
}

impl State {
    /// Writes the entries of all calls before the first one that is still under way.
    fn write_due(&mut self) {
        while let Some(entries) = self.waiting.remove(&self.turn) {
            self.turn += 1;
            for entry in entries {
                match &mut self.stage {
                    Stage::Gathering(_, gathered) => gathered.push(entry),
                    Stage::Writing(writer) => {
                        if let Err(error) = writer.append(&entry) {
                            self.stage = Stage::Failed(error.to_string());
                        }
                    }
                    Stage::Finished | Stage::Failed(_) => {}
                }
            }
        }
    }
}

impl Ticket<'_> {
    fn keep(&mut self, requests: &[Request], answers: &[Result<Reply, AskError>]) {
        for (request, answer) in requests.iter().zip(answers) {
            match Entry::new(request, answer) {
                Ok(entry) => self.entries.extend(entry),
                Err(why) => {
                    lock(self.state).stage = Stage::Failed(why);
                    return;
                }
            }
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = lock(self.state);
        let entries = std::mem::take(&mut self.entries);
        state.waiting.insert(self.place, entries);
        state.write_due();
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let mut ticket = self.ticket();
        Box::pin(async move {
            // What is not recorded cannot be shown later: better not to learn it.
            if let Some(why) = self.failure() {
                let refused = |request: &Request| AskError::NoReply {
                    request: request.to_string(),
                    why: why.clone(),
                };
                return requests
                    .iter()
                    .map(|request| Err(refused(request)))
                    .collect();
            }
            let answers = self.inner.ask(requests).await;
            ticket.keep(requests, &answers);
            answers
        })
    }
}

impl<T> Drop for Recorder<T> {
    fn drop(&mut self) {
        match &mut lock(&self.state).stage {
            // Nothing is lost that was ever written; nobody is left to be told of an error.
            Stage::Writing(writer) => drop(writer.flush()),
            Stage::Gathering(..) => drop(fs::remove_file(&self.path)),
            Stage::Finished | Stage::Failed(_) => {}
        }
    }
}

impl<T> std::fmt::Debug for Recorder<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Recorder").field(&self.path).finish()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn synced((file, summary): (File, Summary)) -> io::Result<Summary> {
    file.sync_all()?;
    Ok(summary)
}

fn in_file(path: &Path, why: &dyn std::fmt::Display) -> SourceError {
    SourceError::File {
        path: path.display().to_string(),
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BitcoinNetwork;

    struct Nobody;

    impl Transport for Nobody {
        fn ask<'a>(&'a self, _: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
            panic!("asked, although nothing can be recorded")
        }
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_ends_the_asking() {
        let Ok(full) = File::options().write(true).open("/dev/full") else {
            eprintln!("skipped: there is no /dev/full");
            return;
        };
        let recorder = Recorder::over(full, Path::new("a.rec"), Nobody);
        let chain = BitcoinNetwork::Mainnet;
        let begun = recorder.begin(Origin::BlockFiles, chain, Holds::Questions);
        let error = begun.unwrap_err().to_string();
        assert!(error.starts_with("a.rec: No space left"), "{error}");
        let request = Request::Get {
            path: "/x".to_owned(),
        };
        let answers = recorder.ask(&[request]).await;
        let [Err(AskError::NoReply { why, .. })] = &answers[..] else {
            panic!("{answers:?}")
        };
        assert!(why.contains("cannot be written: No space left"), "{why}");
        recorder.finish().unwrap_err();
    }
}

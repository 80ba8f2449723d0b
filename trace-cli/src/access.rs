//! From where a chain is to answers about it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use trace_core::ledger::{Ledger, LedgerView, chain_of};
use trace_core::model::{BitcoinNetwork, BlockRef, Chain};
use trace_core::normalise::evm::Genesis;
use trace_core::source::history::{Asker, Fillable, OnFailure, Step};
use trace_core::source::recording::Holds;
use trace_core::source::uri::SourceUri;
use trace_core::source::{AskError, HistorySource, Limits, SourceError};
use trace_core::source::{Source, connect};
use trace_core::view::{CoinView, Gathered};

use crate::accounts;
use crate::arguments::{ChainAccess, Network, UpTo};
use crate::failure::Failure;
use crate::genesis_file;
use crate::reading::{self, Reading};
use crate::session::Session;
use crate::steady::Held;
use crate::talk::Talk;
use crate::tip;

/// The environment variable with the key of explorers.
const API_KEY: &str = "ETHERSCAN_API_KEY";

/// A chain of either kind that can be asked about.
pub(crate) enum Opened {
    /// Of coins.
    Coins(Access),
    /// Of accounts.
    Accounts(accounts::Access),
}

/// A chain of coins that can be asked about.
pub(crate) enum Access {
    /// Whole blocks on this machine.
    Ledger(Box<OpenLedger>),
    /// A source that is asked for what is needed.
    Remote(Box<Remote>),
}

/// A ledger, and the folder that goes with it if it was made for this run only.
pub(crate) struct OpenLedger {
    ledger: Ledger,
    _temporary: Option<TempDir>,
}

/// A source, and what it has told so far.
pub(crate) struct Remote {
    source: Source,
    history: Arc<dyn HistorySource>,
    view: Gathered,
    /// Which block the view is as of.
    up_to: UpTo,
    on_failure: OnFailure,
}

/// Opens a chain. A source of blocks that cannot be asked single questions is read into a
/// ledger first, which is said.
///
/// # Errors
/// When no chain is named, or it cannot be opened.
pub(crate) async fn open(
    arguments: &ChainAccess,
    session: &mut Session,
) -> Result<Opened, Failure> {
    let genesis = genesis_file::read(&arguments.genesis)?;
    let refuse_genesis = || {
        match &genesis {
        Some(_) => Err(Failure::Asked(
            "--genesis goes with blocks that are read: of trace ingest, or of a recording of blocks"
                .to_owned(),
        )),
        None => Ok(()),
    }
    };
    if let Some(folder) = &arguments.ledger {
        refuse_genesis()?;
        return open_ledger(folder, None);
    }
    if arguments.source.is_empty() {
        let why = "where is the chain? --ledger DIR or --source URI says it";
        return Err(Failure::Asked(why.to_owned()));
    }
    let source = reach(&arguments.source, &arguments.network, session).await?;
    let on_failure = if arguments.go_on {
        OnFailure::GoOn
    } else {
        OnFailure::Stop
    };
    match (source.history.clone(), source.account_history.clone()) {
        (Some(history), _) => {
            refuse_genesis()?;
            source.begin_recording(Holds::Questions)?;
            let tip = tip::of_coins(arguments.as_of, &*history).await?;
            Ok(Opened::Coins(Access::Remote(Box::new(Remote {
                source,
                view: Gathered::new(history.chain(), tip),
                history,
                up_to: arguments.as_of,
                on_failure,
            }))))
        }
        (None, Some(history)) => {
            refuse_genesis()?;
            source.begin_recording(Holds::Questions)?;
            let remote = accounts::Remote::begin(source, history, arguments.as_of, on_failure);
            let remote = remote.await?;
            Ok(Opened::Accounts(accounts::Access::Remote(Box::new(remote))))
        }
        (None, None) => {
            refuse_recording(&arguments.network)?;
            let read = read_blocks(&source, arguments.as_of, genesis.as_ref(), session);
            let folder = read.await?;
            let path = folder.path().to_owned();
            open_ledger(&path, Some(folder))
        }
    }
}

/// Opens the ledger in a folder, which may be one for this run only.
fn open_ledger(folder: &Path, temporary: Option<TempDir>) -> Result<Opened, Failure> {
    Ok(match chain_of(folder)? {
        Chain::Bitcoin(_) => Opened::Coins(Access::Ledger(Box::new(OpenLedger {
            ledger: Ledger::open(folder)?,
            _temporary: temporary,
        }))),
        Chain::Evm(_) => {
            let ledger = accounts::OpenLedger::open(folder, temporary)?;
            Opened::Accounts(accounts::Access::Ledger(Box::new(ledger)))
        }
    })
}

/// Refuses `--record` where whole blocks are read: a recording of those says which they are.
///
/// # Errors
/// When a recording is wanted.
pub(crate) fn refuse_recording(network: &Network) -> Result<(), Failure> {
    if network.record.is_some() {
        let why = "--record keeps single questions; trace record keeps blocks";
        return Err(Failure::Asked(why.to_owned()));
    }
    Ok(())
}

/// Reaches a source.
///
/// # Errors
/// When an address is not understood or the source does not answer.
pub(crate) async fn reach(
    uris: &[String],
    network: &Network,
    session: &Session,
) -> Result<Source, Failure> {
    let uris = uris.iter().map(|uri| uri.parse());
    let mut uri = SourceUri::join(uris.collect::<Result<Vec<SourceUri>, _>>()?)?;
    // Not an argument: those are shown to everybody who lists processes.
    if let Ok(key) = std::env::var(API_KEY) {
        uri = uri.with_api_key(&key);
    }
    let source = connect(&uri, &limits(network), session.interruption.clone()).await?;
    if let Some(files) = &source.block_files {
        for skipped in files.skipped() {
            session.talk.say(format_args!("{}: {skipped}", source.name));
        }
    }
    Ok(source)
}

fn limits(network: &Network) -> Limits {
    Limits {
        requests_per_second: network.requests_per_second,
        in_flight: network.in_flight,
        timeout: Duration::from_secs(network.timeout),
        retries: network.retries,
        reply_bytes_max: network.reply_bytes_max,
        requests_max: network.requests_max,
        question_requests_max: network.question_requests_max,
        cache: network.cache.clone(),
        record: network.record.clone(),
        ..Limits::default()
    }
}

/// The folder of a ledger of all blocks of a source, for this run only.
async fn read_blocks(
    source: &Source,
    up_to: UpTo,
    genesis: Option<&Genesis>,
    session: &mut Session,
) -> Result<TempDir, Failure> {
    let folder =
        tempfile::tempdir().map_err(|error| Failure::file(&std::env::temp_dir(), error))?;
    session.talk.say(format_args!(
        "{} is read into a ledger for this run only; trace ingest makes one that stays",
        source.name
    ));
    let reading = Reading {
        ledger: folder.path(),
        from: None,
        to: tip::height(up_to, source).await?,
        genesis,
        threads: None,
    };
    let read = reading::read(source, reading, session).await?;
    if read.is_interrupted {
        let done = "the blocks were not all read".to_owned();
        return Err(Failure::Interrupted(done));
    }
    Ok(folder)
}

impl Opened {
    /// The chain, if it is one of coins.
    ///
    /// # Errors
    /// When it is one of accounts, over which `command` says nothing.
    pub(crate) fn coins(self, command: &str) -> Result<Access, Failure> {
        match self {
            Self::Coins(access) => Ok(access),
            Self::Accounts(access) => Err(Failure::Asked(format!(
                "{command} is for chains of coins, and {} is one of accounts",
                access.chain()
            ))),
        }
    }
}

impl Access {
    /// Which chain.
    pub(crate) fn chain(&self) -> BitcoinNetwork {
        match self {
            Self::Ledger(open) => open.ledger.chain(),
            Self::Remote(remote) => remote.view.chain(),
        }
    }

    /// Takes steps until one is the last, fetching in between what they want.
    ///
    /// # Errors
    /// When the ledger or the source cannot answer, or the work itself fails.
    pub(crate) async fn run<T>(
        &mut self,
        mut work: impl FnMut(&dyn CoinView) -> Step<Result<T, Failure>>,
    ) -> Result<T, Failure> {
        match self {
            Self::Ledger(open) => at_once(work(&open.view()?)),
            Self::Remote(remote) => remote.run(|view| work(view)).await,
        }
    }

    /// Ends the work, and the recording of it if one is being written.
    ///
    /// # Errors
    /// When the recording cannot be written.
    pub(crate) fn close(self, session: &Session) -> Result<(), Failure> {
        if let Self::Remote(remote) = self
            && let Some(summary) = remote.source.finish_recording()?
        {
            session
                .talk
                .say(format_args!("recorded {} replies", summary.entries));
        }
        Ok(())
    }
}

/// The result of a step over a view that has nothing to fetch.
///
/// # Errors
/// When the work failed, or wants something fetched all the same.
pub(crate) fn at_once<T, Q>(step: Step<Result<T, Failure>, Q>) -> Result<T, Failure> {
    match step {
        Step::Done(result) => result,
        Step::Wants(_) => Err(Failure::Contradiction(
            "a ledger is asked to fetch something".to_owned(),
        )),
    }
}

impl Remote {
    /// Takes steps until one is the last, fetching in between what they want.
    ///
    /// # Errors
    /// When the source cannot answer, or the work itself fails.
    pub(crate) async fn run<T>(
        &mut self,
        work: impl FnMut(&Gathered) -> Step<Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut asker = Asker::new(&*self.history, u64::MAX, self.on_failure);
        let result = asker.run(&mut self.view, work).await?;
        tell_of(&asker);
        result
    }
}

impl Held for Remote {
    async fn held(&mut self, talk: Talk) -> Result<bool, Failure> {
        let as_of = self.view.tip();
        if is_there(self.history.block_at(as_of.height).await, as_of, talk)? {
            return Ok(true);
        }
        let tip = tip::of_coins(self.up_to, &*self.history).await?;
        self.view = Gathered::new(self.view.chain(), tip);
        Ok(false)
    }
}

/// Tells what a source could not answer, and how often it was asked.
pub(crate) fn tell_of<V: Fillable>(asker: &Asker<'_, V>) {
    for (question, error) in asker.failures() {
        tracing::warn!(?question, %error, "the source could not answer");
    }
    tracing::debug!(
        questions = asker.questions_asked(),
        rounds = asker.rounds(),
        "asked the source"
    );
}

/// Whether a source that was asked for the block at the height of `as_of` still has that one.
/// Where the limit of requests left nothing to ask with, it is taken to, which is said.
///
/// # Errors
/// When the source did not answer.
pub(crate) fn is_there(
    found: Result<Option<BlockRef>, SourceError>,
    as_of: BlockRef,
    talk: Talk,
) -> Result<bool, Failure> {
    match found {
        Ok(there) => Ok(there == Some(as_of)),
        Err(SourceError::Ask(AskError::LimitReached { .. })) => {
            talk.say("the limit of requests left none to see whether the chain changed meanwhile");
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}

impl OpenLedger {
    /// The ledger at its best tip.
    pub(crate) fn view(&self) -> Result<LedgerView<'_>, Failure> {
        Ok(self.ledger.view()?)
    }
}

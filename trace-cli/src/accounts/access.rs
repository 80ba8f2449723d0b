//! From where a chain of accounts is to answers about it.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use trace_core::ledger::account::{Ledger, LedgerView};
use trace_core::model::ChainId;
use trace_core::source::history::{Asker, OnFailure, Step};
use trace_core::source::{AccountHistorySource, Source};
use trace_core::view::account::{AccountQuestion, AccountView, GatheredAccounts};

use crate::access::{at_once, is_there, tell_of};
use crate::arguments::UpTo;
use crate::failure::Failure;
use crate::session::Session;
use crate::steady::Held;
use crate::talk::Talk;
use crate::tip;

/// A chain of accounts that can be asked about.
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
    history: Arc<dyn AccountHistorySource>,
    view: GatheredAccounts,
    /// Which block the view is as of.
    up_to: UpTo,
    on_failure: OnFailure,
}

impl Access {
    /// Which chain.
    pub(crate) fn chain(&self) -> ChainId {
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
        mut work: impl FnMut(&dyn AccountView) -> Step<Result<T, Failure>, AccountQuestion>,
    ) -> Result<T, Failure> {
        match self {
            Self::Ledger(open) => at_once(work(&open.view()?)),
            Self::Remote(remote) => remote.run(|view| work(view)).await,
        }
    }

    /// The ledger, for what needs whole blocks.
    ///
    /// # Errors
    /// When there is none; `command` is what needs it.
    pub(crate) fn whole_chain(&self, command: &str) -> Result<&OpenLedger, Failure> {
        match self {
            Self::Ledger(open) => Ok(open),
            Self::Remote(_) => Err(Failure::Asked(format!(
                "{command} over accounts needs whole blocks: --ledger, or a recording of blocks"
            ))),
        }
    }

    /// Ends the work, and the recording of it if one is being written.
    ///
    /// # Errors
    /// When the recording cannot be written.
    pub(crate) fn close(self, session: &Session) -> Result<(), Failure> {
        let Self::Remote(remote) = self else {
            return Ok(());
        };
        let requests = remote.history.requests();
        session
            .talk
            .say(format_args!("asked the source {requests} times"));
        if let Some(summary) = remote.source.finish_recording()? {
            session
                .talk
                .say(format_args!("recorded {} replies", summary.entries));
        }
        Ok(())
    }
}

impl Held for Access {
    async fn held(&mut self, talk: Talk) -> Result<bool, Failure> {
        match self {
            Self::Ledger(_) => Ok(true),
            Self::Remote(remote) => remote.held(talk).await,
        }
    }
}

impl OpenLedger {
    /// Opens the ledger in a folder, which may be one for this run only.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub(crate) fn open(folder: &Path, temporary: Option<TempDir>) -> Result<Self, Failure> {
        Ok(Self {
            ledger: Ledger::open(folder)?,
            _temporary: temporary,
        })
    }

    /// The ledger at its best tip.
    pub(crate) fn view(&self) -> Result<LedgerView<'_>, Failure> {
        Ok(self.ledger.view()?)
    }
}

impl Remote {
    /// Begins to ask, as of a block of the source.
    ///
    /// # Errors
    /// When there is none, or the source does not answer.
    pub(crate) async fn begin(
        source: Source,
        history: Arc<dyn AccountHistorySource>,
        up_to: UpTo,
        on_failure: OnFailure,
    ) -> Result<Self, Failure> {
        let tip = tip::of_accounts(up_to, &*history).await?;
        Ok(Self {
            source,
            view: GatheredAccounts::new(history.chain(), tip),
            history,
            up_to,
            on_failure,
        })
    }

    async fn run<T>(
        &mut self,
        work: impl FnMut(&GatheredAccounts) -> Step<Result<T, Failure>, AccountQuestion>,
    ) -> Result<T, Failure> {
        let mut asker = Asker::of_accounts(&*self.history, u64::MAX, self.on_failure);
        let result = asker.run(&mut self.view, work).await?;
        tell_of(&asker);
        result
    }

    async fn held(&mut self, talk: Talk) -> Result<bool, Failure> {
        let as_of = self.view.tip();
        if is_there(self.history.block_at(as_of.height).await, as_of, talk)? {
            return Ok(true);
        }
        let tip = tip::of_accounts(self.up_to, &*self.history).await?;
        self.view = GatheredAccounts::new(self.view.chain(), tip);
        Ok(false)
    }
}

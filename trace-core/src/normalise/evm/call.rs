//! What a transaction did while it ran, from whichever trace told it, and what that moved.
//!
//! A frame that failed is undone with everything inside it. `DELEGATECALL` and `STATICCALL`
//! move nothing; `CALLCODE` runs another's code on its own account, so what it says to send
//! goes from an account to itself.
//!
//! A contract that destroys itself gives its balance to an heir. Who names itself its own heir
//! burns it; since Cancun (EIP-6780) only one created in the same transaction does, and any
//! other keeps its balance. One that is gone at the end of its transaction takes with it what
//! it was sent after it had destroyed itself.

use std::collections::{BTreeMap, BTreeSet};

use super::NormaliseError;
use crate::model::account::{Address, Asset, Log, Transfer, TransferKind, U256};

/// The frames and events of one transaction in the order of execution.
#[derive(Debug, Default)]
pub(super) struct Execution {
    /// What happened, each frame before what is inside of it.
    pub(super) steps: Vec<Step>,
    /// Whether it says which frames were undone.
    pub(super) tells_undone: bool,
    /// Whether events are among the steps, each in its place.
    pub(super) tells_events: bool,
}

/// Something that happened while a transaction ran.
#[derive(Debug)]
pub(super) struct Step {
    /// How many frames it is inside of.
    pub(super) depth: usize,
    pub(super) act: Act,
}

#[derive(Debug)]
pub(super) enum Act {
    /// A frame that was undone with all in it.
    Undone,
    /// A frame that moves nothing itself.
    Still,
    /// A call.
    Call {
        from: Address,
        to: Address,
        value: U256,
    },
    /// The creation of a contract.
    Create {
        from: Address,
        created: Address,
        value: U256,
    },
    /// The end of a contract.
    SelfDestruct {
        contract: Address,
        heir: Address,
        value: U256,
    },
    /// An event.
    Event(Log),
}

/// What the execution of a transaction came to.
#[derive(Debug, Default)]
pub(super) struct Ran {
    /// The native coin that moved and the events, those of undone frames left out.
    pub(super) happened: Vec<Happened>,
    /// The contracts that contracts created, with their creators.
    pub(super) creations: Vec<(Address, Address)>,
}

#[derive(Debug)]
pub(super) enum Happened {
    Moved(Transfer),
    Event(Log),
}

impl Execution {
    /// Whether the transaction itself was undone.
    pub(super) fn is_undone(&self) -> bool {
        matches!(
            self.steps.first(),
            Some(Step {
                act: Act::Undone,
                ..
            })
        )
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// When an account that had destroyed itself sends on more than it had been sent since.
    pub(super) fn run(self, since_cancun: bool) -> Result<Ran, NormaliseError> {
        let mut run = Run {
            since_cancun,
            ..Run::default()
        };
        let mut undone_at = None;
        for Step { depth, act } in self.steps {
            if undone_at.is_some_and(|undone| depth > undone) {
                continue;
            }
            undone_at = matches!(act, Act::Undone).then_some(depth);
            run.step(depth, act)?;
        }
        run.end()
    }
}

#[derive(Debug, Default)]
struct Run {
    since_cancun: bool,
    ran: Ran,
    created: BTreeSet<Address>,
    /// What accounts hold that destroyed themselves.
    destroyed: BTreeMap<Address, U256>,
}

impl Run {
    fn step(&mut self, depth: usize, act: Act) -> Result<(), NormaliseError> {
        match act {
            Act::Undone | Act::Still => Ok(()),
            Act::Event(log) => {
                self.ran.happened.push(Happened::Event(log));
                Ok(())
            }
            Act::Call { from, to, value } => {
                let kind = match depth {
                    0 => TransferKind::Value,
                    _ => TransferKind::Call,
                };
                self.moves(kind, from, Some(to), value)
            }
            Act::Create {
                from,
                created,
                value,
            } => {
                self.created.insert(created);
                if depth > 0 {
                    self.ran.creations.push((created, from));
                }
                self.moves(TransferKind::Create, from, Some(created), value)
            }
            Act::SelfDestruct {
                contract,
                heir,
                value,
            } => {
                let ends = !self.since_cancun || self.created.contains(&contract);
                if contract != heir {
                    self.moves(TransferKind::SelfDestruct, contract, Some(heir), value)?;
                } else if ends {
                    self.moves(TransferKind::SelfDestruct, contract, None, value)?;
                }
                if ends {
                    self.destroyed.insert(contract, U256::ZERO);
                }
                Ok(())
            }
        }
    }

    fn moves(
        &mut self,
        kind: TransferKind,
        from: Address,
        to: Option<Address>,
        amount: U256,
    ) -> Result<(), NormaliseError> {
        if amount.is_zero() {
            return Ok(());
        }
        let wrong = |what: &str, account: Address| {
            let why = format!("{account} had destroyed itself and {what} {amount}");
            NormaliseError::new("trace", why)
        };
        // What it gives away by destroying itself once more is all it has.
        if kind != TransferKind::SelfDestruct
            && let Some(left) = self.destroyed.get_mut(&from)
        {
            *left = left
                .checked_sub(amount)
                .ok_or_else(|| wrong("is said to send on", from))?;
        }
        if let Some(account) = to
            && let Some(left) = self.destroyed.get_mut(&account)
        {
            *left = left
                .checked_add(amount)
                .ok_or_else(|| wrong("is said to be sent", account))?;
        }
        self.ran.happened.push(Happened::Moved(Transfer {
            kind,
            asset: Asset::Native,
            from: Some(from),
            to,
            amount,
        }));
        Ok(())
    }

    /// What destroyed accounts were sent since goes with them.
    fn end(mut self) -> Result<Ran, NormaliseError> {
        for (account, left) in std::mem::take(&mut self.destroyed) {
            self.moves(TransferKind::SelfDestruct, account, None, left)?;
        }
        Ok(self.ran)
    }
}

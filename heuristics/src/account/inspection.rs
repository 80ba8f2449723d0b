//! Everything that rules say of one transaction alone.

use std::collections::BTreeSet;

use trace_core::claim::{Reason, Verdict};
use trace_core::model::TxNumber;
use trace_core::model::account::Address;
use trace_core::view::Answer;
use trace_core::view::account::AccountView;

use super::bridge::{Crossing, crossings};
use super::mixer::{Deposit, Pool, Pools, Withdrawal};
use super::same_owner_funding::Funder;
use super::self_authorisation::Approval;
use super::swap::{Effect, Swap, net_effect};
use super::{Placed, contract_creator, same_owner_funding, self_authorisation, swap};

/// What rules say of a transaction, without what came before or behind it.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What every account has more or less of.
    pub effects: Vec<Effect>,
    /// Who exchanged what, or why that cannot be told.
    pub swaps: Result<Vec<Swap>, Reason>,
    /// Approvals by the signer, and whether each is one to itself.
    pub approvals: Vec<Approval>,
    /// Whether the signer created a contract.
    pub creation: Verdict,
    /// Who funded the signer, where this is its first transaction.
    pub funder: Option<Funder>,
    /// What went into mixers.
    pub deposits: Vec<Deposit>,
    /// What came out of mixers.
    pub withdrawals: Vec<Withdrawal>,
    /// Contracts that speak as a mixer that pays out, which alone does not show whether they are
    /// one, ascending.
    pub undecided_mixers: BTreeSet<Address>,
    /// What went into bridges or came out of them.
    pub crossings: Vec<Crossing>,
}

/// Asks every rule that can be asked about one transaction; `None` for what moved after a
/// block's transactions. `pools` are mixers that are known, beside those that speak as such;
/// `payments_max` is how many payments to a new account are read.
///
/// # Errors
/// The view's answer where it does not hold the transaction.
pub fn inspect(
    view: &dyn AccountView,
    tx: TxNumber,
    pools: &[Pool],
    bridges: &BTreeSet<Address>,
    payments_max: usize,
) -> Result<Option<Inspection>, Answer<()>> {
    let position = known(view.position(tx))?;
    let time = known(view.time(tx))?;
    let Some(transaction) = known(view.transaction(tx))? else {
        return Ok(None);
    };
    let placed = Placed {
        tx,
        position,
        transaction: &transaction,
    };
    let mut mixers = Pools::given(pools.iter().copied()).and_recognised();
    mixers.observe(&placed);
    let record = mixers.record();
    Ok(Some(Inspection {
        effects: net_effect(&transaction),
        swaps: swap::judge(view, tx),
        approvals: self_authorisation::judge(view, &transaction),
        creation: contract_creator::judge(&transaction),
        funder: same_owner_funding::judge(
            view,
            &placed,
            view.inner_calls(0, position.height),
            payments_max,
        ),
        deposits: record.deposits().to_vec(),
        withdrawals: record.withdrawals().to_vec(),
        undecided_mixers: mixers.undecided(&transaction),
        crossings: crossings(view.chain(), Some(time), &transaction, bridges),
    }))
}

fn known<T>(answer: Answer<T>) -> Result<T, Answer<()>> {
    match answer {
        Answer::Known(known) => Ok(known),
        Answer::NotFetched => Err(Answer::NotFetched),
        Answer::Unknown(why) => Err(Answer::Unknown(why)),
    }
}

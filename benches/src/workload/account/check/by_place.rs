//! What is read at each place of the chain.

use trace_core::ledger::account::LedgerView;
use trace_core::model::account::{Block, Transaction, Transfer};
use trace_core::model::{Position, TxNumber};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView as _, behind, start_of};

use super::same;
use crate::figures::Failure;

/// How much was compared.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) blocks: u64,
    pub(super) transactions: u64,
}

/// Compares each block as a whole, and whatever moved value by going from place to place.
pub(super) fn compare(view: &LedgerView<'_>, blocks: &[Block]) -> Result<Compared, Failure> {
    let mut compared = Compared::default();
    let mut from = start_of(0);
    for block in blocks {
        let height = block.at.height;
        let name = |what: &str| format!("{what} at height {height}");
        let ours = view.block(height)?;
        same(|| name("the block"), &ours.as_ref(), &Some(block))?;
        let at = view.block_at(height);
        same(|| name("the name"), &at, &Some(block.at))?;
        compared.blocks += 1;
        let transactions = block.transactions.iter().map(Some);
        let after = (!block.after.is_empty()).then_some(None);
        for (index, told) in (0..).zip(transactions.chain(after)) {
            let position = Position { height, index };
            let Answer::Known(Some(tx)) = view.first_from(from) else {
                return Err(format!("there is nothing at {position:?}").into());
            };
            at_place(view, tx, position, (block, told))?;
            from = behind(position);
            compared.transactions += 1;
        }
    }
    let end = view.first_from(from);
    same(
        || "what is behind the last".to_owned(),
        &end,
        &Answer::Known(None),
    )?;
    let last = blocks.last().map(|block| block.at);
    same(|| "the tip".to_owned(), &Some(view.tip()), &last)?;
    Ok(compared)
}

/// Compares a transaction, or where there is none what moved after a block's transactions.
fn at_place(
    view: &LedgerView<'_>,
    tx: TxNumber,
    position: Position,
    (block, told): (&Block, Option<&Transaction>),
) -> Result<(), Failure> {
    let name = |what: &str| format!("{what} of {position:?}");
    let place = view.position(tx);
    same(|| name("the place"), &place, &Answer::Known(position))?;
    let time = view.time(tx);
    same(|| name("the time"), &time, &Answer::Known(block.time))?;
    let hash = Answer::Known(told.map(|told| told.hash));
    same(|| name("the hash"), &view.hash(tx), &hash)?;
    let whole = view.transaction(tx);
    same(|| name("all"), &whole, &Answer::Known(told.cloned()))?;
    let plain = told.map_or(&block.after, |told| &told.transfers);
    same(|| name("what moves"), &transfers(view, tx)?, plain)?;
    if let Some(told) = told {
        let found = view.find_transaction(&told.hash);
        same(|| name("the number"), &found, &Answer::Known(tx))?;
        let found = view.position_of(&told.hash);
        same(|| name("the place by hash"), &found, &Some(position))?;
        let outcome = view.outcome(tx);
        same(
            || name("the outcome"),
            &outcome,
            &Answer::Known(told.outcome),
        )?;
    }
    Ok(())
}

/// The transfers of a transaction with the names of those that take part.
fn transfers(view: &LedgerView<'_>, tx: TxNumber) -> Result<Vec<Transfer>, Failure> {
    let mut numbered = Vec::new();
    if view.transfers(tx, &mut numbered) != Answer::Known(()) {
        return Err(format!("nothing is known of what {tx:?} moves").into());
    }
    let address = |account: Option<AccountId>| {
        let address = account.map(|account| view.address(account));
        address.map(|address| address.ok_or("an account without address"))
    };
    let named = numbered.into_iter().map(|it| {
        Ok(Transfer {
            kind: it.kind,
            asset: view.asset(it.asset).ok_or("an asset without name")?,
            from: address(it.from).transpose()?,
            to: address(it.to).transpose()?,
            amount: it.amount,
        })
    });
    named.collect()
}

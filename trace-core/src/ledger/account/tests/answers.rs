//! A ledger answers as a view of the same blocks that holds them in memory.

use proptest::prelude::*;

use super::blocks::{ACCOUNTS, ASSETS, CHAIN, address, asset, tree};
use super::{branch, ledger_of};
use crate::ledger::account::LedgerView;
use crate::model::account::Block;
use crate::model::{Position, TxNumber};
use crate::view::Answer;
use crate::view::account::{AccountView, GatheredAccounts, NumberedTransfer, behind, start_of};

fn known<T>(answer: Answer<T>) -> Option<T> {
    match answer {
        Answer::Known(known) => Some(known),
        Answer::NotFetched | Answer::Unknown(_) => None,
    }
}

/// The place and the transfers of a transaction, with nothing numbered.
fn shown(view: &dyn AccountView, tx: TxNumber) -> String {
    let mut transfers: Vec<NumberedTransfer> = Vec::new();
    let answer = view.transfers(tx, &mut transfers);
    let transfers: Vec<_> = transfers
        .iter()
        .map(|t| {
            let named = |id: Option<_>| id.map(|id| view.address(id));
            (
                t.kind,
                view.asset(t.asset),
                named(t.from),
                named(t.to),
                t.amount,
            )
        })
        .collect();
    let (place, hash) = (view.position(tx), view.hash(tx));
    format!(
        "{place:?} {hash:?} {answer:?} {:?} {:?} {:?} {transfers:?}",
        view.time(tx),
        view.outcome(tx),
        view.held_against(tx)
    )
}

/// Everything that is met from a place on.
fn walked(view: &dyn AccountView, mut from: Position) -> Vec<String> {
    let mut met = Vec::new();
    while let Some(tx) = known(view.first_from(from)).flatten() {
        met.push(format!("{} {:?}", shown(view, tx), view.transaction(tx)));
        from = behind(known(view.position(tx)).unwrap());
    }
    met
}

fn compare(held: &LedgerView<'_>, plain: &GatheredAccounts, blocks: &[&Block], at: Position) {
    for number in 0..=ACCOUNTS {
        let account = address(number);
        let ids = (
            known(held.find_account(&account)),
            known(plain.find_account(&account)),
        );
        let (Some(ours), Some(theirs)) = ids else {
            assert!(ids.1.is_none(), "{account}");
            continue;
        };
        assert_eq!(
            held.is_contract(ours),
            plain.is_contract(theirs),
            "{account}"
        );
        let next = (held.next(ours, at), plain.next(theirs, at));
        let next = (known(next.0).flatten(), known(next.1).flatten());
        assert_eq!(
            next.0.map(|tx| shown(held, tx)),
            next.1.map(|tx| shown(plain, tx))
        );
        for from_height in 0..=at.height {
            // A chain is asked for what came last before a place as it is for what comes next.
            let last = (
                held.previous(ours, at, from_height),
                plain.previous(theirs, at, from_height),
            );
            let both_known = (known(last.0), known(last.1));
            let (ours, theirs) = (
                both_known.0.map(|tx| tx.map(|tx| shown(held, tx))),
                both_known.1,
            );
            assert_eq!(ours, theirs.map(|tx| tx.map(|tx| shown(plain, tx))));
        }
        let assets = |view: &dyn AccountView, id| -> Option<Vec<_>> {
            let assets = known(view.assets(id, at))?;
            Some(assets.into_iter().map(|asset| view.asset(asset)).collect())
        };
        assert_eq!(assets(held, ours), assets(plain, theirs));
        for number in 0..=ASSETS {
            let asset = asset(number);
            let (Some(ours_of), Some(theirs_of)) = (
                known(held.find_asset(&asset)),
                known(plain.find_asset(&asset)),
            ) else {
                continue;
            };
            let balance = held.balance(ours, ours_of, at);
            assert_eq!(
                balance,
                plain.balance(theirs, theirs_of, at),
                "{account} {asset} {at:?}"
            );
        }
        let history = known(held.transactions_of(ours, at.height)).unwrap_or_default();
        let theirs = known(plain.transactions_of(theirs, at.height)).unwrap_or_default();
        let shown_ours: Vec<_> = history.iter().map(|tx| shown(held, *tx)).collect();
        let shown_theirs: Vec<_> = theirs.iter().map(|tx| shown(plain, *tx)).collect();
        assert_eq!(shown_ours, shown_theirs);
    }
    assert_eq!(walked(held, at), walked(plain, at));
    for block in blocks {
        for transaction in &block.transactions {
            let ours = known(held.find_transaction(&transaction.hash)).unwrap();
            let theirs = known(plain.find_transaction(&transaction.hash)).unwrap();
            assert_eq!(shown(held, ours), shown(plain, theirs));
            let whole = Answer::Known(Some(transaction.clone()));
            assert_eq!(held.transaction(ours), whole);
            assert_eq!(plain.transaction(theirs), whole);
            let created = transaction.creations.iter().map(|(contract, _)| contract);
            for contract in created.chain(&transaction.created) {
                let id = known(held.find_account(contract)).unwrap();
                assert_eq!(held.is_contract(id), Answer::Known(true));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_ledger_answers_as_its_blocks_in_memory_do(
        blocks in tree(1..14), as_of in any::<prop::sample::Index>(),
        height in 0..16_u32, index in 0..6_u32,
    ) {
        let (_dir, ledger) = ledger_of(&blocks);
        let tip = as_of.get(&blocks).at;
        let held = ledger.view_at(tip.hash).unwrap();
        let branch = branch(&blocks, tip);
        let mut plain = GatheredAccounts::new(CHAIN, tip).alone();
        for block in &branch {
            plain.insert_block(block);
        }
        prop_assert_eq!(held.is_complete(), plain.is_complete());
        for height_to in 0..16 {
            prop_assert_eq!(
                held.inner_calls(height, height_to), plain.inner_calls(height, height_to)
            );
        }
        compare(&held, &plain, &branch, Position { height, index });
        let moving = |block: &&Block| block.transactions.len() + usize::from(!block.after.is_empty());
        let count: usize = branch.iter().map(moving).sum();
        prop_assert_eq!(walked(&held, start_of(0)).len(), count);
    }
}

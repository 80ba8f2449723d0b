//! What a node tells is what the script knows, in the order in which it was executed.

use testdata::evm_economy::Move;
use trace_core::model::account::{Block, InnerCalls, Outcome, Transaction};

use crate::given::{blocks, economy, node};

/// What a transaction moves beside its fee, in the words of the truth.
pub(crate) fn moved(transaction: &Transaction) -> Vec<Move> {
    let transfers = transaction.transfers.iter();
    let transfers = transfers.filter(|transfer| !transfer.kind.is_fee());
    let moved = transfers.map(|transfer| Move {
        asset: transfer.asset.to_string(),
        from: transfer.from,
        to: transfer.to,
        amount: transfer.amount.to_string(),
    });
    moved.collect()
}

/// Compares every transaction with what the script knows of it.
pub(crate) fn check(blocks: &[Block]) {
    let told = blocks.iter().flat_map(|block| {
        let transactions = block.transactions.iter();
        transactions.map(move |transaction| (block.at.height, transaction))
    });
    let told: Vec<_> = told.collect();
    let truth = &economy().truth;
    assert_eq!(told.len(), truth.transactions.len());
    for ((height, transaction), expected) in told.into_iter().zip(&truth.transactions) {
        let outcome = if expected.fails {
            Outcome::Failed
        } else {
            Outcome::Succeeded
        };
        assert_eq!(transaction.hash, expected.hash);
        assert_eq!(height, expected.height, "{expected:?}");
        assert_eq!(transaction.outcome, outcome, "{expected:?}");
        assert_eq!(moved(transaction), expected.moves, "{expected:?}");
    }
}

#[test]
fn everything_moves_as_the_script_has_it_and_in_its_order() {
    let Some(node) = node("everything_moves_as_the_script_has_it_and_in_its_order") else {
        return;
    };
    let blocks = blocks(&node);
    assert!(
        blocks
            .iter()
            .all(|block| block.inner_calls == InnerCalls::Seen)
    );
    assert!(blocks.iter().all(|block| block.checks.all_hold()));
    check(&blocks);
}

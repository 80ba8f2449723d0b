//! Approvals, creations and first gas.

use heuristics::account::same_owner_funding::{self, Funder};
use heuristics::account::{Placed, contract_creator, self_authorisation};
use trace_core::claim::{Reason, Verdict};
use trace_core::model::account::{B256, InnerCalls, Outcome};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, GatheredAccounts};

use crate::chain::{Chain, address, tx};
use crate::event::approval;

/// What is asked of one transaction of a view.
fn ask<T>(view: &GatheredAccounts, hash: B256, ask: impl FnOnce(&Placed<'_>) -> T) -> T {
    let Answer::Known(tx) = view.find_transaction(&hash) else {
        panic!("it is there");
    };
    let (Answer::Known(position), Answer::Known(Some(transaction))) =
        (view.position(tx), view.transaction(tx))
    else {
        panic!("it is known");
    };
    ask(&Placed {
        tx,
        position,
        transaction: &transaction,
    })
}

fn verdicts(chain: &Chain, hash: B256) -> Vec<Verdict> {
    let view = chain.view();
    let judged = ask(&view, hash, |placed| {
        self_authorisation::judge(&view, placed.transaction)
    });
    judged
        .into_iter()
        .map(|approval| approval.verdict)
        .collect()
}

#[test]
fn an_approval_of_a_person_is_to_oneself_and_of_a_contract_is_not() {
    let mut chain = Chain::of([tx("cat").pays("dog", 1), tx("dog").creates("box")]);
    chain.push(tx("cat").pays("eve", 1));
    let hash = chain.push(
        tx("ann")
            .says(approval("usd", "ann", "cat", 5))
            .says(approval("usd", "ann", "box", 5))
            // It signed nothing and nobody created it; nobody knows the other.
            .says(approval("usd", "ann", "eve", 5))
            .says(approval("usd", "ann", "nobody", 5))
            .sends("usd", "ann", "box", 1)
            // Neither one's own, nor another's, nor of nothing.
            .says(approval("usd", "ann", "ann", 5))
            .says(approval("usd", "bob", "cat", 5))
            .says(approval("usd", "ann", "cat", 0)),
    );
    let unknown = Verdict::Inconclusive(Reason::CodeUnknown);
    let expected = [
        Verdict::Supports,
        Verdict::Contradicts,
        unknown.clone(),
        unknown,
    ];
    assert_eq!(verdicts(&chain, hash), expected);
}

#[test]
fn only_what_a_transaction_itself_creates_is_its_signers() {
    let judge = |tx| {
        let chain = Chain::of([tx]);
        contract_creator::judge(&chain.blocks[1].transactions[0])
    };
    assert_eq!(judge(tx("ann").creates("box")), Verdict::Supports);
    let by_factory = tx("ann").has_created("box", "factory");
    assert_eq!(judge(by_factory), Verdict::Contradicts);
    let unsure = tx("ann").creates("box").ends(Outcome::Unknown);
    let unknown = Verdict::Inconclusive(Reason::OutcomeUnknown);
    assert_eq!(judge(unsure), unknown);
    let failed = tx("ann").creates("box").ends(Outcome::Failed);
    assert_eq!(judge(failed), Verdict::Contradicts);
}

fn funder(chain: &Chain, hash: B256, payments_max: usize) -> Option<Funder> {
    let view = chain.view();
    ask(&view, hash, |placed| {
        same_owner_funding::judge(&view, placed, view.inner_calls(0, 99), payments_max)
    })
}

#[test]
fn who_alone_paid_the_first_gas_is_the_funder() {
    let mut chain = Chain::new();
    let first = chain.push(tx("ann").pays("new one", 5));
    let second = chain.push(tx("ann").pays("new one", 6));
    chain.push(tx("bob").sends("usd", "bob", "new one", 6));
    let signs = chain.push(tx("new one").pays("shop", 1));
    let again = chain.push(tx("new one").pays("shop", 1));
    let expected = Funder::One(address("ann"), vec![first, second]);
    assert_eq!(funder(&chain, signs, 9), Some(expected));
    assert_eq!(funder(&chain, again, 9), None);
    let limited = Funder::Unknown(Reason::LimitReached);
    assert_eq!(funder(&chain, signs, 2), Some(limited));
    let unseen = Funder::Unknown(Reason::InnerCallsNotSeen);
    assert_eq!(funder(&chain.clone().untraced(), signs, 9), Some(unseen));
    let part = chain.view_from(2);
    let found = ask(&part, signs, |placed| {
        same_owner_funding::judge(&part, placed, InnerCalls::Seen, 9)
    });
    assert_eq!(found, Some(Funder::Unknown(Reason::HistoryUnknown)));
}

#[test]
fn of_two_payers_and_of_a_contract_nobody_is_the_funder() {
    let with = |other| {
        let mut chain = Chain::of([tx("ann").pays("new one", 5), other]);
        let signs = chain.push(tx("new one").pays("shop", 1));
        funder(&chain, signs, 9)
    };
    assert_eq!(with(tx("bob").pays("new one", 5)), Some(Funder::None));
    let by_contract = tx("ann").calls("box", "new one", 5);
    assert_eq!(with(by_contract), Some(Funder::None));
}

//! A transaction's transfers, set out as what the walk does with them.

use std::collections::{BTreeMap, VecDeque};

use crate::model::account::{Asset, TransferKind, U256};
use crate::view::Answer;
use crate::view::account::{AccountId, AccountView, NumberedTransfer};

/// One thing to do, by the indexes of transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A transfer moves from pot to pot.
    Move(usize),
    /// An account's native coin becomes its token, or the reverse: two transfers of one amount.
    /// What the first one takes is what the second one brings.
    Convert {
        /// The transfer that leaves the account.
        give: usize,
        /// The one that comes to it.
        get: usize,
    },
}

/// Native transfers by sender, receiver and amount, in the order of execution.
type Natives = BTreeMap<(AccountId, AccountId, U256), VecDeque<usize>>;

/// What to do, in the order of execution. A wrapping or unwrapping is done when the first of its
/// two transfers comes: which of them a node tells first is no matter of value.
pub(super) fn script(
    transfers: &[NumberedTransfer],
    view: &(impl AccountView + ?Sized),
) -> Vec<Act> {
    let pairs = pairs(transfers, view);
    let mut acts = Vec::with_capacity(transfers.len());
    for index in 0..transfers.len() {
        match pairs.get(&index) {
            None => acts.push(Act::Move(index)),
            Some((give, get)) if index == *give.min(get) => acts.push(Act::Convert {
                give: *give,
                get: *get,
            }),
            Some(_) => {}
        }
    }
    acts
}

/// By the index of either transfer both, the one that leaves the account first.
fn pairs(
    transfers: &[NumberedTransfer],
    view: &(impl AccountView + ?Sized),
) -> BTreeMap<usize, (usize, usize)> {
    let mut pairs = BTreeMap::new();
    let is_wrapping = |transfer: &NumberedTransfer| {
        matches!(transfer.kind, TransferKind::Wrap | TransferKind::Unwrap)
    };
    if !transfers.iter().any(is_wrapping) {
        return pairs;
    }
    let mut natives = natives(transfers, view);
    let mut take = |from: AccountId, to: AccountId, amount: U256| {
        natives.get_mut(&(from, to, amount))?.pop_front()
    };
    for (index, transfer) in transfers.iter().enumerate() {
        let contract = view.asset(transfer.asset);
        let contract = contract.and_then(|asset| asset.contract());
        let Some(Answer::Known(contract)) = contract.map(|address| view.find_account(&address))
        else {
            continue;
        };
        let pair = match (transfer.kind, transfer.from, transfer.to) {
            (TransferKind::Wrap, _, Some(account)) => {
                take(account, contract, transfer.amount).map(|native| (native, index))
            }
            (TransferKind::Unwrap, Some(account), _) => {
                take(contract, account, transfer.amount).map(|native| (index, native))
            }
            _ => None,
        };
        if let Some((give, get)) = pair {
            pairs.insert(give, (give, get));
            pairs.insert(get, (give, get));
        }
    }
    pairs
}

fn natives(transfers: &[NumberedTransfer], view: &(impl AccountView + ?Sized)) -> Natives {
    let mut natives = Natives::new();
    for (index, transfer) in transfers.iter().enumerate() {
        if let (Some(from), Some(to)) = (transfer.from, transfer.to)
            && !transfer.kind.is_fee()
            && view.asset(transfer.asset) == Some(Asset::Native)
        {
            let alike = natives.entry((from, to, transfer.amount)).or_default();
            alike.push_back(index);
        }
    }
    natives
}

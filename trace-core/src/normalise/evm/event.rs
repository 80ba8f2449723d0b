//! What events of tokens say was moved.
//!
//! An event is read as a transfer only when it has exactly the shape that its standard gives
//! it; anything else stays an event. Anyone may make a contract say anything: what is read
//! here is what the contract says, and the asset is that contract's and nobody else's.
//!
//! | event | topics | data | asset |
//! |---|---|---|---|
//! | EIP-20 `Transfer` | 3 | amount | [`Asset::Token`] |
//! | the same before arguments were indexed | 1 | from, to, amount | [`Asset::Token`] |
//! | EIP-721 `Transfer` | 4 | none | [`Asset::Item`], amount 1 |
//! | EIP-1155 `TransferSingle` | 4 | id, amount | [`Asset::Item`] |
//! | EIP-1155 `TransferBatch` | 4 | ids, amounts, as many of each | [`Asset::Item`], one for each |
//! | `Deposit`, `Withdrawal` of wrapped native coin | 2 | amount | [`Asset::Token`] |
//!
//! `Deposit(address,uint256)` is said by many contracts that wrap nothing. It is read only
//! where that much native coin went into the contract (for `Withdrawal`: out of it) in the same
//! transaction, as far as inner calls were seen, and only where the contract does not say the
//! same once more as a `Transfer` from or to the zero address beside it.
//!
//! Tokens that moved without an event, or under an event of their own, are not seen.

use std::collections::BTreeSet;

use alloy_primitives::{address, b256};

use crate::model::ChainId;
use crate::model::account::{Address, Asset, B256, Log, Transfer, TransferKind, U256};

/// `Transfer(address,address,uint256)`.
const TRANSFER: B256 = Log::TRANSFER;
/// `TransferSingle(address,address,address,uint256,uint256)`.
const TRANSFER_SINGLE: B256 =
    b256!("c3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62");
/// `TransferBatch(address,address,address,uint256[],uint256[])`.
const TRANSFER_BATCH: B256 =
    b256!("4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb");
/// `Deposit(address,uint256)`.
const DEPOSIT: B256 = b256!("e1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c");
/// `Withdrawal(address,uint256)`.
const WITHDRAWAL: B256 = b256!("7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65");

/// `CryptoKitties`, the one contract of note that moves single things and indexes nothing: its
/// third word is an id and not an amount.
const KITTIES: Address = address!("06012c8cf97bead5deae237070f9587f8e7a266d");

/// The topics, place by place, of all events that are read as transfers from or to an account: a
/// filter each for where the account is named. What an event names in its data alone (before
/// arguments were indexed, and `CryptoKitties`) no filter finds.
pub fn topics_naming(account: Address) -> [Vec<BTreeSet<B256>>; 3] {
    let account = || BTreeSet::from([account.into_word()]);
    let anything = BTreeSet::new;
    [
        vec![[TRANSFER, DEPOSIT, WITHDRAWAL].into(), account()],
        vec![
            [TRANSFER, TRANSFER_SINGLE, TRANSFER_BATCH].into(),
            anything(),
            account(),
        ],
        vec![
            [TRANSFER_SINGLE, TRANSFER_BATCH].into(),
            anything(),
            anything(),
            account(),
        ],
    ]
}

/// What each event of one transaction moves. `moved` is the native coin that the transaction
/// moved, where all of it was seen.
pub(super) fn transfers(
    chain: ChainId,
    logs: &[Log],
    moved: Option<&[Transfer]>,
) -> Vec<Vec<Transfer>> {
    let plain: Vec<Vec<Transfer>> = logs.iter().map(|log| standard(chain, log)).collect();
    let beside = |index: usize| {
        let before = index.checked_sub(1).and_then(|index| plain.get(index));
        let after = plain.get(index.saturating_add(1));
        before.into_iter().chain(after).flatten()
    };
    let each = logs.iter().enumerate().map(|(index, log)| {
        let Some(wrap) = wrap(log) else {
            return plain.get(index).cloned().unwrap_or_default();
        };
        let said_twice = beside(index).any(|other| {
            (other.asset, other.from, other.to, other.amount)
                == (wrap.asset, wrap.from, wrap.to, wrap.amount)
        });
        let backed = moved.is_none_or(|moved| {
            moved.iter().any(|native| {
                let side = match wrap.kind {
                    TransferKind::Wrap => native.to,
                    _ => native.from,
                };
                side == Some(log.address) && native.amount == wrap.amount
            })
        });
        if backed && !said_twice {
            something(vec![wrap])
        } else {
            Vec::new()
        }
    });
    each.collect()
}

/// What an event of a standard token moves.
fn standard(chain: ChainId, log: &Log) -> Vec<Transfer> {
    let read = match log.topics.as_slice() {
        [TRANSFER, rest @ ..] => transfer(chain, log, rest),
        [TRANSFER_SINGLE, _, from, to] => single(log, from, to),
        [TRANSFER_BATCH, _, from, to] => batch(log, from, to),
        _ => None,
    };
    something(read.unwrap_or_default())
}

/// Only what changes a balance.
fn something(mut transfers: Vec<Transfer>) -> Vec<Transfer> {
    transfers.retain(|transfer| {
        !transfer.amount.is_zero() && (transfer.from.is_some() || transfer.to.is_some())
    });
    transfers
}

fn transfer(chain: ChainId, log: &Log, topics: &[B256]) -> Option<Vec<Transfer>> {
    let words = words(&log.data)?;
    let token = Asset::Token(log.address);
    let item = |id: U256| Asset::Item(log.address, id);
    let (asset, from, to, amount) = match (topics, words.as_slice()) {
        ([from, to], [amount]) => (token, from, to, *amount),
        ([from, to, id], []) => (item(number(id)), from, to, U256::ONE),
        ([], [from, to, id]) if chain == ChainId(1) && log.address == KITTIES => {
            (item(*id), &B256::from(*from), &B256::from(*to), U256::ONE)
        }
        ([], [from, to, amount]) => (token, &B256::from(*from), &B256::from(*to), *amount),
        _ => return None,
    };
    Some(vec![Transfer {
        kind: TransferKind::Token,
        asset,
        from: holder(from)?,
        to: holder(to)?,
        amount,
    }])
}

fn single(log: &Log, from: &B256, to: &B256) -> Option<Vec<Transfer>> {
    let [id, amount] = words(&log.data)?.try_into().ok()?;
    Some(vec![Transfer {
        kind: TransferKind::Token,
        asset: Asset::Item(log.address, id),
        from: holder(from)?,
        to: holder(to)?,
        amount,
    }])
}

fn batch(log: &Log, from: &B256, to: &B256) -> Option<Vec<Transfer>> {
    let words = words(&log.data)?;
    let [ids_at, amounts_at, ..] = words.as_slice() else {
        return None;
    };
    let (ids, amounts) = (list(&words, *ids_at)?, list(&words, *amounts_at)?);
    if ids.len() != amounts.len() {
        return None;
    }
    let (from, to) = (holder(from)?, holder(to)?);
    let each = ids.iter().zip(amounts).map(|(id, amount)| Transfer {
        kind: TransferKind::Token,
        asset: Asset::Item(log.address, *id),
        from,
        to,
        amount: *amount,
    });
    Some(each.collect())
}

/// A `Deposit` or `Withdrawal` as wrapped coins say them.
fn wrap(log: &Log) -> Option<Transfer> {
    let words = words(&log.data)?;
    let ([event, account], [amount]) = (log.topics.as_slice(), words.as_slice()) else {
        return None;
    };
    let account = holder(account)?;
    let (kind, from, to) = match *event {
        DEPOSIT => (TransferKind::Wrap, None, account),
        WITHDRAWAL => (TransferKind::Unwrap, account, None),
        _ => return None,
    };
    Some(Transfer {
        kind,
        asset: Asset::Token(log.address),
        from,
        to,
        amount: *amount,
    })
}

/// Data of whole words of 32 bytes.
fn words(data: &[u8]) -> Option<Vec<U256>> {
    let (words, rest) = data.as_chunks::<32>();
    let words = words.iter().map(|word| U256::from_be_bytes(*word));
    rest.is_empty().then(|| words.collect())
}

fn number(word: &B256) -> U256 {
    U256::from_be_bytes(word.0)
}

/// The list that begins `at` so many bytes: its length, then so many words.
fn list(words: &[U256], at: U256) -> Option<&[U256]> {
    let (word, rest) = at.div_rem(U256::from(32));
    let at = usize::try_from(word).ok().filter(|_| rest.is_zero())?;
    let (length, items) = words.get(at..)?.split_first()?;
    items.get(..usize::try_from(*length).ok()?)
}

/// Whose balance a word of an event names; `Some(None)` for the zero address, which stands
/// for nobody. `None` where the word is no address.
#[expect(
    clippy::option_option,
    reason = "no address and nobody are two answers"
)]
fn holder(word: &B256) -> Option<Option<Address>> {
    let (padding, address) = word.0.split_at(12);
    if padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    let address = Address::from_slice(address);
    Some((!address.is_zero()).then_some(address))
}

//! Swaps: who exchanged what in a transaction, through which pools and routers.
//!
//! Nothing is known of any exchange by name. Of a transaction's transfers the net effect on each
//! account is taken (Wu et al., *`TRacer`*, 2022): who has less of one asset and more of another
//! that came from where the first one went has traded. Of those
//!
//! * a **pool** says so: it has code, and says an event of its own (`Swap` of Uniswap's kinds, or
//!   any other);
//! * a **router** only passes on: whatever came to it went on, to the last unit;
//! * the **trader** is the signer, or an account that is neither: whoever had an order filled that
//!   somebody else sent.
//!
//! An account whose native coin became its own token, or the reverse, has less of one and more of
//! the other and has not traded for that: the two count as one asset when it is asked whether it
//! has less of something and more of something else.
//!
//! Which account's taint is handed over how is for [`trace_core::taint::account`] to say; both go
//! by the same trades. Known false positives: loans (a debt token is received), liquidity that is
//! given to a pool for its shares, claims that burn one token and pay another. Known to be missed:
//! trades of several transactions (order books, intents that are filled later). A pool that says
//! nothing is taken for a trader beside the one who traded with it.
//!
//! Where inner calls were not seen, native coin may be missing, so that a transaction without a
//! swap may have had one. Where whoever exchanged something says events, and none of them signed,
//! a wallet that is a contract is not told from a pool, nor somebody's trade from one that
//! evens out two pools. Then it cannot tell.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use trace_core::claim::{Reason, Rule};
use trace_core::model::TxNumber;
use trace_core::model::account::{Address, Asset, InnerCalls, Transaction, TransferKind, U256};
use trace_core::taint::account::{Trade, trades};
use trace_core::view::Answer;
use trace_core::view::account::{AccountView, AssetId};

/// The rule as it is named in findings.
pub const RULE: Rule = Rule {
    name: "swap",
    version: 1,
};

/// What came to one account of one asset in a transaction, and what went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The account.
    pub account: Address,
    /// The asset.
    pub asset: Asset,
    /// What came, in the asset's smallest unit.
    pub came: U256,
    /// What went.
    pub went: U256,
}

/// An exchange of assets in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Who exchanged.
    pub trader: Address,
    /// What it gave, ascending by asset.
    pub given: Vec<(Asset, U256)>,
    /// What it received, ascending by asset.
    pub received: Vec<(Asset, U256)>,
    /// The pools of the transaction, in the order in which they occur.
    pub pools: Vec<Address>,
    /// Those through which things only passed, in the order in which they occur.
    pub routers: Vec<Address>,
}

/// The net effect of a transaction on every account and asset, fees included, in the order in
/// which they occur.
pub fn net_effect(transaction: &Transaction) -> Vec<Effect> {
    let mut order: BTreeMap<(Address, Asset), usize> = BTreeMap::new();
    let mut effects: Vec<Effect> = Vec::new();
    let mut at = |effects: &mut Vec<Effect>, account: Address, asset: Asset| {
        let index = *order.entry((account, asset)).or_insert(effects.len());
        if index == effects.len() {
            effects.push(Effect {
                account,
                asset,
                came: U256::ZERO,
                went: U256::ZERO,
            });
        }
        index
    };
    for transfer in &transaction.transfers {
        if let Some(from) = transfer.from {
            let index = at(&mut effects, from, transfer.asset);
            if let Some(effect) = effects.get_mut(index) {
                effect.went = effect.went.saturating_add(transfer.amount);
            }
        }
        if let Some(to) = transfer.to {
            let index = at(&mut effects, to, transfer.asset);
            if let Some(effect) = effects.get_mut(index) {
                effect.came = effect.came.saturating_add(transfer.amount);
            }
        }
    }
    effects
}

/// The swaps of a transaction, one for each trader. None does not mean that there was none where
/// inner calls were not seen; then it cannot tell.
///
/// # Errors
/// Why it cannot tell.
pub fn judge(view: &dyn AccountView, tx: TxNumber) -> Result<Vec<Swap>, Reason> {
    let mut transfers = Vec::new();
    let (Answer::Known(()), Answer::Known(transaction), Answer::Known(position)) = (
        view.transfers(tx, &mut transfers),
        view.transaction(tx),
        view.position(tx),
    ) else {
        return Err(Reason::HistoryUnknown);
    };
    let Some(transaction) = transaction else {
        return Ok(Vec::new());
    };
    let says: BTreeSet<Address> = transaction.logs.iter().map(|log| log.address).collect();
    let routers = routers(&transaction);
    let parties = parties(&transaction);
    let (mut pools, mut traders) = (Vec::new(), Vec::new());
    for trade in trades(view, &transfers) {
        let Some(account) = view.address(trade.account) else {
            continue;
        };
        if !parties.contains(&account) {
            continue;
        }
        if account == transaction.from || !(says.contains(&account) || routers.contains(&account)) {
            traders.push((account, trade));
        } else if says.contains(&account) && !routers.contains(&account) {
            pools.push(account);
        }
    }
    let swap = |(trader, trade): (Address, Trade)| Swap {
        trader,
        given: named(view, &trade.given),
        received: named(view, &trade.received),
        pools: pools.clone(),
        routers: routers.clone(),
    };
    let swaps: Vec<Swap> = traders.into_iter().map(swap).collect();
    let height = position.height;
    if swaps.is_empty() && view.inner_calls(height, height) != InnerCalls::Seen {
        return Err(Reason::InnerCallsNotSeen);
    }
    if swaps.is_empty() && !pools.is_empty() {
        return Err(Reason::TraderUnknown);
    }
    Ok(swaps)
}

/// Accounts to which something came, and from which all of it went on.
fn routers(transaction: &Transaction) -> Vec<Address> {
    let mut order = Vec::new();
    let mut balanced: BTreeMap<Address, bool> = BTreeMap::new();
    for effect in net_effect(transaction) {
        let known = balanced.entry(effect.account).or_insert_with(|| {
            order.push(effect.account);
            true
        });
        *known &= effect.came == effect.went;
    }
    order.retain(|account| balanced.get(account) == Some(&true));
    order
}

/// Accounts that have less of something and more of something else, fees apart, where native coin
/// and its own token are one.
fn parties(transaction: &Transaction) -> BTreeSet<Address> {
    let transfers = transaction.transfers.iter();
    let moved = transfers.filter(|transfer| !transfer.kind.is_fee());
    let natives: BTreeSet<_> = moved
        .clone()
        .filter(|it| it.asset == Asset::Native)
        .map(|it| (it.from, it.to, it.amount))
        .collect();
    let wrapped: BTreeSet<(Address, Asset)> = moved
        .clone()
        .filter_map(|it| {
            let contract = it.asset.contract();
            let (account, native) = match it.kind {
                TransferKind::Wrap => (it.to, (it.to, contract, it.amount)),
                TransferKind::Unwrap => (it.from, (contract, it.from, it.amount)),
                _ => return None,
            };
            let is_pair = natives.contains(&native);
            Some((account.filter(|_| is_pair)?, it.asset))
        })
        .collect();
    let own = |account: Address, asset: Asset| {
        let is_wrapped = wrapped.contains(&(account, asset));
        (account, if is_wrapped { Asset::Native } else { asset })
    };
    let mut sums: BTreeMap<(Address, Asset), (U256, U256)> = BTreeMap::new();
    for transfer in moved {
        if let Some(from) = transfer.from {
            let (_, went) = sums.entry(own(from, transfer.asset)).or_default();
            *went = went.saturating_add(transfer.amount);
        }
        if let Some(to) = transfer.to {
            let (came, _) = sums.entry(own(to, transfer.asset)).or_default();
            *came = came.saturating_add(transfer.amount);
        }
    }
    let (mut less, mut more) = (BTreeSet::new(), BTreeSet::new());
    for ((account, _), (came, went)) in sums {
        match came.cmp(&went) {
            Ordering::Less => less.insert(account),
            Ordering::Equal => continue,
            Ordering::Greater => more.insert(account),
        };
    }
    less.intersection(&more).copied().collect()
}

fn named(view: &dyn AccountView, amounts: &[(AssetId, U256)]) -> Vec<(Asset, U256)> {
    let named = |(asset, amount): &(AssetId, U256)| Some((view.asset(*asset)?, *amount));
    amounts.iter().filter_map(named).collect()
}

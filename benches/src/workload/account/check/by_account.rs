//! What is read of each account and of each asset.

use std::collections::BTreeMap;

use trace_core::ledger::account::LedgerView;
use trace_core::model::Position;
use trace_core::model::account::{Address, Asset, Block, Transfer, U256};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView as _, start_of};

use super::same;
use crate::figures::Failure;

/// How much was compared.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) accounts: u64,
    pub(super) assets: u64,
    pub(super) balances: u64,
}

/// Transfers with their places, in the order of the chain.
type History = Vec<(Position, Transfer)>;

/// Compares what each account took part in, from the beginning and from the middle on, and what
/// it held then; and what moved of each asset.
pub(super) fn compare(view: &LedgerView<'_>, blocks: &[Block]) -> Result<Compared, Failure> {
    let end = view.tip().height + 1;
    let heights = [0, end / 2, end - 1];
    let (accounts, assets) = histories(blocks);
    for (asset, history) in &assets {
        for height in heights {
            let plain = from_on(history, height);
            let name = || format!("what moves of {asset} from {height} on");
            same(name, &view.movements(asset, height), &plain)?;
        }
    }
    let mut balances = 0;
    for (address, history) in &accounts {
        for height in heights {
            let plain = from_on(history, height);
            let name = || format!("what {address} does from {height} on");
            same(name, &view.history(address, height), &plain)?;
        }
        let Answer::Known(account) = view.find_account(address) else {
            return Err(format!("{address} is not known").into());
        };
        places(view, account, history)?;
        for before in [end / 2, end].map(start_of) {
            balances += held(view, account, (address, history), before)?;
        }
    }
    Ok(Compared {
        accounts: accounts.len() as u64,
        assets: assets.len() as u64,
        balances,
    })
}

fn histories(blocks: &[Block]) -> (BTreeMap<Address, History>, BTreeMap<Asset, History>) {
    let mut accounts: BTreeMap<Address, History> = BTreeMap::new();
    let mut assets: BTreeMap<Asset, History> = BTreeMap::new();
    for block in blocks {
        let inside = block.transactions.iter().map(|told| &told.transfers);
        for (index, transfers) in (0..).zip(inside.chain([&block.after])) {
            let height = block.at.height;
            let position = Position { height, index };
            for transfer in transfers {
                let moved = (position, *transfer);
                assets.entry(transfer.asset).or_default().push(moved);
                let to = transfer.to.filter(|to| transfer.from != Some(*to));
                for account in transfer.from.into_iter().chain(to) {
                    accounts.entry(account).or_default().push(moved);
                }
            }
        }
    }
    (accounts, assets)
}

fn from_on(history: &History, height: u32) -> Vec<Transfer> {
    let later = history.iter().filter(|(at, _)| at.height >= height);
    later.map(|(_, transfer)| *transfer).collect()
}

/// Compares where an account takes part, going forwards and backwards.
fn places(view: &LedgerView<'_>, account: AccountId, history: &History) -> Result<(), Failure> {
    let mut plain: Vec<Position> = history.iter().map(|(at, _)| *at).collect();
    plain.dedup();
    let Answer::Known(forwards) = view.transactions_of(account, 0) else {
        return Err(format!("nothing is known of what {account:?} does").into());
    };
    let ours: Vec<_> = forwards.iter().map(|tx| view.position(*tx)).collect();
    let known = plain.iter().map(|at| Answer::Known(*at)).collect();
    same(|| format!("where {account:?} is"), &ours, &known)?;
    let mut before = start_of(view.tip().height + 1);
    for at in plain.iter().rev() {
        let Answer::Known(Some(tx)) = view.previous(account, before, 0) else {
            return Err(format!("{account:?} did nothing before {before:?}").into());
        };
        let name = || format!("what {account:?} did before {before:?}");
        same(name, &view.position(tx), &Answer::Known(*at))?;
        before = *at;
    }
    let first = view.previous(account, before, 0);
    let name = || format!("what {account:?} did before all");
    same(name, &first, &Answer::Known(None))
}

/// Compares what an account holds before a place, and says of how many assets.
fn held(
    view: &LedgerView<'_>,
    account: AccountId,
    (address, history): (&Address, &History),
    before: Position,
) -> Result<u64, Failure> {
    let mut plain: BTreeMap<Asset, (U256, U256)> = BTreeMap::new();
    for (_, transfer) in history.iter().filter(|(at, _)| *at < before) {
        let (came, went) = plain.entry(transfer.asset).or_default();
        if transfer.to.as_ref() == Some(address) {
            *came += transfer.amount;
        }
        if transfer.from.as_ref() == Some(address) {
            *went += transfer.amount;
        }
    }
    let Answer::Known(assets) = view.assets(account, before) else {
        return Err(format!("nothing is known of what {address} has").into());
    };
    let names = assets.iter().map(|asset| view.asset(*asset));
    let names: Option<Vec<Asset>> = names.collect();
    let known = plain.keys().copied().collect();
    same(|| format!("what {address} has"), &names, &Some(known))?;
    for (asset, (came, went)) in &plain {
        let Answer::Known(number) = view.find_asset(asset) else {
            return Err(format!("{asset} is not known").into());
        };
        let left = came.checked_sub(*went);
        let left = left.ok_or_else(|| format!("{address} pays more {asset} than it has"))?;
        let ours = view.balance(account, number, before);
        let name = || format!("what {address} has of {asset} before {before:?}");
        same(name, &ours, &Answer::Known(left))?;
    }
    Ok(plain.len() as u64)
}

//! Who exchanged what in one transaction, as following takes it.

use std::collections::BTreeSet;

use super::netting::Netting;
use super::script::script;
use crate::model::account::U256;
use crate::taint::Direction;
use crate::view::account::{AccountId, AccountView, AssetId, NumberedTransfer};

/// What an account gave in one transaction, and what it received for it, net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Who.
    pub account: AccountId,
    /// What it has less of, ascending by asset.
    pub given: Vec<(AssetId, U256)>,
    /// What it has more of, ascending by asset.
    pub received: Vec<(AssetId, U256)>,
}

/// The trades of a transaction, by the account that occurs first in it; both sides of each trade
/// are one, the owner's and the pool's. Fees, and native coin that becomes its own token, are no
/// part of them.
///
/// What is received for what is found as it is when taint is handed over: what was received must
/// come from where what was given went.
pub fn trades<V: AccountView + ?Sized>(view: &V, transfers: &[NumberedTransfer]) -> Vec<Trade> {
    let acts = script(transfers, view);
    let mut netting = Netting::new(Direction::Forward, &acts, transfers, view);
    let sides = transfers
        .iter()
        .flat_map(|transfer| [transfer.from, transfer.to]);
    let mut met = BTreeSet::new();
    let accounts = sides.flatten().filter(|account| met.insert(*account));
    let trade = |account: AccountId| {
        let mut given = Vec::new();
        let mut received = BTreeSet::new();
        for asset in netting.given_by(account, view) {
            let reached = netting.received_for((account, asset), view);
            if !reached.is_empty() {
                given.push((asset, netting.loss((account, asset))));
                received.extend(&*reached);
            }
        }
        let mut received: Vec<(AssetId, U256)> = received
            .into_iter()
            .map(|asset| (asset, netting.gain((account, asset))))
            .collect();
        received.sort_by_key(|(asset, _)| view.asset(*asset));
        (!given.is_empty()).then_some(Trade {
            account,
            given,
            received,
        })
    };
    accounts.filter_map(trade).collect()
}

//! What came to an account and went from it is what plain loops over the blocks add up.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::blocks::{ACCOUNTS, address, tree};
use super::{branch, ledger_of};
use crate::ledger::account::{Flow, Flows};
use crate::model::Position;
use crate::model::account::{Address, Asset, Block, Transfer, U256, U512};
use crate::view::account::AccountView as _;
use crate::view::{Answer, Unknown};

/// Every transaction of a branch with its place, and what moved behind those of a block.
fn moves<'a>(blocks: &[&'a Block]) -> Vec<(Position, &'a [Transfer])> {
    let of_block = |block: &&'a Block| {
        let block: &'a Block = block;
        let inside = block.transactions.iter().map(|tx| &tx.transfers[..]);
        let all = inside.chain([&block.after[..]]);
        let height = block.at.height;
        let placed = (0..).zip(all);
        placed.map(move |(index, transfers)| (Position { height, index }, transfers))
    };
    blocks.iter().flat_map(of_block).collect()
}

fn plain(blocks: &[&Block], account: Address) -> Option<Flows> {
    let mut ends = None;
    let mut by_asset: BTreeMap<Asset, (u64, U512, Option<U512>)> = BTreeMap::new();
    for (at, transfers) in moves(blocks) {
        let takes_part = |it: &&Transfer| it.from == Some(account) || it.to == Some(account);
        let own: Vec<&Transfer> = transfers.iter().filter(takes_part).collect();
        for transfer in &own {
            ends = Some((ends.map_or(at, |(first, _)| first), at));
            let none = (0, U512::ZERO, Some(U512::ZERO));
            let (arrivals, came, balance) = by_asset.entry(transfer.asset).or_insert(none);
            if transfer.to == Some(account) {
                let amount = U512::from(transfer.amount);
                *arrivals += 1;
                *came += amount;
                *balance = balance.map(|balance| balance + amount);
            }
        }
        for transfer in own.iter().filter(|it| it.from == Some(account)) {
            let (_, _, balance) = by_asset.get_mut(&transfer.asset).unwrap();
            *balance = balance.and_then(|it| it.checked_sub(U512::from(transfer.amount)));
        }
        for (_, _, balance) in by_asset.values_mut() {
            *balance = balance.filter(|balance| *balance <= U512::from(U256::MAX));
        }
    }
    let (first, last) = ends?;
    let flows = by_asset
        .into_iter()
        .map(|(asset, (arrivals, came, balance))| Flow {
            asset,
            arrivals,
            came,
            balance: balance.map(|balance| balance.to()),
        });
    Some(Flows {
        first,
        last,
        by_asset: flows.collect(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn flows_are_what_plain_loops_add_up(
        blocks in tree(1..14), as_of in any::<prop::sample::Index>(),
    ) {
        let (_dir, ledger) = ledger_of(&blocks);
        let tip = as_of.get(&blocks).at;
        let view = ledger.view_at(tip.hash).unwrap();
        let branch = branch(&blocks, tip);
        for account in (0..=ACCOUNTS).map(address) {
            let Answer::Known(id) = view.find_account(&account) else {
                prop_assert_eq!(plain(&branch, account), None);
                continue;
            };
            // An account of another branch is known and has no part in this one.
            let flows = view.flows(id).or_else(|why| match why {
                Unknown::NotFound => Ok(None),
                other => Err(other),
            });
            prop_assert_eq!(flows, Ok(plain(&branch, account)));
        }
    }
}

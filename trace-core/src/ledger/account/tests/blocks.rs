//! Blocks of accounts, made up.

use std::ops::Range;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::model::account::{
    Address, Asset, B256, Block, Check, Checks, InnerCalls, Log, Outcome, Transaction, Transfer,
    TransferKind, U256,
};
use crate::model::{BlockHash, BlockRef, ChainId};

pub(crate) const CHAIN: ChainId = ChainId(31337);
/// Accounts that transfers name; the next number is that of one that none names.
pub(crate) const ACCOUNTS: u8 = 9;
/// The same for assets.
pub(crate) const ASSETS: u8 = 6;

pub(crate) fn address(number: u8) -> Address {
    Address::repeat_byte(number)
}

pub(crate) fn asset(number: u8) -> Asset {
    match number {
        0 => Asset::Native,
        1 | 2 => Asset::Token(address(number)),
        _ => Asset::Item(address(3), U256::from(number)),
    }
}

pub(crate) fn transaction(number: u8, transfers: Vec<Transfer>) -> Transaction {
    Transaction {
        hash: B256::repeat_byte(number),
        from: address(number % ACCOUNTS),
        to: None,
        created: None,
        nonce: u64::from(number),
        gas_price: U256::from(7),
        selector: None,
        outcome: Outcome::Succeeded,
        transfers,
        logs: Vec::new(),
        creations: Vec::new(),
    }
}

fn account() -> impl Strategy<Value = Address> {
    (0..ACCOUNTS).prop_map(address)
}

fn amount() -> impl Strategy<Value = U256> {
    prop_oneof![
        any::<u64>().prop_map(U256::from),
        Just((U256::from(1) << 96) - U256::from(1)),
        Just((U256::from(1) << 96) - U256::from(2)),
        any::<[u8; 32]>().prop_map(U256::from_be_bytes),
    ]
}

fn transfer() -> impl Strategy<Value = Transfer> {
    let kind = any::<Index>().prop_map(|index| *index.get(&TransferKind::ALL));
    let sides = (option::of(account()), option::of(account()));
    (kind, 0..ASSETS, sides, amount()).prop_map(|(kind, number, (from, to), amount)| Transfer {
        kind,
        asset: asset(number),
        from,
        to,
        amount,
    })
}

fn log() -> impl Strategy<Value = Log> {
    let topics = vec(any::<[u8; 32]>().prop_map(B256::from), 0..5);
    (account(), topics, vec(any::<u8>(), 0..40)).prop_map(|(address, topics, data)| Log {
        address,
        topics,
        data,
    })
}

fn any_transaction() -> impl Strategy<Value = Transaction> {
    let ends = prop_oneof![
        Just(Outcome::Succeeded),
        Just(Outcome::Failed),
        Just(Outcome::Unknown)
    ];
    let named = (account(), option::of(account()), option::of(account()));
    let said = (
        vec(transfer(), 0..5),
        vec(log(), 0..3),
        vec((account(), account()), 0..2),
    );
    let numbers = (any::<u64>(), any::<u64>(), option::of(any::<[u8; 4]>()));
    (any::<[u8; 32]>(), named, numbers, ends, said).prop_map(
        |(hash, (from, to, created), (nonce, price, selector), outcome, said)| Transaction {
            hash: B256::from(hash),
            from,
            to,
            created,
            nonce,
            gas_price: U256::from(price),
            selector,
            outcome,
            transfers: said.0,
            logs: said.1,
            creations: said.2,
        },
    )
}

/// Blocks in the order of arrival, each built on one before it, from height 0 on.
pub(crate) fn tree(count: Range<usize>) -> impl Strategy<Value = Vec<Block>> {
    let seen = prop_oneof![
        Just(InnerCalls::Seen),
        Just(InnerCalls::Unsure),
        Just(InnerCalls::NotSeen)
    ];
    let check = || {
        prop_oneof![
            Just(Check::Holds),
            Just(Check::OtherForm),
            Just(Check::NotTold)
        ]
    };
    let checks = (check(), check(), check(), check());
    let checks = checks.prop_map(|(header, transactions, receipts, after)| Checks {
        header,
        transactions,
        receipts,
        after,
    });
    let held = (vec(any_transaction(), 0..4), vec(transfer(), 0..2));
    let block = (0..4_usize, held, account(), seen, any::<u64>(), checks);
    vec(block, count).prop_map(|made| {
        let mut blocks: Vec<Block> = Vec::new();
        for (back, (transactions, after), fee_recipient, inner_calls, time, checks) in made {
            let parent = blocks
                .len()
                .checked_sub(1 + back)
                .or(blocks.len().checked_sub(1));
            let parent = parent.map(|parent| blocks[parent].at);
            blocks.push(Block {
                at: at(blocks.len(), parent),
                parent: parent.map_or(BlockHash([0xff; 32]), |parent| parent.hash),
                time,
                fee_recipient,
                transactions,
                after,
                inner_calls,
                checks,
            });
        }
        blocks
    })
}

fn at(number: usize, parent: Option<BlockRef>) -> BlockRef {
    BlockRef {
        height: parent.map_or(0, |parent| parent.height + 1),
        hash: BlockHash([number as u8; 32]),
    }
}

/// One block after the other, with a few transfers of every kind of amount.
pub(crate) fn straight(count: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for number in 0..count {
        grow(&mut blocks, number.checked_sub(1));
    }
    blocks
}

/// Adds a block that is built on another one.
pub(crate) fn grow(blocks: &mut Vec<Block>, parent: Option<usize>) {
    let number = blocks.len() as u8;
    let parent = parent.map(|parent| blocks[parent].at);
    let transfer = |kind, asset, amount| Transfer {
        kind,
        asset,
        from: Some(address(number % ACCOUNTS)),
        to: (!number.is_multiple_of(5)).then(|| address((number * 3 + 1) % ACCOUNTS)),
        amount,
    };
    let transfers = vec![
        transfer(TransferKind::Value, asset(0), U256::from(number)),
        transfer(TransferKind::Token, asset(1 + number % 4), U256::MAX),
    ];
    let mut second = transaction(100 + number, transfers.clone());
    second.logs.push(Log {
        address: address(number % ACCOUNTS),
        topics: vec![B256::repeat_byte(number); usize::from(number % 4)],
        data: vec![number; usize::from(number)],
    });
    second.creations.push((address(number), address(1)));
    blocks.push(Block {
        at: at(blocks.len(), parent),
        parent: parent.map_or(BlockHash([0xff; 32]), |parent| parent.hash),
        time: u64::from(number) * 12,
        fee_recipient: address(number % 3),
        transactions: vec![transaction(number, Vec::new()), second],
        after: transfers,
        inner_calls: InnerCalls::Seen,
        checks: Checks::default(),
    });
}

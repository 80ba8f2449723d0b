//! The moves of a transaction by name, and who exchanged what, for the naive walk.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::model::account::{Address, Transfer, TransferKind};

use crate::story::{asset_name, name_of};

/// Account and asset, by name.
pub(crate) type Key = (String, String);

#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) kind: TransferKind,
    pub(crate) of: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) amount: u64,
    pub(crate) index: usize,
    /// Where it is one side of a wrapping: the index of the other.
    pub(crate) pair: Option<usize>,
}

pub(crate) fn moves(transfers: &[Transfer]) -> Vec<Move> {
    let name = |address: Option<Address>| address.map(|address| name_of(address.as_slice()));
    let mut moves: Vec<Move> = transfers
        .iter()
        .enumerate()
        .map(|(index, transfer)| Move {
            kind: transfer.kind,
            of: asset_name(transfer.asset),
            from: name(transfer.from),
            to: name(transfer.to),
            amount: transfer.amount.to(),
            index,
            pair: None,
        })
        .collect();
    for index in 0..moves.len() {
        let token = moves[index].clone();
        let contract = Some(token.of.clone());
        let (from, to) = match token.kind {
            TransferKind::Wrap => (token.to.clone(), contract),
            TransferKind::Unwrap => (contract, token.from.clone()),
            _ => continue,
        };
        let native = moves.iter().position(|other| {
            other.of == "native"
                && !other.kind.is_fee()
                && other.pair.is_none()
                && (&other.from, &other.to, other.amount) == (&from, &to, token.amount)
        });
        if let Some(native) = native {
            moves[index].pair = Some(native);
            moves[native].pair = Some(index);
        }
    }
    moves
}

/// Who exchanged what does not depend on the way in which it is followed: this is the same, of
/// moves that are turned round, for the asset that was received.
pub(crate) fn given_for(
    moves: &[Move],
    nets: &BTreeMap<Key, i64>,
    (account, received): &Key,
) -> BTreeSet<String> {
    let moves: Vec<Move> = moves.iter().map(Move::turned).collect();
    let nets: BTreeMap<Key, i64> = nets.iter().map(|(key, net)| (key.clone(), -net)).collect();
    let given = nets.iter();
    let given = given.filter(|((who, _), net)| who == account && **net < 0);
    let given = given.map(|(key, _)| key);
    let leads = |key: &&Key| received_for(&moves, &nets, key).contains(received);
    given.filter(leads).map(|(_, of)| of.clone()).collect()
}

impl Move {
    /// From whom it came to, to whom it came from.
    pub(crate) fn turned(&self) -> Self {
        Self {
            from: self.to.clone(),
            to: self.from.clone(),
            ..self.clone()
        }
    }
}

/// The assets of which somebody has more, that lead by those who have more of one and less of
/// another to what they gave: worked out until nothing is added any more.
pub(crate) fn received_for(
    moves: &[Move],
    nets: &BTreeMap<Key, i64>,
    (account, of): &Key,
) -> BTreeSet<String> {
    let net = |who: &str, of: &str| {
        let key = (who.to_owned(), of.to_owned());
        nets.get(&key).copied().unwrap_or(0)
    };
    let mut reached = BTreeSet::from([of.clone()]);
    if net(account, of) >= 0 {
        return BTreeSet::new();
    }
    let plain: Vec<&Move> = moves
        .iter()
        .filter(|moved| moved.pair.is_none() && !moved.kind.is_fee() && moved.from != moved.to)
        .collect();
    loop {
        let before = reached.len();
        for taken in reached.clone() {
            let mut takers: BTreeSet<String> = nets
                .iter()
                .filter(|((_, of), net)| *of == taken && **net > 0)
                .map(|((who, _), _)| who.clone())
                .collect();
            for moved in plain
                .iter()
                .filter(|moved| moved.to.is_none() && moved.of == taken)
            {
                takers.extend(moved.from.clone());
                takers.insert(taken.split('#').next().unwrap().to_owned());
            }
            takers.remove(account);
            for taker in takers {
                let gave = nets.iter();
                let gave = gave.filter(|((who, _), net)| *who == taker && **net < 0);
                reached.extend(gave.map(|((_, of), _)| of.clone()));
                let made = plain
                    .iter()
                    .filter(|moved| moved.from.is_none() && moved.of == taker);
                reached.extend(made.map(|moved| moved.of.clone()));
            }
        }
        if reached.len() == before {
            break;
        }
    }
    reached.retain(|other| other != of && net(account, other) > 0);
    reached
}

//! Both sides of bridges, and which belongs to which.

use std::collections::{BTreeMap, BTreeSet};

use heuristics::account::bridge::{
    By, Common, Crossing, Direction, Journey, Limits, Pairing, Turn, Way, crossings, journeys, pair,
};
use trace_core::model::ChainId;
use trace_core::model::account::{Asset, B256, U256};

use crate::chain::{Chain, Tx, address, event, token, tx, word};
use crate::event::padded;

const HERE: ChainId = ChainId(1);
const THERE: ChainId = ChainId(2);

fn crossed(chain: ChainId, time: u64, tx: Tx) -> Vec<Crossing> {
    let made = Chain::of([tx]);
    let bridges = BTreeSet::from([address("bridge")]);
    crossings(chain, Some(time), &made.blocks[1].transactions[0], &bridges)
}

fn goes_in(amount: u64, to: &str, id: Option<B256>) -> Vec<Crossing> {
    let mut data = vec![word(amount), padded(address(to))];
    data.extend(id);
    let said = event("bridge", &[word(0)], &data);
    crossed(
        HERE,
        100,
        tx("ann").sends("usd", "ann", "bridge", amount).says(said),
    )
}

fn comes_out(amount: u64, to: &str, id: Option<B256>) -> Vec<Crossing> {
    let mut data = vec![word(amount)];
    data.extend(id);
    let said = event("bridge", &[word(1)], &data);
    crossed(
        THERE,
        200,
        tx("relay").sends("usd.b", "new", to, amount).says(said),
    )
}

fn common() -> BTreeMap<(ChainId, Asset), Common> {
    let common = |decimals| Common {
        number: 1,
        decimals,
    };
    [
        ((HERE, token("usd")), common(6)),
        ((THERE, token("usd.b")), common(6)),
    ]
    .into()
}

fn paired(ins: &[Vec<Crossing>], outs: &[Vec<Crossing>]) -> Vec<Pairing> {
    pair(&ins.concat(), &outs.concat(), &common(), Limits::default())
}

#[test]
fn locks_burns_mints_and_releases_are_told_by_transfer_and_event() {
    let id = B256::repeat_byte(9);
    let locked = &goes_in(500, "bob", Some(id))[0];
    assert_eq!((locked.direction, locked.way), (Direction::In, Way::Kept));
    assert_eq!(locked.account, address("ann"));
    assert!(locked.named.contains(&address("bob")));
    assert_eq!(locked.ids, [id]);
    let made = &comes_out(500, "bob", None)[0];
    assert_eq!((made.direction, made.way), (Direction::Out, Way::Made));
    assert_eq!(made.account, address("bob"));
    let said = || event("bridge", &[word(0)], &[word(5)]);
    let burnt = crossed(
        HERE,
        0,
        tx("ann").sends("usd", "ann", "gone", 5).says(said()),
    );
    assert_eq!(
        (burnt[0].direction, burnt[0].way),
        (Direction::In, Way::Made)
    );
    let released = crossed(HERE, 0, tx("relay").calls("bridge", "bob", 5).says(said()));
    assert_eq!(
        (released[0].direction, released[0].way),
        (Direction::Out, Way::Kept)
    );
    // Another amount, or another contract's word for it, is no crossing.
    let other = tx("ann").sends("usd", "ann", "bridge", 6).says(said());
    assert!(crossed(HERE, 0, other).is_empty());
    let stranger = event("stranger", &[word(0)], &[word(5)]);
    let other = tx("ann").sends("usd", "ann", "bridge", 5).says(stranger);
    assert!(crossed(HERE, 0, other).is_empty());
    // One event tells of one transfer.
    let twice = tx("ann")
        .sends("usd", "ann", "bridge", 5)
        .sends("usd", "ann", "bridge", 5)
        .says(said());
    assert_eq!(crossed(HERE, 0, twice).len(), 1);
}

#[test]
fn an_id_pairs_what_nothing_else_would() {
    let id = B256::repeat_byte(9);
    let found = paired(
        &[goes_in(500, "bob", Some(id)), goes_in(500, "bob", None)],
        &[comes_out(499, "bob", None), comes_out(3, "cat", Some(id))],
    );
    assert_eq!(
        found,
        [Pairing::Paired(1, By::Id), Pairing::Paired(0, By::Fit)]
    );
    // An id that two share is no id.
    let found = paired(
        &[goes_in(500, "bob", Some(id))],
        &[comes_out(3, "cat", Some(id)), comes_out(4, "cat", Some(id))],
    );
    assert_eq!(found, [Pairing::Unpaired]);
}

#[test]
fn amount_recipient_time_and_asset_must_fit() {
    let one = |out: Vec<Crossing>| paired(&[goes_in(10_000, "bob", None)], &[out])[0];
    assert_eq!(
        one(comes_out(9_900, "bob", None)),
        Pairing::Paired(0, By::Fit)
    );
    assert_eq!(one(comes_out(9_899, "bob", None)), Pairing::Unpaired);
    assert_eq!(one(comes_out(10_001, "bob", None)), Pairing::Unpaired);
    assert_eq!(one(comes_out(10_000, "cat", None)), Pairing::Unpaired);
    let mut early = comes_out(10_000, "bob", None);
    early[0].time = Some(99);
    assert_eq!(one(early.clone()), Pairing::Unpaired);
    early[0].time = Some(100 + 86_401);
    assert_eq!(one(early.clone()), Pairing::Unpaired);
    early[0].time = None;
    assert_eq!(one(early), Pairing::Paired(0, By::Fit));
    let mut other = comes_out(10_000, "bob", None);
    other[0].asset = token("eur");
    assert_eq!(one(other), Pairing::Unpaired);
}

#[test]
fn what_fits_several_is_paired_with_none() {
    let found = paired(
        &[goes_in(10_000, "bob", None)],
        &[comes_out(9_990, "bob", None), comes_out(9_980, "bob", None)],
    );
    assert_eq!(found, [Pairing::Ambiguous(2)]);
    let found = paired(
        &[goes_in(10_000, "bob", None), goes_in(10_010, "bob", None)],
        &[comes_out(9_990, "bob", None)],
    );
    assert_eq!(found, [Pairing::Ambiguous(2), Pairing::Ambiguous(2)]);
}

#[test]
fn units_of_other_sizes_are_compared_by_what_they_are_worth() {
    let mut common = common();
    common.insert(
        (THERE, token("usd.b")),
        Common {
            number: 1,
            decimals: 8,
        },
    );
    let ins = goes_in(10_000, "bob", None);
    let outs = comes_out(999_000, "bob", None);
    let found = pair(&ins, &outs, &common, Limits::default());
    assert_eq!(found, [Pairing::Paired(0, By::Fit)]);
    let mut huge = outs;
    huge[0].amount = U256::MAX;
    assert_eq!(
        pair(&ins, &huge, &common, Limits::default()),
        [Pairing::Unpaired]
    );
}

#[test]
fn what_crosses_again_goes_on_or_back() {
    let there = |time: u64, amount: u64, from: &str, to: &str| {
        let data = [word(amount), padded(address(to))];
        let said = event("bridge", &[word(0)], &data);
        crossed(
            THERE,
            time,
            tx(from).sends("usd.b", from, "bridge", amount).says(said),
        )
    };
    let third = |chain, time, amount, to: &str| {
        let said = event("bridge", &[word(1)], &[word(amount)]);
        crossed(
            chain,
            time,
            tx("relay").sends("usd.c", "new", to, amount).says(said),
        )
    };
    let elsewhere = ChainId(3);
    let mut common = common();
    for chain in [HERE, elsewhere] {
        common.insert(
            (chain, token("usd.c")),
            Common {
                number: 1,
                decimals: 6,
            },
        );
    }
    let with = |second: Vec<Crossing>, end: Vec<Crossing>| {
        let ins = [goes_in(10_000, "bob", None), second].concat();
        let outs = [comes_out(9_990, "bob", None), end].concat();
        let pairings = pair(&ins, &outs, &common, Limits::default());
        assert_eq!(pairings[1], Pairing::Paired(1, By::Fit));
        journeys(&ins, &outs, &pairings, &common, Limits::default())
    };
    let turn = |turn| {
        vec![Journey {
            first: 0,
            second: 1,
            turn,
        }]
    };
    let again = || there(300, 9_980, "bob", "cat");
    assert_eq!(
        with(again(), third(elsewhere, 400, 9_970, "cat")),
        turn(Turn::On)
    );
    assert_eq!(
        with(again(), third(HERE, 400, 9_970, "cat")),
        turn(Turn::Back)
    );
    // Another account's, too little of it, or before it came.
    assert_eq!(
        with(
            there(300, 9_980, "dog", "cat"),
            third(HERE, 400, 9_970, "cat")
        ),
        []
    );
    assert_eq!(
        with(
            there(300, 5_000, "bob", "cat"),
            third(HERE, 400, 5_000, "cat")
        ),
        []
    );
    assert_eq!(
        with(
            there(199, 9_980, "bob", "cat"),
            third(HERE, 400, 9_970, "cat")
        ),
        []
    );
}

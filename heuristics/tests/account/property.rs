//! What holds of every chain.

use std::collections::BTreeMap;

use heuristics::account::clustering::{Known, Rules};
use heuristics::account::{AccountLink, airdrop};
use proptest::prelude::*;
use trace_core::cluster::Connection;
use trace_core::model::account::{Address, Asset, Block};

use crate::chain::{Chain, Tx, address, tx};
use crate::clustering::{SHOP, walked};
use crate::event::{approval, mixed_in, mixed_out};

const NAMES: [&str; 7] = ["ann", "bob", "cat", "dog", "dep", "shop", "pool"];

fn any_tx() -> impl Strategy<Value = Tx> {
    let names = (0..NAMES.len(), 0..NAMES.len(), 0..NAMES.len());
    (names, 0..9_u8, 1..4_u64, 1..3_u64).prop_map(|((a, b, c), kind, amount, price)| {
        let (a, b, c) = (NAMES[a], NAMES[b], NAMES[c]);
        let tx = tx(a).at_price(price);
        match kind {
            0 => tx.pays("dep", amount),
            1 => tx.pays("shop", amount),
            2 => tx.pays(b, amount),
            3 => tx.sends("usd", a, b, amount).sends("usd", a, c, amount),
            4 => tx.sends("usd", a, b, amount),
            5 => tx.says(approval("usd", a, b, amount)),
            6 => tx.pays("pool", 2).says(mixed_in("pool", 1)),
            7 => tx.calls("pool", b, 2).says(mixed_out("pool", b, None, 0)),
            _ => tx.tips(b, amount).calls("box", c, amount),
        }
    })
}

fn known() -> Known {
    Known {
        exchanges: BTreeMap::from([(address("shop"), SHOP)]),
        recognise_pools: true,
        ..Known::default()
    }
}

fn rules() -> Rules {
    let mut rules = Rules {
        airdrop: airdrop::Limits {
            recipients_min: 2,
            together_min: 2,
            forwards_min: 2,
        },
        joins: Rules::all().to_vec(),
        ..Rules::default()
    };
    rules.multi_denomination.pools_min = 1;
    rules
}

/// Another address for each.
fn renamed(address: Address) -> Address {
    Address::from(address.0.0.map(|byte| !byte))
}

fn rename(blocks: &mut [Block]) {
    let asset = |asset: Asset| match asset {
        Asset::Token(contract) => Asset::Token(renamed(contract)),
        other => other,
    };
    for tx in blocks.iter_mut().flat_map(|block| &mut block.transactions) {
        tx.from = renamed(tx.from);
        for transfer in &mut tx.transfers {
            transfer.from = transfer.from.map(renamed);
            transfer.to = transfer.to.map(renamed);
            transfer.asset = asset(transfer.asset);
        }
        for log in &mut tx.logs {
            log.address = renamed(log.address);
            for topic in log.topics.iter_mut().skip(1) {
                // An address, unless it is a commitment.
                if topic.0[12] != 0 {
                    *topic = renamed(Address::from_word(*topic)).into_word();
                }
            }
            if log.data.len() == 96 {
                let to = renamed(Address::from_slice(&log.data[12..32]));
                log.data[12..32].copy_from_slice(to.as_slice());
            }
        }
    }
}

/// The two ends, the rule, the place; without which end is which.
fn key(link: &AccountLink, name: impl Fn(Address) -> Address) -> String {
    let mut ends = [name(link.link.a), name(link.link.b)];
    ends.sort_unstable();
    format!(
        "{:?} {ends:?} {} {:?}",
        link.position, link.link.rule, link.confidence
    )
}

fn keys(chain: &Chain, known: Known, name: impl Fn(Address) -> Address) -> Vec<String> {
    let clusters = walked(&chain.view(), rules(), known);
    let links = clusters.links().iter();
    let mut keys: Vec<String> = links.map(|(link, _)| key(link, &name)).collect();
    keys.sort();
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_accounts_are_called_does_not_matter(all in prop::collection::vec(any_tx(), 1..30)) {
        let chain = Chain::of(all);
        let mut other = chain.clone();
        rename(&mut other.blocks);
        let mut known_other = known();
        known_other.exchanges = BTreeMap::from([(renamed(address("shop")), SHOP)]);
        let ours = keys(&chain, known(), |address| address);
        let theirs = keys(&other, known_other, renamed);
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn what_comes_later_takes_no_link_back(
        all in prop::collection::vec(any_tx(), 1..30), cut in any::<prop::sample::Index>(),
    ) {
        let chain = Chain::of(all);
        let mut first = chain.clone();
        first.blocks.truncate(cut.index(chain.blocks.len()) + 1);
        let whole = keys(&chain, known(), |address| address);
        let mut whole = whole.into_iter().peekable();
        // Of the mixers only the promise of the other rules: portfolios and prices may change.
        let lasting = |key: &String| !key.contains("mixer-") && !key.contains("airdrop");
        for link in keys(&first, known(), |address| address).into_iter().filter(lasting) {
            let found = whole.by_ref().any(|other| other == link);
            prop_assert!(found, "{} is gone", link);
        }
    }

    #[test]
    fn clusters_are_what_links_connect(all in prop::collection::vec(any_tx(), 1..30)) {
        let chain = Chain::of(all);
        let clusters = walked(&chain.view(), rules(), known());
        for a in NAMES {
            for b in NAMES {
                let (a, b) = (address(a), address(b));
                let connection = clusters.explain(a, b, 99);
                let linked = matches!(connection, Connection::Linked(_));
                prop_assert_eq!(linked, clusters.are_together(&a, &b));
                prop_assert_eq!(linked, clusters.members(&a).contains(&b));
            }
        }
        for (link, _) in clusters.links() {
            prop_assert!(link.link.a != address("shop") && link.link.b != address("shop"));
        }
    }
}

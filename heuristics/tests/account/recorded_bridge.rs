//! Pairing over recorded transfers from Ethereum to Polygon through the bridge Celer.
//!
//! What was paid out says who sent it, which the rule is not told: that is the truth that it is
//! measured against. Where one sender sent to one recipient more than once, neither is it known
//! which was which, and those are counted apart.
//!
//! `TRACE_REAL_DATA=DIR cargo test -p heuristics --test account recorded_bridge -- --nocapture`

use std::collections::BTreeMap;

use alloy_primitives::address;
use heuristics::account::bridge::{Common, Crossing, Direction, Limits, Pairing, Way, pair};
use testdata::recorded;
use testdata::recorded_accounts::{self, RelayField};
use trace_core::model::ChainId;
use trace_core::model::account::{Address, Asset, B256, U256};

const ETHEREUM: ChainId = ChainId(1);
const POLYGON: ChainId = ChainId(137);

/// The method by which what was locked is given out.
const RELAY: [u8; 4] = [0xcd, 0xd1, 0xb2, 0x5d];

/// Tokens of Ethereum and what they are on Polygon: wrapped ether, USDC, USDT, and one more.
const TOKENS: [(Address, Address, u8); 4] = [
    (
        address!("c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"),
        address!("7ceb23fd6bc0add59e62ac25578270cff1b9f619"),
        18,
    ),
    (
        address!("a0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"),
        address!("2791bca1f2de4661ed88a30c99a7a9449aa84174"),
        6,
    ),
    (
        address!("dac17f958d2ee523a2206206994597c13d831ec7"),
        address!("c2132d05d31c914a87c6611c10748aeb04b58e8f"),
        6,
    ),
    (
        address!("7b35ce522cb72e4077baeb96cb923a5529764a00"),
        address!("60bb3d364b765c497c8ce50ae0ae3f0882c5bd05"),
        18,
    ),
];

struct Relayed {
    sender: Address,
    receiver: Address,
    token: Address,
    amount: U256,
}

fn relayed(input: &[u8]) -> Option<Relayed> {
    if !input.starts_with(&RELAY) {
        return None;
    }
    let fields = recorded_accounts::relay_fields(input).ok()?;
    let bytes = |number: u64| match fields.get(&number) {
        Some(RelayField::Bytes(bytes)) => Some(bytes.as_slice()),
        _ => None,
    };
    let named = |number| Address::try_from(bytes(number)?).ok();
    Some(Relayed {
        sender: named(1)?,
        receiver: named(2)?,
        token: named(3)?,
        amount: U256::try_from_be_slice(bytes(4)?)?,
    })
}

fn crossing(direction: Direction, account: Address, token: Address, amount: U256) -> Crossing {
    Crossing {
        direction,
        way: Way::Kept,
        chain: match direction {
            Direction::In => ETHEREUM,
            Direction::Out => POLYGON,
        },
        bridge: Address::ZERO,
        account,
        asset: Asset::Token(token),
        amount,
        named: Vec::new(),
        ids: Vec::new(),
        hash: B256::ZERO,
        time: None,
    }
}

#[test]
fn pairs_of_a_real_bridge() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let deposits = recorded_accounts::bridge_deposits(&folder).unwrap();
    let inputs = recorded_accounts::bridge_inputs(&folder).unwrap();
    let outs: Vec<Relayed> = inputs.iter().filter_map(|input| relayed(input)).collect();
    assert_eq!((deposits.len(), inputs.len(), outs.len()), (598, 598, 497));
    let mut common = BTreeMap::new();
    for (number, (here, there, decimals)) in (0..).zip(TOKENS) {
        let of = Common { number, decimals };
        common.insert((ETHEREUM, Asset::Token(here)), of);
        common.insert((POLYGON, Asset::Token(there)), of);
    }
    let ins: Vec<Crossing> = deposits
        .iter()
        .map(|deposit| Crossing {
            named: vec![deposit.receiver],
            ..crossing(Direction::In, deposit.sender, deposit.token, deposit.amount)
        })
        .collect();
    let gone: Vec<Crossing> = outs
        .iter()
        .map(|out| crossing(Direction::Out, out.receiver, out.token, out.amount))
        .collect();
    // Who sent to whom once on each side is known.
    let mut sent: BTreeMap<(Address, Address), Vec<usize>> = BTreeMap::new();
    for (index, deposit) in deposits.iter().enumerate() {
        let key = (deposit.sender, deposit.receiver);
        sent.entry(key).or_default().push(index);
    }
    let mut got: BTreeMap<(Address, Address), Vec<usize>> = BTreeMap::new();
    for (index, out) in outs.iter().enumerate() {
        got.entry((out.sender, out.receiver))
            .or_default()
            .push(index);
    }
    let truth: BTreeMap<usize, usize> = sent
        .iter()
        .filter_map(
            |(key, sent)| match (sent.as_slice(), got.get(key)?.as_slice()) {
                ([deposit], [out]) => Some((*deposit, *out)),
                _ => None,
            },
        )
        .collect();
    println!(
        "paid out {}, of which it is known which deposit: {}",
        outs.len(),
        truth.len()
    );
    println!(
        "| by | less at most | more at most | paired | known | right | wrong | known but not paired |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (recipient, fee, gain) in [
        (true, 10_000, 0),
        (true, 10_000, 3_000),
        (false, 10_000, 3_000),
        (false, 1_000, 0),
    ] {
        let limits = Limits {
            fee_max_millionths: fee,
            gain_max_millionths: gain,
            recipient,
            ..Limits::default()
        };
        let pairings = pair(&ins, &gone, &common, limits);
        let paired: Vec<(usize, usize)> = pairings
            .iter()
            .enumerate()
            .filter_map(|(deposit, pairing)| match pairing {
                Pairing::Paired(out, _) => Some((deposit, *out)),
                _ => None,
            })
            .collect();
        // A pair is wrong where either side is known to belong to another one, or sender and
        // recipient are not those of the deposit.
        let is_right = |(deposit, out): &&(usize, usize)| {
            let (deposit, out) = (&deposits[*deposit], &outs[*out]);
            (deposit.sender, deposit.receiver) == (out.sender, out.receiver)
        };
        let right = paired.iter().filter(is_right).count();
        let known = paired
            .iter()
            .filter(|(deposit, _)| truth.contains_key(deposit))
            .count();
        let found = |deposit: &usize| paired.iter().any(|(paired, _)| paired == deposit);
        let missed = truth.keys().filter(|deposit| !found(deposit)).count();
        println!(
            "| {} | {fee} | {gain} | {} | {known} | {right} | {} | {missed} |",
            if recipient {
                "recipient, asset, amount"
            } else {
                "asset, amount"
            },
            paired.len(),
            paired.len() - right,
        );
        if recipient {
            assert_eq!(right, paired.len());
        }
    }
}

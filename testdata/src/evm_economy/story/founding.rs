//! Ether to begin with, the contracts, and who holds how many of their tokens.

use alloy_primitives::U256;
use trace_core::model::account::Asset;

use crate::evm_economy::artifact::{Argument, Artifact};
use crate::evm_economy::market::POOLS;
use crate::evm_economy::order::{Moved, Order, dollars, ether};
use crate::evm_economy::truth::Kind;
use crate::evm_economy::world::World;

/// Who is given how many ether.
const FUNDS: [(&str, u64); 26] = [
    ("alice/wallet", 120),
    ("bob/wallet", 90),
    ("carol/wallet", 75),
    ("dave/wallet", 60),
    ("erin/wallet", 55),
    ("frank/wallet", 48),
    ("grace/wallet", 37),
    ("heidi/wallet", 21),
    ("ivan/wallet", 33),
    ("trent/wallet", 12),
    ("trent/second", 1),
    ("olivia/wallet", 250),
    ("oscar/wallet", 4),
    ("mallory/gas", 2),
    ("mallory/drainer", 1),
    ("stella/wallet", 9),
    ("paula/wallet", 140),
    ("rolf/relayer", 6),
    ("issuer/wallet", 30),
    ("lina/wallet", 3000),
    ("harbour/operator", 15),
    ("harbour/hot", 500),
    ("kestrel/hot", 400),
    ("fog/deployer", 3),
    ("oddity/deployer", 8),
    ("quarry/proposer", 1),
];

/// Who is given how many dollars.
const DOLLARS: [(&str, u64); 10] = [
    ("alice/wallet", 40_000),
    ("bob/wallet", 25_000),
    ("carol/wallet", 18_500),
    ("dave/wallet", 7_000),
    ("trent/wallet", 30_000),
    ("olivia/wallet", 200_000),
    ("lina/wallet", 6_000_000),
    ("harbour/hot", 300_000),
    ("kestrel/hot", 250_000),
    ("paula/wallet", 90_000),
];

pub(super) fn funds(world: &mut World) {
    for (name, count) in FUNDS {
        world.pay(Kind::Funding, "faucet/genesis", name, ether(count));
    }
    world.mine();
}

pub(super) fn contracts(world: &mut World) {
    let plain = |artifact: Artifact| move |_| Order::create(artifact, Vec::new());
    let issuer = world.address("issuer/wallet");
    let supply = dollars(10_000_000);
    world.deploy("issuer/wallet", "issuer/dollar", |token| {
        let order = Order::create(Artifact::TOKEN, vec![supply.into()]);
        order.moving([Moved::new(Asset::Token(token), issuer, supply)])
    });
    let collector = world.address("issuer/collector");
    world.deploy("issuer/wallet", "issuer/levy", |token| {
        let arguments = vec![ether(50_000_000).into(), collector.into()];
        let order = Order::create(Artifact::FEE_TOKEN, arguments);
        order.moving([Moved::new(Asset::Token(token), issuer, ether(50_000_000))])
    });
    world.deploy("issuer/wallet", "issuer/wrapper", plain(Artifact::WRAPPER));
    world.deploy("issuer/wallet", "issuer/deeds", plain(Artifact::DEEDS));
    world.deploy("issuer/wallet", "issuer/items", plain(Artifact::ITEMS));
    world.mine();
    for (name, tokens) in POOLS {
        let arguments = tokens.map(|token| Argument::from(world.address(token)));
        world.deploy("lina/wallet", name, |_| {
            Order::create(Artifact::POOL, arguments.into())
        });
    }
    world.deploy("lina/wallet", "lina/router", plain(Artifact::ROUTER));
    let hot = world.address("harbour/hot");
    world.deploy("harbour/operator", "harbour/factory", |_| {
        Order::create(Artifact::DEPOSIT_FACTORY, vec![hot.into()])
    });
    for (name, denomination) in [("fog/mixer-ten", 10), ("fog/mixer-one", 1)] {
        world.deploy("fog/deployer", name, |_| {
            Order::create(Artifact::MIXER, vec![ether(denomination).into()])
        });
    }
    for (name, artifact) in [
        ("paula/batch-payer", Artifact::BATCH_PAYER),
        ("oddity/relay", Artifact::RELAY),
        ("oddity/refuser", Artifact::REFUSER),
        ("oddity/ephemeral", Artifact::EPHEMERAL),
    ] {
        world.deploy("oddity/deployer", name, plain(artifact));
    }
    world.mine();
}

pub(super) fn tokens(world: &mut World) {
    for (name, count) in DOLLARS {
        let amount = dollars(count);
        world.transfer(
            Kind::Payment,
            "issuer/wallet",
            "issuer/dollar",
            name,
            amount,
        );
    }
    for (name, count) in [
        ("lina/wallet", 9_000_000),
        ("olivia/wallet", 80_000),
        ("dave/wallet", 5_000),
    ] {
        let amount = ether(count);
        world.transfer(Kind::Payment, "issuer/wallet", "issuer/levy", name, amount);
    }
    world.mine();
}

pub(super) fn pools(world: &mut World) {
    world.wrap("lina/wallet", ether(2000));
    let amounts = [ether(1500), dollars(3_000_000)];
    world.provide("lina/wallet", "lina/pool-wrapper-dollar", amounts);
    world.mine();
    let amounts = [dollars(2_000_000), ether(8_000_000)];
    world.provide("lina/wallet", "lina/pool-dollar-levy", amounts);
    world.mine();
    // Liquidity that comes later, in other proportions.
    let amounts = [ether(100), dollars(200_000) + U256::from(1)];
    world.provide("lina/wallet", "lina/pool-wrapper-dollar", amounts);
    world.mine();
}

//! Mallory steals from olivia what she has of everything, and takes it apart.

use std::collections::BTreeMap;

use alloy_primitives::{B256, U256};
use trace_core::model::account::Asset;

use super::collectible::give_deed;
use super::exchange::{forward_token, sweep_ether, sweep_token};
use super::mixer::{deposit, withdraw};
use crate::evm_economy::order::{dollars, ether, milliether};
use crate::evm_economy::truth::{Kind, Place, Theft};
use crate::evm_economy::world::World;

/// The deed that is stolen.
const DEED: u64 = 7;
/// What is peeled off for the exchanges at each step, in thousandths of an ether.
const PEELS: [(&str, u64); 5] = [
    ("harbour/deposit/oscar", 6_200),
    ("kestrel/forward/oscar", 4_750),
    ("harbour/deposit/oscar", 9_100),
    ("harbour/deposit/oscar", 3_333),
    ("kestrel/forward/oscar", 7_777),
];

/// Where everything that was stolen came to rest.
const PLACES: [(&str, Place); 16] = [
    ("mallory/loot", Place::Kept),
    ("mallory/peel-1", Place::Kept),
    ("mallory/peel-2", Place::Kept),
    ("mallory/peel-3", Place::Kept),
    ("mallory/peel-4", Place::Kept),
    ("mallory/peel-5", Place::Kept),
    ("mallory/peel-6", Place::Kept),
    ("mallory/stash", Place::Kept),
    ("mallory/clean", Place::Kept),
    ("harbour/deposit/oscar", Place::Exchange),
    ("kestrel/forward/oscar", Place::Exchange),
    ("kestrel/forward/mallory", Place::Exchange),
    ("fog/mixer-ten", Place::Mixer),
    ("lina/pool-wrapper-dollar", Place::Pool),
    ("lina/pool-dollar-levy", Place::Pool),
    ("bob/wallet", Place::Bystander),
];

pub(super) fn all(world: &mut World) -> Theft {
    // She was made to believe that this was for something else.
    world.approve(
        "olivia/wallet",
        "issuer/levy",
        "mallory/drainer",
        ether(60_000),
    );
    world.mine();
    world.wait_hours(3);
    let stolen = steal(world);
    world.wait_hours(1);
    peel(world);
    dollars_apart(world);
    levies_apart(world);
    deed_sold(world);
    world.wait_hours(50);
    out_of_the_mixer(world);
    let places = PLACES.map(|(name, place)| (world.address(name), place));
    Theft {
        victim: "olivia".to_owned(),
        thief: "mallory".to_owned(),
        transactions: stolen.0,
        stolen: stolen.1,
        places: places.into(),
    }
}

/// With olivia's key but for the levies, which she had let the drainer move.
fn steal(world: &mut World) -> (Vec<B256>, BTreeMap<String, String>) {
    let (olivia, loot) = ("olivia/wallet", "mallory/loot");
    let (kind, levies) = (Kind::Theft, ether(50_000));
    let native = world.pay(kind, olivia, loot, ether(120));
    let dollar = world.transfer(kind, olivia, "issuer/dollar", loot, dollars(150_000));
    let order = give_deed(world, kind, olivia, loot, DEED);
    let deed = world.send(olivia, order);
    let by = (kind, "mallory/drainer");
    let levy = world.pull(by, "issuer/levy", olivia, loot, levies);
    world.mine();
    let deeds = world.address("issuer/deeds");
    let amounts = [
        (Asset::Native, ether(120)),
        (
            Asset::Token(world.address("issuer/dollar")),
            dollars(150_000),
        ),
        (Asset::Token(world.address("issuer/levy")), levies),
        (Asset::Item(deeds, U256::from(DEED)), U256::from(1)),
    ];
    let amounts = amounts.map(|(asset, amount)| (asset.to_string(), amount.to_string()));
    (vec![native, dollar, deed, levy], amounts.into())
}

/// Ether from one new account to the next, something for an exchange at each.
fn peel(world: &mut World) {
    let mut left = milliether(100_000);
    world.pay(Kind::SelfTransfer, "mallory/loot", "mallory/peel-1", left);
    world.mine();
    for ((step, next), (exchange, peeled)) in (1..).zip(2..).zip(PEELS) {
        let (from, to) = (
            format!("mallory/peel-{step}"),
            format!("mallory/peel-{next}"),
        );
        let peeled = milliether(peeled);
        world.pay(Kind::Peel, &from, exchange, peeled);
        // Something stays behind for the gas.
        left -= peeled + milliether(10);
        world.pay(Kind::Peel, &from, &to, left);
        world.mine();
        world.wait_hours(2);
    }
    sweep_ether(world, "oscar");
    world.empty(Kind::Sweep, "kestrel/forward/oscar", "kestrel/hot");
    world.mine();
}

/// A part is traded for ether and mixed, a part goes to an exchange, a part is put away.
fn dollars_apart(world: &mut World) {
    let (loot, token) = ("mallory/loot", "issuer/dollar");
    let pool = ["lina/pool-wrapper-dollar"];
    let bought = world.swap(loot, token, dollars(60_000), &pool);
    world.mine();
    world.unwrap(loot, bought);
    world.mine();
    for _ in 0..2 {
        deposit(world, loot, "fog/mixer-ten");
        world.mine();
    }
    world.transfer(
        Kind::Deposit,
        loot,
        token,
        "kestrel/forward/oscar",
        dollars(40_000),
    );
    world.transfer(
        Kind::SelfTransfer,
        loot,
        token,
        "mallory/stash",
        dollars(35_000),
    );
    world.mine();
    forward_token(world, "kestrel", "oscar", token);
    world.transfer(
        Kind::Deposit,
        loot,
        token,
        "harbour/deposit/oscar",
        dollars(15_000),
    );
    world.mine();
    sweep_token(world, "oscar", token);
    world.mine();
}

/// Most of the levies become wrapped ether by way of dollars.
fn levies_apart(world: &mut World) {
    let held = {
        let (levy, loot) = (world.address("issuer/levy"), world.address("mallory/loot"));
        world.held(Asset::Token(levy), loot)
    };
    let pools = ["lina/pool-dollar-levy", "lina/pool-wrapper-dollar"];
    let part = held / U256::from(2);
    let bought = world.swap("mallory/loot", "issuer/levy", part, &pools);
    let (kind, wrapper) = (Kind::SelfTransfer, "issuer/wrapper");
    world.transfer(kind, "mallory/loot", wrapper, "mallory/stash", bought);
    world.mine();
}

/// Bob pays for the deed and knows nothing.
fn deed_sold(world: &mut World) {
    world.pay(Kind::Payment, "bob/wallet", "mallory/loot", ether(3));
    let order = give_deed(world, Kind::Collectible, "mallory/loot", "bob/wallet", DEED);
    world.send("mallory/loot", order);
    world.mine();
}

/// A relayer takes both out, to one account that has never been paid before.
fn out_of_the_mixer(world: &mut World) {
    let mixes = world.mixes.iter().enumerate();
    let own = mixes.filter(|(_, mix)| mix.owner == "mallory");
    let own: Vec<usize> = own.map(|(number, _)| number).collect();
    for number in own {
        let to = ("mallory/clean", milliether(80));
        withdraw(world, "rolf/relayer", "fog/mixer-ten", number, to);
        world.mine();
        world.wait_hours(7);
    }
    world.pay(
        Kind::Deposit,
        "mallory/clean",
        "kestrel/forward/mallory",
        ether(12),
    );
    world.mine();
    world.empty(Kind::Sweep, "kestrel/forward/mallory", "kestrel/hot");
    world.mine();
}

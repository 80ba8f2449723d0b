//! People pay each other, trade, and are given what they did not ask for.

use crate::evm_economy::order::{dollars, ether, milliether};
use crate::evm_economy::truth::Kind;
use crate::evm_economy::world::World;

/// How many accounts stella farms airdrops with.
const FARM: u64 = 12;

pub(super) fn payments(world: &mut World) {
    world.pay(
        Kind::Payment,
        "alice/wallet",
        "bob/wallet",
        milliether(2_500),
    );
    world.pay(
        Kind::Payment,
        "dave/wallet",
        "erin/wallet",
        milliether(1_250),
    );
    // Spends in the same block what it was paid in it.
    world.pay(Kind::Payment, "bob/wallet", "heidi/savings", ether(4));
    world.mine();
    let token = "issuer/dollar";
    world.transfer(
        Kind::Payment,
        "carol/wallet",
        token,
        "ivan/wallet",
        dollars(1_200),
    );
    world.transfer(
        Kind::Payment,
        "ivan/wallet",
        token,
        "heidi/wallet",
        dollars(700),
    );
    let levy = "issuer/levy";
    world.transfer(
        Kind::Payment,
        "dave/wallet",
        levy,
        "ivan/wallet",
        ether(900),
    );
    world.mine();
    // Nothing happens.
    world.mine();
    world.pay(
        Kind::SelfTransfer,
        "alice/wallet",
        "alice/savings",
        ether(30),
    );
    world.mine();
}

pub(super) fn airdrop(world: &mut World) {
    for number in 1..=FARM {
        let farm = format!("stella/farm-{number}");
        world.pay(Kind::Gas, "stella/wallet", &farm, milliether(20));
    }
    world.mine();
    for number in 1..=FARM {
        let farm = format!("stella/farm-{number}");
        let amount = dollars(40 + number);
        world.transfer(
            Kind::Airdrop,
            "issuer/wallet",
            "issuer/dollar",
            &farm,
            amount,
        );
    }
    world.mine();
    for number in 1..=FARM {
        let farm = format!("stella/farm-{number}");
        let amount = dollars(40 + number);
        world.transfer(
            Kind::Gathering,
            &farm,
            "issuer/dollar",
            "stella/gathered",
            amount,
        );
        if number % 4 == 0 {
            world.mine();
        }
    }
}

pub(super) fn swaps(world: &mut World) {
    let (pool, second) = ("lina/pool-wrapper-dollar", "lina/pool-dollar-levy");
    world.wrap("alice/wallet", ether(10));
    world.swap("alice/wallet", "issuer/wrapper", ether(6), &[pool]);
    world.mine();
    let bought = world.swap("bob/wallet", "issuer/dollar", dollars(9_000), &[pool]);
    world.unwrap("bob/wallet", bought);
    world.mine();
    // Two traders in one block: the second pays what the first has left.
    world.swap("carol/wallet", "issuer/dollar", dollars(3_000), &[second]);
    world.swap("dave/wallet", "issuer/levy", ether(1_000), &[second]);
    world.mine();
    world.swap("dave/wallet", "issuer/levy", ether(2_000), &[second, pool]);
    world.swap("alice/wallet", "issuer/wrapper", ether(2), &[pool, second]);
    world.mine();
}

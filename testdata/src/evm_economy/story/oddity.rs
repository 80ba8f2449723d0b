//! What is seldom seen and must be read rightly all the same.

use alloy_primitives::{Address, U256};
use trace_core::model::account::Asset;

use crate::evm_economy::artifact::Artifact;
use crate::evm_economy::order::{Moved, Order, dollars, ether, milliether};
use crate::evm_economy::truth::Kind;
use crate::evm_economy::world::World;

pub(super) fn all(world: &mut World) {
    batch(world);
    relayed(world);
    failures(world);
    destruction(world);
    short_lives(world);
    own_hands(world);
}

/// Paula pays three; the second leg reverts, is caught, and what it was to pay comes back.
fn batch(world: &mut World) {
    let (batch, relay) = (
        world.address("paula/batch-payer"),
        world.address("oddity/relay"),
    );
    let paula = world.address("paula/wallet");
    let payees = ["carol/wallet", "oddity/refuser", "heidi/wallet"].map(|name| world.address(name));
    let values = [milliether(4_000), milliether(2_500), milliether(1_250)];
    let mut moves = Vec::new();
    let mut back = U256::ZERO;
    for ((levels, payee), value) in (0..).zip(payees).zip(values) {
        if payee == world.address("oddity/refuser") {
            back += value;
            continue;
        }
        moves.push(Moved::ether(batch, relay, value));
        moves.extend(passed(relay, payee, levels, value));
    }
    moves.push(Moved::ether(batch, paula, back));
    let order = Order::call(
        Kind::Batch,
        batch,
        Artifact::BATCH_PAYER,
        "pay(address,address[],uint256[])",
        vec![
            relay.into(),
            payees.as_slice().into(),
            values.to_vec().into(),
        ],
    );
    world.send(
        "paula/wallet",
        order.value(values.into_iter().sum()).moving(moves),
    );
    world.mine();
}

/// What the relay sends itself `levels` times, and then on.
fn passed(relay: Address, to: Address, levels: usize, value: U256) -> Vec<Moved> {
    let mut moves = vec![Moved::ether(relay, relay, value); levels];
    moves.push(Moved::ether(relay, to, value));
    moves
}

fn pass(world: &mut World, to: &str, levels: u32, value: U256) -> Order {
    let (relay, to) = (world.address("oddity/relay"), world.address(to));
    let arguments = vec![to.into(), u64::from(levels).into()];
    let method = "pass(address,uint256)";
    let order = Order::call(Kind::Oddity, relay, Artifact::RELAY, method, arguments);
    let levels = usize::try_from(levels).unwrap_or_default();
    order.value(value).moving(passed(relay, to, levels, value))
}

fn relayed(world: &mut World) {
    let order = pass(world, "grace/wallet", 9, milliether(750));
    world.send("ivan/wallet", order);
    world.pay(Kind::Oddity, "erin/wallet", "erin/wallet", ether(1));
    world.pay(Kind::Oddity, "erin/wallet", "frank/wallet", U256::ZERO);
    let token = "issuer/dollar";
    world.transfer(
        Kind::Oddity,
        "dave/wallet",
        token,
        "dave/wallet",
        dollars(10),
    );
    world.transfer(
        Kind::Oddity,
        "dave/wallet",
        token,
        "ivan/wallet",
        U256::ZERO,
    );
    world.mine();
}

/// Four transactions that fail, one of them for want of gas.
fn failures(world: &mut World) {
    let order = pass(world, "oddity/refuser", 3, ether(2)).failing();
    world.send("ivan/wallet", order);
    let (dollar, bob) = (world.address("issuer/dollar"), world.address("bob/wallet"));
    let method = "transfer(address,uint256)";
    let transfer = |amount: U256| {
        let arguments = vec![bob.into(), amount.into()];
        Order::call(Kind::Failure, dollar, Artifact::TOKEN, method, arguments).failing()
    };
    world.send("dave/wallet", transfer(dollars(1)).gas(24_000));
    world.send("erin/wallet", transfer(dollars(1)));
    world.send(
        "heidi/wallet",
        Order::pay(Kind::Failure, dollar, ether(1))
            .gas(60_000)
            .failing(),
    );
    world.mine();
}

/// Contracts give what they have to an heir. Since Cancun one that names itself keeps it.
fn destruction(world: &mut World) {
    let deployer = "oddity/deployer";
    let create = |_: Address| Order::create(Artifact::MORTAL, Vec::new());
    let first = world.deploy(deployer, "oddity/mortal", |at| create(at).value(ether(2)));
    let second = world.deploy(deployer, "oddity/selfish", |at| create(at).value(ether(1)));
    let heidi = world.address("heidi/wallet");
    let destroy = |contract: Address, heir: Address| {
        let (artifact, method) = (Artifact::MORTAL, "destroy(address)");
        Order::call(Kind::Oddity, contract, artifact, method, vec![heir.into()])
    };
    world.mine();
    let inherited = Moved::ether(first, heidi, ether(2));
    world.send("heidi/wallet", destroy(first, heidi).moving([inherited]));
    world.send("heidi/wallet", destroy(second, second));
    world.mine();
    let inherited = Moved::ether(second, heidi, ether(1));
    world.send("heidi/wallet", destroy(second, heidi).moving([inherited]));
    world.mine();
}

/// Contracts that are made, paid and destroyed within one transaction, for somebody and for
/// themselves, which burns what they have.
fn short_lives(world: &mut World) {
    let ephemeral = world.address("oddity/ephemeral");
    let grace = world.address("grace/wallet");
    let children = [1, 2].map(|nonce| ephemeral.create(nonce));
    let [first, second] = children;
    world.name_contract(first, "oddity/short-lived/1");
    world.name_contract(second, "oddity/short-lived/2");
    for (child, heir) in [(first, grace), (second, second)] {
        let (artifact, method) = (Artifact::EPHEMERAL, "flash(address)");
        let order = Order::call(Kind::Oddity, ephemeral, artifact, method, vec![heir.into()]);
        let value = milliether(400);
        let left = Moved {
            asset: Asset::Native,
            from: Some(child),
            to: (child != heir).then_some(heir),
            amount: value,
        };
        let moves = [Moved::ether(ephemeral, child, value), left];
        world.send("frank/wallet", order.value(value).moving(moves));
    }
    world.mine();
}

/// Trent's second account moves what his first holds.
fn own_hands(world: &mut World) {
    let token = "issuer/dollar";
    world.approve("trent/wallet", token, "trent/second", dollars(12_000));
    world.mine();
    let by = (Kind::Pull, "trent/second");
    world.pull(by, token, "trent/wallet", "trent/second", dollars(9_000));
    let by = (Kind::Deposit, "trent/second");
    let deposit = "harbour/deposit/trent";
    world.pull(by, token, "trent/wallet", deposit, dollars(3_000));
    world.mine();
    super::exchange::sweep_token(world, "trent", token);
    world.mine();
}

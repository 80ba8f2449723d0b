//! Two exchanges: customers pay in, which is swept; others are paid out.

use alloy_primitives::keccak256;
use trace_core::model::account::Asset;

use crate::evm_economy::artifact::Artifact;
use crate::evm_economy::order::{Moved, Order, dollars, ether, milliether, word};
use crate::evm_economy::truth::Kind;
use crate::evm_economy::world::World;

/// Harbour makes a customer a deposit contract.
pub(super) fn open(world: &mut World, customer: &str) {
    let (factory, hot) = (
        world.address("harbour/factory"),
        world.address("harbour/hot"),
    );
    let salt = word(customer);
    let code = keccak256(Artifact::DEPOSIT_ADDRESS.creation(vec![hot.into()]));
    let deposit = factory.create2(salt, code);
    world.name_contract(deposit, &format!("harbour/deposit/{customer}"));
    let order = Order::call(
        Kind::DepositAddress,
        factory,
        Artifact::DEPOSIT_FACTORY,
        "create(bytes32)",
        vec![salt.into()],
    );
    world.send("harbour/operator", order);
}

/// Harbour collects the ether in a deposit contract.
pub(super) fn sweep_ether(world: &mut World, customer: &str) {
    let deposit = world.address(&format!("harbour/deposit/{customer}"));
    let hot = world.address("harbour/hot");
    let swept = Moved::ether(deposit, hot, world.held(Asset::Native, deposit));
    let artifact = Artifact::DEPOSIT_ADDRESS;
    let order = Order::call(Kind::Sweep, deposit, artifact, "sweepEther()", vec![]);
    world.send("harbour/operator", order.moving([swept]));
}

/// Harbour collects a token in a deposit contract.
pub(super) fn sweep_token(world: &mut World, customer: &str, token: &str) {
    let deposit = world.address(&format!("harbour/deposit/{customer}"));
    let (hot, contract) = (world.address("harbour/hot"), world.address(token));
    let amount = world.held(Asset::Token(contract), deposit);
    let moves = world.token_moves(token, deposit, hot, amount);
    let (artifact, arguments) = (Artifact::DEPOSIT_ADDRESS, vec![contract.into()]);
    let order = Order::call(
        Kind::Sweep,
        deposit,
        artifact,
        "sweepToken(address)",
        arguments,
    );
    world.send("harbour/operator", order.moving(moves));
}

/// An exchange gives a forwarding address the gas to send on its tokens, and does so.
pub(super) fn forward_token(world: &mut World, exchange: &str, customer: &str, token: &str) {
    let forward = format!("{exchange}/forward/{customer}");
    let hot = format!("{exchange}/hot");
    world.pay(Kind::Gas, &hot, &forward, milliether(3));
    world.mine();
    let (holder, contract) = (world.address(&forward), world.address(token));
    let amount = world.held(Asset::Token(contract), holder);
    world.transfer(Kind::Sweep, &forward, token, &hot, amount);
    world.mine();
}

pub(super) fn harbour(world: &mut World) {
    for customer in ["alice", "carol", "erin", "oscar", "trent"] {
        open(world, customer);
    }
    world.mine();
    world.pay(
        Kind::Deposit,
        "alice/wallet",
        "harbour/deposit/alice",
        ether(20),
    );
    world.pay(
        Kind::Deposit,
        "carol/wallet",
        "harbour/deposit/carol",
        ether(15),
    );
    world.pay(
        Kind::Deposit,
        "carol/wallet",
        "harbour/deposit/carol",
        milliether(1_500),
    );
    // An older customer has an account for an address.
    world.pay(
        Kind::Deposit,
        "bob/wallet",
        "harbour/forward/bob",
        ether(11),
    );
    world.mine();
    sweep_ether(world, "alice");
    sweep_ether(world, "carol");
    world.empty(Kind::Sweep, "harbour/forward/bob", "harbour/hot");
    let token = "issuer/dollar";
    let (alice, deposit) = ("alice/wallet", "harbour/deposit/alice");
    world.transfer(Kind::Deposit, alice, token, deposit, dollars(5_000));
    world.mine();
    sweep_token(world, "alice", token);
    world.pay(Kind::Withdrawal, "harbour/hot", "dave/wallet", ether(8));
    world.pay(
        Kind::Withdrawal,
        "harbour/hot",
        "frank/wallet",
        milliether(12_345),
    );
    world.transfer(
        Kind::Withdrawal,
        "harbour/hot",
        token,
        "ivan/wallet",
        dollars(2_222),
    );
    world.mine();
    world.pay(Kind::ColdStorage, "harbour/hot", "harbour/cold", ether(200));
    world.transfer(
        Kind::ColdStorage,
        "harbour/hot",
        token,
        "harbour/cold",
        dollars(100_000),
    );
    world.mine();
}

pub(super) fn kestrel(world: &mut World) {
    world.pay(
        Kind::Deposit,
        "carol/wallet",
        "kestrel/forward/carol",
        ether(9),
    );
    world.pay(
        Kind::Deposit,
        "dave/wallet",
        "kestrel/forward/dave",
        ether(5),
    );
    world.mine();
    world.empty(Kind::Sweep, "kestrel/forward/carol", "kestrel/hot");
    world.empty(Kind::Sweep, "kestrel/forward/dave", "kestrel/hot");
    world.mine();
    let (bob, forward) = ("bob/wallet", "kestrel/forward/bob");
    world.transfer(Kind::Deposit, bob, "issuer/dollar", forward, dollars(4_000));
    world.mine();
    forward_token(world, "kestrel", "bob", "issuer/dollar");
    world.pay(Kind::Withdrawal, "kestrel/hot", "erin/wallet", ether(7));
    // From one exchange to the other.
    world.pay(
        Kind::Withdrawal,
        "kestrel/hot",
        "harbour/deposit/erin",
        ether(3),
    );
    world.mine();
    sweep_ether(world, "erin");
    world.pay(Kind::ColdStorage, "kestrel/hot", "kestrel/cold", ether(150));
    world.mine();
}

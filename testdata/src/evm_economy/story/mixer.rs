//! Ether goes into a mixer and comes out somewhere else.

use alloy_primitives::{Address, B256, U256, keccak256};

use crate::evm_economy::artifact::Artifact;
use crate::evm_economy::order::{Moved, Order, ether, milliether, word};
use crate::evm_economy::truth::{Kind, MixTruth};
use crate::evm_economy::world::World;

/// What a mixer takes and gives, in ether.
fn denomination(mixer: &str) -> U256 {
    match mixer {
        "fog/mixer-ten" => ether(10),
        _ => ether(1),
    }
}

/// What only the owner of a deposit knows: two words that nobody else has.
fn note(number: usize) -> [B256; 2] {
    ["secret", "nullifier"].map(|what| word(&format!("{what} {number}")))
}

/// Pays in, and says which deposit it is.
pub(super) fn deposit(world: &mut World, by: &str, mixer: &str) -> usize {
    let contract = world.address(mixer);
    let number = world.mixes.len();
    let commitment = keccak256(note(number).concat());
    let (artifact, method) = (Artifact::MIXER, "deposit(bytes32)");
    let order = Order::call(
        Kind::MixDeposit,
        contract,
        artifact,
        method,
        vec![commitment.into()],
    );
    let deposit = world.send(by, order.value(denomination(mixer)));
    world.mixes.push(MixTruth {
        mixer: contract,
        owner: by.split('/').next().unwrap_or_default().to_owned(),
        deposit,
        withdrawal: None,
        to: None,
        relayer: None,
    });
    number
}

/// Takes a deposit out. Whoever signs it is paid the fee, if there is one.
pub(super) fn withdraw(
    world: &mut World,
    by: &str,
    mixer: &str,
    number: usize,
    (to, fee): (&str, U256),
) {
    let (contract, to, relayer) = (world.address(mixer), world.address(to), world.address(by));
    let relayed = !fee.is_zero();
    let named = if relayed { relayer } else { Address::ZERO };
    let [secret, nullifier] = note(number);
    let order = Order::call(
        Kind::MixWithdrawal,
        contract,
        Artifact::MIXER,
        "withdraw(bytes32,bytes32,address,address,uint256)",
        vec![
            secret.into(),
            nullifier.into(),
            to.into(),
            named.into(),
            fee.into(),
        ],
    );
    let paid = [
        Moved::ether(contract, to, denomination(mixer) - fee),
        Moved::ether(contract, relayer, fee),
    ];
    let withdrawal = world.send(by, order.moving(paid));
    let mix = world.mixes.get_mut(number).expect("it was paid in");
    mix.withdrawal = Some(withdrawal);
    mix.to = Some(to);
    mix.relayer = relayed.then(|| by.split('/').next().unwrap_or_default().to_owned());
}

pub(super) fn people(world: &mut World) {
    let ten = "fog/mixer-ten";
    let erin = deposit(world, "erin/wallet", ten);
    let frank = deposit(world, "frank/wallet", ten);
    world.mine();
    deposit(world, "grace/wallet", ten);
    deposit(world, "grace/wallet", "fog/mixer-one");
    world.mine();
    world.wait_hours(30);
    withdraw(world, "erin/wallet", ten, erin, ("erin/wallet", U256::ZERO));
    let fee = milliether(50);
    withdraw(world, "rolf/relayer", ten, frank, ("frank/fresh", fee));
    world.mine();
}

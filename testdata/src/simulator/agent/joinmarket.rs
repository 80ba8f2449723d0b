//! `JoinMarket`: a taker pays makers to mix an amount of his choice.

use super::wasabi::participants;
use crate::simulator::encode::Pay;
use crate::simulator::key::Form;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::{DUST_SAT, Draft, World};

pub(crate) fn mix(world: &mut World) -> Option<()> {
    let amount = world.chance.amount(2_000_000).clamp(100_000, 100_000_000);
    let wanted = world.chance.between(3, 9) as usize;
    let coins = participants(world, wanted, |coin| {
        coin.key.form == Form::P2wpkh && coin.value_sat > amount + 40_000
    })?;
    // The first is the taker: he pays the makers and the network.
    let maker_fee = 300 + world.chance.below(700);
    let makers = coins.len() as u64 - 1;
    let mut outputs = Vec::new();
    for (place, coin) in coins.iter().enumerate() {
        let key = world.owner(coin.key.owner).fresh_key(Account::Main);
        outputs.push((Pay::To(key), amount, Use::Mixed));
        let change = if place == 0 {
            coin.value_sat - amount - maker_fee * makers - 2_000 * (makers + 1)
        } else {
            coin.value_sat - amount + maker_fee
        };
        if change >= DUST_SAT {
            let key = world.owner(coin.key.owner).fresh_key(Account::Main);
            outputs.push((Pay::To(key), change, Use::Change));
        }
    }
    world.chance.shuffle(&mut outputs);
    let maker = coins.first()?.key.owner;
    let kind = Kind::JoinMarket;
    let draft = Draft {
        kind,
        maker,
        inputs: coins,
        outputs,
        theft: None,
        keeps_order: true,
    };
    world.publish_and_deliver(draft);
    Some(())
}

//! Wasabi: many owners' coins into outputs of one value (first kind) or of many standard
//! values (second kind).

use crate::simulator::encode::{Coin, Pay};
use crate::simulator::key::Form;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::{DUST_SAT, Draft, World};

pub(crate) fn first(world: &mut World) -> Option<()> {
    let denomination = 9_800_000 + world.chance.below(500_000);
    let wanted = world.chance.between(12, 40) as usize;
    let coins = participants(world, wanted, |coin| {
        coin.key.form == Form::P2wpkh && coin.value_sat > denomination + 60_000
    })?;
    let mut outputs = Vec::new();
    let mut fees = 0;
    for coin in &coins {
        let owner = coin.key.owner;
        let fee = denomination * 3 / 1000;
        let change = coin.value_sat - denomination - fee - 2_000;
        fees += fee;
        let key = world.owner(owner).fresh_key(Account::Main);
        outputs.push((Pay::To(key), denomination, Use::Mixed));
        if change >= DUST_SAT {
            let key = world.owner(owner).fresh_key(Account::Main);
            outputs.push((Pay::To(key), change, Use::Change));
        }
    }
    let coordinator = world.coordinator();
    let key = world.owner(coordinator).fresh_key(Account::Main);
    outputs.push((Pay::To(key), fees, Use::Payment));
    world.chance.shuffle(&mut outputs);
    publish(world, Kind::Wasabi1, coins, outputs);
    Some(())
}

pub(crate) fn second(world: &mut World) -> Option<()> {
    let wanted = world.chance.between(50, 150) as usize;
    let mut coins = participants(world, wanted, |coin| {
        matches!(coin.key.form, Form::P2wpkh | Form::P2tr) && coin.value_sat > 30_000
    })?;
    let standard = denominations();
    let mut outputs = Vec::new();
    for coin in &coins {
        let mut left = coin.value_sat - 3_000;
        let mut count = 0;
        for value in standard.iter().rev() {
            // A wallet seldom takes the largest that fits: that would show what it brought.
            while left >= value + 1_000 && count < 8 && (count > 0 || !world.chance.happens(300)) {
                left -= value + 500;
                count += 1;
                let key = world.owner(coin.key.owner).fresh_key(Account::Main);
                outputs.push((Pay::To(key), *value, Use::Mixed));
            }
        }
        if left >= 6_000 {
            let key = world.owner(coin.key.owner).fresh_key(Account::Main);
            outputs.push((Pay::To(key), left - 500, Use::Change));
        }
    }
    coins.sort_by_key(|coin| std::cmp::Reverse(coin.value_sat));
    outputs.sort_by_key(|(_, value_sat, _)| std::cmp::Reverse(*value_sat));
    publish(world, Kind::Wasabi2, coins, outputs);
    Some(())
}

fn publish(world: &mut World, kind: Kind, inputs: Vec<Coin>, outputs: Vec<(Pay, u64, Use)>) {
    let maker = world.coordinator();
    let draft = Draft {
        kind,
        maker,
        inputs,
        outputs,
        theft: None,
        keeps_order: true,
    };
    world.publish_and_deliver(draft);
}

/// One fitting coin from each of `wanted` people, or nothing.
pub(crate) fn participants(
    world: &mut World,
    wanted: usize,
    fits: impl Fn(&Coin) -> bool,
) -> Option<Vec<Coin>> {
    let mut found: Vec<Coin> = Vec::new();
    for _ in 0..wanted * 12 {
        if found.len() == wanted {
            break;
        }
        let person = world.person();
        if found.iter().any(|coin| coin.key.owner == person) {
            continue;
        }
        let coins = world.owner(person).coins(Account::Main);
        if let Some(place) = coins.iter().take(16).position(&fits) {
            found.extend(coins.remove(place));
        }
    }
    if found.len() == wanted {
        return Some(found);
    }
    for coin in found {
        world
            .owner(coin.key.owner)
            .coins(Account::Main)
            .push_front(coin);
    }
    None
}

/// The standard values of `WabiSabi` from 5 000 satoshis up to about 1.3 × 10¹¹, ascending.
fn denominations() -> Vec<u64> {
    let mut values = Vec::new();
    for exponent in 0..=37_u32 {
        values.push(2_u64.pow(exponent));
        if exponent <= 23 {
            values.push(3_u64.pow(exponent));
            values.push(2 * 3_u64.pow(exponent));
        }
        if exponent <= 10 {
            values.extend([1, 2, 5].map(|lead| lead * 10_u64.pow(exponent)));
        }
    }
    values.retain(|value| (5_000..=137_438_953_472).contains(value));
    values.sort_unstable();
    values.dedup();
    values
}

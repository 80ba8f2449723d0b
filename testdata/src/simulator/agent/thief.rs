//! Thieves: steal, split, peel towards services, and wait.

use crate::simulator::encode::{Coin, Pay};
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::{DUST_SAT, Draft, World};

/// What a thief does with a coin costs him this much.
const FEE_SAT: u64 = 2_500;

pub(crate) fn steal(world: &mut World) -> Option<()> {
    let victim = if world.chance.happens(400) {
        world.exchange()
    } else {
        world.person()
    };
    let thief = world.person();
    if victim == thief {
        return None;
    }
    let held: u64 = world
        .owner(victim)
        .coins(Account::Main)
        .iter()
        .take(8)
        .map(|c| c.value_sat)
        .sum();
    let amount = (held / 3).min(50_000_000_000);
    if amount < 5_000_000 {
        return None;
    }
    let mut draft = world.draft(Kind::Theft, victim, Account::Main, amount, 1)?;
    let key = world.owner(thief).fresh_key(Account::Main);
    draft.outputs.push((Pay::To(key), amount, Use::Payment));
    let theft = world.thefts;
    world.thefts += 1;
    draft.theft = Some(theft);
    let hops = world.chance.between(4, 30) as u32;
    for coin in world.publish(draft).into_iter().flatten() {
        if coin.key == key {
            world.hot.push((theft, thief, coin, hops));
        } else {
            world.deliver(coin);
        }
    }
    Some(())
}

/// The next step with one coin on the run.
pub(crate) fn launder(world: &mut World) -> Option<()> {
    let place = world.chance.index(world.hot.len());
    let (theft, thief, coin, hops) = world.hot.swap_remove(place);
    if hops == 0 || coin.value_sat < 200_000 {
        // Kept: from now on it is one of the thief's own coins.
        world.deliver(coin);
        return None;
    }
    let spendable = coin.value_sat - FEE_SAT;
    let outputs = match world.chance.below(10) {
        0 => split(world, thief, spendable),
        1 => vec![cash_out(world, thief, spendable)],
        _ => {
            let part = spendable * world.chance.between(20, 150) / 1000;
            let kept = world.owner(thief).fresh_key(Account::Main);
            vec![
                cash_out(world, thief, part.max(DUST_SAT)),
                (Pay::To(kept), spendable - part.max(DUST_SAT), Use::Change),
            ]
        }
    };
    run(world, (theft, thief, coin, hops), outputs);
    Some(())
}

fn split(world: &mut World, thief: u32, amount: u64) -> Vec<(Pay, u64, Use)> {
    let parts = world.chance.between(2, 5);
    let mut outputs = Vec::new();
    let mut left = amount;
    for part in (1..=parts).rev() {
        let value = if part == 1 { left } else { left / part };
        left -= value;
        let key = world.owner(thief).fresh_key(Account::Main);
        outputs.push((Pay::To(key), value, Use::Change));
    }
    outputs
}

fn cash_out(world: &mut World, thief: u32, amount: u64) -> (Pay, u64, Use) {
    let key = match world.chance.below(5) {
        0 => {
            let merchant = world.merchant();
            world.receiving_key(merchant)
        }
        1 => {
            let casino = world.casino();
            world.receiving_key(casino)
        }
        2 => {
            let person = world.person();
            world.receiving_key(person)
        }
        _ => {
            let exchange = world.exchange();
            world.owner(exchange).key(Account::Deposits, thief)
        }
    };
    (Pay::To(key), amount, Use::Payment)
}

fn run(
    world: &mut World,
    (theft, thief, coin, hops): (u32, u32, Coin, u32),
    outputs: Vec<(Pay, u64, Use)>,
) {
    let draft = Draft {
        kind: Kind::Peel,
        maker: thief,
        inputs: vec![coin],
        outputs,
        theft: Some(theft),
        keeps_order: false,
    };
    for coin in world.publish(draft).into_iter().flatten() {
        let is_kept = coin.key.owner == thief && Account::of(coin.key) == Account::Main;
        if is_kept {
            world.hot.push((theft, thief, coin, hops - 1));
        } else {
            world.deliver(coin);
        }
    }
}

//! Whirlpool: a Tx0 cuts coins to size, five coins are mixed at a time, mixed coins are spent.

use crate::simulator::encode::{Coin, Pay};
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::{Draft, World};

/// Denomination and coordinator's fee of each pool, in satoshis.
const POOLS: [(u64, u64); 3] = [(100_000, 5_000), (1_000_000, 50_000), (5_000_000, 175_000)];

pub(crate) fn prepare(world: &mut World) -> Option<()> {
    let owner = world.person();
    let place = world.chance.index(POOLS.len());
    let (denomination, fee) = POOLS[place];
    let count = world.chance.between(1, 9);
    let premix = denomination + world.chance.between(500, 9_000);
    let amount = premix * count + fee;
    let mut draft = world.draft(Kind::WhirlpoolTx0, owner, Account::Main, amount, count + 3)?;
    let coordinator = world.coordinator();
    let key = world.owner(coordinator).fresh_key(Account::Main);
    draft.outputs.push((Pay::Return(64), 0, Use::Data));
    draft.outputs.push((Pay::To(key), fee, Use::Payment));
    for _ in 0..count {
        let key = world.owner(owner).fresh_key(Account::Premix);
        draft.outputs.push((Pay::To(key), premix, Use::Mixed));
    }
    draft.outputs.sort_by_key(|(_, value_sat, _)| *value_sat);
    draft.keeps_order = true;
    for coin in world.publish(draft).into_iter().flatten() {
        if Account::of(coin.key) == Account::Premix {
            world.premixed[place].push(coin);
        } else {
            world.deliver(coin);
        }
    }
    Some(())
}

pub(crate) fn mix(world: &mut World) -> Option<()> {
    let place = world.chance.index(POOLS.len());
    let (denomination, _) = POOLS[place];
    if world.premixed[place]
        .iter()
        .all(|coin| coin.value_sat != denomination)
    {
        return seed(world, place);
    }
    let size = 5 + usize::from(world.chance.happens(200)) * world.chance.index(4);
    let mut queue = std::mem::take(&mut world.premixed[place]);
    world.chance.shuffle(&mut queue);
    let mut chosen: Vec<Coin> = Vec::new();
    for wanted_remix in [true, false] {
        let most = if wanted_remix {
            size - 1 - world.chance.index(2)
        } else {
            size
        };
        queue.retain(|coin| {
            let fits = chosen.len() < most
                && (coin.value_sat == denomination) == wanted_remix
                && chosen.iter().all(|other| other.key.owner != coin.key.owner);
            if fits {
                chosen.push(*coin);
            }
            !fits
        });
    }
    world.premixed[place] = queue;
    if chosen.len() < size {
        world.premixed[place].extend(chosen);
        return None;
    }
    chosen.sort_by_key(|coin| {
        let mut shown = coin.txid;
        shown.reverse();
        (shown, coin.vout)
    });
    let mut outputs: Vec<(Pay, u64, Use)> = chosen
        .iter()
        .map(|coin| {
            let key = world.owner(coin.key.owner).fresh_key(Account::Postmix);
            (Pay::To(key), denomination, Use::Mixed)
        })
        .collect();
    outputs.sort_by_cached_key(|(pay, _, _)| match pay {
        Pay::To(key) => key.output_script(),
        Pay::Return(_) => Vec::new(),
    });
    let maker = world.coordinator();
    let kind = Kind::Whirlpool;
    let draft = Draft {
        kind,
        maker,
        inputs: chosen,
        outputs,
        theft: None,
        keeps_order: true,
    };
    for coin in world.publish(draft).into_iter().flatten() {
        if world.chance.happens(600) {
            world.premixed[place].push(coin);
        } else {
            world.deliver(coin);
        }
    }
    Some(())
}

/// The coordinator's own coins start a pool.
fn seed(world: &mut World, place: usize) -> Option<()> {
    let (denomination, _) = POOLS[place];
    let coordinator = world.coordinator();
    let amount = denomination * 4;
    let mut draft = world.draft(Kind::Payment, coordinator, Account::Main, amount, 4)?;
    for _ in 0..4 {
        let friend = world.person();
        let key = world.owner(friend).fresh_key(Account::Postmix);
        draft
            .outputs
            .push((Pay::To(key), denomination, Use::Payment));
    }
    for coin in world.publish(draft).into_iter().flatten() {
        if Account::of(coin.key) == Account::Postmix {
            world.premixed[place].push(coin);
        } else {
            world.deliver(coin);
        }
    }
    Some(())
}

pub(crate) fn spend(world: &mut World) -> Option<()> {
    for _ in 0..20 {
        let owner = world.person();
        let held: u64 = world
            .owner(owner)
            .coins(Account::Postmix)
            .iter()
            .map(|coin| coin.value_sat)
            .sum();
        if held < 60_000 {
            continue;
        }
        let amount = held / 2 + world.chance.below(held / 4);
        let Some(mut draft) = world.draft(Kind::PostMix, owner, Account::Postmix, amount, 1) else {
            continue;
        };
        let payee = world.person();
        let key = world.receiving_key(payee);
        draft.outputs.push((Pay::To(key), amount, Use::Payment));
        world.publish_and_deliver(draft);
        return Some(());
    }
    None
}

//! Mining pools sell what they mine and pay their miners.

use crate::simulator::encode::Pay;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::World;

pub(crate) fn pay_out(world: &mut World) -> Option<()> {
    let pool = world.chance.below(u64::from(world.cast.pools)) as u32;
    if !world.is_mature(pool) {
        return None;
    }
    let amount = 4_900_000_000;
    let count = world.chance.between(5, 40);
    let mut draft = world.draft(Kind::Batch, pool, Account::Main, amount, count + 1)?;
    if draft
        .inputs
        .iter()
        .any(|coin| coin.is_coinbase && coin.height + 100 > world.height)
    {
        for coin in draft.inputs {
            world.owner(pool).coins(Account::Main).push_front(coin);
        }
        return None;
    }
    let exchange = world.exchange();
    let sold = world.owner(exchange).key(Account::Deposits, pool);
    draft
        .outputs
        .push((Pay::To(sold), amount / 2, Use::Payment));
    let share = amount / 2 / count;
    for _ in 0..count {
        let miner = world.person();
        let key = world.receiving_key(miner);
        let part = share - world.chance.below(share / 2);
        draft.outputs.push((Pay::To(key), part, Use::Payment));
    }
    world.publish_and_deliver(draft);
    Some(())
}

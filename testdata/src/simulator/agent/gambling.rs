//! Casinos take bets at one address each and pay winners from it.

use crate::simulator::encode::Pay;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::World;

const BET_SAT: u64 = 60_000;

pub(crate) fn bet(world: &mut World) -> Option<()> {
    let (player, casino) = (world.person(), world.casino());
    let amount = world.chance.amount(BET_SAT).clamp(2_000, 50_000_000);
    let mut draft = world.draft(Kind::Gambling, player, Account::Main, amount, 1)?;
    let key = world.receiving_key(casino);
    draft.outputs.push((Pay::To(key), amount, Use::Payment));
    world.publish_and_deliver(draft);
    Some(())
}

pub(crate) fn win(world: &mut World) -> Option<()> {
    let (player, casino) = (world.person(), world.casino());
    let amount = world.chance.amount(BET_SAT * 2).clamp(2_000, 100_000_000);
    let mut draft = world.draft(Kind::Gambling, casino, Account::Main, amount, 1)?;
    let key = world.receiving_key(player);
    draft.outputs.push((Pay::To(key), amount, Use::Payment));
    world.publish_and_deliver(draft);
    Some(())
}

//! Exchanges: one deposit address a customer, swept into a hot wallet, paid out in batches.

use super::commerce;
use crate::simulator::encode::Pay;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::{Draft, World};

const PAYOUT_SAT: u64 = 1_500_000;
/// What a hot wallet keeps; the rest goes to the cold one.
const HOT_SAT: u64 = 20_000_000_000;

pub(crate) fn deposit(world: &mut World) -> Option<()> {
    let (customer, exchange) = (world.person(), world.exchange());
    let amount = commerce::payment(world);
    let mut draft = world.draft(Kind::Deposit, customer, Account::Main, amount, 1)?;
    let key = world.owner(exchange).key(Account::Deposits, customer);
    draft.outputs.push((Pay::To(key), amount, Use::Payment));
    world.publish_and_deliver(draft);
    Some(())
}

pub(crate) fn sweep(world: &mut World) -> Option<()> {
    let exchange = world.exchange();
    commerce::gather(
        world,
        exchange,
        Account::Deposits,
        3,
        40,
        exchange,
        Kind::Sweep,
    )
}

pub(crate) fn pay_out(world: &mut World) -> Option<()> {
    let exchange = world.exchange();
    let count = 1 + world.chance.below(6) * world.chance.below(5);
    let customers: Vec<(u32, u64)> = (0..count)
        .map(|_| {
            (
                world.person(),
                world.chance.amount(PAYOUT_SAT).clamp(20_000, 5_000_000_000),
            )
        })
        .collect();
    let total = customers.iter().map(|(_, amount)| amount).sum();
    let mut draft = world.draft(Kind::Batch, exchange, Account::Main, total, count)?;
    for (customer, amount) in customers {
        let key = world.receiving_key(customer);
        draft.outputs.push((Pay::To(key), amount, Use::Payment));
    }
    world.publish_and_deliver(draft);
    Some(())
}

pub(crate) fn move_to_cold(world: &mut World) -> Option<()> {
    let exchange = world.exchange();
    let held: u64 = world
        .owner(exchange)
        .coins(Account::Main)
        .iter()
        .take(64)
        .map(|c| c.value_sat)
        .sum();
    let surplus = held
        .checked_sub(HOT_SAT)
        .filter(|surplus| *surplus > 100_000_000)?;
    move_between(
        world,
        exchange,
        Account::Main,
        Account::Cold,
        surplus / 1_000_000 * 1_000_000,
    )
}

pub(crate) fn move_from_cold(world: &mut World) -> Option<()> {
    let exchange = world.exchange();
    move_between(world, exchange, Account::Cold, Account::Main, 5_000_000_000)
}

fn move_between(
    world: &mut World,
    owner: u32,
    from: Account,
    to: Account,
    amount: u64,
) -> Option<()> {
    let mut draft: Draft = world.draft(Kind::Consolidation, owner, from, amount, 1)?;
    let key = world.owner(owner).fresh_key(to);
    draft.outputs.push((Pay::To(key), amount, Use::Change));
    world.publish_and_deliver(draft);
    Some(())
}

//! People pay people and merchants, and put their coins together.

use crate::simulator::encode::Pay;
use crate::simulator::truth::{Kind, Use};
use crate::simulator::wallet::Account;
use crate::simulator::world::World;

const PAYMENT_SAT: u64 = 400_000;

pub(crate) fn pay_person(world: &mut World) -> Option<()> {
    let payee = world.person();
    pay(world, payee, None)
}

pub(crate) fn pay_merchant(world: &mut World) -> Option<()> {
    let payee = world.merchant();
    pay(world, payee, None)
}

pub(crate) fn pay_with_data(world: &mut World) -> Option<()> {
    let payee = world.person();
    let length = world.chance.between(8, 40) as u8;
    pay(world, payee, Some(length))
}

fn pay(world: &mut World, payee: u32, data: Option<u8>) -> Option<()> {
    let from = world.person();
    let amount = payment(world);
    let mut draft = world.draft(Kind::Payment, from, Account::Main, amount, 1)?;
    let key = world.receiving_key(payee);
    draft.outputs.push((Pay::To(key), amount, Use::Payment));
    if let Some(length) = data {
        draft.outputs.push((Pay::Return(length), 0, Use::Data));
    }
    world.publish_and_deliver(draft);
    Some(())
}

/// An amount as people pay: three in ten are round.
pub(crate) fn payment(world: &mut World) -> u64 {
    let amount = world.chance.amount(PAYMENT_SAT).clamp(3_000, 2_000_000_000);
    if world.chance.happens(300) {
        let digits = 10_u64.pow(amount.ilog10().saturating_sub(world.chance.below(2) as u32));
        amount / digits * digits
    } else {
        amount
    }
}

pub(crate) fn consolidate(world: &mut World) -> Option<()> {
    let owner = world.person();
    gather(
        world,
        owner,
        Account::Main,
        3,
        20,
        owner,
        Kind::Consolidation,
    )
}

/// A merchant sells what it took to an exchange.
pub(crate) fn cash_up(world: &mut World) -> Option<()> {
    let merchant = world.merchant();
    let exchange = world.exchange();
    gather(
        world,
        merchant,
        Account::Main,
        4,
        60,
        exchange,
        Kind::Deposit,
    )
}

/// Spends from `least` to `most` of the oldest coins of an account into one output.
pub(crate) fn gather(
    world: &mut World,
    owner: u32,
    account: Account,
    least: usize,
    most: usize,
    payee: u32,
    kind: Kind,
) -> Option<()> {
    let rate = 1 + world.chance.below(6);
    let coins = world.owner(owner).coins(account);
    if coins.len() < least {
        return None;
    }
    let sum: u64 = coins.iter().take(most).map(|coin| coin.value_sat).sum();
    let size: u64 = coins
        .iter()
        .take(most)
        .map(|coin| coin.key.form.input_vbytes())
        .sum::<u64>()
        + 45;
    let amount = sum
        .checked_sub(size * rate)
        .filter(|amount| *amount >= 10_000)?;
    let taken = coins.len().min(most);
    let inputs = coins.drain(..taken).collect();
    let (key, used) = if payee == owner {
        (world.owner(owner).fresh_key(Account::Main), Use::Change)
    } else {
        (
            world.owner(payee).key(Account::Deposits, owner),
            Use::Payment,
        )
    };
    let draft = crate::simulator::world::Draft {
        kind,
        maker: owner,
        inputs,
        outputs: vec![(Pay::To(key), amount, used)],
        theft: None,
        keeps_order: false,
    };
    world.publish_and_deliver(draft);
    Some(())
}

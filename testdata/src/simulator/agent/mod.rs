//! What people, services and thieves do. Each act publishes one transaction or nothing.

mod commerce;
mod exchange;
mod gambling;
mod joinmarket;
mod pool;
mod thief;
mod wasabi;
mod whirlpool;

use super::world::World;

type Act = fn(&mut World) -> Option<()>;

/// What happens, and how often in ten thousand. The figures give the shares of the real
/// chain of 2024: about two and a half inputs and outputs a transaction, half of all
/// transactions with one input and two outputs, one in a thousand a mix.
const ACTS: [(u64, Act); 20] = [
    (3300, commerce::pay_person),
    (1900, commerce::pay_merchant),
    (300, commerce::pay_with_data),
    (250, commerce::consolidate),
    (300, commerce::cash_up),
    (1500, exchange::deposit),
    (420, exchange::sweep),
    (900, exchange::pay_out),
    (40, exchange::move_to_cold),
    (30, exchange::move_from_cold),
    (300, gambling::bet),
    (250, gambling::win),
    (60, pool::pay_out),
    (40, whirlpool::prepare),
    (60, whirlpool::mix),
    (60, whirlpool::spend),
    (6, wasabi::first),
    (3, wasabi::second),
    (12, joinmarket::mix),
    (10, thief::steal),
];

/// Does one thing that can be done now, or nothing after some tries.
pub(crate) fn act(world: &mut World) -> Option<()> {
    if !world.hot.is_empty() && world.chance.happens(25) {
        return thief::launder(world);
    }
    let total: u64 = ACTS.iter().map(|(weight, _)| weight).sum();
    for _ in 0..12 {
        let mut place = world.chance.below(total);
        for (weight, act) in ACTS {
            if place < weight {
                if act(world).is_some() {
                    return Some(());
                }
                break;
            }
            place -= weight;
        }
    }
    pool::pay_out(world).or_else(|| exchange::pay_out(world))
}

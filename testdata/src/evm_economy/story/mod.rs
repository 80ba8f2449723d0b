//! What happens.

mod collectible;
mod commerce;
mod exchange;
mod founding;
mod mixer;
mod oddity;
mod theft;

use super::truth::Theft;
use super::world::World;

/// The contracts of everything that can be held but ether.
pub(super) const TOKENS: [&str; 5] = [
    "issuer/deeds",
    "issuer/dollar",
    "issuer/items",
    "issuer/levy",
    "issuer/wrapper",
];

/// Plays the story.
pub(super) fn play() -> (World, Theft) {
    let mut world = World::new();
    founding::funds(&mut world);
    founding::contracts(&mut world);
    founding::tokens(&mut world);
    founding::pools(&mut world);
    world.wait_hours(5);
    commerce::payments(&mut world);
    commerce::airdrop(&mut world);
    commerce::swaps(&mut world);
    world.wait_hours(20);
    exchange::harbour(&mut world);
    exchange::kestrel(&mut world);
    collectible::trade(&mut world);
    oddity::all(&mut world);
    world.wait_hours(40);
    mixer::people(&mut world);
    world.wait_hours(10);
    let theft = theft::all(&mut world);
    (world, theft)
}

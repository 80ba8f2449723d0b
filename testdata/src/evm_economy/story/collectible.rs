//! Single things, and things of which there are many.

use alloy_primitives::U256;
use trace_core::model::account::Asset;

use crate::evm_economy::artifact::{Argument, Artifact};
use crate::evm_economy::order::{Moved, Order, ether};
use crate::evm_economy::truth::Kind;
use crate::evm_economy::world::World;

/// A deed comes into being.
fn mint_deed(world: &mut World, to: &str, id: u64) {
    let (deeds, to) = (world.address("issuer/deeds"), world.address(to));
    let arguments = vec![to.into(), id.into()];
    let method = "mint(address,uint256)";
    let order = Order::call(Kind::Mint, deeds, Artifact::DEEDS, method, arguments);
    let minted = Moved::new(Asset::Item(deeds, U256::from(id)), to, U256::from(1));
    world.send("issuer/wallet", order.moving([minted]));
}

/// A deed changes hands.
pub(super) fn give_deed(world: &mut World, kind: Kind, by: &str, to: &str, id: u64) -> Order {
    let deeds = world.address("issuer/deeds");
    let (from, to) = (world.address(by), world.address(to));
    let arguments = vec![from.into(), to.into(), id.into()];
    let method = "transferFrom(address,address,uint256)";
    let order = Order::call(kind, deeds, Artifact::DEEDS, method, arguments);
    order.moving([Moved {
        asset: Asset::Item(deeds, U256::from(id)),
        from: Some(from),
        to: Some(to),
        amount: U256::from(1),
    }])
}

pub(super) fn trade(world: &mut World) {
    mint_deed(world, "ivan/wallet", 3);
    mint_deed(world, "olivia/wallet", 7);
    items(world);
    world.mine();
    // A sale: the ether and the deed in one block.
    world.pay(Kind::Payment, "alice/wallet", "ivan/wallet", ether(5));
    let order = give_deed(world, Kind::Collectible, "ivan/wallet", "alice/wallet", 3);
    world.send("ivan/wallet", order);
    world.mine();
}

fn items(world: &mut World) {
    let items = world.address("issuer/items");
    let (bob, carol) = (world.address("bob/wallet"), world.address("carol/wallet"));
    let item = |id: u64| Asset::Item(items, U256::from(id));
    for (id, count) in [(1_u64, 100_u64), (2, 40)] {
        let arguments = vec![bob.into(), id.into(), count.into()];
        let method = "mint(address,uint256,uint256)";
        let order = Order::call(Kind::Mint, items, Artifact::ITEMS, method, arguments);
        let minted = Moved::new(item(id), bob, U256::from(count));
        world.send("issuer/wallet", order.moving([minted]));
    }
    let given = |id: u64, count: u64| Moved {
        asset: item(id),
        from: Some(bob),
        to: Some(carol),
        amount: U256::from(count),
    };
    let single = Order::call(
        Kind::Collectible,
        items,
        Artifact::ITEMS,
        "safeTransferFrom(address,address,uint256,uint256,bytes)",
        vec![
            bob.into(),
            carol.into(),
            1.into(),
            30.into(),
            Argument::Nothing,
        ],
    );
    world.send("bob/wallet", single.moving([given(1, 30)]));
    let numbers = |numbers: [u64; 2]| Argument::from(numbers.map(U256::from).to_vec());
    let batch = Order::call(
        Kind::Collectible,
        items,
        Artifact::ITEMS,
        "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
        vec![
            bob.into(),
            carol.into(),
            numbers([1, 2]),
            numbers([7, 40]),
            Argument::Nothing,
        ],
    );
    world.send("bob/wallet", batch.moving([given(1, 7), given(2, 40)]));
}

//! What happens, block by block.

mod commerce;
mod exchange;
mod joinmarket;
mod mixes;
mod oddity;
mod theft;
mod wasabi;
mod whirlpool;

use super::dice::Dice;
use super::key::Form;
use super::truth::Kind;
use super::world::World;

/// The height of the last block.
const LAST: u32 = 240;
/// The first height at which anything but mining happens.
const OPENING: u32 = 105;

/// The world and what its people have in mind.
pub(super) struct Town {
    pub(super) world: World,
    dice: Dice,
    /// What customers have asked Northgate for: to which purse, how much.
    requests: Vec<(&'static str, u64)>,
    /// What was staked at Lucky Dip and has not been drawn: by whom, how much.
    stakes: Vec<(&'static str, u64)>,
    loot: theft::Loot,
}

/// Plays the economy from the first block to the last.
pub(super) fn play() -> World {
    let mut town = Town {
        world: World::new(),
        dice: Dice::new("town"),
        requests: Vec::new(),
        stakes: Vec::new(),
        loot: theft::Loot::default(),
    };
    while town.world.next_height() < OPENING {
        town.mine();
    }
    while town.world.next_height() <= LAST {
        let height = town.world.next_height();
        town.mining(height);
        town.exchanges(height);
        town.mixes(height);
        town.oddities(height);
        town.theft(height);
        town.commerce(height);
        town.mine();
    }
    town.world
}

impl Town {
    fn mine(&mut self) {
        let height = self.world.next_height();
        let miner = if height <= 4 {
            self.world.place_in_form("walter/reward", Form::P2pk)
        } else if height % 7 == 3 {
            self.world.place("rupert")
        } else {
            self.world.place("deepshaft/reward")
        };
        self.world.mine(miner);
    }

    /// The pool pays its miners, and they sell most of it.
    fn mining(&mut self, height: u32) {
        const SHARES_SAT: u64 = 100_000;
        match height % 10 {
            6 => {
                let miners = ["quinn", "rupert", "walter"];
                let payees: Vec<_> = miners
                    .into_iter()
                    .map(|miner| {
                        let shares = 8_000 + self.dice.throw(10_000);
                        (self.world.place(miner), shares * SHARES_SAT)
                    })
                    .collect();
                if self.world.balance_sat("deepshaft/reward") > 5_500_000_000 {
                    self.world.pay("deepshaft/reward", Kind::Batch, &payees);
                }
            }
            7 => {
                for (miner, deposits) in [
                    ("quinn", "northgate/deposits"),
                    ("rupert", "kestrel/deposits"),
                    ("walter", "northgate/deposits"),
                ] {
                    let balance_sat = self.world.balance_sat(miner);
                    if balance_sat > 400_000_000 {
                        let place = World::place_for(deposits, miner);
                        let sold_sat = balance_sat / 100 * 90;
                        self.world.pay(miner, Kind::Deposit, &[(place, sold_sat)]);
                    }
                }
            }
            _ => {}
        }
        if height == 118 {
            let coins = self.world.coins_of("walter/reward");
            let place = self.world.place("walter");
            self.world
                .send_all("walter/reward", Kind::SelfTransfer, coins, place);
        }
    }
}

//! JoinMarket: a taker and three makers.

use super::Town;
use crate::economy::draft::{Draft, Planned};
use crate::economy::truth::{Kind, Purpose};
use crate::economy::wallet::software;

const TRADERS: [&str; 4] = [
    "alice/joinmarket",
    "heidi/joinmarket",
    "ivan/joinmarket",
    "nadia/joinmarket",
];
/// What a maker earns, and what the taker pays the miner, in satoshis.
const MAKER_FEE_SAT: u64 = 4_200;
const MINER_FEE_SAT: u64 = 9_000;

impl Town {
    /// Everybody brings enough coins for one equal output and takes the rest as change.
    pub(super) fn join_market(&mut self, taker: &str, equal_sat: u64) {
        let makers = TRADERS.len() as u64 - 1;
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        for trader in TRADERS {
            let taker_pays_sat = makers * MAKER_FEE_SAT + MINER_FEE_SAT;
            let mut brought_sat = 0;
            for coin in self.world.coins_of(trader) {
                if brought_sat < equal_sat + 2 * taker_pays_sat {
                    brought_sat += self.world.coin(coin).value_sat();
                    inputs.push(coin);
                }
            }
            let change_sat = if trader == taker {
                brought_sat - equal_sat - taker_pays_sat
            } else {
                brought_sat - equal_sat + MAKER_FEE_SAT
            };
            let equal = self.world.place(trader);
            let change = self.world.place(trader);
            outputs.push(Planned::new(equal, equal_sat, Purpose::Mixed));
            outputs.push(Planned::new(change, change_sat, Purpose::Change));
        }
        self.dice.shuffle(&mut inputs);
        self.dice.shuffle(&mut outputs);
        let draft = Draft {
            kind: Kind::JoinMarket,
            inputs,
            outputs,
        };
        self.world.transact(software("alice/joinmarket"), draft);
    }
}

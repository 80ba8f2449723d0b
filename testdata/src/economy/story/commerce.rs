//! People pay each other, shops, exchanges and a game of chance.

use super::Town;
use crate::economy::truth::Kind;
use crate::economy::world::World;

/// Who spends on ordinary days.
const PEOPLE: [&str; 12] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "peggy",
    "trent",
];
/// Below this, somebody buys coins before spending more, in satoshis.
const POOR_SAT: u64 = 15_000_000;

impl Town {
    pub(super) fn commerce(&mut self, height: u32) {
        self.draw_lots();
        if height % 15 == 9 {
            self.sweep("tillpay/invoices", "tillpay/hot");
        }
        if height % 15 == 10 && self.world.balance_sat("tillpay/hot") > 20_000_000 {
            let due_sat = self.world.balance_sat("tillpay/hot") / 10 * 9;
            let bakery = self.world.place("bakery");
            self.world
                .pay("tillpay/hot", Kind::Batch, &[(bakery, due_sat)]);
        }
        if height >= 120 {
            for _ in 0..=self.dice.throw(2) {
                self.errand();
            }
        }
    }

    /// Somebody spends something.
    fn errand(&mut self) {
        let person = *self.dice.choose(&PEOPLE);
        if self.world.balance_sat(person) < POOR_SAT {
            let amount_sat = self.amount_sat(40_000_000);
            self.requests.push((person, amount_sat));
            return;
        }
        let amount_sat = self.amount_sat(10_000_000);
        match self.dice.throw(10) {
            0..4 => {
                let other = *self.dice.choose(&PEOPLE);
                if other != person {
                    let place = self.world.place(other);
                    self.world
                        .pay(person, Kind::Payment, &[(place, amount_sat)]);
                }
            }
            4..7 => self.pay_invoice(person, amount_sat),
            7..9 => {
                let exchanges = ["northgate/deposits", "kestrel/deposits"];
                let exchange = *self.dice.choose(&exchanges);
                let place = World::place_for(exchange, person);
                self.world
                    .pay(person, Kind::Deposit, &[(place, amount_sat)]);
            }
            _ => self.bet(person, amount_sat),
        }
    }

    pub(super) fn pay_invoice(&mut self, purse: &'static str, amount_sat: u64) {
        let invoice = self.world.place("tillpay/invoices");
        self.world
            .pay(purse, Kind::Payment, &[(invoice, amount_sat)]);
    }

    pub(super) fn bet(&mut self, purse: &'static str, amount_sat: u64) {
        let table = self.world.place("luckydip/hot");
        self.world.pay(purse, Kind::Bet, &[(table, amount_sat)]);
        self.stakes.push((purse, amount_sat));
    }

    /// Draws what was staked before this block.
    fn draw_lots(&mut self) {
        for (purse, stake_sat) in std::mem::take(&mut self.stakes) {
            if self.dice.percent(48) {
                let place = self.world.place(purse);
                let won_sat = stake_sat / 100 * 196;
                self.world
                    .pay("luckydip/hot", Kind::Win, &[(place, won_sat)]);
            }
        }
    }

    /// An amount up to `most_sat`: every other one round.
    fn amount_sat(&mut self, most_sat: u64) -> u64 {
        let amount_sat = 1_000_000 + self.dice.throw(most_sat);
        if self.dice.percent(50) {
            amount_sat.next_multiple_of(1_000_000)
        } else {
            amount_sat
        }
    }
}

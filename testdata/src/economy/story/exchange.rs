//! Two exchanges: customers' deposits are swept, withdrawals are paid.

use super::Town;
use crate::economy::truth::Kind;

/// Above this, Northgate puts coins into its cold wallet.
const HOT_SAT: u64 = 9_000_000_000;

/// What customers withdraw as soon as Northgate has coins: height, purse, satoshis.
const FIRST_WITHDRAWALS: [(u32, &str, &[u64]); 22] = [
    (110, "alice", &[120_000_000, 83_450_000]),
    (110, "bob", &[150_000_000, 41_209_300]),
    (110, "carol", &[99_000_000]),
    (110, "dave", &[75_310_000, 64_000_000]),
    (110, "erin", &[141_000_000]),
    (110, "frank", &[60_000_000]),
    (110, "luckydip/hot", &[500_000_000]),
    (114, "grace", &[80_000_000, 35_000_000]),
    (114, "heidi", &[110_200_000]),
    (114, "ivan", &[130_000_000]),
    (114, "judy", &[127_500_000]),
    (114, "nadia", &[90_000_000]),
    (114, "peggy", &[115_000_000]),
    (114, "trent", &[70_000_000, 52_250_000]),
    (118, "olivia", &[520_000_000]),
    (122, "mallory", &[200_000_000, 30_000_000]),
    (126, "olivia", &[410_000_000]),
    (130, "duster", &[2_000_000]),
    (138, "olivia", &[320_012_000]),
    (146, "bakery", &[40_000_000]),
    (154, "frank", &[45_000_000]),
    (154, "carol", &[66_000_000]),
];

impl Town {
    pub(super) fn exchanges(&mut self, height: u32) {
        if height.is_multiple_of(9) {
            self.sweep("northgate/deposits", "northgate/hot");
        }
        if height.is_multiple_of(11) {
            self.sweep("kestrel/deposits", "kestrel/hot");
        }
        for (at, purse, amounts) in FIRST_WITHDRAWALS {
            if at == height {
                self.requests
                    .extend(amounts.iter().map(|sat| (purse, *sat)));
            }
        }
        if height % 4 == 2 {
            self.pay_withdrawals();
        }
        if height % 12 == 4 && self.world.balance_sat("northgate/hot") > HOT_SAT {
            let cold = self.world.place("northgate/cold");
            self.world
                .pay("northgate/hot", Kind::ColdStorage, &[(cold, 2_000_000_000)]);
        }
        self.kestrel_peels(height);
    }

    /// Collects what customers paid in.
    pub(super) fn sweep(&mut self, from: &'static str, to: &'static str) {
        let coins = self.world.coins_of(from);
        if !coins.is_empty() {
            let place = self.world.place(to);
            self.world.send_all(from, Kind::Sweep, coins, place);
        }
    }

    /// Northgate pays everybody who waits, at once.
    fn pay_withdrawals(&mut self) {
        let payees: Vec<_> = self
            .requests
            .drain(..)
            .map(|(purse, sat)| (self.world.place(purse), sat))
            .collect();
        if !payees.is_empty() {
            self.world.pay("northgate/hot", Kind::Batch, &payees);
        }
    }

    /// Kestrel sets one coin apart and pays withdrawals off it one by one.
    fn kestrel_peels(&mut self, height: u32) {
        const CUSTOMERS: [&str; 7] = ["alice", "carol", "grace", "heidi", "ivan", "peggy", "trent"];
        if height == 144 {
            let place = self.world.place("kestrel/peel");
            self.world
                .pay("kestrel/hot", Kind::SelfTransfer, &[(place, 800_000_000)]);
        }
        if (145..157).contains(&height) {
            let customer = *self.dice.choose(&CUSTOMERS);
            let amount_sat = 20_000_000 + self.dice.throw(30_000_000);
            let place = self.world.place(customer);
            self.world
                .pay("kestrel/peel", Kind::Withdrawal, &[(place, amount_sat)]);
        }
    }
}

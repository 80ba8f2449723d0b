//! Wasabi, first with one denomination, then with many (WabiSabi).

use super::Town;
use crate::economy::draft::{Draft, Planned};
use crate::economy::truth::{Kind, Purpose};
use crate::economy::wallet::software;

const FIRST: [&str; 12] = [
    "alice/wasabi1",
    "bob/wasabi1",
    "carol/wasabi1",
    "dave/wasabi1",
    "erin/wasabi1",
    "frank/wasabi1",
    "grace/wasabi1",
    "heidi/wasabi1",
    "ivan/wasabi1",
    "judy/wasabi1",
    "peggy/wasabi1",
    "trent/wasabi1",
];
const SECOND: [&str; 8] = [
    "alice/wasabi2",
    "carol/wasabi2",
    "dave/wasabi2",
    "erin/wasabi2",
    "heidi/wasabi2",
    "ivan/wasabi2",
    "judy/wasabi2",
    "peggy/wasabi2",
];
/// The base denomination of Wasabi 1 drifted a little from round to round.
const BASE_SAT: u64 = 10_001_337;
/// No output of Wasabi 2 is smaller.
const SMALLEST_SAT: u64 = 5_000;
/// Standard outputs that one owner takes, at most.
const OUTPUTS_MAX: usize = 6;
const FEE_RATE_SAT: u64 = 6;

impl Town {
    pub(super) fn wasabi(&mut self, height: u32) {
        match height {
            158 => {
                for purse in FIRST {
                    let amount_sat = 10_400_000 + self.dice.throw(14_000_000);
                    self.requests.push((purse, amount_sat));
                }
            }
            164 => self.wasabi1(),
            168..171 => {
                for purse in SECOND {
                    let amount_sat = 1_500_000 + self.dice.throw(30_000_000);
                    self.requests.push((purse, amount_sat));
                }
            }
            180 => self.wasabi2(),
            184 => {
                let coins = self.world.coins_of("carol/wasabi2");
                let coin = coins.last().copied().into_iter().collect();
                let shop = self.world.place("tillpay/invoices");
                self.world
                    .pay_with("carol/wasabi2", Kind::PostMix, coin, &[(shop, 3_700_000)]);
            }
            _ => {}
        }
    }

    /// One equal output and change for everybody, and a fee for the coordinator.
    fn wasabi1(&mut self) {
        const COORDINATOR_SAT: u64 = 30_000;
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        for purse in FIRST {
            let coins = self.world.coins_of(purse);
            let brought_sat: u64 = coins
                .iter()
                .map(|coin| self.world.coin(*coin).value_sat())
                .sum();
            inputs.extend(coins);
            let share_sat = COORDINATOR_SAT + 140 * FEE_RATE_SAT;
            let equal = self.world.place(purse);
            let change = self.world.place(purse);
            outputs.push(Planned::new(equal, BASE_SAT, Purpose::Mixed));
            let change_sat = brought_sat - BASE_SAT - share_sat;
            outputs.push(Planned::new(change, change_sat, Purpose::Change));
        }
        let coordinator = self.world.place("wasabi");
        let fee_sat = COORDINATOR_SAT * FIRST.len() as u64;
        outputs.push(Planned::new(coordinator, fee_sat, Purpose::CoordinatorFee));
        self.dice.shuffle(&mut inputs);
        outputs.sort_by_key(|output| (u64::MAX - output.value_sat, output.place.lock.script()));
        let draft = Draft {
            kind: Kind::Wasabi1,
            inputs,
            outputs,
        };
        self.world.transact(software("alice/wasabi1"), draft);
    }

    /// Everybody's sum in standard denominations, both sides by descending value.
    fn wasabi2(&mut self) {
        let denominations = denominations_sat();
        let mut inputs = Vec::new();
        let mut outputs = Vec::new();
        for purse in SECOND {
            let coins = self.world.coins_of(purse);
            let brought = coins.iter().map(|coin| self.world.coin(*coin).value_sat());
            let mut left_sat: u64 = brought.map(|sat| sat - 69 * FEE_RATE_SAT).sum();
            inputs.extend(coins);
            for _ in 0..OUTPUTS_MAX {
                let affordable_sat = left_sat.saturating_sub(43 * FEE_RATE_SAT);
                let fits = denominations.iter().find(|sat| **sat <= affordable_sat);
                if let Some(value_sat) = fits {
                    let place = self.world.place(purse);
                    outputs.push(Planned::new(place, *value_sat, Purpose::Mixed));
                    left_sat -= value_sat + 43 * FEE_RATE_SAT;
                }
            }
            if left_sat >= SMALLEST_SAT + 43 * FEE_RATE_SAT {
                let place = self.world.place(purse);
                let change_sat = left_sat - 43 * FEE_RATE_SAT;
                outputs.push(Planned::new(place, change_sat, Purpose::Change));
            }
        }
        inputs.sort_by_key(|coin| (u64::MAX - self.world.coin(*coin).value_sat(), *coin));
        outputs.sort_by_key(|output| (u64::MAX - output.value_sat, output.place.lock.script()));
        let draft = Draft {
            kind: Kind::Wasabi2,
            inputs,
            outputs,
        };
        self.world.transact(software("alice/wasabi2"), draft);
    }
}

/// 2^k, 3^k, 2·3^k, 10^k, 2·10^k and 5·10^k up to 10 BTC, descending.
fn denominations_sat() -> Vec<u64> {
    const LARGEST_SAT: u64 = 1_000_000_000;
    let mut all = Vec::new();
    for (base, factors) in [(2_u64, &[1_u64][..]), (3, &[1, 2]), (10, &[1, 2, 5])] {
        for factor in factors {
            let powers = (0..).map(|exponent| factor * base.pow(exponent));
            let powers = powers.take_while(|sat| *sat <= LARGEST_SAT);
            all.extend(powers.filter(|sat| *sat >= SMALLEST_SAT));
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all
}

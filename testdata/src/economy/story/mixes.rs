//! When who mixes.

use super::Town;
use super::whirlpool::{LARGE, Pool, SMALL};
use crate::economy::truth::Kind;

/// What those who will mix withdraw for it: height, purse, satoshis.
const FUNDS: [(u32, &str, &[u64]); 15] = [
    (129, "erin/whirlpool", &[31_400_000]),
    (129, "ivan/whirlpool", &[27_000_000]),
    (129, "judy/whirlpool", &[24_350_000]),
    (129, "alice/whirlpool", &[16_000_000]),
    (134, "alice/joinmarket", &[58_000_000]),
    (134, "heidi/joinmarket", &[31_000_000, 24_310_000]),
    (134, "ivan/joinmarket", &[71_930_000]),
    (134, "nadia/joinmarket", &[44_000_000]),
    (185, "heidi/whirlpool", &[111_500_000]),
    (185, "trent/whirlpool", &[109_240_000]),
    (185, "nadia", &[51_000_000]),
    (185, "judy", &[52_300_000]),
    (190, "nadia/joinmarket", &[12_000_000]),
    (190, "alice/joinmarket", &[19_000_000]),
    (190, "heidi/joinmarket", &[21_000_000]),
];

impl Town {
    pub(super) fn mixes(&mut self, height: u32) {
        for (at, purse, amounts) in FUNDS {
            if at == height {
                self.requests
                    .extend(amounts.iter().map(|sat| (purse, *sat)));
            }
        }
        self.small_pool(height);
        self.large_pool(height);
        self.wasabi(height);
        match height {
            140 => self.join_market("alice/joinmarket", 40_000_000),
            196 => self.join_market("ivan/joinmarket", 10_000_000),
            _ => {}
        }
    }

    /// Five people mix coins of 0.05 BTC.
    fn small_pool(&mut self, height: u32) {
        match height {
            132 => self.set_apart(SMALL, "nadia", "nadia/whirlpool", 2),
            133 => {
                self.tx0(SMALL, "erin/whirlpool", 5);
                self.tx0(SMALL, "ivan/whirlpool", 4);
                self.tx0(SMALL, "judy/whirlpool", 4);
                self.tx0(SMALL, "alice/whirlpool", 2);
            }
            135 => self.whirlpool(
                SMALL,
                &[
                    "erin/whirlpool",
                    "ivan/whirlpool",
                    "judy/whirlpool",
                    "alice/whirlpool",
                ],
                &["nadia/whirlpool"],
            ),
            137 => self.whirlpool(
                SMALL,
                &["erin/whirlpool", "ivan/whirlpool", "judy/whirlpool"],
                &["nadia/whirlpool", "alice/whirlpool"],
            ),
            139 => self.whirlpool(
                SMALL,
                &["judy/whirlpool", "alice/whirlpool"],
                &["erin/whirlpool", "nadia/whirlpool", "ivan/whirlpool"],
            ),
            143 => self.whirlpool(
                SMALL,
                &["erin/whirlpool", "ivan/whirlpool"],
                &["alice/whirlpool", "judy/whirlpool", "nadia/whirlpool"],
            ),
            148 => {
                self.spend_mixed("erin/whirlpool", SMALL, 3_210_000);
                self.spend_mixed("judy/whirlpool", SMALL, 2_000_000);
            }
            157 => self.spend_mixed("ivan/whirlpool", SMALL, 4_100_700),
            _ => {}
        }
    }

    /// Others, the thief among them, mix coins of 0.5 BTC.
    fn large_pool(&mut self, height: u32) {
        match height {
            188 => {
                self.set_apart(LARGE, "nadia", "nadia/whirlpool", 1);
                self.set_apart(LARGE, "judy", "judy/whirlpool", 1);
            }
            189 => {
                self.tx0(LARGE, "heidi/whirlpool", 2);
                self.tx0(LARGE, "trent/whirlpool", 2);
            }
            205 => self.whirlpool(
                LARGE,
                &["mallory/whirlpool", "heidi/whirlpool", "trent/whirlpool"],
                &["nadia/whirlpool", "judy/whirlpool"],
            ),
            209 => self.whirlpool(
                LARGE,
                &["mallory/whirlpool", "heidi/whirlpool"],
                &["nadia/whirlpool", "judy/whirlpool", "trent/whirlpool"],
            ),
            213 => self.whirlpool(
                LARGE,
                &["mallory/whirlpool", "trent/whirlpool"],
                &["nadia/whirlpool", "judy/whirlpool", "heidi/whirlpool"],
            ),
            217 => self.spend_mixed("heidi/whirlpool", LARGE, 12_500_000),
            _ => {}
        }
    }

    /// Pays a shop with one mixed coin.
    fn spend_mixed(&mut self, purse: &'static str, pool: Pool, sat: u64) {
        let coin = self.mixed_coin(pool, purse);
        let invoice = self.world.place("tillpay/invoices");
        self.world
            .pay_with(purse, Kind::PostMix, vec![coin], &[(invoice, sat)]);
    }
}

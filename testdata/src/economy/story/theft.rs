//! The theft, and what the thief does with the loot.

use bitcoin::{OutPoint, Txid};

use super::Town;
use super::whirlpool::LARGE;
use crate::economy::draft::{Draft, Planned};
use crate::economy::truth::{Kind, Purpose};
use crate::economy::wallet::software;
use crate::economy::world::World;

/// What the thief takes, in two outputs, in satoshis.
const LOOT_SAT: [u64; 2] = [800_000_000, 450_000_000];
/// What goes down the peeling chain, into Whirlpool, and is spent.
const PEELED_SAT: u64 = 400_000_000;
const MIXED_SAT: u64 = 250_000_000;

/// The steps of the peeling chain: height, to whom, satoshis.
const PEELS: [(u32, Peel, u64); 12] = [
    (
        203,
        Peel::Exchange("northgate/deposits", "oscar"),
        31_000_000,
    ),
    (203, Peel::Exchange("kestrel/deposits", "sybil"), 27_540_000),
    (
        204,
        Peel::Exchange("northgate/deposits", "sybil"),
        30_250_000,
    ),
    (206, Peel::Person("alice"), 20_000_000),
    (207, Peel::Exchange("kestrel/deposits", "oscar"), 35_123_456),
    (
        208,
        Peel::Exchange("northgate/deposits", "oscar"),
        22_000_000,
    ),
    (
        210,
        Peel::Exchange("northgate/deposits", "oscar"),
        41_990_000,
    ),
    (211, Peel::Exchange("kestrel/deposits", "sybil"), 18_000_000),
    (212, Peel::Person("bob"), 15_500_000),
    (
        214,
        Peel::Exchange("northgate/deposits", "sybil"),
        38_700_000,
    ),
    (216, Peel::Exchange("kestrel/deposits", "oscar"), 29_000_000),
    (
        218,
        Peel::Exchange("northgate/deposits", "oscar"),
        33_333_000,
    ),
];

/// The height at which a clean coin goes down the chain as well.
const CLEAN_COIN_JOINS: u32 = 211;

/// To whom a step of the peeling chain pays.
#[derive(Clone, Copy)]
enum Peel {
    /// A customer's deposit address at an exchange.
    Exchange(&'static str, &'static str),
    /// Somebody who buys coins and does not ask.
    Person(&'static str),
}

/// Where the thief's coins are.
#[derive(Default)]
pub(super) struct Loot {
    stolen: Option<Txid>,
    /// The end of the peeling chain.
    chain: Option<OutPoint>,
}

impl Town {
    pub(super) fn theft(&mut self, height: u32) {
        match height {
            200 => self.steal(),
            201 => self.split(),
            202 => self.merge(),
            204 => {
                let coins = self.world.coins_of("mallory/whirlpool");
                self.tx0_of(LARGE, "mallory/whirlpool", coins, 4);
            }
            205 | 209 | 215 => self.bet("mallory/spending", 24_000_000),
            207 => self.pay_invoice("mallory/spending", 31_415_900),
            221 => self.cash_out_mixed(),
            _ => {}
        }
        for (at, payee, amount_sat) in PEELS {
            if at == height {
                self.peel(payee, amount_sat);
            }
        }
    }

    /// The theft: with Olivia's keys, everything she has goes to two addresses of the thief.
    fn steal(&mut self) {
        let inputs = self.world.coins_of("olivia");
        let outputs = LOOT_SAT.into_iter().map(|value_sat| {
            let place = self.world.place("mallory/loot");
            Planned::new(place, value_sat, Purpose::Payment)
        });
        let draft = Draft {
            kind: Kind::Theft,
            inputs,
            outputs: outputs.collect(),
        };
        let txid = self.world.transact(software("mallory"), draft);
        self.loot.stolen = Some(txid);
    }

    /// The larger part is divided three ways, in the block after.
    fn split(&mut self) {
        let [large_sat, _] = LOOT_SAT;
        let coins = self.stolen(large_sat);
        let chain = self.world.place("mallory/peel");
        let mix = self.world.place("mallory/whirlpool");
        let payees = [(chain, PEELED_SAT), (mix, MIXED_SAT)];
        let txid = self
            .world
            .pay_with("mallory/spending", Kind::Split, coins, &payees);
        let chain = self.world.coins_from(txid, "mallory/peel", PEELED_SAT);
        self.loot.chain = chain.first().copied();
    }

    /// The smaller part is spent together with clean coins of the thief's own: first the
    /// clean ones, which is what policies that look at the order of inputs differ on.
    fn merge(&mut self) {
        let [_, small_sat] = LOOT_SAT;
        let mut coins = self.world.coins_of("mallory");
        coins.truncate(1);
        coins.extend(self.stolen(small_sat));
        let deposit = World::place_for("kestrel/deposits", "oscar");
        self.world
            .pay_with("mallory", Kind::Merge, coins, &[(deposit, 300_000_000)]);
    }

    /// One step down the chain. One of them takes a clean coin along.
    fn peel(&mut self, payee: Peel, amount_sat: u64) {
        const PURSE: &str = "mallory/peel";
        let place = match payee {
            Peel::Exchange(deposits, customer) => World::place_for(deposits, customer),
            Peel::Person(person) => self.world.place(person),
        };
        let mut coins: Vec<_> = self.loot.chain.into_iter().collect();
        if self.world.next_height() == CLEAN_COIN_JOINS {
            coins.extend(self.world.coins_of("mallory").last());
        }
        let txid = self
            .world
            .pay_with(PURSE, Kind::Peel, coins, &[(place, amount_sat)]);
        let mut left = self.world.coins_of(PURSE).into_iter();
        self.loot.chain = left.find(|coin| coin.txid == txid);
    }

    /// The thief's mistake: two mixed coins spent together, to an account of a helper.
    fn cash_out_mixed(&mut self) {
        let purse = "mallory/whirlpool";
        let mut coins = self.mixed_coins(LARGE, purse);
        coins.truncate(2);
        let deposit = World::place_for("kestrel/deposits", "sybil");
        self.world.send_all(purse, Kind::PostMix, coins, deposit);
    }

    fn stolen(&self, value_sat: u64) -> Vec<OutPoint> {
        let txid = self.loot.stolen.expect("the theft comes first");
        self.world.coins_from(txid, "mallory/loot", value_sat)
    }
}

//! Whirlpool: Tx0s and mixes of five.

use bitcoin::script::PushBytesBuf;
use bitcoin::{OutPoint, ScriptBuf};

use super::Town;
use crate::economy::draft::{Draft, Place, Planned};
use crate::economy::truth::{Kind, Purpose};
use crate::economy::wallet::software;

/// A pool: all coins that come out of its mixes have one value.
#[derive(Clone, Copy)]
pub(super) struct Pool {
    denomination_sat: u64,
    coordinator_fee_sat: u64,
}

/// 0.05 BTC.
pub(super) const SMALL: Pool = Pool {
    denomination_sat: 5_000_000,
    coordinator_fee_sat: 175_000,
};
/// 0.5 BTC.
pub(super) const LARGE: Pool = Pool {
    denomination_sat: 50_000_000,
    coordinator_fee_sat: 1_750_000,
};

/// What each coin brings along for the mix's fee, in satoshis.
const EXCESS_SAT: u64 = 5_000;

impl Pool {
    fn premix_sat(self) -> u64 {
        self.denomination_sat + EXCESS_SAT
    }
}

impl Town {
    /// Makes coins of exactly the pool's value by a plain payment to oneself.
    pub(super) fn set_apart(
        &mut self,
        pool: Pool,
        from: &'static str,
        purse: &'static str,
        coins: usize,
    ) {
        let payees: Vec<_> = (0..coins)
            .map(|_| (self.world.place(purse), pool.denomination_sat))
            .collect();
        self.world.pay(from, Kind::SelfTransfer, &payees);
    }

    /// Splits all of a purse into coins for the pool, pays the coordinator, keeps the rest.
    pub(super) fn tx0(&mut self, pool: Pool, purse: &'static str, coins: u64) {
        let inputs = self.world.coins_of(purse);
        self.tx0_of(pool, purse, inputs, coins);
    }

    /// The same with chosen coins.
    pub(super) fn tx0_of(
        &mut self,
        pool: Pool,
        purse: &'static str,
        inputs: Vec<OutPoint>,
        coins: u64,
    ) {
        let software = software(purse);
        let message = PushBytesBuf::try_from(vec![0x5a; 64]).expect("64 bytes can be pushed");
        let message = Place::script(ScriptBuf::new_op_return(message));
        let coordinator = self.world.place("whirlpool");
        let mut outputs = vec![
            Planned::new(message, 0, Purpose::Data),
            Planned::new(
                coordinator,
                pool.coordinator_fee_sat,
                Purpose::CoordinatorFee,
            ),
        ];
        for _ in 0..coins {
            let place = self.world.place(purse);
            outputs.push(Planned::new(place, pool.premix_sat(), Purpose::Premix));
        }
        let spent_sat: u64 = inputs
            .iter()
            .map(|outpoint| self.world.coin(*outpoint).value_sat())
            .sum();
        let fee_sat = (200 + 68 * inputs.len() as u64 + 31 * coins) * software.fee_rate_sat;
        let kept_sat = spent_sat - fee_sat - pool.coordinator_fee_sat - coins * pool.premix_sat();
        let place = self.world.place(purse);
        outputs.push(Planned::new(place, kept_sat, Purpose::Change));
        let draft = Draft {
            kind: Kind::WhirlpoolTx0,
            inputs,
            outputs,
        };
        self.world.transact(software, draft.sorted());
    }

    /// One mix: `first` bring a coin from a Tx0, `again` one that was mixed before.
    pub(super) fn whirlpool(&mut self, pool: Pool, first: &[&'static str], again: &[&'static str]) {
        let mut inputs = Vec::new();
        for purse in first {
            inputs.push(self.coin_of_value(purse, pool.premix_sat()));
        }
        for purse in again {
            inputs.push(self.mixed_coin(pool, purse));
        }
        let outputs = first.iter().chain(again).map(|purse| {
            let place = self.world.place(purse);
            Planned::new(place, pool.denomination_sat, Purpose::Mixed)
        });
        let draft = Draft {
            kind: Kind::Whirlpool,
            inputs,
            outputs: outputs.collect(),
        };
        self.world.transact(software("whirlpool"), draft.sorted());
    }

    /// A coin of a purse that came out of a mix of the pool.
    pub(super) fn mixed_coin(&self, pool: Pool, purse: &str) -> OutPoint {
        self.coin_of_value(purse, pool.denomination_sat)
    }

    /// All of them.
    pub(super) fn mixed_coins(&self, pool: Pool, purse: &str) -> Vec<OutPoint> {
        self.coins_of_value(purse, pool.denomination_sat)
    }

    fn coin_of_value(&self, purse: &str, value_sat: u64) -> OutPoint {
        let coins = self.coins_of_value(purse, value_sat);
        *coins
            .first()
            .unwrap_or_else(|| panic!("{purse} has no coin of {value_sat}"))
    }

    fn coins_of_value(&self, purse: &str, value_sat: u64) -> Vec<OutPoint> {
        let mut coins = self.world.coins_of(purse);
        coins.retain(|outpoint| self.world.coin(*outpoint).value_sat() == value_sat);
        coins
    }
}

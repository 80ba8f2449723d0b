//! Everybody who acts, the coins they have, and the block that is being filled.

use super::Settings;
use super::encode::{self, Coin, Encoded, Fields, Pay};
use super::key::{Form, Key};
use super::loot::Loot;
use super::truth::{Kind, NOBODY, TransactionTruth, Use};
use super::wallet::{Account, ChangeAt, Owner, SOFTWARE, output_script};
use crate::chance::Chance;

/// An output that is not worth its own fee is left to the miner.
pub(crate) const DUST_SAT: u64 = 1_000;
const COINBASE_MATURITY: u32 = 100;

/// A transaction before it is encoded.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) maker: u32,
    pub(crate) inputs: Vec<Coin>,
    pub(crate) outputs: Vec<(Pay, u64, Use)>,
    pub(crate) theft: Option<u32>,
    /// The order of the inputs and outputs is part of what the transaction is.
    pub(crate) keeps_order: bool,
}

/// The ranges of owners' numbers, in this order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cast {
    pub(crate) pools: u32,
    pub(crate) exchanges: u32,
    pub(crate) merchants: u32,
    pub(crate) casinos: u32,
    pub(crate) coordinators: u32,
    pub(crate) people: u32,
}

/// What is in the block that is being filled.
#[derive(Debug, Default)]
pub(crate) struct Filling {
    pub(crate) encoded: Vec<Encoded>,
    pub(crate) undo: Vec<u8>,
    pub(crate) truth: Vec<TransactionTruth>,
    pub(crate) fees_sat: u64,
}

/// Everybody and everything.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) cast: Cast,
    pub(crate) owners: Vec<Owner>,
    pub(crate) height: u32,
    pub(crate) filling: Filling,
    /// Coins on the run: the theft, the thief, the coin and the hops still planned.
    pub(crate) hot: Vec<(u32, u32, Coin, u32)>,
    pub(crate) thefts: u32,
    pub(crate) loot: Loot,
    /// Coins that entered a Whirlpool queue, by pool.
    pub(crate) premixed: [Vec<Coin>; 3],
}

impl World {
    pub(crate) fn new(settings: &Settings) -> Self {
        let people = u32::try_from((settings.transactions / 20).clamp(60, 400_000)).unwrap_or(60);
        let cast = Cast {
            pools: 4,
            exchanges: 4,
            merchants: 12 + people / 400,
            casinos: 2,
            coordinators: 3,
            people,
        };
        let mut chance = Chance::new(settings.seed);
        let mut owners = Vec::new();
        let total = cast.first_person() + people;
        for number in 0..total {
            owners.push(cast.owner(number, &mut chance));
        }
        Self {
            chance,
            cast,
            owners,
            height: 0,
            filling: Filling::default(),
            hot: Vec::new(),
            thefts: 0,
            loot: Loot::default(),
            premixed: Default::default(),
        }
    }

    pub(crate) fn owner(&mut self, number: u32) -> &mut Owner {
        &mut self.owners[number as usize]
    }

    pub(crate) fn person(&mut self) -> u32 {
        self.cast.first_person() + self.chance.below(u64::from(self.cast.people)) as u32
    }

    pub(crate) fn exchange(&mut self) -> u32 {
        self.cast.pools + self.chance.below(u64::from(self.cast.exchanges)) as u32
    }

    pub(crate) fn merchant(&mut self) -> u32 {
        let first = self.cast.pools + self.cast.exchanges;
        first + self.chance.below(u64::from(self.cast.merchants)) as u32
    }

    pub(crate) fn casino(&mut self) -> u32 {
        let first = self.cast.pools + self.cast.exchanges + self.cast.merchants;
        first + self.chance.below(u64::from(self.cast.casinos)) as u32
    }

    pub(crate) fn coordinator(&self) -> u32 {
        self.cast.first_person() - self.cast.coordinators
    }

    pub(crate) fn rate(&mut self) -> u64 {
        1 + self.chance.below(8) * self.chance.below(8)
    }

    /// The key to which `payee` wants to be paid.
    pub(crate) fn receiving_key(&mut self, payee: u32) -> Key {
        self.owners[payee as usize].receiving_key(&mut self.chance)
    }

    /// Takes `maker`'s coins for `amount_sat`, adds his change, and returns the draft; or
    /// nothing when he cannot pay. What is paid is added by the caller.
    pub(crate) fn draft(
        &mut self,
        kind: Kind,
        maker: u32,
        account: Account,
        amount_sat: u64,
        output_count: u64,
    ) -> Option<Draft> {
        let rate = self.rate();
        let base = (11 + 34 * (output_count + 1)) * rate;
        let owner = &mut self.owners[maker as usize];
        let inputs = owner.select(account, amount_sat + base, rate, &mut self.chance)?;
        let sum: u64 = inputs.iter().map(|coin| coin.value_sat).sum();
        let spent: u64 = inputs
            .iter()
            .map(|coin| coin.key.form.input_vbytes() * rate)
            .sum();
        let change = sum.saturating_sub(amount_sat + base + spent);
        let mut outputs = Vec::new();
        if change >= DUST_SAT {
            let key = match account {
                Account::Main | Account::Deposits => owner.change_key(&inputs, &mut self.chance),
                other => owner.fresh_key(other),
            };
            outputs.push((Pay::To(key), change, Use::Change));
        }
        Some(Draft {
            kind,
            maker,
            inputs,
            outputs,
            theft: None,
            keeps_order: false,
        })
    }

    /// Encodes a draft, puts it in the block and hands the new coins to their owners. Returns
    /// the coins in the order of the outputs; what cannot be spent is `None`.
    pub(crate) fn publish(&mut self, mut draft: Draft) -> Vec<Option<Coin>> {
        let software = self.owners[draft.maker as usize].software;
        if !draft.keeps_order {
            self.arrange(&mut draft, software.change_at);
        }
        let scripts: Vec<(Vec<u8>, u64)> = draft
            .outputs
            .iter()
            .map(|(pay, value_sat, _)| (output_script(*pay, &mut self.chance), *value_sat))
            .collect();
        let fields = Fields {
            version: software.version,
            lock_time: if software.locks_height {
                self.height.saturating_sub(1)
            } else {
                0
            },
            sequence: software.sequence,
            inputs: &draft.inputs,
            outputs: &scripts,
        };
        let encoded = encode::transaction(&fields, &mut self.chance);
        encode::compact_size(&mut self.filling.undo, draft.inputs.len() as u64);
        for coin in &draft.inputs {
            encode::undo_coin(&mut self.filling.undo, coin);
        }
        let paid: u64 = scripts.iter().map(|(_, value_sat)| value_sat).sum();
        let taken: u64 = draft.inputs.iter().map(|coin| coin.value_sat).sum();
        self.filling.fees_sat += taken.checked_sub(paid).expect("a draft pays what it takes");
        let ends = self.loot.pass(encoded.txid, &draft);
        self.filling.truth.push(TransactionTruth {
            txid: encoded.txid,
            kind: draft.kind,
            maker: draft.maker,
            input_owners: draft.inputs.iter().map(|coin| coin.key.owner).collect(),
            outputs: draft
                .outputs
                .iter()
                .map(|(pay, _, used)| (owner_of(*pay), *used))
                .collect(),
            theft: draft.theft,
            ends,
        });
        let txid = encoded.txid;
        self.filling.encoded.push(encoded);
        let height = self.height;
        (0..)
            .zip(draft.outputs)
            .map(|(vout, (pay, value_sat, _))| match pay {
                Pay::To(key) => Some(Coin {
                    txid,
                    vout,
                    value_sat,
                    key,
                    height,
                    is_coinbase: false,
                }),
                Pay::Return(_) => None,
            })
            .collect()
    }

    /// Publishes a draft and puts every new coin into its owner's wallet. Some are lost.
    pub(crate) fn publish_and_deliver(&mut self, draft: Draft) {
        for coin in self.publish(draft).into_iter().flatten() {
            self.deliver(coin);
        }
    }

    pub(crate) fn deliver(&mut self, coin: Coin) {
        let is_person = coin.key.owner >= self.cast.first_person();
        if is_person && self.chance.happens(15) {
            return;
        }
        let account = Account::of(coin.key);
        self.owner(coin.key.owner).coins(account).push_back(coin);
    }

    fn arrange(&mut self, draft: &mut Draft, change_at: ChangeAt) {
        match change_at {
            ChangeAt::Last => draft
                .outputs
                .sort_by_key(|(_, _, used)| *used == Use::Change),
            ChangeAt::Anywhere => {
                self.chance.shuffle(&mut draft.outputs);
                self.chance.shuffle(&mut draft.inputs);
            }
            ChangeAt::Sorted => {
                draft.inputs.sort_by_key(|coin| {
                    let mut shown = coin.txid;
                    shown.reverse();
                    (shown, coin.vout)
                });
                draft
                    .outputs
                    .sort_by_cached_key(|(pay, value_sat, _)| match pay {
                        Pay::To(key) => (*value_sat, key.output_script()),
                        Pay::Return(_) => (*value_sat, vec![0x6a]),
                    });
            }
        }
    }

    /// Hands the block's reward to the pool that found it.
    pub(crate) fn reward(&mut self, encoded: &Encoded, key: Key, value_sat: u64) {
        let height = self.height;
        let coin = Coin {
            txid: encoded.txid,
            vout: 0,
            value_sat,
            key,
            height,
            is_coinbase: true,
        };
        self.owner(key.owner).coins(Account::Main).push_back(coin);
    }

    /// Whether the oldest coin of a pool may be spent yet.
    pub(crate) fn is_mature(&mut self, pool: u32) -> bool {
        let height = self.height;
        self.owner(pool)
            .coins(Account::Main)
            .front()
            .is_some_and(|coin| !coin.is_coinbase || coin.height + COINBASE_MATURITY <= height)
    }
}

fn owner_of(pay: Pay) -> u32 {
    match pay {
        Pay::To(key) => key.owner,
        Pay::Return(_) => NOBODY,
    }
}

impl Cast {
    pub(crate) fn first_person(&self) -> u32 {
        self.pools + self.exchanges + self.merchants + self.casinos + self.coordinators
    }

    fn owner(&self, number: u32, chance: &mut Chance) -> Owner {
        let [core, bip69, nested, ..] = &SOFTWARE;
        if number < self.pools {
            let software = if number == 0 { &SOFTWARE[3] } else { core };
            Owner::new(number, software, 950)
        } else if number < self.pools + self.exchanges {
            Owner::new(
                number,
                if number.is_multiple_of(2) {
                    nested
                } else {
                    &SOFTWARE[5]
                },
                0,
            )
        } else if number < self.pools + self.exchanges + self.merchants {
            Owner::new(
                number,
                if number.is_multiple_of(3) {
                    bip69
                } else {
                    nested
                },
                20,
            )
        } else if number < self.first_person() - self.coordinators {
            Owner::new(number, &SOFTWARE[3], 990)
        } else if number < self.first_person() {
            Owner::new(number, core, 0)
        } else {
            // Commoner software is listed first; the last is that of careless people.
            let place = chance
                .index(SOFTWARE.len())
                .min(chance.index(SOFTWARE.len() + 3));
            let reuse = if chance.happens(150) { 700 } else { 60 };
            Owner::new(number, &SOFTWARE[place], reuse)
        }
    }
}

/// The form of a pool's first keys, which are older than addresses.
pub(crate) fn reward_key(owner: &mut Owner, height: u32, chance: &mut Chance) -> Key {
    let key = owner.receiving_key(chance);
    if height < 50 {
        Key {
            form: Form::P2pk,
            ..key
        }
    } else {
        key
    }
}

//! Stolen coins, followed by who owns them for as long as they are alone.
//!
//! As long as everything that a transaction spends is of one theft, everything that comes out
//! of it is too, and whose that is the owners of its outputs say: what is the thief's own he
//! still holds, what is somebody else's was paid, the rest is the fee. Where a thief spends
//! stolen coins together with others, or mixes them, no satoshi can be told from another any
//! more, and that is where they ended. It makes no difference whether the thief still runs or
//! has put a coin into his wallet.

use std::collections::BTreeMap;

use super::encode::{Coin, Pay};
use super::truth::{End, Kind, NOBODY, TheftEnd, Use};
use super::world::Draft;

/// The stolen coins that their thieves hold. Memory: of the order of these coins.
#[derive(Debug, Default)]
pub(crate) struct Loot {
    /// By outpoint, each with its place in the order of their creation.
    held: BTreeMap<([u8; 32], u32), (u64, TheftEnd)>,
    created: u64,
}

impl Loot {
    /// Takes note of a transaction, and tells what ended with it.
    pub(crate) fn pass(&mut self, txid: [u8; 32], draft: &Draft) -> Vec<TheftEnd> {
        let inputs = draft.inputs.iter();
        let spent: Vec<Option<TheftEnd>> = inputs.map(|coin| self.take(coin)).collect();
        let ends = match only_theft(&spent) {
            Some(theft) => self.hand_on(txid, draft, theft),
            None => mingle(draft, &spent),
        };
        if let (Kind::Theft, Some(theft)) = (draft.kind, draft.theft) {
            for (vout, (pay, value_sat, used)) in (0..).zip(&draft.outputs) {
                if let (Pay::To(key), Use::Payment) = (pay, used) {
                    self.keep(output(theft, (txid, vout), key.owner, *value_sat));
                }
            }
        }
        ends
    }

    /// What is held, by theft and in the order of creation.
    pub(crate) fn held(&self) -> Vec<TheftEnd> {
        let mut held: Vec<_> = self.held.values().copied().collect();
        held.sort_unstable_by_key(|(created, coin)| (coin.theft, *created));
        held.into_iter().map(|(_, coin)| coin).collect()
    }

    /// Whoever spends stolen coins alone keeps some, pays some and leaves the fee.
    fn hand_on(&mut self, txid: [u8; 32], draft: &Draft, theft: u32) -> Vec<TheftEnd> {
        let mut ends = Vec::new();
        let mut left_sat: u64 = draft.inputs.iter().map(|coin| coin.value_sat).sum();
        for (vout, (pay, value_sat, _)) in (0..).zip(&draft.outputs) {
            left_sat -= value_sat;
            let Pay::To(key) = pay else { continue };
            let coin = output(theft, (txid, vout), key.owner, *value_sat);
            if key.owner == draft.maker {
                self.keep(coin);
            } else {
                ends.push(TheftEnd {
                    end: End::Paid,
                    ..coin
                });
            }
        }
        if left_sat > 0 {
            ends.push(TheftEnd {
                theft,
                end: End::Fee,
                txid,
                vout: None,
                owner: NOBODY,
                amount_sat: left_sat,
            });
        }
        ends
    }

    fn keep(&mut self, coin: TheftEnd) {
        if let Some(vout) = coin.vout {
            self.held.insert((coin.txid, vout), (self.created, coin));
            self.created += 1;
        }
    }

    fn take(&mut self, coin: &Coin) -> Option<TheftEnd> {
        let (_, held) = self.held.remove(&(coin.txid, coin.vout))?;
        Some(held)
    }
}

fn output(theft: u32, (txid, vout): ([u8; 32], u32), owner: u32, amount_sat: u64) -> TheftEnd {
    TheftEnd {
        theft,
        end: End::Held,
        txid,
        vout: Some(vout),
        owner,
        amount_sat,
    }
}

/// The theft of which everything is that is spent.
fn only_theft(spent: &[Option<TheftEnd>]) -> Option<u32> {
    let theft = spent.first().copied().flatten()?.theft;
    let is_of_it = |coin: &Option<TheftEnd>| coin.is_some_and(|coin| coin.theft == theft);
    spent.iter().all(is_of_it).then_some(theft)
}

/// Stolen coins that are spent together with others.
fn mingle(draft: &Draft, spent: &[Option<TheftEnd>]) -> Vec<TheftEnd> {
    let mut owners = draft.inputs.iter().map(|coin| coin.key.owner);
    let end = if owners.all(|owner| owner == draft.maker) {
        End::Joined
    } else {
        End::Mixed
    };
    let coins = spent.iter().flatten();
    coins.map(|coin| TheftEnd { end, ..*coin }).collect()
}

//! Deposit-address reuse: an exchange gives each customer an address of their own, and whoever
//! pays to one of them is that customer.
//!
//! Victor, *Address Clustering Heuristics for Ethereum* (Financial Cryptography 2020), section
//! 3.1; Wu et al., *Tutela* (arXiv 2201.06811), section 3. An account D is a deposit address
//! where it gets x from U and passes on y to a known address of an exchange, with x − y at most
//! 0.01 ETH (for a token x = y) and at most 10 000 blocks later (3 200 in Tutela). All U that pay
//! to one D have one owner. D itself is the exchange's and joins nobody: [`DepositAddress`] says
//! whose it is.
//!
//! Left out: D or U an exchange; D a fee recipient; D to which two exchanges belong; U a contract
//! (only what the signer itself pays counts); D a contract, unless asked for: some exchanges use
//! contracts that pass on, and so do payment splitters and bridges.
//!
//! Confidence, of one payment that was passed on: ½ [(1 − Δt / `blocks_max`) + (1 − Δa / `fee_max`)]
//! (Tutela), of a link the lower one of its two.
//!
//! Known false positives, the worst first: the paying wallet of an exchange that is not labelled pays
//! to deposit addresses of many people, and joins them all; a shop or a person whose own wallet sends each payment on to an
//! exchange; two people who share an account at an exchange. Known to be missed: several payments
//! that are passed on together; what a contract passes on where inner calls were not seen.
//!
//! Memory: what every account was paid in the last `blocks_max` blocks, and every deposit address.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use trace_core::claim::{Link, Rule};
use trace_core::cluster::Actor;
use trace_core::model::Position;
use trace_core::model::account::{Address, Asset, B256, Transfer, TransferKind, U256};

use super::{AccountLink, Confidence, Evidence, Placed};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "deposit-address-reuse",
    version: 1,
};

/// What counts as passing on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How much less of the native coin may be passed on, in wei. Tokens come whole.
    pub fee_max: U256,
    /// Blocks between the payment and the passing on.
    pub blocks_max: u32,
    /// Whether a contract may be a deposit address.
    pub contracts: bool,
}

impl Default for Limits {
    /// Those of Victor 2020.
    fn default() -> Self {
        Self {
            fee_max: U256::from(10_000_000_000_000_000_u64),
            blocks_max: 10_000,
            contracts: false,
        }
    }
}

/// An account that passes payments on to an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepositAddress {
    /// The account.
    pub address: Address,
    /// The exchange.
    pub exchange: Actor,
    /// How many accounts were seen to pay to it.
    pub users: usize,
    /// The highest of any payment that was passed on.
    pub confidence: Confidence,
}

/// Finds deposit addresses, transaction by transaction.
#[derive(Clone, Debug)]
pub struct DepositAddresses {
    limits: Limits,
    exchanges: BTreeMap<Address, Actor>,
    /// What accounts were paid lately, by account and asset.
    pending: BTreeMap<(Address, Asset), VecDeque<Payment>>,
    /// The same by height, so that what is too old is found.
    ages: VecDeque<(u32, (Address, Asset))>,
    found: BTreeMap<Address, Found>,
    fee_recipients: BTreeSet<Address>,
}

#[derive(Clone, Copy, Debug)]
struct Payment {
    user: Address,
    amount: U256,
    position: Position,
    hash: B256,
}

#[derive(Clone, Debug)]
struct Found {
    /// `None` where it passes on to more than one.
    exchange: Option<Actor>,
    users: Vec<User>,
    confidence: Confidence,
}

#[derive(Clone, Copy, Debug)]
struct User {
    address: Address,
    confidence: Confidence,
    shown_by: [B256; 2],
}

impl DepositAddresses {
    /// `exchanges` are the addresses known to be an exchange's, each with its exchange.
    pub fn new(limits: Limits, exchanges: BTreeMap<Address, Actor>) -> Self {
        Self {
            limits,
            exchanges,
            pending: BTreeMap::new(),
            ages: VecDeque::new(),
            found: BTreeMap::new(),
            fee_recipients: BTreeSet::new(),
        }
    }

    /// Looks at the next transaction, and appends the links that it completes.
    pub fn observe(&mut self, placed: &Placed<'_>, into: &mut Vec<AccountLink>) {
        self.forget_before(placed.position.height);
        for transfer in &placed.transaction.transfers {
            let (Some(from), Some(to)) = (transfer.from, transfer.to) else {
                continue;
            };
            match transfer.kind {
                TransferKind::PriorityFee => {
                    self.fee_recipients.insert(to);
                    continue;
                }
                TransferKind::Value | TransferKind::Call | TransferKind::Token => {}
                _ => continue,
            }
            if from == to || matches!(transfer.asset, Asset::Item(..)) {
                continue;
            }
            let signs = from == placed.transaction.from;
            match (self.exchanges.get(&from), self.exchanges.get(&to)) {
                (None, Some(exchange)) if signs || self.limits.contracts => {
                    let exchange = (to, *exchange);
                    into.extend(self.pass_on(placed, from, exchange, transfer));
                }
                (None, None) if signs => self.pay(placed, from, to, transfer),
                _ => {}
            }
        }
    }

    /// The deposit addresses found so far, ascending.
    pub fn found(&self) -> impl Iterator<Item = DepositAddress> + '_ {
        self.found.iter().filter_map(|(address, found)| {
            Some(DepositAddress {
                address: *address,
                exchange: found.exchange?,
                users: found.users.len(),
                confidence: found.confidence,
            })
        })
    }

    fn forget_before(&mut self, height: u32) {
        let oldest = height.saturating_sub(self.limits.blocks_max);
        while let Some((_, key)) = self.ages.front().copied().filter(|(age, _)| *age < oldest) {
            self.ages.pop_front();
            let Some(payments) = self.pending.get_mut(&key) else {
                continue;
            };
            while payments
                .front()
                .is_some_and(|payment| payment.position.height < oldest)
            {
                payments.pop_front();
            }
            if payments.is_empty() {
                self.pending.remove(&key);
            }
        }
    }

    fn pay(&mut self, placed: &Placed<'_>, user: Address, to: Address, transfer: &Transfer) {
        let key = (to, transfer.asset);
        self.ages.push_back((placed.position.height, key));
        self.pending.entry(key).or_default().push_back(Payment {
            user,
            amount: transfer.amount,
            position: placed.position,
            hash: placed.transaction.hash,
        });
    }

    fn pass_on(
        &mut self,
        placed: &Placed<'_>,
        deposit: Address,
        (at, exchange): (Address, Actor),
        transfer: &Transfer,
    ) -> Option<AccountLink> {
        if self.fee_recipients.contains(&deposit) {
            return None;
        }
        let payments = self.pending.get(&(deposit, transfer.asset))?;
        let height = placed.position.height;
        let fits = payments.iter().enumerate().filter_map(|(index, payment)| {
            let confidence = self.limits.confidence(payment, transfer, height)?;
            Some((confidence, index))
        });
        let (confidence, index) = fits.max()?;
        let payments = self.pending.get_mut(&(deposit, transfer.asset))?;
        let payment = payments.remove(index)?;
        let found = self.found.entry(deposit).or_insert_with(|| Found {
            exchange: Some(exchange),
            users: Vec::new(),
            confidence,
        });
        if found.exchange != Some(exchange) {
            found.exchange = None;
            return None;
        }
        found.confidence = found.confidence.max(confidence);
        let user = User {
            address: payment.user,
            confidence,
            shown_by: [payment.hash, placed.transaction.hash],
        };
        if found
            .users
            .iter()
            .any(|known| known.address == user.address)
        {
            return None;
        }
        found.users.push(user);
        let first = found.users.first()?;
        (first.address != user.address).then(|| AccountLink {
            link: Link {
                a: first.address,
                b: user.address,
                tx: placed.tx,
                rule: RULE,
            },
            position: placed.position,
            confidence: Some(first.confidence.min(confidence)),
            evidence: Evidence::DepositAddress {
                deposit,
                exchange: at,
                first: first.shown_by,
                second: user.shown_by,
            },
        })
    }
}

impl Limits {
    /// How well what is passed on fits a payment that is not too old; `None` where it does not.
    fn confidence(&self, payment: &Payment, passed: &Transfer, height: u32) -> Option<Confidence> {
        let fee_max = match passed.asset {
            Asset::Native => self.fee_max,
            _ => U256::ZERO,
        };
        let fee = payment.amount.checked_sub(passed.amount)?;
        let blocks = height.checked_sub(payment.position.height)?;
        if fee > fee_max {
            return None;
        }
        let time = part_left(U256::from(blocks), U256::from(self.blocks_max));
        let amount = part_left(fee, fee_max);
        Some(Confidence::thousandths(u16::midpoint(time, amount)))
    }
}

/// 1 − `used` / `all` in thousandths, rounded down.
fn part_left(used: U256, all: U256) -> u16 {
    let thousand = U256::from(1000);
    if all.is_zero() {
        return 1000;
    }
    let left = all.saturating_sub(used).saturating_mul(thousand) / all;
    u16::try_from(left.min(thousand)).unwrap_or(1000)
}

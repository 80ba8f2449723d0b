//! Which rules are asked, and which of them join.

use std::collections::BTreeMap;

use trace_core::claim::Rule;
use trace_core::model::account::{Address, U256};

use crate::account::mixer::{
    address_match, fifo_order, linked_addresses, multi_denomination, same_block, torn_mining,
    unique_gas_price,
};
use crate::account::{
    airdrop, contract_creator, deposit_address, same_owner_funding, self_authorisation,
};

/// The rules that join clusters, and what all rules go by. Every rule is asked but those of
/// [`Rules::unasked`]; the links of those that do not join are reported.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Those that join.
    pub joins: Vec<Rule>,
    /// What counts as a deposit address.
    pub deposit_address: deposit_address::Limits,
    /// What counts as an airdrop.
    pub airdrop: airdrop::Limits,
    /// Payments to an account before it first signed that are read.
    pub funding_payments_max: usize,
    /// What counts as dealing with each other.
    pub linked_addresses: linked_addresses::Limits,
    /// What counts as a portfolio.
    pub multi_denomination: multi_denomination::Limits,
    /// What counts as being alone in a block.
    pub same_block: same_block::Limits,
    /// What points are worth; without it TORN mining says nothing.
    pub mining: Option<Mining>,
}

/// Rewards for deposits in a mixer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mining {
    /// The contract at which points are exchanged.
    pub rewards: Address,
    /// Points that a deposit in each pool earns in a block.
    pub rates: BTreeMap<Address, U256>,
    /// Pairs of a deposit and a withdrawal that may fit one claim.
    pub pairs_max: usize,
}

impl Default for Rules {
    /// Deposit addresses and airdrops join, each with the limits of its paper. Approvals do not:
    /// many are stolen.
    fn default() -> Self {
        Self {
            joins: vec![deposit_address::RULE, airdrop::RULE],
            deposit_address: deposit_address::Limits::default(),
            airdrop: airdrop::Limits::default(),
            funding_payments_max: 100,
            linked_addresses: linked_addresses::Limits::default(),
            multi_denomination: multi_denomination::Limits::default(),
            same_block: same_block::Limits::default(),
            mining: None,
        }
    }
}

impl Rules {
    /// Every rule by which a link can be made.
    pub fn all() -> [Rule; 12] {
        [
            deposit_address::RULE,
            airdrop::RULE,
            self_authorisation::RULE,
            contract_creator::RULE,
            same_owner_funding::RULE,
            address_match::RULE,
            unique_gas_price::RULE,
            linked_addresses::RULE,
            multi_denomination::RULE,
            torn_mining::RULE,
            same_block::RULE,
            fifo_order::RULE,
        ]
    }

    /// Those of them that are not asked, because what they need was not given.
    pub fn unasked(&self) -> Vec<Rule> {
        let lacking = self.mining.is_none().then_some(torn_mining::RULE);
        lacking.into_iter().collect()
    }
}

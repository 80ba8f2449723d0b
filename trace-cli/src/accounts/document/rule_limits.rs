//! What rules over accounts go by, each limit by the name of its argument.

use std::collections::BTreeMap;

use heuristics::account::clustering::Rules;
use heuristics::account::deposit_address;
use serde::Serialize;
use serde_json::Value;
use trace_core::model::ChainId;

use crate::accounts::wording::{NO_EXCHANGE, TORN_MINING_UNASKED};
use crate::document::{Money, RuleName, Unit};

/// The limits of all rules, and the rules that were not asked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleLimits {
    deposit_fee_max: Money,
    deposit_blocks_max: u32,
    deposit_contracts: bool,
    airdrop_recipients_min: usize,
    airdrop_together_min: usize,
    airdrop_forwards_min: usize,
    funding_payments_max: usize,
    linked_interactions_min: usize,
    linked_transactions_max: usize,
    portfolio_pools_min: usize,
    portfolio_transactions_min: usize,
    portfolio_candidates_max: usize,
    same_block_accounts_max: usize,
    /// `null` where no rewards were told of, as the two below.
    torn_rewards: Option<String>,
    /// Points a block, by pool.
    torn_rate: Option<BTreeMap<String, String>>,
    torn_pairs_max: Option<usize>,
    not_asked: Vec<Unasked>,
}

/// A rule that was not asked.
#[derive(Clone, Debug, Serialize)]
struct Unasked {
    #[serde(flatten)]
    rule: RuleName,
    why: &'static str,
}

impl RuleLimits {
    /// Those of these rules. `has_exchanges` says whether a label names an exchange, without which
    /// nothing can be a deposit address.
    pub(crate) fn of(rules: &Rules, has_exchanges: bool, chain: ChainId) -> Self {
        let mining = rules.mining.as_ref();
        let rates = mining.map(|mining| {
            let rates = mining.rates.iter();
            rates.map(|(pool, points)| (pool.to_string(), points.to_string()))
        });
        let no_exchange = (!has_exchanges).then_some((deposit_address::RULE, NO_EXCHANGE));
        let unasked = rules.unasked().into_iter();
        let unasked = unasked.map(|rule| (rule, TORN_MINING_UNASKED));
        Self {
            deposit_fee_max: Unit::coin(chain).of(rules.deposit_address.fee_max.into()),
            deposit_blocks_max: rules.deposit_address.blocks_max,
            deposit_contracts: rules.deposit_address.contracts,
            airdrop_recipients_min: rules.airdrop.recipients_min,
            airdrop_together_min: rules.airdrop.together_min,
            airdrop_forwards_min: rules.airdrop.forwards_min,
            funding_payments_max: rules.funding_payments_max,
            linked_interactions_min: rules.linked_addresses.interactions_min,
            linked_transactions_max: rules.linked_addresses.transactions_max,
            portfolio_pools_min: rules.multi_denomination.pools_min,
            portfolio_transactions_min: rules.multi_denomination.transactions_min,
            portfolio_candidates_max: rules.multi_denomination.candidates_max,
            same_block_accounts_max: rules.same_block.accounts_max,
            torn_rewards: mining.map(|mining| mining.rewards.to_string()),
            torn_rate: rates.map(Iterator::collect),
            torn_pairs_max: mining.map(|mining| mining.pairs_max),
            not_asked: no_exchange
                .into_iter()
                .chain(unasked)
                .map(|(rule, why)| Unasked {
                    rule: rule.into(),
                    why,
                })
                .collect(),
        }
    }

    /// Every limit in the words of the document, one phrase each.
    pub(crate) fn in_words(&self) -> Vec<String> {
        let Ok(Value::Object(limits)) = serde_json::to_value(self) else {
            return Vec::new();
        };
        let told = limits.iter().filter(|(name, _)| *name != "not_asked");
        let told = told.filter_map(|(name, value)| {
            let value = match value {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                Value::Object(_) if name == "deposit_fee_max" => self.deposit_fee_max.shown(),
                Value::Object(rates) => {
                    let rates = rates.iter();
                    let rates = rates.map(|(pool, points)| {
                        format!("{pool}={}", points.as_str().unwrap_or_default())
                    });
                    rates.collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            Some(format!("{} {value}", name.replace('_', "-")))
        });
        told.collect()
    }

    /// The rules that were not asked, each with its reason.
    pub(crate) fn not_asked(&self) -> impl Iterator<Item = (RuleName, &'static str)> + '_ {
        self.not_asked.iter().map(|it| (it.rule, it.why))
    }
}

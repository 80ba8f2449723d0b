//! From what was typed of rules to the rules.

use std::collections::BTreeMap;

use heuristics::account::clustering::{Mining, Rules};
use heuristics::account::mixer::torn_mining;
use trace_core::model::account::{Address, U256, parse_address};

use crate::arguments::{self, AccountRules};
use crate::failure::Failure;
use crate::wording::plain;

/// Pairs of a deposit and a withdrawal that may fit one exchange of points, if nothing is said.
const TORN_PAIRS_MAX: usize = 1;

/// The rules, with those that join and the limits as asked for.
///
/// # Errors
/// When change rules are asked for, a name is no rule's, what a rule needs is not given, or a rate
/// is none.
pub(super) fn read(asked: &arguments::Rules) -> Result<Rules, Failure> {
    if !asked.change.is_empty() || asked.change_votes != 1 {
        let why = "accounts have no change; --change and --change-votes are for coins, --join is for accounts";
        return Err(Failure::Asked(why.to_owned()));
    }
    let asked = &asked.accounts;
    let mut rules = limited(asked);
    rules.mining = mining(asked)?;
    if let Some(names) = &asked.join {
        rules.joins.clear();
        for name in names.iter().map(|name| name.trim()) {
            let mut all = Rules::all().into_iter();
            let rule = all.find(|rule| rule.name == name).ok_or_else(|| {
                let names = Rules::all().map(|rule| rule.name);
                Failure::Asked(format!(
                    "{name:?} is no rule over accounts; they are {}",
                    names.join(", ")
                ))
            })?;
            if rule == torn_mining::RULE && rules.mining.is_none() {
                return Err(Failure::Asked(format!(
                    "{rule} cannot join: {}",
                    super::wording::TORN_MINING_UNASKED
                )));
            }
            rules.joins.push(rule);
        }
        rules.joins.sort_unstable();
        rules.joins.dedup();
    }
    Ok(rules)
}

/// The rules that join by default, with the limits as asked for.
fn limited(asked: &AccountRules) -> Rules {
    let mut rules = Rules::default();
    let deposit = &mut rules.deposit_address;
    set(&mut deposit.fee_max, asked.deposit_fee_max.map(U256::from));
    set(&mut deposit.blocks_max, asked.deposit_blocks_max);
    deposit.contracts |= asked.deposit_contracts;
    let airdrop = &mut rules.airdrop;
    set(&mut airdrop.recipients_min, asked.airdrop_recipients_min);
    set(&mut airdrop.together_min, asked.airdrop_together_min);
    set(&mut airdrop.forwards_min, asked.airdrop_forwards_min);
    let payments_max = &mut rules.funding_payments_max;
    set(payments_max, asked.funding_payments_max);
    let linked = &mut rules.linked_addresses;
    set(&mut linked.interactions_min, asked.linked_interactions_min);
    set(&mut linked.transactions_max, asked.linked_transactions_max);
    let portfolio = &mut rules.multi_denomination;
    set(&mut portfolio.pools_min, asked.portfolio_pools_min);
    let transactions_min = &mut portfolio.transactions_min;
    set(transactions_min, asked.portfolio_transactions_min);
    let candidates_max = &mut portfolio.candidates_max;
    set(candidates_max, asked.portfolio_candidates_max);
    let accounts_max = &mut rules.same_block.accounts_max;
    set(accounts_max, asked.same_block_accounts_max);
    rules
}

fn set<T>(limit: &mut T, asked: Option<T>) {
    if let Some(asked) = asked {
        *limit = asked;
    }
}

/// What points are worth, where that was told.
fn mining(asked: &AccountRules) -> Result<Option<Mining>, Failure> {
    let Some(rewards) = &asked.torn_rewards else {
        return Ok(None);
    };
    let mut rates: BTreeMap<Address, U256> = BTreeMap::new();
    for text in &asked.torn_rate {
        let refused = || {
            Failure::Asked(plain(&format!(
                "--torn-rate {text}: it is POOL=POINTS, in whole points above 0 a block"
            )))
        };
        let (pool, points) = text.split_once('=').ok_or_else(refused)?;
        let is_number = points.bytes().all(|digit| digit.is_ascii_digit());
        let points = U256::from_str_radix(points, 10).ok();
        let points = points.filter(|points| is_number && !points.is_zero());
        let pool = parse_address(pool)?;
        if rates.insert(pool, points.ok_or_else(refused)?).is_some() {
            let why = format!("--torn-rate is given twice for {pool}");
            return Err(Failure::Asked(why));
        }
    }
    Ok(Some(Mining {
        rewards: parse_address(rewards)?,
        rates,
        pairs_max: asked.torn_pairs_max.unwrap_or(TORN_PAIRS_MAX),
    }))
}

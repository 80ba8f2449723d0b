//! From the names of rules to the rules.

use heuristics::account::clustering::Rules;
use trace_core::model::account::U256;

use crate::arguments;
use crate::failure::Failure;

/// The rules, with those that join as asked for.
///
/// # Errors
/// When change rules are asked for, or a name is no rule's.
pub(super) fn read(asked: &arguments::Rules) -> Result<Rules, Failure> {
    if !asked.change.is_empty() || asked.change_votes != 1 {
        let why = "accounts have no change; --change and --change-votes are for coins, --join is for accounts";
        return Err(Failure::Asked(why.to_owned()));
    }
    let mut rules = Rules::default();
    let deposit = &mut rules.deposit_address;
    deposit.fee_max = asked.deposit_fee_max.map_or(deposit.fee_max, U256::from);
    deposit.blocks_max = asked.deposit_blocks_max.unwrap_or(deposit.blocks_max);
    deposit.contracts |= asked.deposit_contracts;
    let airdrop = &mut rules.airdrop;
    let recipients_min = asked.airdrop_recipients_min;
    airdrop.recipients_min = recipients_min.unwrap_or(airdrop.recipients_min);
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
            rules.joins.push(rule);
        }
        rules.joins.sort_unstable();
        rules.joins.dedup();
    }
    Ok(rules)
}

//! From the names of rules to the rules.

use heuristics::RuleSet;
use heuristics::change::{self, ChangeRule};
use heuristics::{co_spend, same_key};

use crate::arguments::{AccountRules, Rules};
use crate::document::RuleName;
use crate::failure::Failure;

/// The rules that join addresses: co-spending and equivalent scripts always, and the change
/// rules that were asked for.
///
/// # Errors
/// Names the first text that is no change rule, and the rules that there are.
pub(crate) fn read(rules: &Rules) -> Result<RuleSet, Failure> {
    if rules.accounts != AccountRules::default() {
        let why = "--join and the limits of rules over accounts are for chains of accounts; addresses \
                   of coins are joined by --change";
        return Err(Failure::Asked(why.to_owned()));
    }
    let mut chosen: Vec<&'static ChangeRule> = Vec::new();
    for name in rules.change.iter().map(|name| name.trim()) {
        if name == "all" {
            chosen.extend(change::RULES);
            continue;
        }
        chosen.push(change::find(name).ok_or_else(|| {
            let names: Vec<_> = change::RULES.iter().map(|known| known.rule.name).collect();
            Failure::Asked(format!(
                "{name:?} is no change rule; they are {} and all",
                names.join(", ")
            ))
        })?);
    }
    chosen.sort_by_key(|chosen| chosen.rule);
    chosen.dedup_by_key(|chosen| chosen.rule);
    let votes = rules.change_votes.max(1);
    if !chosen.is_empty() && votes > chosen.len() {
        return Err(Failure::Asked(format!(
            "{votes} change rules cannot agree where {} are given",
            chosen.len()
        )));
    }
    Ok(RuleSet {
        change: chosen,
        change_votes: votes,
    })
}

/// The rules by name and version, as a document lists them.
pub(crate) fn names(rules: &RuleSet) -> Vec<RuleName> {
    let always = [co_spend::RULE, same_key::RULE];
    let change = rules.change.iter().map(|change| change.rule);
    always
        .into_iter()
        .chain(change)
        .map(RuleName::from)
        .collect()
}

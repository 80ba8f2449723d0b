//! How an answer was found, for a person.

use std::io;

use super::{rules, section};
use crate::accounts::RuleLimits;
use crate::document::{Conditions, LabelList, RuleName};
use crate::wording::{count, plain};

/// `held` says what transactions were held against, where that was asked for.
pub(super) fn conditions(
    conditions: &Conditions,
    of_coins: bool,
    held: &[String],
    program: &str,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    section("How this was found", to)?;
    let mixes = if of_coins {
        mixes(conditions)
    } else {
        mixers(conditions)
    };
    writeln!(to, "{mixes}")?;
    if let Some(pools) = conditions.pools {
        let pools = match pools {
            "stop" => {
                "Following stopped at what went into a pool; an exchange was followed through."
            }
            _ => "Pools were followed like any account, by the policy.",
        };
        writeln!(to, "{pools}")?;
    }
    stops(&conditions.stop, &conditions.lists, to)?;
    rules(&conditions.rules, to)?;
    rule_limits(conditions.rule_limits.as_ref(), to)?;
    limits(&conditions.bounds.in_words(), to)?;
    for words in held {
        writeln!(to, "{words}")?;
    }
    writeln!(to, "Made by {program}.")
}

fn mixes(conditions: &Conditions) -> &'static str {
    match conditions.mixes {
        "stop" => "Following stopped at outputs that a mix spends or made.",
        "through" => {
            "Mixes were followed through; the policy spread what came in over their \
                      equal outputs."
        }
        _ => "All that leaves a mix was taken to be tainted.",
    }
}

fn mixers(conditions: &Conditions) -> &'static str {
    let stops_at_mixers = conditions.stop.iter().any(|stop| stop.starts_with("mix"));
    match (conditions.mixes, stops_at_mixers) {
        ("stop", true) => {
            "Following stopped at mixers that a label names, and went through all others."
        }
        (_, true) => {
            "Following stopped at mixers that a label names or that speak as one; what may have \
             come out of them was followed apart."
        }
        (_, false) => "Mixers were followed through like any account.",
    }
}

/// At which labels following stopped, and where they were read.
fn stops(stop: &[String], lists: &[LabelList], to: &mut dyn io::Write) -> io::Result<()> {
    if lists.is_empty() {
        writeln!(
            to,
            "No list of labels was given, so no service was recognised."
        )?;
    } else {
        let stop = stop.join(", ");
        let stop = if stop.is_empty() { "none" } else { &stop };
        writeln!(
            to,
            "Following stopped at labels of these categories: {}.",
            plain(stop)
        )?;
    }
    for list in lists {
        let name = plain(&list.name);
        let read = count(list.labels, "label");
        let skipped = count_entries(list.skipped);
        writeln!(to, "Labels: {name}, {read} read{skipped}.")?;
    }
    Ok(())
}

/// The bounds that were set.
fn limits(bounds: &[String], to: &mut dyn io::Write) -> io::Result<()> {
    if bounds.is_empty() {
        writeln!(to, "No bound was set.")
    } else {
        writeln!(to, "Bounds: {}.", bounds.join("; "))
    }
}

/// What rules over accounts went by, and which of them were not asked.
pub(crate) fn rule_limits(limits: Option<&RuleLimits>, to: &mut dyn io::Write) -> io::Result<()> {
    let Some(limits) = limits else {
        return Ok(());
    };
    writeln!(to, "Limits of rules: {}.", limits.in_words().join("; "))?;
    for (rule, why) in limits.not_asked() {
        let RuleName { name, version } = rule;
        writeln!(to, "Not asked: {name} (version {version}), for {why}.")?;
    }
    Ok(())
}

fn count_entries(skipped: usize) -> String {
    match skipped {
        0 => String::new(),
        1 => ", 1 entry passed over".to_owned(),
        more => format!(", {more} entries passed over"),
    }
}

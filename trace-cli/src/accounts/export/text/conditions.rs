//! How an answer was found, for a person.

use std::io;

use crate::accounts::document::Conditions;
use crate::export::text::{limits, rule_limits, rules, section, stops};

pub(super) fn conditions(
    conditions: &Conditions,
    program: &str,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    section("How this was found", to)?;
    let stops_at_mixers = conditions.stop.iter().any(|stop| stop.starts_with("mix"));
    let mixes = match (conditions.mixes, stops_at_mixers) {
        ("stop", true) => {
            "Following stopped at mixers that a label names, and went through all others."
        }
        (_, true) => {
            "Following stopped at mixers that a label names or that speak as one; what may have \
             come out of them was followed apart."
        }
        (_, false) => "Mixers were followed through like any account.",
    };
    writeln!(to, "{mixes}")?;
    let pools = match conditions.pools {
        "stop" => "Following stopped at what went into a pool; an exchange was followed through.",
        _ => "Pools were followed like any account, by the policy.",
    };
    writeln!(to, "{pools}")?;
    stops(&conditions.stop, &conditions.lists, to)?;
    rules(&conditions.rules, to)?;
    rule_limits(conditions.rule_limits.as_ref(), to)?;
    limits(conditions.bounds.in_words(), to)?;
    writeln!(to, "Made by {program}.")
}

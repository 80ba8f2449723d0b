//! How an answer was found, for a person.

use std::io;

use crate::accounts::document::Conditions;
use crate::export::text::{count_entries, rules, section};
use crate::wording::{count, plain};

pub(super) fn conditions(
    conditions: &Conditions,
    program: &str,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    section("How this was found", to)?;
    let mixes = match conditions.mixes {
        "stop" => "Following stopped at what went into a mixer.",
        _ => "What may have come out of mixers was followed apart.",
    };
    writeln!(to, "{mixes}")?;
    let pools = match conditions.pools {
        "stop" => "Following stopped at what went into a pool; an exchange was followed through.",
        _ => "Pools were followed like any account, by the policy.",
    };
    writeln!(to, "{pools}")?;
    if conditions.lists.is_empty() {
        writeln!(
            to,
            "No list of labels was given, so no service, mixer or pool was recognised."
        )?;
    } else {
        let stop = conditions.stop.join(", ");
        let stop = if stop.is_empty() { "none" } else { &stop };
        writeln!(
            to,
            "Following stopped at labels of these categories: {}.",
            plain(stop)
        )?;
    }
    for list in &conditions.lists {
        let name = plain(&list.name);
        let read = count(list.labels, "label");
        let skipped = count_entries(list.skipped);
        writeln!(to, "Labels: {name}, {read} read{skipped}.")?;
    }
    rules(&conditions.rules, to)?;
    let bounds = conditions.bounds.in_words();
    if bounds.is_empty() {
        writeln!(to, "No bound was set.")?;
    } else {
        writeln!(to, "Bounds: {}.", bounds.join("; "))?;
    }
    writeln!(to, "Made by {program}.")
}

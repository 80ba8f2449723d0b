//! What may have come out of mixers, for a person.

use std::io;

use super::table::{Table, columns};
use super::{cut_off, findings, section, unknown};
use crate::document::Possible;
use crate::export::Drawn;
use crate::wording::count;

/// Transactions told of what gives a withdrawal away, at most; the document has all.
const SHOWN_MAX: usize = 12;

pub(super) fn possible<S: Drawn>(possible: &Possible<S>, to: &mut dyn io::Write) -> io::Result<()> {
    section("Possible: what may have come out of mixers", to)?;
    writeln!(to, "{}\n", possible.statement)?;
    let header = columns([
        "Block",
        "Deposit",
        "Withdrawals after it",
        "Given away",
        "Cannot tell",
    ]);
    let mut table = Table::parted(header, &[0, 2, 3, 4]);
    for deposit in &possible.deposits {
        table.row([
            deposit.height.to_string(),
            format!(
                "{}\ninto {}\nby {}",
                deposit.transaction, deposit.pool, deposit.from
            ),
            deposit.candidates.to_string(),
            deposit.revealed.to_string(),
            deposit.untold.to_string(),
        ]);
    }
    table.write(to)?;
    if possible.deposits.iter().any(|deposit| deposit.untold > 0) {
        writeln!(
            to,
            "Of some withdrawals a rule that may give them away could not tell; trace cluster of whoever\n\
             took out says why."
        )?;
    }
    let Some(followed) = &possible.followed else {
        return writeln!(to, "None of the withdrawals was followed.");
    };
    let header = columns(["Block", "Withdrawal", "Deposits before it", "Given away by"]);
    let mut table = Table::parted(header, &[0, 2]);
    for withdrawal in &possible.withdrawals {
        let reveals = withdrawal.reveals.iter().map(|reveal| {
            let left = count(reveal.left, "deposit");
            let (name, version) = (reveal.rule.name, reveal.rule.version);
            let sure = &reveal.confidence;
            let mut text = format!("{name} (version {version}), {left} left, confidence {sure}");
            for hash in reveal.rests_on.iter().take(SHOWN_MAX) {
                text = format!("{text}\nrests on {hash}");
            }
            text
        });
        let reveals: Vec<String> = reveals.collect();
        table.row([
            withdrawal.height.to_string(),
            format!("{}\nto {}", withdrawal.transaction, withdrawal.to),
            withdrawal.among.to_string(),
            if reveals.is_empty() {
                "nothing".to_owned()
            } else {
                reveals.join("\n")
            },
        ]);
    }
    table.write(to)?;
    writeln!(
        to,
        "\nIf these withdrawals are what went in, it went on like this:"
    )?;
    findings(followed, to)?;
    let gaps = followed.gaps.iter().map(|gap| (gap.at.as_str(), gap.why));
    unknown(gaps, to)?;
    cut_off(followed.limits_hit.iter().map(|limit| limit.meaning), to)?;
    if let Some(checks) = followed.checks {
        writeln!(to, "{}", checks.in_words())?;
    }
    writeln!(to, "\nThis is the end of what is possible only.")
}

//! What people are told, in sentences.

use trace_core::taint::{Direction, LimitHit, Policy};
use trace_core::view::Unknown;

use crate::document::Kind;

/// What a policy says, in a few words.
pub(crate) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Poison => "whatever a tainted coin touches is wholly tainted",
        Policy::Haircut => "each output is tainted in the proportion in which the inputs are",
        Policy::Fifo => "first in, first out (Clayton's case)",
        Policy::Lifo => "last in, first out",
        Policy::Tiho => "taint in, highest out: the largest outputs take the taint first",
        Policy::DirtyFirst => "the first outputs take the taint",
        Policy::CleanFirst => "the first outputs take clean value (Re Hallett)",
    }
}

/// What sort of place a kind is, over coins or over accounts.
pub(crate) fn kind(kind: Kind, direction: Direction, of_coins: bool) -> &'static str {
    match kind {
        Kind::Unspent => "unspent",
        Kind::Held => "held",
        Kind::Coinbase | Kind::Created => "newly created",
        Kind::Service => "at a service",
        Kind::Mix if of_coins => "in a mix",
        Kind::Mix => "in a mixer",
        Kind::Pool => "in a pool",
        Kind::Fee if direction == Direction::Back && !of_coins => "earned as a fee",
        Kind::Fee => "paid as a fee",
        Kind::Burnt => "destroyed",
        Kind::Swapped => "exchanged",
        Kind::Bound => "beyond a bound",
        Kind::Unseen => "lost from view",
    }
}

/// Why something is not known.
pub(crate) const fn unknown(why: Unknown) -> &'static str {
    match why {
        Unknown::BeforeFirstBlock => "it lies before the first block held",
        Unknown::NoIndex => "the source has no index that tells",
        Unknown::StateGone => "the source keeps the state of late blocks only",
        Unknown::NotFound => "the source does not know it",
        Unknown::SourceFailed => "the source was asked and failed",
        Unknown::LimitReached => "the limit of requests was reached",
        Unknown::Contradictory => "what was told contradicts itself",
    }
}

/// The name of a limit, which is that of its argument.
pub(crate) fn limit_name(limit: LimitHit) -> &'static str {
    match limit {
        LimitHit::Hops => "hops",
        LimitHit::Transactions => "transactions",
        LimitHit::Height => "height",
        LimitHit::Amount => "amount",
    }
}

/// What a limit cut off.
pub(crate) fn limit(limit: LimitHit) -> &'static str {
    match limit {
        LimitHit::Hops => "the limit of transactions on one path was reached",
        LimitHit::Transactions => "the limit of transactions visited was reached",
        LimitHit::Height => "the limit of height was reached",
        LimitHit::Amount => "an amount was below the limit",
    }
}

/// A text from outside with nothing in it that a terminal would obey, that would break a line or
/// that XML cannot hold: control characters, those that turn the direction of writing and those
/// that are none are written as their numbers.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let is_none = matches!(letter, '\u{fffe}' | '\u{ffff}');
        if letter.is_control() || turns || is_none {
            plain.extend(letter.escape_unicode());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// `1 output`, `2 outputs`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_steer_a_terminal() {
        assert_eq!(plain("Kestrel & Söhne"), "Kestrel & Söhne");
        assert_eq!(plain("a\x1b[31m\nb"), "a\\u{1b}[31m\\u{a}b");
        assert_eq!(plain("x\u{202e}y\u{ffff}"), "x\\u{202e}y\\u{ffff}");
    }
}

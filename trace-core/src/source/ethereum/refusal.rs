//! What a node means by refusing.

use crate::source::AskError;

/// Codes for a method that a node does not have, or does not have for us: JSON-RPC's own, and
/// two that nodes and gateways use for it (a parse error, EIP-1474's "method not supported").
const NO_SUCH_METHOD: [i64; 3] = [-32_601, -32_700, -32_004];

/// Statuses by which gateways refuse a method that they do not pass on.
const NOT_PASSED_ON: [u16; 7] = [400, 403, 404, 405, 410, 422, 501];

/// Words by which nodes say the same under other codes. (To an unknown tracer geth says that
/// it is not defined.)
const NOT_HERE: [&str; 5] = ["not ", "unsupported", "unknown", "disabled", "no such"];

/// Words by which nodes say that the state which a trace starts from is gone.
const STATE_GONE: [&str; 5] = [
    "missing trie node",
    "historical state",
    "state is not available",
    "state not available",
    "pruned",
];

/// Whether the node cannot do what was asked, neither now nor later. One that was not asked it
/// when it was recorded is taken for one that cannot: had it been able to, it would have been
/// asked.
pub(super) fn is_lack(error: &AskError) -> bool {
    match error {
        AskError::Rpc { code, message, .. } => {
            let message = message.to_lowercase();
            let names = |word: &&str| message.contains(*word);
            NO_SUCH_METHOD.contains(code)
                || (["method", "tracer"].iter().any(names) && NOT_HERE.iter().any(names))
        }
        AskError::Status { status, .. } => NOT_PASSED_ON.contains(status),
        AskError::NotRecorded { .. } => true,
        _ => false,
    }
}

/// Whether the node has thrown away what it would need to trace this block. It may trace
/// others.
pub(super) fn is_state_gone(error: &AskError) -> bool {
    let AskError::Rpc { message, .. } = error else {
        return false;
    };
    let message = message.to_lowercase();
    STATE_GONE.iter().any(|words| message.contains(words))
}

/// Whether a contract that was called ended with an error.
pub(super) fn is_reverted(error: &AskError) -> bool {
    let AskError::Rpc { code, message, .. } = error else {
        return false;
    };
    let message = message.to_lowercase();
    // Geth's code for it, and the words of those that use another one.
    *code == 3
        || ["revert", "invalid opcode", "bad instruction"]
            .iter()
            .any(|words| message.contains(words))
}

/// Whether the node would answer if less were asked for: it says that a range or its result is
/// too large, each in its own words and under its own code.
pub(super) fn is_too_much(error: &AskError) -> bool {
    match error {
        AskError::Rpc { .. } => !is_lack(error),
        AskError::TooLarge { .. } => true,
        AskError::Status { status, .. } => matches!(status, 400 | 413 | 422),
        _ => false,
    }
}

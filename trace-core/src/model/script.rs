//! The form of an output script: what must be shown to spend it.

use bitcoin::Script;
use bitcoin::opcodes::all::OP_RETURN;

/// A script longer than this can never be spent (consensus, `MAX_SCRIPT_SIZE`).
const SPENDABLE_BYTES_MAX: usize = 10_000;

/// The form of an output script.
///
/// The numbers are written in ledgers and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ScriptKind {
    /// A public key and `OP_CHECKSIG`.
    P2pk = 1,
    /// The hash of a public key.
    P2pkh = 2,
    /// The hash of a script (BIP 16).
    P2sh = 3,
    /// Witness version 0, the hash of a public key (BIP 141).
    P2wpkh = 4,
    /// Witness version 0, the hash of a script (BIP 141).
    P2wsh = 5,
    /// Witness version 1, a tweaked public key (BIP 341).
    P2tr = 6,
    /// Pay to anchor: witness version 1 with the program `4e73`. Anybody can spend it.
    P2a = 7,
    /// A witness program whose version or length has no meaning yet. Anybody can spend it today.
    WitnessUnknown = 8,
    /// m of n public keys in the open, without a hash.
    Multisig = 9,
    /// Any other script that may be spendable.
    Nonstandard = 10,
    /// Provably nobody can spend it: `OP_RETURN` first, or longer than 10 000 bytes.
    Unspendable = 11,
}

impl ScriptKind {
    /// Every form, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::P2pk,
        Self::P2pkh,
        Self::P2sh,
        Self::P2wpkh,
        Self::P2wsh,
        Self::P2tr,
        Self::P2a,
        Self::WitnessUnknown,
        Self::Multisig,
        Self::Nonstandard,
        Self::Unspendable,
    ];

    /// The form of a script. Never fails: what fits nothing is [`Self::Nonstandard`].
    pub fn of(script: &[u8]) -> Self {
        if script.first() == Some(&OP_RETURN.to_u8()) || script.len() > SPENDABLE_BYTES_MAX {
            return Self::Unspendable;
        }
        let parsed = Script::from_bytes(script);
        if parsed.is_p2pkh() {
            Self::P2pkh
        } else if parsed.is_p2sh() {
            Self::P2sh
        } else if parsed.is_p2wpkh() {
            Self::P2wpkh
        } else if parsed.is_p2wsh() {
            Self::P2wsh
        } else if parsed.is_p2tr() {
            Self::P2tr
        } else if script == [0x51, 0x02, 0x4e, 0x73] {
            Self::P2a
        } else if parsed.is_witness_program() {
            Self::WitnessUnknown
        } else if parsed.is_p2pk() {
            Self::P2pk
        } else if parsed.is_multisig() {
            Self::Multisig
        } else {
            Self::Nonstandard
        }
    }

    /// The form whose number in a ledger is `number`, or `None` if there is none.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// The field's name for the form, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::P2pk => "p2pk",
            Self::P2pkh => "p2pkh",
            Self::P2sh => "p2sh",
            Self::P2wpkh => "p2wpkh",
            Self::P2wsh => "p2wsh",
            Self::P2tr => "p2tr",
            Self::P2a => "p2a",
            Self::WitnessUnknown => "witness-unknown",
            Self::Multisig => "multisig",
            Self::Nonstandard => "nonstandard",
            Self::Unspendable => "unspendable",
        }
    }

    /// Whether an output of this form can ever be spent, as far as the script shows.
    pub fn is_spendable(self) -> bool {
        self != Self::Unspendable
    }
}

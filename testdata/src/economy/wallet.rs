//! Wallet programs: what they leave behind in the transactions they make.

use super::key::Form;

/// How a wallet program makes transactions.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a habit that wallets have or have not, whatever the others"
)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Software {
    /// The script of the addresses it hands out.
    pub(super) form: Form,
    /// The script of its change.
    pub(super) change_form: Form,
    /// Where it puts its change.
    pub(super) change_at: ChangeAt,
    /// Whether a transaction is locked to the height at which it was made.
    pub(super) locks_to_height: bool,
    /// Whether it signals replaceability (BIP 125).
    pub(super) replaceable: bool,
    /// Whether inputs and outputs are sorted (BIP 69).
    pub(super) sorts: bool,
    /// Whether it signs again until R is short.
    pub(super) low_r: bool,
    /// The version it writes.
    pub(super) version: i32,
    /// Which coins it takes first.
    pub(super) takes: Takes,
    /// How it chooses addresses.
    pub(super) addresses: Addresses,
    /// What it pays, in satoshis per virtual byte.
    pub(super) fee_rate_sat: u64,
}

/// Where change goes among the outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeAt {
    First,
    Last,
    Anywhere,
}

/// Which coins are spent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Oldest,
    Largest,
    Smallest,
}

/// How addresses are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Addresses {
    /// A new one each time.
    Fresh,
    /// The same one for everything.
    One,
    /// Each key twice: first as P2PKH, then as P2WPKH.
    EachKeyTwice,
}

/// Core's own wallet of recent years.
pub(super) const CORE: Software = Software {
    form: Form::P2wpkh,
    change_form: Form::P2wpkh,
    change_at: ChangeAt::Anywhere,
    locks_to_height: true,
    replaceable: true,
    sorts: false,
    low_r: true,
    version: 2,
    takes: Takes::Largest,
    addresses: Addresses::Fresh,
    fee_rate_sat: 9,
};

/// The same with taproot addresses.
pub(super) const TAPROOT: Software = Software {
    form: Form::P2tr,
    change_form: Form::P2tr,
    fee_rate_sat: 7,
    ..CORE
};

/// A desktop wallet of 2014 that nobody has updated.
pub(super) const OLD: Software = Software {
    form: Form::P2pkh,
    change_form: Form::P2pkh,
    change_at: ChangeAt::Last,
    locks_to_height: false,
    replaceable: false,
    sorts: false,
    low_r: false,
    version: 1,
    takes: Takes::Oldest,
    addresses: Addresses::Fresh,
    fee_rate_sat: 20,
};

/// A hardware wallet of 2017, with SegWit inside P2SH.
pub(super) const WRAPPED: Software = Software {
    form: Form::P2shP2wpkh,
    change_form: Form::P2shP2wpkh,
    change_at: ChangeAt::First,
    replaceable: true,
    version: 2,
    fee_rate_sat: 12,
    ..OLD
};

/// A light wallet that sorts and locks to the height.
pub(super) const SORTING: Software = Software {
    sorts: true,
    locks_to_height: true,
    takes: Takes::Smallest,
    fee_rate_sat: 8,
    ..CORE
};

/// A phone wallet with one address for everything.
pub(super) const CARELESS: Software = Software {
    addresses: Addresses::One,
    fee_rate_sat: 15,
    ..OLD
};

/// A wallet that was restored from its words under another script.
pub(super) const TWICE: Software = Software {
    form: Form::P2pkh,
    change_form: Form::P2wpkh,
    addresses: Addresses::EachKeyTwice,
    version: 2,
    fee_rate_sat: 11,
    ..OLD
};

/// A web wallet whose change is of another form than what it hands out.
pub(super) const CROSSING: Software = Software {
    form: Form::P2shP2wpkh,
    change_form: Form::P2wpkh,
    fee_rate_sat: 10,
    ..CORE
};

/// What a service runs: one address, change back to it, nothing locked.
pub(super) const HOT: Software = Software {
    form: Form::P2wpkh,
    change_form: Form::P2wpkh,
    change_at: ChangeAt::Last,
    locks_to_height: false,
    replaceable: true,
    low_r: true,
    addresses: Addresses::One,
    takes: Takes::Largest,
    version: 2,
    fee_rate_sat: 14,
    ..OLD
};

/// The software behind the purse `name`, which is `OWNER` or `OWNER/PURSE`.
pub(super) fn software(name: &str) -> Software {
    match (owner(name), purse(name)) {
        ("northgate", "deposits") => Software {
            form: Form::P2shP2wpkh,
            ..HOT
        },
        ("tillpay", "invoices") | ("kestrel", "peel") => Software {
            addresses: Addresses::Fresh,
            ..HOT
        },
        (_, "cold") => Software {
            form: Form::P2tr,
            change_form: Form::P2tr,
            ..HOT
        },
        ("luckydip", "hot") => Software {
            form: Form::P2pkh,
            change_form: Form::P2pkh,
            ..HOT
        },
        (_, "hot" | "deposits" | "reward") => HOT,
        ("dave", "wasabi2") => TAPROOT,
        (_, "whirlpool" | "wasabi1" | "wasabi2" | "joinmarket") => SORTING,
        ("alice" | "mallory" | "olivia" | "trent", _) => CORE,
        ("dave" | "nadia", _) => TAPROOT,
        ("bob" | "walter" | "rupert", _) => OLD,
        ("carol" | "peggy", _) => WRAPPED,
        ("frank", _) => CARELESS,
        ("grace", _) => TWICE,
        ("heidi" | "quinn", _) => CROSSING,
        _ => SORTING,
    }
}

/// The first half of a purse's name.
pub(super) fn owner(name: &str) -> &str {
    name.split_once('/').map_or(name, |(owner, _)| owner)
}

/// The second half of a purse's name; `wallet` where there is none.
pub(super) fn purse(name: &str) -> &str {
    name.split_once('/').map_or("wallet", |(_, purse)| purse)
}

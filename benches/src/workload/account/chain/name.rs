//! How a drawn chain names things: nothing can be told of a name but of what kind it is.

use trace_core::model::account::{Address, Asset, B256, Transfer, TransferKind, U256};

/// The first byte of the addresses of pools, of contracts that pass on, and of tokens. Few of all
/// others begin so, and they are of no such kind only to whoever reads them.
pub(super) const POOL: u8 = 0xee;
pub(super) const CONTRACT: u8 = 0xcc;
const TOKEN: u8 = 0xdd;
pub(super) const PERSON: u8 = 0xaa;

/// A transfer of so many units.
pub(super) fn transfer(
    kind: TransferKind,
    asset: usize,
    from: Option<Address>,
    to: Option<Address>,
    amount: u64,
) -> Transfer {
    Transfer {
        kind,
        asset: asset_of(asset),
        from,
        to,
        amount: U256::from(amount),
    }
}

/// Native coin, or the token of this number.
pub(super) fn asset_of(asset: usize) -> Asset {
    match asset {
        0 => Asset::Native,
        number => Asset::Token(token(number)),
    }
}

/// An address that says of what kind it is, and by nothing else which one.
pub(super) fn address(kind: u8, number: u64) -> Address {
    let mut address = Address::from_word(word(kind, number));
    if let Some(first) = address.first_mut() {
        *first = kind;
    }
    address
}

/// 32 bytes without a pattern.
pub(super) fn word(kind: u8, number: u64) -> B256 {
    let mut state = (number << 8) | u64::from(kind);
    let mut bytes = [0; 32];
    for part in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        part.copy_from_slice(&(mixed ^ (mixed >> 31)).to_be_bytes());
    }
    B256::from(bytes)
}

/// The address of the token of a number.
pub(super) fn token(number: usize) -> Address {
    address(TOKEN, number as u64)
}

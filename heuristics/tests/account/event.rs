//! Events, as contracts say them, and that their hashes are those of their signatures.

use alloy_primitives::keccak256;
use trace_core::model::account::{Address, B256, Log, U256};

use crate::chain::{address, event, word};

pub(crate) fn padded(address: Address) -> B256 {
    address.into_word()
}

pub(crate) fn signature(text: &str) -> B256 {
    keccak256(text)
}

pub(crate) fn approval(token: &str, owner: &str, spender: &str, amount: u64) -> Log {
    let topics = [
        signature("Approval(address,address,uint256)"),
        padded(address(owner)),
        padded(address(spender)),
    ];
    event(token, &topics, &[word(amount)])
}

pub(crate) fn mixed_in(pool: &str, commitment: u64) -> Log {
    let topics = [
        signature("Deposit(bytes32,uint32,uint256)"),
        word(commitment),
    ];
    event(pool, &topics, &[word(commitment), word(0)])
}

pub(crate) fn mixed_out(pool: &str, to: &str, relayer: Option<&str>, fee: u64) -> Log {
    let relayer = relayer.map_or(B256::ZERO, |relayer| padded(address(relayer)));
    let topics = [
        signature("Withdrawal(address,bytes32,address,uint256)"),
        relayer,
    ];
    event(pool, &topics, &[padded(address(to)), word(77), word(fee)])
}

/// What a pool of the second kind of Uniswap says: what came in and what went out of both its assets.
pub(crate) fn swapped_v2(pool: &str, by: &str, came: [u64; 2], went: [u64; 2], to: &str) -> Log {
    let topics = [
        signature("Swap(address,uint256,uint256,uint256,uint256,address)"),
        padded(address(by)),
        padded(address(to)),
    ];
    event(
        pool,
        &topics,
        &[came, went]
            .concat()
            .into_iter()
            .map(word)
            .collect::<Vec<_>>(),
    )
}

/// What one of the third kind says: by how much more or less of both assets it has, signed.
pub(crate) fn swapped_v3(pool: &str, by: &str, to: &str, changes: [i64; 2]) -> Log {
    let topics = [
        signature("Swap(address,address,int256,int256,uint160,uint128,int24)"),
        padded(address(by)),
        padded(address(to)),
    ];
    let signed = |change: i64| {
        let size = U256::from(change.unsigned_abs());
        B256::from(if change < 0 {
            U256::ZERO.wrapping_sub(size)
        } else {
            size
        })
    };
    let [first, second] = changes.map(signed);
    event(
        pool,
        &topics,
        &[first, second, word(1 << 60), word(5), word(7)],
    )
}

pub(crate) fn rewarded(contract: &str, account: &str, points: u64) -> Log {
    let topics = [
        signature("Swap(address,uint256,uint256)"),
        padded(address(account)),
    ];
    event(contract, &topics, &[word(points), word(1)])
}

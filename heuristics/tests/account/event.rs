//! Events, as contracts say them, and that their hashes are those of their signatures.

use alloy_primitives::keccak256;
use trace_core::model::account::{Address, B256, Log};

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

pub(crate) fn rewarded(contract: &str, account: &str, points: u64) -> Log {
    let topics = [
        signature("Swap(address,uint256,uint256)"),
        padded(address(account)),
    ];
    event(contract, &topics, &[word(points), word(1)])
}

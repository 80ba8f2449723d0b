//! What moves after the last transaction of a block.
//!
//! Before the Merge the maker of a block was paid in new coin: 5, then 3, then 2 ETH, a
//! thirty-second of it more for each uncle named, and the makers of uncles so many eighths of it
//! as the uncle was not too late. That is so on Ethereum; of other chains it is known only
//! where `trace_block` tells it. Since Shanghai the beacon chain pays out withdrawals.
//!
//! Two changes of balances in Ethereum's history come from no block's contents: the allocation at
//! the genesis block, which its file tells ([`Genesis`](super::Genesis)), and what the fork at block
//! 1 920 000 took from the accounts of The DAO, which is not told.

use super::NormaliseError;
use super::told::{ToldBlock, ToldUncle};
use crate::model::ChainId;
use crate::model::account::{Address, Asset, Transfer, TransferKind, U256};

pub(super) const ETHEREUM: ChainId = ChainId(1);
/// The first blocks of Byzantium (EIP-649) and Constantinople (EIP-1234), which lowered the
/// reward, and of the Merge, which ended it.
const BYZANTIUM: u64 = 4_370_000;
const CONSTANTINOPLE: u64 = 7_280_000;
const MERGE: u64 = 15_537_394;

const WEI_PER_ETH: u64 = 1_000_000_000_000_000_000;
const WEI_PER_GWEI: u64 = 1_000_000_000;

/// The parts that the reward of an uncle is cut in: one is lost for each block that it is late.
const UNCLE_PARTS: u64 = 8;
/// How many blocks an uncle may be late.
const UNCLE_LATE_MAX: u64 = 6;

/// Whether a receipt of this block may leave out how its transaction ended although nobody
/// could end one halfway: before Byzantium all gas is gone with whatever fails.
pub(super) fn is_before_byzantium(chain: ChainId, height: u64) -> bool {
    chain == ETHEREUM && height < BYZANTIUM
}

/// Whether makers of uncles are rewarded at this height, so that their headers are needed.
pub(super) fn rewards_uncles(chain: ChainId, height: u64) -> bool {
    reward_wei(chain, height).is_some()
}

/// The reward of a block without uncles.
fn reward_wei(chain: ChainId, height: u64) -> Option<U256> {
    let eth = match height {
        _ if chain != ETHEREUM => return None,
        1..BYZANTIUM => 5,
        BYZANTIUM..CONSTANTINOPLE => 3,
        CONSTANTINOPLE..MERGE => 2,
        _ => return None,
    };
    Some(U256::from(eth).saturating_mul(U256::from(WEI_PER_ETH)))
}

/// Rewards and withdrawals, in the order in which they are paid. `told` are the rewards that a
/// trace told, if one did.
///
/// # Errors
/// When an uncle is none of the block's, its reward is told by nobody, or the trace tells
/// other rewards than the rules of the chain.
pub(super) fn transfers<T>(
    chain: ChainId,
    block: &ToldBlock<T>,
    uncles: &[ToldUncle],
    told: &[(Address, U256)],
) -> Result<Vec<Transfer>, NormaliseError> {
    let rewards = match reward_wei(chain, block.number.0) {
        None if chain == ETHEREUM => {
            if told.iter().any(|(_, amount)| !amount.is_zero()) {
                let why = format!("the trace tells {told:?}, the rules of the chain none");
                return Err(NormaliseError::new("rewards", why));
            }
            Vec::new()
        }
        None => told.to_vec(),
        Some(_) if uncles.is_empty() && !block.uncles.is_empty() && !told.is_empty() => {
            told.to_vec()
        }
        Some(reward) => {
            let due = due(block, uncles, reward)?;
            if !told.is_empty() && told != due {
                let why = format!("the trace tells {told:?}, the rules of the chain {due:?}");
                return Err(NormaliseError::new("rewards", why));
            }
            due
        }
    };
    let paid = |kind, to, amount| Transfer {
        kind,
        asset: Asset::Native,
        from: None,
        to: Some(to),
        amount,
    };
    let rewards = rewards
        .into_iter()
        .map(|(to, amount)| paid(TransferKind::Reward, to, amount));
    let withdrawals = block.withdrawals.iter().flatten().map(|withdrawal| {
        // 64 bits of gwei fit 94 bits of wei.
        let amount = U256::from(withdrawal.amount.0).saturating_mul(U256::from(WEI_PER_GWEI));
        paid(TransferKind::Withdrawal, withdrawal.address, amount)
    });
    let all = rewards.chain(withdrawals);
    Ok(all.filter(|transfer| !transfer.amount.is_zero()).collect())
}

/// Whether a block tells by itself what moves after its transactions: no uncle is rewarded, and
/// the rules of the chain are known.
pub(super) fn is_told_by_block<T>(chain: ChainId, block: &ToldBlock<T>) -> bool {
    let is_rewarded = reward_wei(chain, block.number.0).is_some();
    chain == ETHEREUM && (block.uncles.is_empty() || !is_rewarded)
}

/// What the rules of the chain pay: the maker, then the makers of the uncles.
fn due<T>(
    block: &ToldBlock<T>,
    uncles: &[ToldUncle],
    reward: U256,
) -> Result<Vec<(Address, U256)>, NormaliseError> {
    if uncles.len() != block.uncles.len() {
        let why = format!(
            "{} are named, the headers of {} are told",
            block.uncles.len(),
            uncles.len()
        );
        return Err(NormaliseError::new("uncles", why));
    }
    let for_each = reward.wrapping_div(U256::from(32));
    let for_all = for_each.saturating_mul(U256::from(uncles.len()));
    let mut due = vec![(block.miner, reward.saturating_add(for_all))];
    for ((index, uncle), named) in uncles.iter().enumerate().zip(&block.uncles) {
        let wrong = |why: String| NormaliseError::new(format!("uncle {index}"), why);
        if uncle.hash != *named {
            return Err(wrong(format!("this is {}, named is {named}", uncle.hash)));
        }
        let late = block.number.0.checked_sub(uncle.number.0);
        let eighths = late
            .filter(|late| (1..=UNCLE_LATE_MAX).contains(late))
            .map(|late| UNCLE_PARTS.saturating_sub(late));
        let eighths = eighths.ok_or_else(|| {
            wrong(format!(
                "its height, {}, is none of an uncle",
                uncle.number.0
            ))
        })?;
        let part = reward.wrapping_div(U256::from(UNCLE_PARTS));
        due.push((uncle.miner, part.saturating_mul(U256::from(eighths))));
    }
    Ok(due)
}

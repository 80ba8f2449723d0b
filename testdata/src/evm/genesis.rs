//! What a made chain begins with.

use std::collections::BTreeMap;

use alloy_primitives::{hex, keccak256};
use alloy_trie::TrieAccount;
use alloy_trie::root::state_root_unhashed;
use serde_json::{Value, json};
use trace_core::model::account::{Address, B256, U256};

use super::EvmChain;
use super::chain::Holding;

/// The code of every contract.
pub(super) const CODE: [u8; 2] = hex!("6001");

impl EvmChain {
    /// Its genesis file, as geth reads it.
    pub fn genesis(&self) -> Value {
        let accounts = self.first_accounts().into_iter();
        let accounts = accounts.map(|(address, (balance, has_code))| {
            let digits = hex::encode(address);
            let code = if has_code { &CODE[..] } else { &[] };
            let code = hex::encode_prefixed(code);
            (
                digits,
                json!({"balance": balance.to_string(), "code": code}),
            )
        });
        let alloc: serde_json::Map<String, Value> = accounts.collect();
        json!({"config": {"chainId": self.chain}, "alloc": alloc})
    }

    /// The root of the state at its genesis block.
    pub(super) fn first_state_root(&self) -> B256 {
        let accounts = self.first_accounts().into_iter();
        state_root_unhashed(accounts.map(|(address, (balance, has_code))| {
            let mut account = TrieAccount {
                balance,
                ..TrieAccount::default()
            };
            if has_code {
                account.code_hash = keccak256(CODE);
            }
            (address, account)
        }))
    }

    /// What there is at the genesis block: what each account has, and whether it has code.
    fn first_accounts(&self) -> BTreeMap<Address, (U256, bool)> {
        let mut accounts: BTreeMap<Address, (U256, bool)> = BTreeMap::new();
        for holding in self.held.keys() {
            let held = self.held_at(*holding, 0);
            match holding {
                Holding::Native(address) if !held.is_zero() => {
                    accounts.entry(*address).or_default().0 = held;
                }
                Holding::Code(address) if !held.is_zero() => {
                    accounts.entry(*address).or_default().1 = true;
                }
                _ => {}
            }
        }
        accounts
    }
}

//! The allocation of a real chain hashes to what its genesis block commits to, and no other does.

use std::fs;

use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::ChainId;
use trace_core::model::account::{TransferKind, U256};
use trace_core::normalise::evm::Genesis;
use trace_core::normalise::{RawCalls, account_block};

use crate::around::raw;
use crate::recorded::specified;
use crate::serialised;

fn read(file: &Value) -> Genesis {
    Genesis::read(file.to_string().as_bytes()).unwrap()
}

#[test]
fn the_chain_of_the_specification_begins_with_its_genesis_file() {
    let Some(folder) = folder() else { return };
    let tests = folder.join("ethereum/execution-apis/tests");
    let file: Value =
        serde_json::from_slice(&fs::read(tests.join("genesis.json")).unwrap()).unwrap();
    let told = specified(&folder, "eth_getBlockByNumber");
    let mut told = told.into_iter();
    let told = told.find(|exchange| exchange.file == "get-genesis.io");
    let told = told.unwrap().result.unwrap();
    let chain = ChainId(file["config"]["chainId"].as_u64().unwrap());
    let block = raw(&told, &json!([]), RawCalls::NotTold);
    let without = account_block(chain, &block).unwrap();
    assert!(without.after.is_empty() && without.checks.all_hold());
    let mut with = without.clone();
    read(&file).allocate(&block, &mut with).unwrap();
    let accounts = file["alloc"].as_object().unwrap();
    let held = accounts
        .values()
        .filter(|account| account["balance"] != "0x0");
    assert_eq!(with.after.len(), held.count());
    let sum: U256 = with.after.iter().map(|transfer| transfer.amount).sum();
    let most: U256 = "0xc097ce7bc90715b34b9f1000000000".parse().unwrap();
    assert_eq!(sum, most * U256::from(20) + U256::from(4 + 0x2a));
    assert!(
        with.after
            .iter()
            .all(|it| it.kind == TransferKind::Allocation)
    );
    // Its hash is the one that the chain is built on.
    let first = &serialised::blocks(&fs::read(tests.join("chain.rlp")).unwrap())[0];
    assert_eq!(first.header.number, 1);
    assert_eq!(json!(first.header.parent_hash), told["hash"]);

    let mut later = account_block(chain, &block).unwrap();
    later.at.height = 1;
    read(&file).allocate(&block, &mut later).unwrap();
    assert_eq!(later.after, []);

    let mut refused = 0;
    for (address, account) in accounts {
        for (name, value) in account.as_object().unwrap() {
            let mut other = file.clone();
            other["alloc"][address][name] = match (&**name, value) {
                ("balance" | "nonce", _) => json!("0x123456"),
                ("code", _) => json!("0x00"),
                _ => json!({"0x01": "0x01"}),
            };
            let mut untouched = without.clone();
            let error = read(&other).allocate(&block, &mut untouched).unwrap_err();
            let told = told["stateRoot"].as_str().unwrap();
            assert!(error.to_string().contains(told), "{error}");
            assert_eq!(untouched, without);
            refused += 1;
        }
    }
    assert!(refused > accounts.len());
}

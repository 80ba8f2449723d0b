//! The script on a node, and the ledger of what it did.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use alloy_primitives::hex;
use serde_json::json;
use testdata::evm_node::{CHAIN, Client, EvmNode};
use trace_core::ingest::{Plan, ingest_accounts};
use trace_core::ledger::account::{Ledger, Writer};
use trace_core::model::ChainId;
use trace_core::model::account::{Address, U256};
use trace_core::source::{Interruption, Limits, connect};

use crate::script::{PlannedBlock, Script};

/// Everybody may send, and gas is free.
const ARGUMENTS: [&str; 4] = [
    "--auto-impersonate",
    "--base-fee=0",
    "--gas-price=0",
    "--disable-min-priority-fee",
];

/// A folder that goes away with the test, in memory where there is such a thing.
pub(crate) fn folder() -> tempfile::TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).unwrap()
}

/// Plays the script on a node of its own, and reads what it did into a ledger.
pub(crate) fn ledger(program: &Path, script: &Script, dir: &Path) -> Ledger {
    let node = EvmNode::start(Client::Anvil, program, Address::ZERO, &ARGUMENTS).unwrap();
    for block in &script.blocks {
        play(&node, block);
    }
    read(&node, dir);
    Ledger::open(dir).unwrap()
}

fn play(node: &EvmNode, block: &PlannedBlock) {
    let payments = block.payments.iter();
    let passing: Vec<_> = payments.flat_map(|it| it.moves.iter().skip(1)).collect();
    for next in &passing {
        set_code(node, next.from, &passes_on(next.to, next.amount));
    }
    for payment in &block.payments {
        let [first, rest @ ..] = &payment.moves[..] else {
            panic!("a payment of nothing")
        };
        let gas = 21_000 + 100_000 * rest.len();
        let transaction = json!([{
            "from": first.from, "to": first.to, "value": first.amount,
            "gas": format!("{gas:#x}"), "gasPrice": "0x0",
        }]);
        node.call_text("eth_sendTransaction", &transaction).unwrap();
    }
    node.mine(block.time).unwrap();
    for next in &passing {
        // It can send of its own accord again.
        set_code(node, next.from, &[]);
    }
}

fn set_code(node: &EvmNode, account: Address, code: &[u8]) {
    let params = json!([account, hex::encode_prefixed(code)]);
    node.call("anvil_setCode", &params).unwrap();
}

/// The code of a contract that pays an amount to an account whenever it is called.
fn passes_on(to: Address, amount: U256) -> Vec<u8> {
    // Without input or output; then the amount as 32 bytes, the account as 20, and with all gas
    // that is left the call, whose failure would show in what moved.
    let mut code = hex!("60006000600060007f").to_vec();
    code.extend(amount.to_be_bytes::<32>());
    code.push(0x73);
    code.extend(to.as_slice());
    code.extend(hex!("5af100"));
    code
}

fn read(node: &EvmNode, dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let uri = node.source_uri().parse().unwrap();
        let limits = Limits {
            requests_per_second: 100_000,
            ..Limits::default()
        };
        let source = connect(&uri, &limits, Interruption::default())
            .await
            .unwrap();
        let mut writer = Writer::open(dir, ChainId(CHAIN)).unwrap();
        let all = Plan {
            from: None,
            to: None,
            threads: 2,
        };
        let blocks = source.account_blocks.as_ref().unwrap();
        let going = AtomicBool::new(false);
        ingest_accounts(&**blocks, None, &mut writer, all, &mut |_| (), &going)
            .await
            .unwrap();
    });
}

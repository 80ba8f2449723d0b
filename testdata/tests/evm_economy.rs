//! The scripted economy of accounts is what it says it is: a real node does what the script
//! says, block for block.
#![expect(
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it"
)]

use testdata::evm_economy::{self, EvmEconomy};
use testdata::evm_node::{Client, EvmNode, anvil};

fn performed(economy: &EvmEconomy) -> Option<EvmNode> {
    let program = anvil("a_real_node_ends_every_transaction_as_the_script_has_it")?;
    let node = EvmNode::start(Client::Anvil, &program, evm_economy::coinbase(), &[]).unwrap();
    evm_economy::perform(&node, economy).unwrap();
    Some(node)
}

#[test]
fn a_real_node_ends_every_transaction_as_the_script_has_it() {
    let economy = evm_economy::play();
    eprintln!(
        "{} blocks, {} transactions",
        economy.blocks.len(),
        economy.truth.transactions.len()
    );
    let Some(node) = performed(&economy) else {
        return;
    };
    let height = node
        .call_text("eth_blockNumber", &serde_json::json!([]))
        .unwrap();
    assert_eq!(height, format!("0x{:x}", economy.truth.height));
}

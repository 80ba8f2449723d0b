//! A token behind a proxy whose transfers return nothing: a call that runs another contract's code
//! as one's own names the amount again, and moves nothing.

use std::path::PathBuf;

use serde_json::{Value, json};
use testdata::evm_node::{Client, EvmNode, GENESIS_TIME, anvil};
use trace_core::model::account::{Address, Asset, Outcome, Transfer, TransferKind, U256};

use crate::balances::{address, number, selector, word};
use crate::given::blocks;

/// Anvil signs for the account with this address, which holds ether in its genesis block.
const BUYER: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TREASURY: Address = Address::repeat_byte(0x77);
const FRIEND: Address = Address::repeat_byte(0x88);

fn bytecode(contract: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/ethereum/artifacts");
    let text = std::fs::read_to_string(folder.join(format!("{contract}.json"))).unwrap();
    let artifact: Value = serde_json::from_str(&text).unwrap();
    artifact["bytecode"].as_str().unwrap().to_owned()
}

/// Sends it in a block of its own, and returns its receipt.
fn send(node: &EvmNode, to: Option<Address>, value: u64, data: &str) -> Value {
    let data = data.strip_prefix("0x").unwrap_or(data);
    let mut transaction = json!({
        "from": BUYER, "value": format!("{value:#x}"), "data": format!("0x{data}"),
        "gas": "0xf4240",
    });
    if let Some(to) = to {
        transaction["to"] = json!(to);
    }
    let hash = node.call_text("eth_sendTransaction", &json!([transaction]));
    let height = node.call_text("eth_blockNumber", &json!([])).unwrap();
    let height = number(&height.into()).to::<u64>();
    node.mine(GENESIS_TIME + 12 * (height + 1)).unwrap();
    let receipt = node.call("eth_getTransactionReceipt", &json!([hash.unwrap()]));
    let receipt = receipt.unwrap();
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    receipt
}

fn create(node: &EvmNode, code: &str) -> Address {
    let receipt = send(node, None, 0, code);
    receipt["contractAddress"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn what_a_proxy_runs_moves_once_and_in_its_name() {
    let Some(program) = anvil("what_a_proxy_runs_moves_once_and_in_its_name") else {
        return;
    };
    let node = EvmNode::start(Client::Anvil, &program, Address::repeat_byte(0xfe), &[]).unwrap();
    let buyer: Address = BUYER.parse().unwrap();
    let code = create(&node, &bytecode("SilentToken"));
    let token = create(&node, &(bytecode("Proxy") + &address(code)));
    let buy = selector("buy(address)") + &address(TREASURY);
    send(&node, Some(token), 700, &buy);
    let amount = word(U256::from(250));
    let pay = selector("transfer(address,uint256)") + &address(FRIEND) + &amount;
    let receipt = send(&node, Some(token), 0, &pay);
    assert_eq!(receipt["logs"].as_array().unwrap().len(), 1);

    let blocks = blocks(&node);
    let moved = |height: usize| -> Vec<Transfer> {
        let [transaction] = &blocks[height].transactions[..] else {
            panic!("a block for each transaction");
        };
        assert_eq!(transaction.outcome, Outcome::Succeeded);
        let transfers = transaction.transfers.iter();
        transfers.filter(|it| !it.kind.is_fee()).copied().collect()
    };
    let transfer = |kind, asset, from, to, amount: u64| Transfer {
        kind,
        asset,
        from,
        to: Some(to),
        amount: U256::from(amount),
    };
    let (native, asset) = (Asset::Native, Asset::Token(token));
    assert_eq!(
        moved(3),
        [
            transfer(TransferKind::Value, native, Some(buyer), token, 700),
            transfer(TransferKind::Token, asset, None, buyer, 700),
            transfer(TransferKind::Call, native, Some(token), TREASURY, 700),
        ]
    );
    let paid = transfer(TransferKind::Token, asset, Some(buyer), FRIEND, 250);
    assert_eq!(moved(4), [paid]);

    // And so the node's balances have it.
    let held = |account: Address| {
        let answer = node.call("eth_getBalance", &json!([account, "latest"]));
        number(&answer.unwrap())
    };
    assert_eq!(
        [TREASURY, token, code].map(held),
        [700, 0, 0].map(U256::from)
    );
    let tokens = |contract: Address, account: Address| {
        let data = selector("balanceOf(address)") + &address(account);
        let call = json!([{"to": contract, "data": data}, "latest"]);
        number(&node.call("eth_call", &call).unwrap())
    };
    assert_eq!(
        [buyer, FRIEND].map(|it| tokens(token, it)),
        [450, 250].map(U256::from)
    );
    assert_eq!([buyer, FRIEND].map(|it| tokens(code, it)), [U256::ZERO; 2]);
}

//! Ganache: a node that does not trace, and tells each receipt by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use testdata::evm_economy::{self, Move, TransactionTruth};
use testdata::evm_node::{Client, EvmNode, FAUCET_ETHER, ganache};
use trace_core::ledger::account::Ledger;
use trace_core::model::account::{Address, Asset, Check, InnerCalls, Outcome, Transaction, U256};
use trace_core::view::account::AccountView;

use crate::folder::folder;
use crate::given::{blocks, economy, read_uri};
use crate::script::moved;

/// What moves as far as a node tells that does not trace: the transaction's own value, and
/// tokens.
fn seen(truth: &TransactionTruth, told: &Transaction) -> Vec<Move> {
    let moves = truth.moves.iter().enumerate();
    let own = |index: usize, moved: &Move| {
        index == 0 && moved.from == Some(told.from) && (told.to.is_none() || moved.to == told.to)
    };
    let seen = moves.filter(|(index, moved)| moved.asset != "native" || own(*index, moved));
    seen.map(|(_, moved)| moved.clone()).collect()
}

#[test]
fn without_traces_inner_calls_are_said_to_be_unseen_and_all_else_is_told() {
    let test = "without_traces_inner_calls_are_said_to_be_unseen_and_all_else_is_told";
    let Some(program) = ganache(test) else { return };
    let node = EvmNode::start(Client::Ganache, &program, evm_economy::coinbase(), &[]).unwrap();
    evm_economy::perform(&node, economy()).unwrap();
    let blocks = blocks(&node);
    for block in &blocks {
        let seen = match block.transactions.len() {
            0 => InnerCalls::Seen,
            _ => InnerCalls::NotSeen,
        };
        assert_eq!(block.inner_calls, seen);
        // Its receipts of what failed are not serialised as Ethereum's.
        let has_failed = block
            .transactions
            .iter()
            .any(|it| it.outcome == Outcome::Failed);
        let receipts = if has_failed {
            Check::OtherForm
        } else {
            Check::Holds
        };
        let (holds, checks) = (Check::Holds, block.checks);
        assert_eq!(checks.to_array(), [holds, holds, receipts, holds]);
    }
    let told: Vec<&Transaction> = blocks
        .iter()
        .flat_map(|block| &block.transactions)
        .collect();
    let truth = &economy().truth;
    assert_eq!(told.len(), truth.transactions.len());
    let mut passed_on: BTreeSet<Address> = BTreeSet::new();
    for (told, truth) in told.iter().zip(&truth.transactions) {
        assert_eq!(told.hash, truth.hash);
        assert_eq!(told.outcome == Outcome::Failed, truth.fails);
        let seen = seen(truth, told);
        assert_eq!(moved(told), seen, "{truth:?}");
        let unseen = truth.moves.iter().filter(|moved| !seen.contains(moved));
        passed_on.extend(unseen.flat_map(|moved| [moved.from, moved.to]).flatten());
    }
    // Only of those that contracts passed ether on to is the sum not the balance.
    let mut held: BTreeMap<Address, U256> = BTreeMap::new();
    let faucet = told[0].from;
    let ether = U256::from(FAUCET_ETHER) * U256::from(1_000_000_000_000_000_000_u64);
    held.insert(faucet, ether);
    let transfers = told.iter().flat_map(|transaction| &transaction.transfers);
    for transfer in transfers.filter(|transfer| transfer.asset == Asset::Native) {
        if let Some(from) = transfer.from {
            // It may have been passed on to them unseen.
            let held = held.entry(from).or_default();
            *held = held.wrapping_sub(transfer.amount);
        }
        if let Some(to) = transfer.to {
            let held = held.entry(to).or_default();
            *held = held.wrapping_add(transfer.amount);
        }
    }
    let mut differ = BTreeSet::new();
    for account in truth.addresses.keys() {
        let params = json!([account.to_string(), "latest"]);
        let balance: U256 = node
            .call_text("eth_getBalance", &params)
            .unwrap()
            .parse()
            .unwrap();
        if balance != held.get(account).copied().unwrap_or_default() {
            differ.insert(*account);
        }
    }
    assert!(differ.len() > 10, "{differ:?}");
    assert!(
        differ.is_subset(&passed_on),
        "{:?}",
        differ.difference(&passed_on)
    );
    ledger_says_so(&node);
}

fn ledger_says_so(node: &EvmNode) {
    let dir = folder();
    let done = read_uri(&node.source_uri(), dir.path());
    let ledger = Ledger::open(dir.path()).unwrap();
    let view = ledger.view().unwrap();
    let tip = done.tip.unwrap();
    assert_eq!(view.inner_calls(0, tip.height), InnerCalls::NotSeen);
    assert_eq!(view.inner_calls(0, 0), InnerCalls::Seen);
}

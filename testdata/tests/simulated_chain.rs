//! The simulated chain is a chain: any other reader of blocks agrees with it.

use std::collections::HashMap;

use bitcoin::consensus::deserialize;
use bitcoin::hashes::Hash as _;
use bitcoin::{Block, BlockHash, OutPoint, TxOut};
use testdata::simulator::{Kind, NOBODY, Settings, SimulatedBlock, Simulation, Use};

const SETTINGS: Settings = Settings {
    seed: 7,
    transactions: 20_000,
    block_transactions_max: 400,
};

fn blocks() -> Vec<(SimulatedBlock, Block)> {
    Simulation::new(SETTINGS)
        .map(|simulated| {
            let block = deserialize(&simulated.bytes).expect("a block as nodes exchange it");
            (simulated, block)
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let settings = Settings {
        transactions: 2_000,
        ..SETTINGS
    };
    let bytes = |settings| {
        Simulation::new(settings)
            .map(|b| (b.bytes, b.undo))
            .collect::<Vec<_>>()
    };
    assert_eq!(bytes(settings), bytes(settings));
    assert_ne!(
        bytes(settings),
        bytes(Settings {
            seed: 8,
            ..settings
        })
    );
}

#[test]
fn every_block_commits_to_its_transactions_and_to_the_block_before() {
    let mut previous = BlockHash::all_zeros();
    for (simulated, block) in blocks() {
        assert_eq!(block.header.prev_blockhash, previous);
        assert!(block.check_merkle_root(), "{}", simulated.height);
        assert!(block.check_witness_commitment(), "{}", simulated.height);
        assert_eq!(block.block_hash().to_byte_array(), simulated.hash);
        // Up to 16 the height is an opcode, which that reader does not take for a number.
        if simulated.height > 16 {
            assert_eq!(block.bip34_block_height(), Ok(u64::from(simulated.height)));
        }
        previous = block.block_hash();
    }
}

#[test]
fn every_input_spends_an_unspent_output_and_fees_reach_the_coinbase_to_the_satoshi() {
    let mut unspent: HashMap<OutPoint, TxOut> = HashMap::new();
    for (simulated, block) in blocks() {
        let mut fees = 0;
        for tx in &block.txdata {
            if !tx.is_coinbase() {
                let spent: u64 = tx
                    .input
                    .iter()
                    .map(|input| {
                        let prevout = unspent.remove(&input.previous_output);
                        prevout.expect("an unspent output").value.to_sat()
                    })
                    .sum();
                let paid: u64 = tx.output.iter().map(|output| output.value.to_sat()).sum();
                fees += spent.checked_sub(paid).expect("no transaction makes coins");
            }
            let txid = tx.compute_txid();
            for (vout, output) in (0..).zip(&tx.output) {
                unspent.insert(OutPoint { txid, vout }, output.clone());
            }
        }
        let reward: u64 = block.txdata[0]
            .output
            .iter()
            .map(|output| output.value.to_sat())
            .sum();
        assert_eq!(reward, 5_000_000_000 + fees, "block {}", simulated.height);
    }
}

#[test]
fn the_truth_is_of_these_transactions_and_an_address_has_one_owner() {
    let mut owner_of = HashMap::new();
    for (simulated, block) in blocks() {
        assert_eq!(simulated.truth.len(), block.txdata.len());
        for (truth, tx) in simulated.truth.iter().zip(&block.txdata) {
            assert_eq!(truth.txid, tx.compute_txid().to_byte_array());
            assert_eq!(truth.outputs.len(), tx.output.len());
            for ((owner, used), output) in truth.outputs.iter().zip(&tx.output) {
                let known = owner_of
                    .entry(output.script_pubkey.clone())
                    .or_insert(*owner);
                assert_eq!(known, owner, "{}", output.script_pubkey);
                assert_eq!(output.script_pubkey.is_op_return(), *used == Use::Data);
            }
            let one_owner = truth
                .input_owners
                .iter()
                .all(|owner| *owner == truth.input_owners[0]);
            let is_mix = matches!(
                truth.kind,
                Kind::Whirlpool | Kind::Wasabi1 | Kind::Wasabi2 | Kind::JoinMarket
            );
            assert_eq!(one_owner, !is_mix, "{:?} {}", truth.kind, tx.compute_txid());
        }
    }
    assert!(owner_of.values().any(|owner| *owner != NOBODY));
}

#[test]
fn everything_that_can_happen_happens() {
    let mut counts = [0_u64; 15];
    for block in Simulation::new(SETTINGS) {
        for truth in block.truth {
            counts[truth.kind as usize] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

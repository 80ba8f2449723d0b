//! The scripted economy and the simulated chain: every script form, read from every encoding.

use std::fs;

use bitcoin::consensus::encode::{deserialize, serialize};
use testdata::simulator::{Settings, Simulation};
use trace_core::model::{BitcoinNetwork, BlockRef};
use trace_core::normalise::Spent;

use crate::reference::{self, Coins};
use crate::{at, read, records};

/// The blocks of the scripted economy by height, from the file that ships.
pub(crate) fn blocks() -> Vec<bitcoin::Block> {
    let file = testdata::economy::shipped().join("blocks/blk00000.dat");
    let blocks = records(&fs::read(file).unwrap(), BitcoinNetwork::Regtest.magic(), 0);
    let parsed = blocks.iter().map(|bytes| deserialize(bytes).unwrap());
    parsed.collect()
}

/// A block of a simulated chain with inputs of every form, and the coins it spends.
pub(crate) fn example() -> (BlockRef, bitcoin::Block, Coins) {
    let mut coins = Coins::new();
    for simulated in Simulation::new(Settings::of_size(300, 5)) {
        let block: bitcoin::Block = deserialize(&simulated.bytes).unwrap();
        reference::spend(&block, &mut coins);
        if block.txdata.len() > 20 {
            return (at(simulated.height, &simulated.bytes), block, coins);
        }
    }
    panic!("no block holds twenty transactions")
}

#[test]
fn the_scripted_economy_is_read_as_the_reference_reads_it() {
    let mut coins = Coins::new();
    for (height, block) in (0..).zip(blocks()) {
        let bytes = serialize(&block);
        let at = at(height, &bytes);
        assert_eq!(
            read(at, &bytes, Spent::Unknown).unwrap(),
            reference::block(at, &bytes, &Coins::new()),
        );
        let spent = reference::outputs(&reference::spend(&block, &mut coins));
        assert_eq!(
            read(at, &bytes, Spent::Outputs(spent)).unwrap(),
            reference::block(at, &bytes, &coins),
        );
    }
}

#[test]
fn a_simulated_chain_is_read_with_its_undo_data() {
    let mut coins = Coins::new();
    for block in Simulation::new(Settings::of_size(4_000, 5)) {
        let at = at(block.height, &block.bytes);
        let parsed: bitcoin::Block = deserialize(&block.bytes).unwrap();
        let spent = reference::outputs(&reference::spend(&parsed, &mut coins));
        let expected = reference::block(at, &block.bytes, &coins);
        let undo = Spent::Undo(block.undo);
        assert_eq!(read(at, &block.bytes, undo).unwrap(), expected);
        let outputs = Spent::Outputs(spent);
        assert_eq!(read(at, &block.bytes, outputs).unwrap(), expected);
    }
}

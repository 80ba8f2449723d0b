//! The simulated chain has the shape of the real one, as far as recorded blocks show it.
//!
//! `TRACE_REAL_DATA=DIR cargo test -p testdata --test simulated_shape -- --nocapture` prints
//! both shapes side by side. The blocks are of 2013 to 2017 and the mempool of 2024, so what
//! changed in between (script forms) is held to the mempool, and what did not (how many
//! outputs a payment has, how soon coins are spent) to all of them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use bitcoin::consensus::deserialize;
use bitcoin::{Block, OutPoint};
use testdata::recorded;
use testdata::simulator::{Settings, Simulation};
use trace_core::model::ScriptKind;

/// What share of all, in parts per thousand.
type PerThousand = u64;

/// One figure of a shape.
type Figure = fn(&Shape) -> u64;

/// How many inputs and outputs transactions have, coinbases left out.
#[derive(Debug, Default)]
struct Shape {
    transactions: u64,
    inputs: u64,
    outputs: u64,
    one_input: u64,
    two_outputs: u64,
    many_inputs: u64,
    many_outputs: u64,
}

impl Shape {
    fn add(&mut self, inputs: usize, outputs: usize) {
        self.transactions += 1;
        self.inputs += inputs as u64;
        self.outputs += outputs as u64;
        self.one_input += u64::from(inputs == 1);
        self.two_outputs += u64::from(outputs == 2);
        self.many_inputs += u64::from(inputs >= 10);
        self.many_outputs += u64::from(outputs >= 10);
    }

    fn add_block(&mut self, block: &Block) {
        for transaction in block.txdata.iter().skip(1) {
            self.add(transaction.input.len(), transaction.output.len());
        }
    }

    fn of(&self, part: u64) -> PerThousand {
        part * 1000 / self.transactions
    }

    fn print(&self, name: &str) {
        println!(
            "{name}: {} transactions; per thousand: {} inputs, {} outputs; {} have one input, \
             {} two outputs, {} ten inputs or more, {} ten outputs or more",
            self.transactions,
            self.of(self.inputs),
            self.of(self.outputs),
            self.of(self.one_input),
            self.of(self.two_outputs),
            self.of(self.many_inputs),
            self.of(self.many_outputs)
        );
    }
}

fn simulated() -> Vec<Block> {
    let settings = Settings {
        seed: 3,
        transactions: 60_000,
        block_transactions_max: 500,
    };
    Simulation::new(settings)
        .map(|block| deserialize(&block.bytes).expect("a block as nodes exchange it"))
        .collect()
}

fn recorded_blocks(folder: &Path) -> Vec<Block> {
    let blocks = folder.join("bitcoin/blocks");
    let mut paths: Vec<_> = fs::read_dir(blocks)
        .expect("the recorded blocks")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    let read = |path: &Path| {
        let bytes = fs::read(path).expect("a readable block");
        // Those named `.dat` are as in a node's files, behind magic and length.
        let magic = bytes.starts_with(&[0xf9, 0xbe, 0xb4, 0xd9]);
        let bytes = bytes.get(if magic { 8 } else { 0 }..);
        deserialize(bytes.expect("more than a header")).expect("a block")
    };
    paths.iter().map(|path| read(path)).collect()
}

fn kinds<'a>(kinds: impl Iterator<Item = &'a ScriptKind>) -> BTreeMap<&'static str, PerThousand> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut all = 0;
    for kind in kinds {
        *counts.entry(kind.name()).or_default() += 1;
        all += 1;
    }
    for count in counts.values_mut() {
        *count = *count * 1000 / all;
    }
    counts
}

#[test]
fn inputs_and_outputs_are_as_many_as_in_real_blocks() {
    let mut simulation = Shape::default();
    for block in simulated() {
        simulation.add_block(&block);
    }
    simulation.print("simulated");
    let Some(folder) = recorded::folder() else {
        return;
    };
    let mut real = Vec::new();
    for block in recorded_blocks(&folder) {
        let mut shape = Shape::default();
        shape.add_block(&block);
        shape.print(&block.block_hash().to_string());
        real.push(shape);
    }
    // Each figure lies where those of real blocks lie, a fifth more or less.
    let figures: [(&str, Figure); 6] = [
        ("inputs", |shape| shape.inputs),
        ("outputs", |shape| shape.outputs),
        ("one input", |shape| shape.one_input),
        ("two outputs", |shape| shape.two_outputs),
        ("many inputs", |shape| shape.many_inputs),
        ("many outputs", |shape| shape.many_outputs),
    ];
    for (name, figure) in figures {
        let seen = real.iter().map(|shape| shape.of(figure(shape)));
        let least = seen.clone().min().expect("there are real blocks") * 4 / 5;
        let most = seen.max().expect("there are real blocks") * 6 / 5;
        let simulated = simulation.of(figure(&simulation));
        assert!(
            (least..=most).contains(&simulated),
            "{name}: {simulated} is not from {least} to {most}"
        );
    }
}

#[test]
fn the_script_forms_of_2024_all_occur_and_the_same_ones_are_common() {
    let blocks = simulated();
    let scripts = blocks
        .iter()
        .flat_map(|block| block.txdata.iter().skip(1))
        .flat_map(|transaction| &transaction.output)
        .map(|output| ScriptKind::of(output.script_pubkey.as_bytes()))
        .collect::<Vec<_>>();
    let simulation = kinds(scripts.iter());
    println!("simulated: {simulation:?}");
    let Some(folder) = recorded::folder() else {
        return;
    };
    let mempool = recorded::ordinary(&folder).expect("the recorded mempool is readable");
    let outputs = mempool.iter().flat_map(|transaction| &transaction.outputs);
    let real = kinds(outputs.map(|output| &output.kind));
    println!("mempool of 2024: {real:?}");
    // The mempool was full of inscriptions, which pay to taproot nearly five times as often
    // as the simulated people do; no form of one output in a hundred is further off.
    for (kind, share) in real.iter().filter(|(_, share)| **share >= 10) {
        let simulated = simulation.get(kind).copied().unwrap_or(0);
        assert!(
            simulated * 5 >= *share && simulated <= share * 5,
            "{kind}: {simulated} against {share} per thousand"
        );
    }
}

#[test]
fn a_coin_is_spent_soon_or_after_a_long_while() {
    let mut created: HashMap<OutPoint, u32> = HashMap::new();
    let (mut spent, mut young, mut old) = (0_u64, 0_u64, 0_u64);
    for (height, block) in (0_u32..).zip(simulated()) {
        for transaction in &block.txdata {
            for input in &transaction.input {
                if let Some(born) = created.remove(&input.previous_output) {
                    spent += 1;
                    young += u64::from(height - born <= 6);
                    old += u64::from(height - born > 50);
                }
            }
            let txid = transaction.compute_txid();
            for (vout, _) in (0..).zip(&transaction.output) {
                created.insert(OutPoint { txid, vout }, height);
            }
        }
    }
    println!("spent {spent}; within six blocks {young}; after more than fifty {old}");
    assert!(young * 4 > spent, "few coins are spent at once");
    assert!(old * 50 > spent, "hardly any coin rests");
}

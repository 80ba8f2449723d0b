//! A scripted economy of named wallets on regtest, with a theft, and the truth about it.
//!
//! The script needs no node: it makes whole, valid blocks in memory, the same bytes each
//! time and under every version of Core. That a real node accepts them is a test.

mod block;
mod book;
mod cast;
mod dice;
mod draft;
mod key;
mod label;
mod oracle;
mod story;
mod truth;
mod wallet;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Block, OutPoint};
use serde_json::json;
use trace_core::taint::Policy;

pub use label::{Label, STOP_CATEGORIES, csv, tag_pack};
pub use truth::{
    AddressTruth, AsOf, Destination, DestinationKind, Followed, Kind, Outcome, OutputTruth, Owner,
    Purpose, Theft, Totals, TransactionTruth, Truth,
};

use oracle::Stops;
use world::World;

use crate::node::{Node, NodeError};

/// The economy from its first block to its last.
#[derive(Clone, Debug)]
pub struct Economy {
    /// The blocks by height, the genesis block first.
    pub blocks: Vec<Block>,
    /// What is true of them.
    pub truth: Truth,
    /// What an investigator knows of the services.
    pub labels: Vec<Label>,
}

/// Plays the economy. The same blocks each time.
pub fn play() -> Economy {
    let mut world = story::play();
    let labels = label::labels(&mut world);
    let truth = truth_of(&world, &labels);
    Economy {
        blocks: world.blocks,
        truth,
        labels,
    }
}

/// The folder with the files that ship: `truth.json`, `labels.csv`, `labels.yaml`,
/// `blocks/blk00000.dat` and `economy.recording`.
pub fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("economy")
}

/// The blocks as in a node's `blk00000.dat`, without obfuscation.
pub fn block_file(blocks: &[Block]) -> Vec<u8> {
    block::file(blocks)
}

/// Gives the blocks to a node that holds none but the genesis block. It checks each in full.
///
/// # Errors
/// When the node cannot be asked, or refuses a block.
pub fn submit(node: &Node, blocks: &[Block]) -> Result<(), NodeError> {
    for (height, block) in blocks.iter().enumerate().skip(1) {
        let answer = node.call("submitblock", &json!([serialize_hex(block)]))?;
        if !answer.is_null() {
            return Err(NodeError::Call {
                method: "submitblock".to_owned(),
                why: format!("block {height}: {answer}"),
            });
        }
    }
    Ok(())
}

fn truth_of(world: &World, labels: &[Label]) -> Truth {
    let (height, tip) = (0..).zip(&world.blocks).last().expect("there are blocks");
    Truth {
        as_of: AsOf {
            height,
            hash: tip.block_hash().to_string(),
        },
        owners: cast::owners(),
        addresses: world.book.addresses.clone(),
        transactions: world.book.transactions.clone(),
        theft: theft_of(world, labels),
    }
}

fn theft_of(world: &World, labels: &[Label]) -> Theft {
    let of_kind = |wanted: fn(Kind) -> bool| {
        let entries = world.book.transactions.iter();
        let entries = entries.filter(move |entry| wanted(entry.kind));
        entries.map(|entry| entry.txid.parse().expect("the book holds txids"))
    };
    let txid = of_kind(|kind| kind == Kind::Theft)
        .next()
        .expect("the story has a theft");
    let transaction = world
        .blocks
        .iter()
        .flat_map(|block| &block.txdata)
        .find(|transaction| transaction.compute_txid() == txid)
        .expect("the theft is in a block");
    let seeds: Vec<OutPoint> = (0..)
        .zip(&transaction.output)
        .map(|(vout, _)| OutPoint { txid, vout })
        .collect();
    let stops = Stops {
        services: labels
            .iter()
            .filter(|label| STOP_CATEGORIES.contains(&&*label.category))
            .map(|label| (label.address.clone(), label.label.clone()))
            .collect(),
        mixes: of_kind(Kind::is_mix).collect::<BTreeSet<_>>(),
    };
    let follow = |policy, stops: &Stops| oracle::follow(&world.blocks, &seeds, policy, stops);
    let policies = Policy::ALL.into_iter().map(|policy| {
        let followed = Followed {
            stopping: follow(policy, &stops),
            passing: follow(policy, &Stops::default()),
        };
        (policy.name().to_owned(), followed)
    });
    let stolen = transaction.output.iter();
    Theft {
        txid: txid.to_string(),
        outpoints: seeds.iter().map(OutPoint::to_string).collect(),
        stolen_sat: stolen.map(|output| output.value.to_sat()).sum(),
        stop_categories: STOP_CATEGORIES.map(str::to_owned).into(),
        policies: policies.collect::<BTreeMap<_, _>>(),
    }
}

//! Which of the blocks in a folder are the chain.

use std::cmp::Reverse;

use bitcoin::hashes::Hash as _;
use bitcoin::pow::{CompactTarget, Target};

use super::stored::Blocks;
use crate::model::{BlockHash, Header};

/// What a header says that its block was built on, and how much work it shows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ancestry {
    pub(super) previous: BlockHash,
    pub(super) work: u128,
}

/// The branch with most work, and what hangs in the air.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Branch {
    /// Its blocks, from its first to its last.
    pub(super) blocks: Vec<u32>,
    /// Blocks that are not built on its first block, in the order found.
    pub(super) unconnected: Vec<u32>,
}

impl Ancestry {
    pub(super) fn of(header: &Header) -> Self {
        let [.., b0, b1, b2, b3, _, _, _, _] = header.0;
        Self {
            previous: header.previous(),
            work: work(header.hash(), u32::from_le_bytes([b0, b1, b2, b3])),
        }
    }
}

/// The expected number of hashes it took to make a block, where its hash shows that it took
/// them, and 1 where it does not. So a piece of a file that looks like a block cannot outweigh
/// the chain by what it says of itself, and a chain simulated without work is as heavy as it
/// is high.
fn work(hash: BlockHash, bits: u32) -> u128 {
    let target = Target::from_compact(CompactTarget::from_consensus(bits));
    if !target.is_met_by(bitcoin::BlockHash::from_byte_array(hash.0)) {
        return 1;
    }
    match target.to_work().to_be_bytes().as_chunks::<16>().0 {
        [high, low] if *high == [0; 16] => u128::from_be_bytes(*low),
        _ => u128::MAX,
    }
}

/// Finds the branch with most work: among those that begin with the block of hash `genesis`
/// where that was found, else among those that begin with any block whose parent was not.
/// Of equal branches the one whose last block was found first, as nodes do.
///
/// `ancestry` is that of all `blocks`, copies included. Takes some 40 bytes a block while it
/// runs.
pub(super) fn best(blocks: &Blocks, ancestry: &[Ancestry], genesis: BlockHash) -> Branch {
    let parents: Vec<Option<u32>> = ancestry
        .iter()
        .map(|block| blocks.first(block.previous))
        .collect();
    let parent_of = |index: u32| parents.get(index as usize).copied().flatten();
    let mut children: Vec<(u32, u32)> = blocks
        .distinct()
        .filter_map(|(index, _)| Some((parent_of(index)?, index)))
        .collect();
    children.sort_unstable();

    let mut stack: Vec<(u32, u32, u128)> = match blocks.first(genesis) {
        Some(index) => vec![(index, index, 0)],
        None => blocks
            .distinct()
            .filter(|(index, _)| parent_of(*index).is_none())
            .map(|(index, _)| (index, index, 0))
            .collect(),
    };
    let mut root_of: Vec<Option<u32>> = vec![None; ancestry.len()];
    let mut heaviest = None;
    while let Some((index, root, below)) = stack.pop() {
        let own = ancestry.get(index as usize).map_or(0, |block| block.work);
        let work = below.saturating_add(own);
        heaviest = heaviest.max(Some((work, Reverse(index), root)));
        if let Some(known) = root_of.get_mut(index as usize) {
            *known = Some(root);
        }
        let from = children.partition_point(|(parent, _)| *parent < index);
        let own_children = children.iter().skip(from);
        let own_children = own_children.take_while(|(parent, _)| *parent == index);
        stack.extend(own_children.map(|(_, child)| (*child, root, work)));
    }
    let Some((_, Reverse(tip), root)) = heaviest else {
        return Branch::default();
    };

    let mut chain: Vec<u32> = std::iter::successors(Some(tip), |index| parent_of(*index)).collect();
    chain.reverse();
    let is_root = |index: u32| root_of.get(index as usize).copied().flatten() == Some(root);
    let unconnected = blocks.distinct().map(|(index, _)| index);
    Branch {
        blocks: chain,
        unconnected: unconnected.filter(|index| !is_root(*index)).collect(),
    }
}

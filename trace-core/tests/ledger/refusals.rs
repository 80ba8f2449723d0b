//! Blocks that cannot be: each is refused by name, and what was there before stays.

use trace_core::ledger::{Ledger, LedgerError, Writer};
use trace_core::model::{Address, BitcoinNetwork, Block, OutPoint, Transaction};

use crate::chain::{NETWORK, Tree, addresses, seal, unknown_block};
use crate::folder::folder;
use crate::naive::Naive;

const CHAIN: BitcoinNetwork = NETWORK;

/// Appends a block that cannot be to a chain, and returns what is said of it. The chain must
/// be whole afterwards, and go on.
fn refused(tree: &mut Tree, block: &Block) -> LedgerError {
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    for block in &tree.blocks {
        writer.append(block).unwrap();
    }
    let error = writer.append(block).unwrap_err();
    writer.commit().unwrap();
    drop(writer);
    let tip = tree.blocks.len() - 1;
    let ledger = Ledger::open(dir.path()).unwrap();
    Naive::of(tree.branch(tip), addresses()).check(&ledger.view().unwrap());
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    assert_eq!(writer.tip(), Some(tree.blocks[tip].at));
    let next = tree.grow(Some(tip));
    writer.append(&tree.blocks[next]).unwrap();
    error
}

fn spending(
    spends: OutPoint,
    like: &Transaction<Address, OutPoint>,
) -> Transaction<Address, OutPoint> {
    let mut spending = like.clone();
    spending.txid.0[0] ^= 0xff;
    spending.inputs.truncate(1);
    spending.inputs[0].spends = spends;
    spending
}

/// A coinbase that the tree does not have.
fn coinbase(tree: &Tree) -> Transaction<Address, OutPoint> {
    let mut coinbase = tree.blocks[0].transactions[0].clone();
    coinbase.txid.0 = [3; 32];
    coinbase
}

/// A tree, and a transaction in it whose first input spends what nobody creates twice.
fn tree() -> (Tree, Transaction<Address, OutPoint>) {
    let tree = Tree::straight(21, 0, 10);
    let transactions = || tree.blocks.iter().flat_map(|block| &block.transactions);
    let is_unique = |outpoint: &OutPoint| {
        let creators = transactions().filter(|creator| creator.txid == outpoint.txid);
        creators.count() == 1
    };
    let mut spending = transactions().filter(|transaction| {
        let first = transaction.inputs.first();
        first.is_some_and(|input| is_unique(&input.spends))
    });
    let spending = spending.next().unwrap().clone();
    (tree, spending)
}

#[test]
fn a_block_that_is_not_linked_or_misnamed_is_refused() {
    let (mut tree, _) = tree();
    let tip = tree.blocks[9].clone();
    let mut elsewhere = tip.at;
    elsewhere.hash = unknown_block();
    let block = seal(Some(elsewhere), 10, tip.transactions.clone(), 1);
    let not_linked = LedgerError::NotLinked {
        block: block.at,
        previous: elsewhere.hash,
    };
    assert_eq!(refused(&mut tree, &block), not_linked);
    let block = seal(Some(tree.blocks[9].at), 12, tip.transactions.clone(), 2);
    let misnamed = LedgerError::Misnamed { block: block.at };
    assert_eq!(refused(&mut tree, &block), misnamed);
    let mut block = seal(Some(tree.blocks[9].at), 10, tip.transactions, 3);
    block.at.hash.0[0] ^= 1;
    let misnamed = LedgerError::Misnamed { block: block.at };
    assert_eq!(refused(&mut tree, &block), misnamed);
    // Another first block: a ledger has one.
    let block = seal(None, 0, tree.blocks[0].transactions.clone(), 4);
    assert!(matches!(
        refused(&mut tree, &block),
        LedgerError::NotLinked { .. }
    ));
}

#[test]
fn what_was_spent_or_never_was_cannot_be_spent() {
    let (mut tree, spent) = tree();
    let never = OutPoint {
        txid: spent.txid,
        vout: 77,
    };
    for spends in [spent.inputs[0].spends, never] {
        let parent = tree.blocks.last().unwrap().at;
        let transactions = vec![coinbase(&tree), spending(spends, &spent)];
        let block = seal(Some(parent), parent.height + 1, transactions, 5);
        let not_unspent = LedgerError::NotUnspent {
            block: block.at,
            txid: block.transactions[1].txid,
            outpoint: spends,
        };
        assert_eq!(refused(&mut tree, &block), not_unspent);
    }
}

#[test]
fn what_another_branch_created_cannot_be_spent_on_this_one() {
    let (mut tree, spent) = tree();
    let own = tree.blocks[9].transactions[0].clone();
    let fork = tree.grow(Some(8));
    let vout = own
        .outputs
        .iter()
        .position(|output| output.address.is_some());
    let spends = OutPoint {
        txid: own.txid,
        vout: vout.unwrap() as u32,
    };
    let transactions = vec![coinbase(&tree), spending(spends, &spent)];
    let block = seal(Some(tree.blocks[fork].at), 10, transactions, 6);
    let error = refused(&mut tree, &block);
    assert!(matches!(error, LedgerError::NotUnspent { outpoint, .. } if outpoint == spends));
}

#[test]
fn nothing_is_without_outputs() {
    let (mut tree, _) = tree();
    let parent = tree.blocks[9].at;
    let block = seal(Some(parent), 10, Vec::new(), 7);
    let none = LedgerError::NoOutputs { block: block.at };
    assert_eq!(refused(&mut tree, &block), none);
    let parent = tree.blocks.last().unwrap().at;
    let mut transaction = tree.blocks[9].transactions[0].clone();
    transaction.outputs.clear();
    let block = seal(Some(parent), parent.height + 1, vec![transaction], 8);
    let none = LedgerError::NoOutputs { block: block.at };
    assert_eq!(refused(&mut tree, &block), none);
}

#[test]
fn a_block_that_failed_half_way_lets_nothing_in_behind_it() {
    let (tree, spent) = tree();
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    for block in &tree.blocks[..9] {
        writer.append(block).unwrap();
    }
    let twice = spending(spent.inputs[0].spends, &spent);
    let block = seal(Some(tree.blocks[8].at), 9, vec![coinbase(&tree), twice], 9);
    writer.append(&block).unwrap_err();
    assert_eq!(writer.append(&tree.blocks[9]), Err(LedgerError::HalfWay));
    assert_eq!(
        writer.set_tip(tree.blocks[3].at.hash),
        Err(LedgerError::HalfWay)
    );
}

#[test]
fn a_tip_that_is_not_held_is_refused() {
    let dir = folder();
    let mut writer = Writer::open(dir.path(), CHAIN).unwrap();
    let hash = unknown_block();
    assert_eq!(writer.set_tip(hash), Err(LedgerError::NoSuchBlock(hash)));
    let tree = Tree::new(1, 5);
    writer.append(&tree.blocks[0]).unwrap();
    writer.commit().unwrap();
    let ledger = Ledger::open(dir.path()).unwrap();
    let error = ledger.view_at(hash).unwrap_err();
    assert_eq!(error, LedgerError::NoSuchBlock(hash));
}

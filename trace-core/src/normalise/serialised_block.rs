//! A block in the chain's own encoding.

use super::cursor::Cursor;
use super::prevouts::Prevouts;
use super::{NormaliseError, Spent, merkle_tree, serialised_transaction};
use crate::model::{Address, Block, BlockRef, Header, OutPoint, Transaction};

/// Reads a block whose spent outputs are `spent`.
pub(super) fn read(at: BlockRef, block: &[u8], spent: &Spent) -> Result<Block, NormaliseError> {
    let mut cursor = Cursor::new(block);
    let header = Header(cursor.array()?);
    named(at, &header)?;
    let count = cursor.count(serialised_transaction::TRANSACTION_BYTES_MIN)?;
    let mut prevouts = Prevouts::of_block(spent, count)?;
    let mut transactions = Vec::with_capacity(count);
    for index in 0..count {
        let transaction = serialised_transaction::read(&mut cursor, &mut prevouts)
            .map_err(|error| error.inside(format!("transaction {index}")))?;
        transactions.push(transaction);
    }
    cursor.end()?;
    prevouts.end()?;
    whole(at, header, transactions)
}

/// That a header is that of the block it is said to be.
pub(super) fn named(at: BlockRef, header: &Header) -> Result<(), NormaliseError> {
    let hash = header.hash();
    if hash == at.hash {
        return Ok(());
    }
    Err(NormaliseError::new(
        "header",
        format!("this is block {hash}"),
    ))
}

/// A block whose header is known to be the right one, once its transactions are, too.
///
/// That the first one is a coinbase also tells transactions from inner nodes of the tree,
/// which can have the form of a transaction of 64 bytes (CVE-2017-12842).
pub(super) fn whole(
    at: BlockRef,
    header: Header,
    transactions: Vec<Transaction<Address, OutPoint>>,
) -> Result<Block, NormaliseError> {
    for (index, transaction) in transactions.iter().enumerate() {
        if transaction.is_coinbase() != (index == 0) {
            return Err(NormaliseError::new(
                format!("transaction {index}"),
                "the coinbase must come first and only there",
            ));
        }
    }
    let txids = transactions.iter().map(|one| one.txid).collect();
    if merkle_tree::root(txids) != Some(header.merkle_root()) {
        return Err(NormaliseError::new(
            "transactions",
            "they do not hash to the header's merkle root",
        ));
    }
    Ok(Block {
        at,
        header,
        transactions,
    })
}

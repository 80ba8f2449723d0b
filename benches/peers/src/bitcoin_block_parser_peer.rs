//! `bitcoin-block-parser`: blocks on many threads, in order, with or without prevouts.

use std::path::Path;

use bitcoin_block_parser::{BlockParser, UtxoParser};

use crate::Failure;

pub(crate) fn run(folder: &Path) -> Result<String, Failure> {
    let parser = BlockParser::new(name(folder)?)?;
    let transactions: u64 = parser
        .parse(|block| block.txdata.len() as u64)
        .ordered()
        .into_iter()
        .sum();
    Ok(format!("transactions {transactions}"))
}

pub(crate) fn run_with_prevouts(folder: &Path) -> Result<String, Failure> {
    let filter = folder.join("peers-filter.bin");
    let filter = name(&filter)?;
    let parser = UtxoParser::new(name(folder)?, filter);
    let (mut transactions, mut fees_sat) = (0_u64, 0_u64);
    for transactions_of_block in parser.parse(|block| block.txdata)? {
        for tx in transactions_of_block {
            transactions += 1;
            let is_coinbase = tx.transaction.is_coinbase();
            let paid: u64 = tx
                .transaction
                .output
                .iter()
                .map(|out| out.value.to_sat())
                .sum();
            let spent: u64 = tx.input().map(|(_, out)| out.value.to_sat()).sum();
            if !is_coinbase {
                fees_sat += spent.saturating_sub(paid);
            }
        }
    }
    Ok(format!("transactions {transactions}\nfees_sat {fees_sat}"))
}

fn name(path: &Path) -> Result<&str, Failure> {
    path.to_str()
        .ok_or_else(|| "a path that is not UTF-8".into())
}

//! `bitcoin_slices`: decodes where the bytes lie and keeps nothing.

use std::ops::ControlFlow;
use std::path::Path;

use bitcoin_slices::{Visit as _, Visitor, bsl};

use crate::{Failure, block_files, mapped};

#[derive(Default)]
struct Sums {
    transactions: u64,
    outputs: u64,
    value_sat: u64,
}

impl Visitor for Sums {
    fn visit_transaction(&mut self, _: &bsl::Transaction<'_>) -> ControlFlow<()> {
        self.transactions += 1;
        ControlFlow::Continue(())
    }

    fn visit_tx_out(&mut self, _: usize, output: &bsl::TxOut<'_>) -> ControlFlow<()> {
        self.outputs += 1;
        self.value_sat += output.value();
        ControlFlow::Continue(())
    }
}

pub(crate) fn run(folder: &Path) -> Result<String, Failure> {
    let mut sums = Sums::default();
    for file in block_files(folder)? {
        let bytes = mapped(&file)?;
        let mut rest = &bytes[..];
        while let Some((frame, after)) = rest.split_at_checked(8) {
            let length = frame
                .iter()
                .skip(4)
                .rev()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            let Some((block, after)) = after.split_at_checked(length) else {
                break;
            };
            bsl::Block::visit(block, &mut sums).map_err(|error| format!("{error:?}"))?;
            rest = after;
        }
    }
    let Sums {
        transactions,
        outputs,
        value_sat,
    } = sums;
    Ok(format!(
        "transactions {transactions}\noutputs {outputs}\nvalue_sat {value_sat}"
    ))
}

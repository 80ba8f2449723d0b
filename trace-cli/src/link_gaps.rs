//! What could not be known of addresses while looking for links.

use heuristics::links::Gap;
use trace_core::model::AddressId;

use crate::document::{GapNote, Names};
use crate::wording;

/// A gap with the chain's own names.
pub(crate) fn note(names: &Names<'_>, gap: Gap) -> GapNote {
    let address = |id: AddressId| {
        let address = names.view().address(id);
        address.map_or_else(String::new, |address| {
            address.text(names.network()).to_string()
        })
    };
    match gap {
        Gap::Receipts { address: id, why } => GapNote {
            gap: "receipts",
            at: address(id),
            why: wording::unknown(why),
        },
        Gap::Spender { output, why } => GapNote {
            gap: "output",
            at: names.outpoint(output).to_string(),
            why: wording::unknown(why),
        },
        Gap::Transaction { tx, why } => GapNote {
            gap: "transaction",
            at: names.txid(tx).to_string(),
            why: wording::unknown(why),
        },
        Gap::TooManyTransactions { address: id, .. } => GapNote {
            gap: "transactions",
            at: address(id),
            why: "it has more transactions than --address-transactions-max allows to be looked at",
        },
    }
}

//! From transactions in their places to the answer that they are.

use super::{SourceError, Told};
use crate::model::BlockRef;
use crate::view::{Located, Question};

impl Told {
    /// What the transactions found say to a question, as of a block: those above it do not
    /// count. Checks what the transactions themselves show.
    ///
    /// # Errors
    /// When one could not be had, or does not do what it was said to do.
    pub(crate) fn of(
        question: &Question,
        found: Vec<Result<Located, SourceError>>,
        as_of: BlockRef,
    ) -> Result<Self, SourceError> {
        let mut found: Vec<Located> = found.into_iter().collect::<Result<_, _>>()?;
        found.retain(|located| located.position.height <= as_of.height);
        found.sort_by_key(|located| located.position);
        for located in &found {
            if !answers(question, located) {
                let txid = located.transaction.txid;
                return Err(SourceError::Contradiction(format!(
                    "{question:?} was answered with transaction {txid}"
                )));
            }
        }
        Ok(match question {
            Question::Receipts(..) => Self::Receipts(found),
            Question::Transaction(txid) => match found.pop() {
                Some(located) => Self::Transaction(Box::new(located)),
                None => Self::NoTransaction(*txid),
            },
            Question::Spender(_) => match found.pop() {
                Some(located) => Self::Spent(Box::new(located)),
                None => Self::Unspent,
            },
        })
    }
}

fn answers(question: &Question, located: &Located) -> bool {
    let transaction = &located.transaction;
    match question {
        Question::Transaction(txid) => transaction.txid == *txid,
        Question::Spender(outpoint) => {
            let mut inputs = transaction.inputs.iter();
            inputs.any(|input| input.spends == *outpoint)
        }
        Question::Receipts(address, from) => {
            let mut outputs = transaction.outputs.iter();
            located.position.height >= *from
                && outputs.any(|output| output.address.as_ref() == Some(address))
        }
    }
}

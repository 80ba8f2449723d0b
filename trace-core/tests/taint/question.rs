//! A source that knows a scenario and answers one question at a time.

use testdata::scenario::Scenario;
use trace_core::model::BitcoinNetwork;
use trace_core::view::{Answer, Gathered, Located, Question, Spender, Unknown};

pub(crate) struct Source<'a> {
    pub(crate) scenario: &'a Scenario,
    /// Whether a transaction comes with the outputs that it spends.
    pub(crate) tells_prevouts: bool,
}

impl Source<'_> {
    /// A view in which nothing is known.
    pub(crate) fn empty_view(&self) -> Gathered {
        let chain = BitcoinNetwork::Regtest;
        Gathered::new(chain, self.scenario.tip())
    }

    pub(crate) fn answer(&self, view: &mut Gathered, question: &Question) {
        let all = self.scenario.transactions();
        match question {
            Question::Transaction(txid) => {
                match all.iter().find(|located| located.transaction.txid == *txid) {
                    Some(located) => self.insert(view, located),
                    None => view.insert_unknown(*txid, Unknown::BeforeFirstBlock),
                }
            }
            Question::Spender(outpoint) => {
                let spends = |located: &&Located| {
                    let mut inputs = located.transaction.inputs.iter();
                    inputs.any(|input| input.spends == *outpoint)
                };
                match all.iter().find(spends) {
                    Some(located) => self.insert(view, located),
                    None => view.insert_spender(*outpoint, Answer::Known(Spender::Unspent)),
                }
            }
            Question::Receipts(address, from_height) => {
                for located in all {
                    let mut outputs = located.transaction.outputs.iter();
                    if located.position.height >= *from_height
                        && outputs.any(|output| output.address.as_ref() == Some(address))
                    {
                        self.insert(view, located);
                    }
                }
                view.insert_receipts(address, Ok(*from_height));
            }
        }
    }

    fn insert(&self, view: &mut Gathered, located: &Located) {
        let mut located = located.clone();
        if !self.tells_prevouts {
            for input in &mut located.transaction.inputs {
                input.prevout = None;
            }
        }
        view.insert(&located);
    }
}

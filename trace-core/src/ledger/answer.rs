//! What a ledger answers to the questions a chain can be asked.

use super::address_table::script_hash;
use super::number::{EXTERNAL, from_40};
use super::view::LedgerView;
use crate::model::{
    Address, AddressId, BitcoinNetwork, BlockRef, OutPoint, Output, OutputId, Position, TxNumber,
    Txid,
};
use crate::view::{Answer, CoinView, Depth, NumberedTransaction, Outline, Spender, Unknown};

impl CoinView for LedgerView<'_> {
    fn chain(&self) -> BitcoinNetwork {
        self.ledger.chain()
    }

    fn tip(&self) -> BlockRef {
        self.tip
    }

    fn is_complete(&self) -> bool {
        self.first_height == 0
    }

    fn transaction(&self, tx: TxNumber, into: &mut NumberedTransaction) -> Answer<()> {
        if !self.branch.has_transaction(tx.0) {
            return NOT_FOUND;
        }
        self.fill(tx.0, into).map_or(NOT_FOUND, Answer::Known)
    }

    fn outline(&self, tx: TxNumber, into: &mut Outline) -> Answer<()> {
        if !self.branch.has_transaction(tx.0) {
            return NOT_FOUND;
        }
        self.fill_outline(tx, into).map_or(NOT_FOUND, Answer::Known)
    }

    /// Outputs that are spent lie anywhere, and the processor waits for each that is far away,
    /// unless it sees before it needs the first that many are wanted.
    fn expect(&self, soon: &[TxNumber], depth: Depth) {
        let columns = &self.ledger.columns;
        let mut seen = 0;
        for spent in soon.iter().flat_map(|tx| self.spends(*tx)) {
            let [value, ..] = columns.value.get(spent.0).unwrap_or_default();
            seen ^= value;
            if depth == Depth::Whole {
                let [address, ..] = columns.address.get(spent.0).unwrap_or_default();
                let [kind] = columns.kind.get(spent.0).unwrap_or_default();
                seen ^= address ^ kind;
            }
        }
        std::hint::black_box(seen);
    }

    fn order(&self, tx: TxNumber) -> u64 {
        tx.0
    }

    fn position(&self, tx: TxNumber) -> Answer<Position> {
        if !self.branch.has_transaction(tx.0) {
            return Answer::Unknown(Unknown::NotFound);
        }
        let position = self.block_of(tx.0).and_then(|(block, before)| {
            Some(Position {
                height: block.at.height,
                index: u32::try_from(tx.0.checked_sub(before.transactions)?).ok()?,
            })
        });
        position.map_or(Answer::Unknown(Unknown::NotFound), Answer::Known)
    }

    fn output_id(&self, tx: TxNumber, vout: u32) -> Option<OutputId> {
        if !self.branch.has_transaction(tx.0) {
            return None;
        }
        self.ledger.columns.output_of(tx.0, vout).map(OutputId)
    }

    fn outpoint(&self, output: OutputId) -> Answer<OutPoint> {
        let is_here = if output.0 & EXTERNAL == 0 {
            self.branch.has_output(output.0)
        } else {
            self.external_spender(output).is_some()
        };
        let outpoint = is_here.then(|| self.ledger.columns.outpoint(output.0));
        outpoint
            .flatten()
            .map_or(Answer::Unknown(Unknown::NotFound), Answer::Known)
    }

    fn output(&self, output: OutputId) -> Answer<Output<AddressId>> {
        let columns = &self.ledger.columns;
        if output.0 & EXTERNAL == 0 {
            if !self.branch.has_output(output.0) {
                return Answer::Unknown(Unknown::NotFound);
            }
            let output = columns.output(output.0);
            return output.map_or(Answer::Unknown(Unknown::NotFound), Answer::Known);
        }
        if self.external_spender(output).is_none() {
            return Answer::Unknown(Unknown::NotFound);
        }
        let external = columns.external_of(output.0);
        external
            .and_then(|external| external.output)
            .map_or(Answer::Unknown(Unknown::BeforeFirstBlock), Answer::Known)
    }

    fn value(&self, output: OutputId) -> Answer<u64> {
        let column = &self.ledger.columns.value;
        match column.get(output.0) {
            Some(value) if self.branch.has_output(output.0) => {
                Answer::Known(u64::from_le_bytes(value))
            }
            // Among them those outside.
            _ => match self.output(output) {
                Answer::Known(output) => Answer::Known(output.value_sat),
                Answer::NotFetched => Answer::NotFetched,
                Answer::Unknown(why) => Answer::Unknown(why),
            },
        }
    }

    fn creator(&self, output: OutputId) -> Answer<TxNumber> {
        if output.0 & EXTERNAL != 0 {
            let is_here = self.external_spender(output).is_some();
            return Answer::Unknown(if is_here {
                Unknown::BeforeFirstBlock
            } else {
                Unknown::NotFound
            });
        }
        if !self.branch.has_output(output.0) {
            return Answer::Unknown(Unknown::NotFound);
        }
        let creator = self.ledger.columns.creator_of(output.0).map(TxNumber);
        creator.map_or(Answer::Unknown(Unknown::NotFound), Answer::Known)
    }

    fn spender(&self, output: OutputId) -> Answer<Spender> {
        if output.0 & EXTERNAL != 0 {
            let spender = self.external_spender(output);
            return spender.map_or(Answer::Unknown(Unknown::NotFound), |tx| {
                Answer::Known(Spender::Spent(TxNumber(tx)))
            });
        }
        if !self.branch.has_output(output.0) {
            return Answer::Unknown(Unknown::NotFound);
        }
        let index = &self.ledger.index;
        let Some(first) = index.first_spender(&self.ledger.columns, output.0) else {
            return Answer::Known(Spender::Unspent);
        };
        let here = std::iter::once(first)
            .chain(index.other_spenders(output.0))
            .find(|tx| self.branch.has_transaction(*tx));
        Answer::Known(here.map_or(Spender::Unspent, |tx| Spender::Spent(TxNumber(tx))))
    }

    fn first_appearance(&self, address: AddressId) -> Answer<TxNumber> {
        if u64::from(address.0) >= self.counts.addresses {
            return Answer::Unknown(Unknown::NotFound);
        }
        if !self.is_complete() {
            return Answer::Unknown(Unknown::BeforeFirstBlock);
        }
        let columns = &self.ledger.columns;
        let first = columns.first.get(u64::from(address.0)).map(from_40);
        let first = first
            .filter(|output| self.branch.has_output(*output))
            .or_else(|| {
                // It came up first on a branch that was left.
                let receipts = self.receipts_backwards(address.0);
                receipts
                    .filter(|output| self.branch.has_output(*output))
                    .last()
            });
        first
            .and_then(|output| columns.creator_of(output))
            .map_or(Answer::Unknown(Unknown::NotFound), |tx| {
                Answer::Known(TxNumber(tx))
            })
    }

    fn address(&self, address: AddressId) -> Option<Address> {
        if u64::from(address.0) >= self.counts.addresses {
            return None;
        }
        Address::of_script(self.ledger.columns.script_of(address.0)?)
    }

    fn find_address(&self, address: &Address) -> Option<AddressId> {
        let hash = script_hash(address.script());
        let filter = self.filter.as_ref();
        if filter.is_some_and(|filter| !filter.may_hold(hash)) {
            return None;
        }
        let number = self.ledger.address_of(address.script(), hash)?;
        (u64::from(number) < self.counts.addresses).then_some(AddressId(number))
    }

    /// What the filter does not hold is settled first, for all of them together.
    fn find_addresses(&self, addresses: &[Address]) -> Vec<Option<AddressId>> {
        let hash = |address: &Address| script_hash(address.script());
        let hashes: Vec<u64> = addresses.iter().map(hash).collect();
        let filter = self.filter.as_ref();
        let may_hold = |hash: &u64| filter.is_none_or(|filter| filter.may_hold(*hash));
        let may_hold: Vec<bool> = hashes.iter().map(may_hold).collect();
        let asked = addresses.iter().zip(hashes).zip(may_hold);
        asked
            .map(|((address, hash), may_hold)| {
                let number = may_hold.then(|| self.ledger.address_of(address.script(), hash))??;
                (u64::from(number) < self.counts.addresses).then_some(AddressId(number))
            })
            .collect()
    }

    fn find_transaction(&self, txid: &Txid) -> Answer<TxNumber> {
        let mut named = self.ledger.transactions_named(txid);
        let here = named.find(|tx| self.branch.has_transaction(*tx));
        here.map_or(Answer::Unknown(Unknown::NotFound), |tx| {
            Answer::Known(TxNumber(tx))
        })
    }

    fn receipts(&self, address: AddressId, from_height: u32) -> Answer<Vec<OutputId>> {
        if u64::from(address.0) >= self.counts.addresses {
            return Answer::Unknown(Unknown::NotFound);
        }
        if from_height < self.first_height {
            return Answer::Unknown(Unknown::BeforeFirstBlock);
        }
        let Some(row) = self.row_from(from_height) else {
            return Answer::Known(Vec::new());
        };
        let first = self.ledger.rows.before(row).outputs;
        let mut receipts: Vec<OutputId> = self
            .receipts_backwards(address.0)
            .take_while(|output| *output >= first)
            .filter(|output| self.branch.has_output(*output))
            .map(OutputId)
            .collect();
        receipts.reverse();
        Answer::Known(receipts)
    }
}

const NOT_FOUND: Answer<()> = Answer::Unknown(Unknown::NotFound);

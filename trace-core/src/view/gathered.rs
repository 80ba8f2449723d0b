//! A view that holds what was fetched so far, numbered in the order of arrival.

use std::collections::{BTreeMap, HashMap};

use super::{Answer, CoinView, NumberedTransaction, Spender, Unknown};
use crate::model::{
    Address, AddressId, BitcoinNetwork, BlockRef, Input, OutPoint, Output, OutputId, Position,
    Transaction, TxNumber, Txid,
};

/// A transaction as a source tells it, with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where it stands.
    pub position: Position,
    /// The transaction.
    pub transaction: Transaction<Address, OutPoint>,
}

/// Transactions fetched one by one, and what the source said of outputs and addresses.
///
/// Memory grows with what was inserted. Nothing read from it depends on the order of the
/// hash maps inside: they are only looked up, never walked.
#[derive(Clone, Debug)]
pub struct Gathered {
    chain: BitcoinNetwork,
    tip: BlockRef,
    transactions: Vec<(Position, NumberedTransaction, Vec<OutputId>)>,
    tx_by_id: HashMap<Txid, Answer<TxNumber>>,
    outputs: Vec<KnownOutput>,
    output_by_outpoint: HashMap<OutPoint, OutputId>,
    addresses: Vec<KnownAddress>,
    address_by_script: HashMap<Address, AddressId>,
}

#[derive(Clone, Debug)]
struct KnownOutput {
    outpoint: OutPoint,
    output: Option<Output<AddressId>>,
    spender: Answer<Spender>,
}

#[derive(Clone, Debug)]
struct KnownAddress {
    address: Address,
    receipts: BTreeMap<(Position, u32), OutputId>,
    /// The height from which on `receipts` is all there is; `Err` while it is not.
    complete_from: Result<u32, Option<Unknown>>,
}

impl Gathered {
    /// An empty view of `chain` as of `tip`.
    pub fn new(chain: BitcoinNetwork, tip: BlockRef) -> Self {
        Self {
            chain,
            tip,
            transactions: Vec::new(),
            tx_by_id: HashMap::new(),
            outputs: Vec::new(),
            output_by_outpoint: HashMap::new(),
            addresses: Vec::new(),
            address_by_script: HashMap::new(),
        }
    }

    /// Adds a transaction, or returns the number it has already. What it spends is thereby
    /// known to be spent. A transaction above the tip is not added: it does not count.
    pub fn insert(&mut self, located: &Located) -> Option<TxNumber> {
        let Located {
            position,
            transaction,
        } = located;
        if position.height > self.tip.height {
            return None;
        }
        if let Some(Answer::Known(tx)) = self.tx_by_id.get(&transaction.txid) {
            return Some(*tx);
        }
        let tx = TxNumber(self.transactions.len() as u64);
        self.tx_by_id.insert(transaction.txid, Answer::Known(tx));
        let inputs = transaction
            .inputs
            .iter()
            .map(|input| self.insert_input(tx, input))
            .collect();
        let mut created = Vec::with_capacity(transaction.outputs.len());
        let mut outputs = Vec::with_capacity(transaction.outputs.len());
        for (vout, output) in (0_u32..).zip(&transaction.outputs) {
            let id = self.intern_outpoint(OutPoint {
                txid: transaction.txid,
                vout,
            });
            let output = self.intern_output(output);
            if let Some(address) = output.address
                && let Some(known) = self.addresses.get_mut(address.0 as usize)
            {
                known.receipts.insert((*position, vout), id);
            }
            if let Some(known) = self.outputs.get_mut(to_index(id.0)) {
                known.output = Some(output.clone());
                if !output.kind.is_spendable() {
                    known.spender = Answer::Known(Spender::Unspent);
                }
            }
            created.push(id);
            outputs.push(output);
        }
        let numbered = Transaction {
            txid: transaction.txid,
            version: transaction.version,
            lock_time: transaction.lock_time,
            weight: transaction.weight,
            inputs,
            outputs,
        };
        self.transactions.push((*position, numbered, created));
        Some(tx)
    }

    /// Notes that the source knows no such transaction, or why it could not tell.
    pub fn insert_unknown(&mut self, txid: Txid, why: Unknown) {
        self.tx_by_id.entry(txid).or_insert(Answer::Unknown(why));
    }

    /// Notes what the source said of an output. A spender already known stays.
    pub fn insert_spender(&mut self, outpoint: OutPoint, spender: Answer<Spender>) {
        let id = self.intern_outpoint(outpoint);
        if let Some(known) = self.outputs.get_mut(to_index(id.0))
            && !matches!(known.spender, Answer::Known(Spender::Spent(_)))
        {
            known.spender = spender;
        }
    }

    /// Notes that all transactions that pay to `address` from `from_height` on have been
    /// inserted, or why they could not be had.
    pub fn insert_receipts(&mut self, address: &Address, from_height: Result<u32, Unknown>) {
        let id = self.intern_address(address);
        if let Some(known) = self.addresses.get_mut(id.0 as usize) {
            known.complete_from = match (known.complete_from, from_height) {
                (Ok(old), Ok(new)) => Ok(old.min(new)),
                (Ok(old), Err(_)) => Ok(old),
                (Err(_), new) => new.map_err(Some),
            };
        }
    }

    /// The transactions held, in the order of arrival.
    pub fn transaction_numbers(&self) -> impl Iterator<Item = TxNumber> + use<> {
        (0..self.transactions.len() as u64).map(TxNumber)
    }

    /// The number of an address, giving it one if it has none.
    ///
    /// # Panics
    /// At 2³² different addresses, long after memory has run out.
    pub fn intern_address(&mut self, address: &Address) -> AddressId {
        if let Some(id) = self.address_by_script.get(address) {
            return *id;
        }
        let number = u32::try_from(self.addresses.len()).expect("memory ends before 2³² addresses");
        let id = AddressId(number);
        self.addresses.push(KnownAddress {
            address: address.clone(),
            receipts: BTreeMap::new(),
            complete_from: Err(None),
        });
        self.address_by_script.insert(address.clone(), id);
        id
    }

    /// The number of an output, giving it one if it has none.
    pub fn intern_outpoint(&mut self, outpoint: OutPoint) -> OutputId {
        if let Some(id) = self.output_by_outpoint.get(&outpoint) {
            return *id;
        }
        let id = OutputId(self.outputs.len() as u64);
        self.outputs.push(KnownOutput {
            outpoint,
            output: None,
            spender: Answer::NotFetched,
        });
        self.output_by_outpoint.insert(outpoint, id);
        id
    }

    fn insert_input(
        &mut self,
        tx: TxNumber,
        input: &Input<Address, OutPoint>,
    ) -> Input<AddressId, OutputId> {
        let spends = self.intern_outpoint(input.spends);
        let prevout = input
            .prevout
            .as_ref()
            .map(|output| self.intern_output(output));
        let prevout = if let Some(known) = self.outputs.get_mut(to_index(spends.0)) {
            known.spender = Answer::Known(Spender::Spent(tx));
            if known.output.is_none() {
                known.output.clone_from(&prevout);
            }
            known.output.clone()
        } else {
            prevout
        };
        Input {
            spends,
            prevout,
            sequence: input.sequence,
            has_witness: input.has_witness,
            reveals: input.reveals,
        }
    }

    fn intern_output(&mut self, output: &Output<Address>) -> Output<AddressId> {
        Output {
            value_sat: output.value_sat,
            kind: output.kind,
            address: output
                .address
                .as_ref()
                .map(|address| self.intern_address(address)),
        }
    }
}

/// Numbers here are indexes of vectors in memory, so they fit.
fn to_index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl CoinView for Gathered {
    fn chain(&self) -> BitcoinNetwork {
        self.chain
    }

    fn tip(&self) -> BlockRef {
        self.tip
    }

    fn is_complete(&self) -> bool {
        false
    }

    fn transaction(&self, tx: TxNumber, into: &mut NumberedTransaction) -> Answer<()> {
        match self.transactions.get(to_index(tx.0)) {
            Some((_, transaction, _)) => {
                into.clone_from(transaction);
                for input in &mut into.inputs {
                    if input.prevout.is_none()
                        && let Some(known) = self.outputs.get(to_index(input.spends.0))
                    {
                        input.prevout.clone_from(&known.output);
                    }
                }
                Answer::Known(())
            }
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn order(&self, tx: TxNumber) -> u64 {
        self.transactions
            .get(to_index(tx.0))
            .map_or(u64::MAX, |(position, _, _)| {
                u64::from(position.height) << 32 | u64::from(position.index)
            })
    }

    fn position(&self, tx: TxNumber) -> Answer<Position> {
        match self.transactions.get(to_index(tx.0)) {
            Some((position, _, _)) => Answer::Known(*position),
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn output_id(&self, tx: TxNumber, vout: u32) -> Option<OutputId> {
        let (_, _, outputs) = self.transactions.get(to_index(tx.0))?;
        outputs.get(vout as usize).copied()
    }

    fn outpoint(&self, output: OutputId) -> Answer<OutPoint> {
        match self.outputs.get(to_index(output.0)) {
            Some(known) => Answer::Known(known.outpoint),
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn output(&self, output: OutputId) -> Answer<Output<AddressId>> {
        match self.outputs.get(to_index(output.0)) {
            Some(KnownOutput {
                output: Some(output),
                ..
            }) => Answer::Known(output.clone()),
            Some(known) => match self.find_transaction(&known.outpoint.txid) {
                Answer::Known(_) => Answer::Unknown(Unknown::NotFound),
                Answer::NotFetched => Answer::NotFetched,
                Answer::Unknown(why) => Answer::Unknown(why),
            },
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn creator(&self, output: OutputId) -> Answer<TxNumber> {
        match self.outputs.get(to_index(output.0)) {
            Some(known) => self.find_transaction(&known.outpoint.txid),
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn spender(&self, output: OutputId) -> Answer<Spender> {
        match self.outputs.get(to_index(output.0)) {
            Some(known) => known.spender,
            None => Answer::Unknown(Unknown::NotFound),
        }
    }

    fn first_appearance(&self, address: AddressId) -> Answer<TxNumber> {
        let Some(known) = self.addresses.get(address.0 as usize) else {
            return Answer::Unknown(Unknown::NotFound);
        };
        match known.complete_from {
            Ok(0) => match known.receipts.values().next() {
                Some(output) => self.creator(*output),
                None => Answer::Unknown(Unknown::NotFound),
            },
            Ok(_) => Answer::Unknown(Unknown::BeforeFirstBlock),
            Err(Some(why)) => Answer::Unknown(why),
            Err(None) => Answer::NotFetched,
        }
    }

    fn address(&self, address: AddressId) -> Option<Address> {
        self.addresses
            .get(address.0 as usize)
            .map(|known| known.address.clone())
    }

    fn find_address(&self, address: &Address) -> Option<AddressId> {
        self.address_by_script.get(address).copied()
    }

    fn find_transaction(&self, txid: &Txid) -> Answer<TxNumber> {
        self.tx_by_id
            .get(txid)
            .copied()
            .unwrap_or(Answer::NotFetched)
    }

    fn find_receipts(&self, address: &Address, from_height: u32) -> Answer<Vec<OutputId>> {
        match self.find_address(address) {
            Some(id) => self.receipts(id, from_height),
            None => Answer::NotFetched,
        }
    }

    fn receipts(&self, address: AddressId, from_height: u32) -> Answer<Vec<OutputId>> {
        let Some(known) = self.addresses.get(address.0 as usize) else {
            return Answer::Unknown(Unknown::NotFound);
        };
        match known.complete_from {
            Ok(complete) if complete <= from_height => Answer::Known(
                known
                    .receipts
                    .range(
                        (
                            Position {
                                height: from_height,
                                index: 0,
                            },
                            0,
                        )..,
                    )
                    .map(|(_, output)| *output)
                    .collect(),
            ),
            Err(Some(why)) => Answer::Unknown(why),
            Ok(_) | Err(None) => Answer::NotFetched,
        }
    }
}

//! The chain as of a tip, answered by walking over all of it.

use std::collections::{BTreeMap, BTreeSet};

use trace_core::ledger::LedgerView;
use trace_core::model::{
    Address, AddressId, Block, Input, OutPoint, Output, OutputId, Position, Transaction, TxNumber,
    Txid,
};
use trace_core::view::{Answer, CoinView, NumberedTransaction, Spender, Unknown};

/// An output by the transaction's place and its index there: unlike its name, unique.
type Place = (Position, u32);

pub(crate) struct Naive<'a> {
    branch: Vec<&'a Block>,
    transactions: BTreeMap<Position, &'a Transaction<Address, OutPoint>>,
    spenders: BTreeMap<Place, Position>,
    /// By the place of an input, the output it spends, if that is held.
    spent: BTreeMap<Place, Place>,
    /// What pays to each address that is paid to, and to each of `others`.
    receipts: BTreeMap<Address, Vec<Place>>,
}

impl<'a> Naive<'a> {
    pub(crate) fn of(branch: Vec<&'a Block>, others: impl Iterator<Item = Address>) -> Self {
        let mut naive = Self {
            receipts: others.map(|address| (address, Vec::new())).collect(),
            branch: branch.clone(),
            transactions: BTreeMap::new(),
            spenders: BTreeMap::new(),
            spent: BTreeMap::new(),
        };
        let mut unspent: BTreeMap<OutPoint, Place> = BTreeMap::new();
        for block in branch {
            for (index, transaction) in (0..).zip(&block.transactions) {
                let position = Position {
                    height: block.at.height,
                    index,
                };
                naive.transactions.insert(position, transaction);
                for (number, input) in (0..).zip(&transaction.inputs) {
                    if let Some(place) = unspent.remove(&input.spends) {
                        naive.spenders.insert(place, position);
                        naive.spent.insert((position, number), place);
                    }
                }
                for (vout, output) in (0..).zip(&transaction.outputs) {
                    let txid = transaction.txid;
                    if let Some(address) = output.address.clone() {
                        let receipts = naive.receipts.entry(address).or_default();
                        receipts.push((position, vout));
                    }
                    unspent.insert(OutPoint { txid, vout }, (position, vout));
                }
            }
        }
        naive
    }

    fn first_height(&self) -> u32 {
        self.branch[0].at.height
    }

    /// Asks a view everything there is to ask.
    pub(crate) fn check(&self, view: &LedgerView<'_>) {
        let tip = self.branch.last().unwrap().at;
        assert_eq!(view.tip(), tip);
        assert_eq!(view.is_complete(), self.first_height() == 0);
        assert_eq!(view.first_height(), self.first_height());
        for block in &self.branch {
            assert_eq!(view.block_at(block.at.height), Some(block.at));
            assert_eq!(view.time_at(block.at.height), Some(block.header.time()));
        }
        assert_eq!(view.block_at(tip.height + 1), None);
        let numbers: Vec<TxNumber> = view.transaction_numbers().collect();
        assert_eq!(numbers.len(), self.transactions.len());
        assert!(numbers.is_sorted_by_key(|tx| view.order(*tx)));
        let (from, to) = (self.first_height() + 1, tip.height.saturating_sub(1));
        let between: Vec<TxNumber> = view.transactions_between(from, to).collect();
        let all = self.transactions.keys().zip(&numbers);
        let expected = all.filter(|(position, _)| (from..=to).contains(&position.height));
        assert_eq!(between, expected.map(|(_, tx)| *tx).collect::<Vec<_>>());
        let by_position: BTreeMap<Position, TxNumber> =
            self.transactions.keys().copied().zip(numbers).collect();
        let latest: BTreeMap<Txid, Position> = self
            .transactions
            .iter()
            .map(|(position, transaction)| (transaction.txid, *position))
            .collect();
        let mut into = NumberedTransaction::default();
        for (position, transaction) in &self.transactions {
            let tx = by_position[position];
            assert_eq!(view.position(tx), Answer::Known(*position));
            assert_eq!(view.transaction(tx, &mut into), Answer::Known(()));
            self.check_transaction(view, &by_position, *position, &into);
            let found = view.find_transaction(&transaction.txid);
            let latest = latest[&transaction.txid];
            assert_eq!(found, Answer::Known(by_position[&latest]));
        }
        self.check_addresses(view, &by_position);
        self.check_bulk(view);
        check_elsewhere(view);
    }

    fn check_transaction(
        &self,
        view: &LedgerView<'_>,
        by_position: &BTreeMap<Position, TxNumber>,
        position: Position,
        numbered: &NumberedTransaction,
    ) {
        let expected = self.transactions[&position];
        let tx = by_position[&position];
        let outputs = view.outputs_of(tx);
        for (vout, output) in (0..).zip(&expected.outputs) {
            let id = view.output_id(tx, vout).unwrap();
            assert_eq!(id, OutputId(outputs.start + u64::from(vout)));
            let txid = expected.txid;
            assert_eq!(view.outpoint(id), Answer::Known(OutPoint { txid, vout }));
            assert_eq!(view.creator(id), Answer::Known(tx));
            let Answer::Known(told) = view.output(id) else {
                panic!("an output that is held is known");
            };
            assert_eq!(view.address_of(id), told.address);
            assert_eq!(named(view, &told), *output);
            let spender = self.spenders.get(&(position, vout));
            let spender = spender.map_or(Spender::Unspent, |at| Spender::Spent(by_position[at]));
            assert_eq!(view.spender(id), Answer::Known(spender));
        }
        assert_eq!(view.output_id(tx, expected.outputs.len() as u32), None);
        let mut inputs = Vec::new();
        for (number, (input, told)) in (0..).zip(expected.inputs.iter().zip(&numbered.inputs)) {
            let place = self.spent.get(&(position, number));
            let known = self.check_spent(view, by_position, place, input, told);
            assert_eq!(view.spender(told.spends), Answer::Known(Spender::Spent(tx)));
            inputs.push(Input {
                spends: input.spends,
                prevout: known,
                ..input.clone()
            });
        }
        let spends: Vec<OutputId> = view.spends(tx).collect();
        let told = numbered.inputs.iter().map(|input| input.spends);
        assert_eq!(spends, told.collect::<Vec<_>>());
        assert_eq!(
            unnumbered(view, numbered),
            Transaction {
                inputs,
                ..expected.clone()
            }
        );
    }

    /// What should be known of a spent output, having asked the view for it.
    fn check_spent(
        &self,
        view: &LedgerView<'_>,
        by_position: &BTreeMap<Position, TxNumber>,
        place: Option<&Place>,
        input: &Input<Address, OutPoint>,
        told: &Input<AddressId, OutputId>,
    ) -> Option<Output<Address>> {
        assert_eq!(view.outpoint(told.spends), Answer::Known(input.spends));
        if let Some((position, vout)) = place {
            let creator = by_position[position];
            assert_eq!(view.output_id(creator, *vout), Some(told.spends));
            let transaction = self.transactions[position];
            return Some(transaction.outputs[*vout as usize].clone());
        }
        let unknown = Answer::Unknown(Unknown::BeforeFirstBlock);
        assert_eq!(view.creator(told.spends), unknown);
        match (view.output(told.spends), &input.prevout) {
            (Answer::Known(told), Some(output)) => assert_eq!(named(view, &told), *output),
            (answer, None) => assert_eq!(answer, Answer::Unknown(Unknown::BeforeFirstBlock)),
            (answer, _) => panic!("{answer:?}"),
        }
        input.prevout.clone()
    }

    fn check_addresses(&self, view: &LedgerView<'_>, by_position: &BTreeMap<Position, TxNumber>) {
        let (first, tip) = (self.first_height(), view.tip().height);
        for (address, all) in &self.receipts {
            let Some(id) = view.find_address(address) else {
                assert!(all.is_empty(), "{address:?} has receipts and no number");
                continue;
            };
            assert!(id.0 < view.address_count());
            assert_eq!(view.address(id).as_ref(), Some(address));
            let appearance = match all.first() {
                _ if first > 0 => Answer::Unknown(Unknown::BeforeFirstBlock),
                Some((position, _)) => Answer::Known(by_position[position]),
                None => Answer::Unknown(Unknown::NotFound),
            };
            assert_eq!(view.first_appearance(id), appearance);
            for from in [
                0,
                first,
                first + 1,
                first.midpoint(tip),
                tip,
                tip + 1,
                u32::MAX,
            ] {
                let receipts = all
                    .iter()
                    .filter(|(position, _)| position.height >= from)
                    .map(|(position, vout)| view.output_id(by_position[position], *vout).unwrap());
                let expected = if from < first {
                    Answer::Unknown(Unknown::BeforeFirstBlock)
                } else {
                    Answer::Known(receipts.collect())
                };
                assert_eq!(view.receipts(id, from), expected, "{address:?} from {from}");
            }
        }
    }

    fn check_bulk(&self, view: &LedgerView<'_>) {
        let outputs = || self.transactions.values().flat_map(|tx| &tx.outputs);
        let ranges = || view.output_ranges();
        let values = ranges().flat_map(|range| &view.values_sat()[range]);
        let values: Vec<u64> = values.map(|value| u64::from_le_bytes(*value)).collect();
        let expected: Vec<u64> = outputs().map(|output| output.value_sat).collect();
        assert_eq!(values, expected);
        let kinds = ranges().flat_map(|range| &view.kinds()[range]);
        let expected: Vec<u8> = outputs().map(|output| output.kind as u8).collect();
        assert_eq!(kinds.map(|[kind]| *kind).collect::<Vec<_>>(), expected);
        for (kind, sum_sat) in view.sums_by_kind_sat() {
            let of_kind = outputs().filter(|output| output.kind == kind);
            let expected: u128 = of_kind.map(|output| u128::from(output.value_sat)).sum();
            assert_eq!(sum_sat, expected, "{kind:?}");
        }
        let addresses = ranges().flat_map(|range| &view.addresses()[range]);
        for (address, output) in addresses.zip(outputs()) {
            let id = AddressId(u32::from_le_bytes(*address));
            assert_eq!(view.address(id), output.address);
        }
    }
}

/// Numbers that the view did not give are unknown to it.
fn check_elsewhere(view: &LedgerView<'_>) {
    let not_found = Unknown::NotFound;
    let here: BTreeSet<TxNumber> = view.transaction_numbers().collect();
    for tx in (0..here.len() as u64 + 40).chain([1 << 39, 1 << 40, u64::MAX]) {
        let tx = TxNumber(tx);
        if !here.contains(&tx) {
            assert_eq!(view.position(tx), Answer::Unknown(not_found));
            assert_eq!(
                view.transaction(tx, &mut NumberedTransaction::default()),
                Answer::Unknown(not_found)
            );
            assert_eq!(view.output_id(tx, 0), None);
        }
    }
    for output in [(1 << 39) - 1, (1 << 40) - 1, 1 << 40, u64::MAX].map(OutputId) {
        assert_eq!(view.outpoint(output), Answer::Unknown(not_found));
        assert_eq!(view.output(output), Answer::Unknown(not_found));
        assert_eq!(view.creator(output), Answer::Unknown(not_found));
        assert_eq!(view.spender(output), Answer::Unknown(not_found));
    }
    for address in [view.address_count(), u32::MAX].map(AddressId) {
        assert_eq!(view.address(address), None);
        assert_eq!(view.first_appearance(address), Answer::Unknown(not_found));
        assert_eq!(view.receipts(address, 0), Answer::Unknown(not_found));
    }
    assert_eq!(
        view.find_transaction(&Txid([9; 32])),
        Answer::Unknown(not_found)
    );
    let other = Address::of_script(&[0x51, 0x51, 0x51]).unwrap();
    assert_eq!(view.find_address(&other), None);
}

/// Answers "not found" for everything in blocks that are not on the view's branch.
pub(crate) fn check_stale(view: &LedgerView<'_>, stale: &[&Block], branch: &[&Block]) {
    let here: BTreeSet<Txid> = branch
        .iter()
        .flat_map(|block| {
            block
                .transactions
                .iter()
                .map(|transaction| transaction.txid)
        })
        .collect();
    for transaction in stale.iter().flat_map(|block| &block.transactions) {
        if !here.contains(&transaction.txid) {
            let answer = view.find_transaction(&transaction.txid);
            assert_eq!(answer, Answer::Unknown(Unknown::NotFound));
        }
    }
}

fn named(view: &LedgerView<'_>, output: &Output<AddressId>) -> Output<Address> {
    Output {
        value_sat: output.value_sat,
        kind: output.kind,
        address: output.address.map(|id| view.address(id).unwrap()),
    }
}

fn unnumbered(
    view: &LedgerView<'_>,
    numbered: &NumberedTransaction,
) -> Transaction<Address, OutPoint> {
    let inputs = numbered.inputs.iter().map(|input| Input {
        spends: match view.outpoint(input.spends) {
            Answer::Known(outpoint) => outpoint,
            answer => panic!("{answer:?}"),
        },
        prevout: input.prevout.as_ref().map(|output| named(view, output)),
        sequence: input.sequence,
        has_witness: input.has_witness,
        reveals: input.reveals,
    });
    Transaction {
        txid: numbered.txid,
        version: numbered.version,
        lock_time: numbered.lock_time,
        weight: numbered.weight,
        inputs: inputs.collect(),
        outputs: numbered.outputs.iter().map(|o| named(view, o)).collect(),
    }
}

//! What trace says, in the form in which it is compared.

use std::fmt::Write as _;

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use heuristics::mix;
use trace_core::ledger::LedgerView;
use trace_core::model::{AddressId, OutPoint, OutputId};
use trace_core::taint::{DestinationKind, LabelIndex, MixAnswer, Plan, Propagator, Surroundings};
use trace_core::view::{Answer, CoinView as _, NumberedTransaction, Outline};

use crate::figures::Failure;
use crate::workload::follow::follow;

/// The script of each address, by number.
pub(super) fn addresses(view: &LedgerView<'_>) -> Result<Vec<Box<[u8]>>, Failure> {
    let script = |number| {
        let address = view.address(AddressId(number));
        let address = address.ok_or_else(|| format!("address {number} has no script"))?;
        Ok(address.script().into())
    };
    (0..view.address_count()).map(script).collect()
}

/// For each address the first one of its cluster.
pub(super) fn clusters(view: &LedgerView<'_>) -> Result<Vec<u32>, Failure> {
    let mut clustering = Clustering::new(RuleSet::default(), 0);
    clustering.advance(view, view.transaction_numbers())?;
    let clusters = clustering.clusters();
    let numbers = 0..view.address_count();
    Ok(numbers
        .map(|number| clusters.find(AddressId(number)).0)
        .collect())
}

/// The destinations in the order of the trail, one a line: what it is, where, and how much.
pub(super) fn destinations<'a>(
    view: &LedgerView<'a>,
    plan: Plan,
    surroundings: &impl Surroundings<LedgerView<'a>>,
) -> Result<String, Failure> {
    let trail = follow(view, Propagator::new(plan), surroundings)?;
    let mut text = String::new();
    for destination in &trail.destinations {
        let sat: u64 = destination
            .shares
            .iter()
            .map(|share| share.amount_sat)
            .sum();
        let visit = trail.visits.get(destination.visit.0 as usize);
        let output = visit.ok_or("a destination without a visit")?.output;
        let (kind, outpoint) = match destination.kind {
            DestinationKind::Unspent => ("unspent", outpoint(view, output)?),
            DestinationKind::Mix { .. } => ("mix", outpoint(view, output)?),
            DestinationKind::Fee(tx) => {
                let first = view.output_id(tx, 0);
                let first = first.ok_or("a transaction without outputs")?;
                writeln!(text, "fee {} {sat}", outpoint(view, first)?.txid)?;
                continue;
            }
            other => return Err(format!("a whole chain has no {other:?}").into()),
        };
        writeln!(text, "{kind} {outpoint} {sat}")?;
    }
    Ok(text)
}

fn outpoint(view: &LedgerView<'_>, output: OutputId) -> Result<OutPoint, Failure> {
    match view.outpoint(output) {
        Answer::Known(outpoint) => Ok(outpoint),
        other => Err(format!("output number {}: {other:?}", output.0).into()),
    }
}

/// No services, and the mixes that are certain.
pub(super) struct Detected;

impl<V: ?Sized> Surroundings<V> for Detected {
    fn service(&self, _: &V, _: AddressId) -> Option<LabelIndex> {
        None
    }

    fn may_be_mix(&self, outline: &Outline) -> bool {
        mix::may_be(outline)
    }

    fn mix(&self, transaction: &NumberedTransaction) -> MixAnswer {
        mix::detect(transaction).into()
    }
}

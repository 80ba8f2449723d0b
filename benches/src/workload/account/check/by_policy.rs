//! Where value goes by a policy.

use std::collections::BTreeMap;

use trace_core::ledger::account::LedgerView;
use trace_core::model::TxNumber;
use trace_core::model::account::U256;
use trace_core::taint::Policy;
use trace_core::taint::account::{DestinationKind, Gap, Trail};
use trace_core::view::Answer;
use trace_core::view::account::AccountView as _;

use super::super::follow::{follow, plan};
use crate::figures::Failure;
use crate::naive::Naive;
use crate::story::{Story, asset_name, name_of};

/// What is where, in the words of the naive walk: `held ACCOUNT ASSET SEED`.
type Sums = BTreeMap<String, U256>;

/// Compares all destinations and totals, and says how many there are.
pub(super) fn compare(
    view: &LedgerView<'_>,
    story: &Story,
    policy: Policy,
) -> Result<u64, Failure> {
    let plan = plan(policy);
    let plain = Naive::new(story, &plan).walk();
    let trail = follow(view, plan)?;
    // What comes back to a seed is of two seeds; nothing else may be unclear on a whole chain.
    let mut gaps = trail.gaps.iter();
    if let Some(gap) = gaps.find(|gap| !matches!(gap, Gap::SeededTwice(..))) {
        return Err(format!("{policy} does not know all: {gap:?}").into());
    }
    if !trail.conserves() && policy.conserves_value() {
        return Err(format!("{policy} loses some of what came").into());
    }
    let ours = sums(view, &trail)?;
    for name in ours.keys().chain(plain.keys()) {
        let (ours, plain) = (ours.get(name), plain.get(name));
        if ours != plain {
            let why = format!("{policy}: {name} is {ours:?} for trace and plainly {plain:?}");
            return Err(why.into());
        }
    }
    Ok(ours.len() as u64)
}

/// The destinations and totals of a trail, added up by what is alike.
fn sums(view: &LedgerView<'_>, trail: &Trail) -> Result<Sums, Failure> {
    let mut sums = Sums::new();
    for place in &trail.destinations {
        let visit = trail.visits.get(place.visit.0 as usize);
        let visit = visit.ok_or("a destination without a visit")?;
        let account = view.address(visit.account).ok_or("no such account")?;
        let of = view.asset(visit.asset).ok_or("no such asset")?;
        let (kind, account, of) = (
            kind(view, place.kind)?,
            name_of(account.as_slice()),
            asset_name(of),
        );
        for share in &place.shares {
            let name = format!("{kind} {account} {of} {}", share.seed);
            *sums.entry(name).or_default() += share.amount;
        }
    }
    for totals in &trail.totals {
        let of = asset_name(view.asset(totals.asset).ok_or("no such asset")?);
        for (what, amount) in [("seeded", totals.seeded), ("received", totals.received)] {
            if !amount.is_zero() {
                let name = format!("{what} {of} {}", totals.seed);
                sums.insert(name, U256::saturating_from(amount));
            }
        }
    }
    Ok(sums)
}

fn kind(view: &LedgerView<'_>, kind: DestinationKind) -> Result<String, Failure> {
    let of = |what: &str, tx: TxNumber| match view.hash(tx) {
        Answer::Known(Some(hash)) => Ok(format!("{what} {}", name_of(hash.as_slice()))),
        other => Err(format!("{tx:?} is {other:?}").into()),
    };
    match kind {
        DestinationKind::Held => Ok("held".to_owned()),
        DestinationKind::Pool => Ok("pool".to_owned()),
        DestinationKind::Fee(tx) => of("fee", tx),
        DestinationKind::Burnt(tx) => of("burnt", tx),
        DestinationKind::Swapped(tx) => of("swapped", tx),
        other => Err(format!("nothing ends as {other:?} on this chain").into()),
    }
}

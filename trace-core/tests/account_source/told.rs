//! A trail by the names that the chain has for things, so that two views can be compared.

use std::fmt::Write;

use trace_core::model::TxNumber;
use trace_core::taint::account::{DestinationKind, Gap, Standing, Surroundings, Trail};
use trace_core::view::Answer;
use trace_core::view::account::{AccountId, AccountView, AssetId};

/// Nobody is anybody in particular.
pub(crate) struct Everybody;

impl<V: ?Sized> Surroundings<V> for Everybody {
    fn standing(&self, _: &V, _: AccountId) -> Standing {
        Standing::Plain
    }
}

/// Everything that was found, the gap apart that inner calls were not seen.
pub(crate) fn told(view: &impl AccountView, trail: &Trail) -> String {
    let account = |id: AccountId| view.address(id).unwrap().to_string();
    let asset = |id: AssetId| view.asset(id).unwrap().to_string();
    let place = |tx: TxNumber| match (view.position(tx), view.hash(tx), view.time(tx)) {
        // Who asks for accounts one by one puts what they held from the beginning behind
        // everything else in that block, whatever that is.
        (Answer::Known(at), Answer::Known(None), Answer::Known(time)) if at.height == 0 => {
            format!("genesis {time}")
        }
        (Answer::Known(at), Answer::Known(hash), Answer::Known(time)) => {
            format!("{}/{} {hash:?} {time}", at.height, at.index)
        }
        other => panic!("{other:?}"),
    };
    let mut text = format!(
        "{:?} {:?} {}\n",
        trail.policy, trail.as_of, trail.transactions
    );
    for visit in &trail.visits {
        let tx = visit.tx.map(place);
        let (whose, what) = (account(visit.account), asset(visit.asset));
        writeln!(
            text,
            "{whose} {what} {tx:?} {:?} {:?} {} {:?} {:?} {}",
            visit.transfer, visit.via, visit.amount, visit.shares, visit.parent, visit.hops
        )
        .unwrap();
    }
    for destination in &trail.destinations {
        let kind = match destination.kind {
            DestinationKind::Fee(tx) => format!("fee {}", place(tx)),
            DestinationKind::Burnt(tx) => format!("burnt {}", place(tx)),
            DestinationKind::Created(tx) => format!("created {}", place(tx)),
            DestinationKind::Swapped(tx) => format!("swapped {}", place(tx)),
            other => format!("{other:?}"),
        };
        writeln!(
            text,
            "{kind} {:?} {:?}",
            destination.visit, destination.shares
        )
        .unwrap();
    }
    for totals in &trail.totals {
        let sum = (totals.seed, totals.seeded, totals.received, totals.sum());
        writeln!(text, "{sum:?} {}", asset(totals.asset)).unwrap();
    }
    for gap in &trail.gaps {
        match gap {
            Gap::InnerCalls | Gap::Unindexed(_) => {}
            Gap::Balance(id, of, tx, why) => {
                writeln!(
                    text,
                    "balance {} {} {:?} {why:?}",
                    account(*id),
                    asset(*of),
                    tx.map(place)
                )
                .unwrap();
            }
            Gap::Overdrawn(id, of, tx) => {
                writeln!(
                    text,
                    "overdrawn {} {} {}",
                    account(*id),
                    asset(*of),
                    place(*tx)
                )
                .unwrap();
            }
            Gap::Account(id, why) => writeln!(text, "account {} {why:?}", account(*id)).unwrap(),
            Gap::SeededTwice(id, of, tx) => {
                writeln!(
                    text,
                    "twice {} {} {:?}",
                    account(*id),
                    asset(*of),
                    tx.map(place)
                )
                .unwrap();
            }
            other => writeln!(text, "{other:?}").unwrap(),
        }
    }
    writeln!(text, "{:?}", trail.limits_hit).unwrap();
    text
}

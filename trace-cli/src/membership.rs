//! Who belongs to the cluster of an address, and what they have.

use std::collections::{BTreeSet, VecDeque};

use heuristics::RuleSet;
use heuristics::links::{self, Bounds, Gap};
use trace_core::model::{AddressId, OutPoint, Position, TxNumber};
use trace_core::view::{Answer, CoinView, Question, Spender, Unknown};

use crate::document::Amount;

/// A search from an address over its links.
pub(crate) struct Membership<'a> {
    pub(crate) rules: &'a RuleSet,
    pub(crate) bounds: Bounds,
    pub(crate) addresses_max: usize,
}

/// A cluster, as far as it was seen.
#[derive(Debug)]
pub(crate) struct Found {
    /// By where an address first appears in the chain.
    pub(crate) members: Vec<Holding>,
    pub(crate) gaps: BTreeSet<Gap>,
    /// Whether there may be more addresses than were looked at.
    pub(crate) limit_reached: bool,
}

/// What one address received and still has.
#[derive(Debug)]
pub(crate) struct Holding {
    pub(crate) address: AddressId,
    pub(crate) outputs: u64,
    pub(crate) received: Amount,
    /// `None` where not everything that tells is known.
    pub(crate) unspent: Option<Amount>,
    /// Where it is first paid: position, index, and which output that is.
    first: Option<(Position, OutPoint)>,
    /// The first and the last transaction in which it takes part.
    pub(crate) seen: Option<[(Position, TxNumber); 2]>,
}

impl Membership<'_> {
    /// Everybody in one cluster with an address, or what has to be fetched to tell.
    pub(crate) fn of(
        &self,
        view: &dyn CoinView,
        address: AddressId,
    ) -> Result<Found, Vec<Question>> {
        let mut found = Found {
            members: Vec::new(),
            gaps: BTreeSet::new(),
            limit_reached: false,
        };
        let mut wants = Vec::new();
        let mut met = BTreeSet::from([address]);
        let mut open = VecDeque::from([address]);
        while let Some(next) = open.pop_front() {
            let around = links::neighbours(view, next, self.rules, self.bounds);
            wants.extend(around.wants);
            found.gaps.extend(around.gaps);
            for link in around.links {
                let other = if link.a == next { link.b } else { link.a };
                if met.contains(&other) {
                    continue;
                }
                if met.len() >= self.addresses_max {
                    found.limit_reached = true;
                } else {
                    met.insert(other);
                    open.push_back(other);
                }
            }
            let holding = holding(view, next, &mut wants, &mut found.gaps);
            found.members.push(holding);
        }
        if !wants.is_empty() {
            return Err(wants);
        }
        // An address that is never paid, as far as the view tells, stands last.
        found
            .members
            .sort_by_key(|member| (member.first.is_none(), member.first));
        Ok(found)
    }
}

fn holding(
    view: &dyn CoinView,
    address: AddressId,
    wants: &mut Vec<Question>,
    gaps: &mut BTreeSet<Gap>,
) -> Holding {
    let mut holding = Holding {
        address,
        outputs: 0,
        received: Amount::default(),
        unspent: None,
        first: None,
        seen: None,
    };
    let receipts = match view.receipts(address, 0) {
        Answer::Known(receipts) => receipts,
        // The search for links has asked already, or noted the gap.
        Answer::NotFetched | Answer::Unknown(_) => return holding,
    };
    let mut unspent = Some(Amount::default());
    for output in receipts {
        let outpoint = known(view.outpoint(output));
        let value = known(view.output(output)).map(|output| Amount::from(output.value_sat));
        holding.outputs += 1;
        holding.received = holding.received.plus(value.unwrap_or_default());
        if let Some(tx) = known(view.creator(output))
            && let Some(position) = holding.takes_part(view, tx)
            && let Some(outpoint) = outpoint
        {
            let first = (position, outpoint);
            holding.first = Some(holding.first.map_or(first, |known| known.min(first)));
        }
        match view.spender(output) {
            Answer::Known(Spender::Unspent) => {
                unspent = unspent.zip(value).map(|(sum, value)| sum.plus(value));
            }
            Answer::Known(Spender::Spent(tx)) => {
                holding.takes_part(view, tx);
            }
            Answer::NotFetched => wants.extend(outpoint.map(Question::Spender)),
            Answer::Unknown(why) => {
                note(gaps, output, why);
                unspent = None;
            }
        }
    }
    holding.unspent = unspent;
    holding
}

fn note(gaps: &mut BTreeSet<Gap>, output: trace_core::model::OutputId, why: Unknown) {
    gaps.insert(Gap::Spender { output, why });
}

impl Holding {
    fn takes_part(&mut self, view: &dyn CoinView, tx: TxNumber) -> Option<Position> {
        let position = known(view.position(tx))?;
        let at = (position, tx);
        let [first, last] = self.seen.unwrap_or([at, at]);
        self.seen = Some([first.min(at), last.max(at)]);
        Some(position)
    }
}

fn known<T>(answer: Answer<T>) -> Option<T> {
    match answer {
        Answer::Known(found) => Some(found),
        Answer::NotFetched | Answer::Unknown(_) => None,
    }
}

//! The clusters of a whole ledger.

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use trace_core::cluster::Clusters;
use trace_core::ledger::LedgerView;

use crate::failure::Failure;
use crate::session::Session;

/// Transactions between two looks at whether to stop.
const STEPS: usize = 100_000;

/// Makes the clusters of all transactions of a ledger, in one walk.
///
/// # Errors
/// When the ledger cannot be read, or the work is interrupted.
pub(crate) fn of(
    view: &LedgerView<'_>,
    rules: &RuleSet,
    session: &Session,
) -> Result<Clusters, Failure> {
    let all = view.transaction_numbers().count();
    let bar = session.talk.bar(all as u64, "clustering");
    let mut clustering = Clustering::new(rules.clone(), 0);
    let mut transactions = view.transaction_numbers().peekable();
    while transactions.peek().is_some() {
        if session.interruption.is_raised() {
            bar.finish_and_clear();
            let done = format!("{} of {all} transactions were clustered", bar.position());
            return Err(Failure::Interrupted(done));
        }
        let next = transactions.by_ref().take(STEPS);
        let unread = clustering.advance(view, next);
        unread.map_err(|unread| Failure::Asked(unread.to_string()))?;
        bar.inc(STEPS.min(all) as u64);
    }
    bar.finish_and_clear();
    let mut clusters = clustering.into_clusters();
    clusters.grow(view.address_count());
    Ok(clusters)
}

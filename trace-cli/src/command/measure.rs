//! `trace measure`: how often the change rules are right, by what the chain reveals later.

use heuristics::RuleSet;
use heuristics::change::RULES;
use heuristics::measure::{self, Evidence};
use trace_core::view::CoinView;

use crate::access::{self, Access};
use crate::arguments::{Measure, TextOrJson};
use crate::document::{AsOf, Measurement};
use crate::export;
use crate::failure::Failure;
use crate::session::{Answer, Session};
use crate::whole_clusters;

/// Runs the command.
pub(crate) async fn run(arguments: &Measure, session: &mut Session) -> Result<Answer, Failure> {
    let Access::Ledger(open) = access::open(&arguments.access, session)
        .await?
        .coins("trace measure")?
    else {
        let why = "measuring needs whole blocks: --ledger, or a source of blocks";
        return Err(Failure::Asked(why.to_owned()));
    };
    let view = open.view()?;
    let clusters = whole_clusters::of(&view, &RuleSet::default(), session)?;
    let (evidence, name) = match arguments.spent_together_max {
        Some(receipts_max) => (Evidence::SpentTogether { receipts_max }, "spent-together"),
        None => (Evidence::Clusters(&clusters), "clusters"),
    };
    let rules: Vec<_> = RULES.iter().collect();
    let measured = measure::change(&view, view.transaction_numbers(), &rules, evidence);
    let measurement = Measurement::of(AsOf::of(view.chain(), view.tip()), name, &measured);
    session.answer(|to| match arguments.format {
        TextOrJson::Text => export::measurement(&measurement, to),
        TextOrJson::Json => export::json(&measurement, to),
    })?;
    Ok(if measurement.revealed == 0 {
        Answer::Nothing
    } else {
        Answer::Given
    })
}

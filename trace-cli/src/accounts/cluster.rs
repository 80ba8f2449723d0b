//! `trace cluster` over accounts: which accounts belong together.

use heuristics::account::clustering::AccountClusters;
use trace_core::label::{Labels, StopSet};
use trace_core::ledger::account::LedgerView;
use trace_core::model::Position;
use trace_core::model::account::{Address, parse_address};
use trace_core::source::Interruption;
use trace_core::view::account::{AccountId, AccountView, start_of};
use trace_core::view::{Answer as Known, Unknown};

use super::document::{Amount, RuleLimits};
use super::explain::link_gaps;
use super::owners::Owners;
use super::{Access, links, whole_clusters};
use crate::arguments::{Cluster, TextOrJson};
use crate::document::{
    AsOf, Belongs, ClusterReport, ClusterTotals, GapNote, Holdings, LabelEntry, Member, PROGRAM,
    Seen, Unit,
};
use crate::export::{self, json_line};
use crate::failure::Failure;
use crate::session::{Answer, Session};

/// Runs the command.
pub(crate) fn run(
    arguments: &Cluster,
    access: &Access,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let rules = super::rules::read(&arguments.rules)?;
    let address = arguments
        .address
        .as_deref()
        .map(parse_address)
        .transpose()?;
    let open = access.whole_chain("trace cluster")?;
    let files = &arguments.label_files;
    let (labels, lists) = crate::label_files::read(files, access.chain(), session.talk)?;
    let view = open.view()?;
    let stop = StopSet::default();
    let clusters = whole_clusters::of(&view, &rules, &labels, &stop, session)?;
    let has_exchanges = whole_clusters::has_exchanges(&labels, &stop);
    let Some(address) = address else {
        return all(&view, &Owners::of(&clusters), arguments.format, session);
    };
    let whole = Whole {
        view: &view,
        labels: &labels,
        clusters: &clusters,
        interruption: &session.interruption,
    };
    let Some(report) = whole.report(&address, arguments.members_max)? else {
        session
            .talk
            .say("no transfer in the blocks held names the address");
        return Ok(if view.is_complete() {
            Answer::Nothing
        } else {
            Answer::InPart
        });
    };
    let report = ClusterReport {
        rules: rules.joins.iter().map(|rule| (*rule).into()).collect(),
        rule_limits: Some(RuleLimits::of(&rules, has_exchanges, access.chain())),
        lists,
        ..report
    };
    session.answer(|to| match arguments.format {
        TextOrJson::Text => export::cluster(&report, to),
        TextOrJson::Json => export::json(&report, to),
    })?;
    Ok(Answer::Given)
}

/// Every account with its cluster, in the order in which the ledger first met them.
fn all(
    view: &LedgerView<'_>,
    owners: &Owners,
    format: TextOrJson,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let mut answer = Answer::Nothing;
    for id in (0..=u32::MAX).map(AccountId) {
        let Some(account) = view.address(id) else {
            break;
        };
        // A ledger keeps the accounts of branches that were left.
        if !matches!(
            view.next(id, start_of(view.first_height())),
            Known::Known(Some(_))
        ) {
            continue;
        }
        let cluster = owners.cluster(&account).unwrap_or(account).to_string();
        let address = account.to_string();
        session.answer(|to| match format {
            TextOrJson::Text => writeln!(to, "{address} {cluster}"),
            TextOrJson::Json => json_line(&Belongs { address, cluster }, to),
        })?;
        answer = Answer::Given;
    }
    Ok(answer)
}

struct Whole<'a> {
    view: &'a LedgerView<'a>,
    labels: &'a Labels<Address>,
    clusters: &'a AccountClusters,
    interruption: &'a Interruption,
}

impl Whole<'_> {
    /// The cluster of an account; `None` where no transfer names any of it.
    fn report(
        &self,
        address: &Address,
        members_max: usize,
    ) -> Result<Option<ClusterReport>, Failure> {
        let members = self.clusters.members(address);
        let mut together = Holdings::none();
        let mut seen: Option<(Position, Position)> = None;
        let gaps = link_gaps(self.view, self.clusters, &members).into_iter();
        let mut gaps: Vec<GapNote> = gaps.map(|(_, gap)| gap).collect();
        let mut listed = Vec::new();
        for member in &members {
            if self.interruption.is_raised() {
                let done = "what members of the cluster hold was being added up".to_owned();
                return Err(Failure::Interrupted(done));
            }
            let (holdings, ends) = self.holdings(member, &mut gaps);
            together.add(&holdings);
            if let Some((first, last)) = ends {
                let (least, most) = seen.unwrap_or((first, last));
                seen = Some((least.min(first), most.max(last)));
            }
            if listed.len() < members_max {
                let label = self.labels.of(member).first().copied();
                listed.push(Member {
                    address: member.to_string(),
                    label: label.map(|(_, label)| label.name.clone()),
                    holdings,
                });
            }
        }
        let Some((first, last)) = seen else {
            return Ok(None);
        };
        let labels = members.iter().filter_map(|member| {
            let (_, label) = self.labels.of(member).first().copied()?;
            Some(LabelEntry::named(label, member.to_string()))
        });
        let reported = members
            .iter()
            .flat_map(|member| {
                let links = self.clusters.links_at(member);
                // Each once: of its two ends, from the one that it names first if both are here.
                links.filter(|(link, _)| {
                    link.link.a == *member || members.binary_search(&link.link.a).is_err()
                })
            })
            .filter_map(|known| links::reported(self.view, known));
        let deposits = self.clusters.found().deposit_addresses.iter();
        let is_deposit = |deposit: &Address| members.binary_search(deposit).is_ok();
        Ok(Some(ClusterReport {
            schema: "trace/cluster/2",
            program: PROGRAM,
            as_of: AsOf::of(AccountView::chain(self.view), self.view.tip()),
            address: address.to_string(),
            cluster: members.first().unwrap_or(address).to_string(),
            totals: ClusterTotals {
                addresses: members.len(),
                holdings: together,
                first_seen: Some(self.place(first)),
                last_seen: Some(self.place(last)),
            },
            members_left_out: members.len() - listed.len(),
            members: listed,
            deposit_addresses: deposits
                .filter(|found| is_deposit(&found.address))
                .map(|found| found.address.to_string())
                .collect(),
            reported: reported.collect(),
            labels: labels.collect(),
            rules: Vec::new(),
            change_votes: None,
            rule_limits: None,
            lists: Vec::new(),
            gaps,
            limits_hit: Vec::new(),
        }))
    }

    /// What an account received and what it has of that, and where it first and last took part in
    /// a transfer.
    fn holdings(
        &self,
        account: &Address,
        gaps: &mut Vec<GapNote>,
    ) -> (Holdings, Option<(Position, Position)>) {
        let mut holdings = Holdings::none();
        // What came before the first block held is not known, and so no balance is.
        holdings.held = holdings.held.filter(|_| self.view.is_complete());
        let Known::Known(id) = self.view.find_account(account) else {
            return (holdings, None);
        };
        let mut unknown = |at: String, why| {
            gaps.push(GapNote {
                gap: "balance",
                at,
                why: crate::wording::unknown(why),
            });
        };
        let flows = match self.view.flows(id) {
            Ok(Some(flows)) => flows,
            Ok(None) => return (holdings, None),
            Err(why) => {
                unknown(account.to_string(), why);
                holdings.held = None;
                return (holdings, None);
            }
        };
        let chain = AccountView::chain(self.view).into();
        for flow in &flows.by_asset {
            let unit = Unit {
                asset: flow.asset,
                chain,
            };
            holdings.arrivals = holdings.arrivals.saturating_add(flow.arrivals);
            if flow.arrivals > 0 {
                holdings.received.push(unit.of(Amount(flow.came)));
            }
            match (flow.balance, &mut holdings.held) {
                (Some(amount), Some(held)) if !amount.is_zero() => {
                    held.push(unit.of(amount.into()));
                }
                (None, Some(_)) => {
                    unknown(
                        format!("{account} in {}", flow.asset),
                        Unknown::Contradictory,
                    );
                }
                _ => {}
            }
        }
        (holdings, Some((flows.first, flows.last)))
    }

    fn place(&self, at: Position) -> Seen {
        let transaction = match self.view.first_from(at) {
            Known::Known(Some(tx)) => match self.view.hash(tx) {
                Known::Known(hash) => hash,
                _ => None,
            },
            _ => None,
        };
        Seen {
            height: at.height,
            transaction: transaction.map_or_else(String::new, |hash| hash.to_string()),
        }
    }
}

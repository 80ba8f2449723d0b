//! `trace cluster` over accounts: which accounts belong together.

use std::collections::BTreeMap;

use heuristics::account::clustering::AccountClusters;
use trace_core::label::{Labels, StopSet};
use trace_core::ledger::account::LedgerView;
use trace_core::model::Position;
use trace_core::model::account::{Address, Asset, parse_address};
use trace_core::view::Answer as Known;
use trace_core::view::account::{AccountId, AccountView, behind, start_of};

use super::document::{Amount, RuleLimits};
use super::explain::link_gaps;
use super::owners::Owners;
use super::{Access, links, whole_clusters};
use crate::arguments::{Cluster, TextOrJson};
use crate::document::{
    AsOf, Belongs, ClusterReport, ClusterTotals, GapNote, Holdings, LabelEntry, Member, Money,
    PROGRAM, Seen, Unit,
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
    };
    let Some(report) = whole.report(&address, arguments.members_max) else {
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
        rule_limits: Some(RuleLimits::of(&rules, has_exchanges)),
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
}

impl Whole<'_> {
    /// The cluster of an account; `None` where no transfer names any of it.
    fn report(&self, address: &Address, members_max: usize) -> Option<ClusterReport> {
        let members = self.clusters.members(address);
        let mut together = Holdings::default();
        let mut seen: Option<(Position, Position)> = None;
        let gaps = link_gaps(self.view, self.clusters, &members).into_iter();
        let mut gaps: Vec<GapNote> = gaps.map(|(_, gap)| gap).collect();
        let mut listed = Vec::new();
        for member in &members {
            let holdings = self.holdings(member, &mut gaps);
            together.add(&holdings);
            if let Some((first, last)) = self.seen(member) {
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
        let (first, last) = seen?;
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
        Some(ClusterReport {
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
        })
    }

    fn of(&self, asset: Asset, amount: Amount) -> Money {
        let chain = AccountView::chain(self.view).into();
        Unit { asset, chain }.of(amount)
    }

    /// What an account received, and what it holds at the tip of everything that it ever took
    /// part in.
    fn holdings(&self, account: &Address, gaps: &mut Vec<GapNote>) -> Holdings {
        let Known::Known(id) = self.view.find_account(account) else {
            return Holdings::default();
        };
        let mut holdings = self.received(id);
        let end = start_of(self.view.tip().height.saturating_add(1));
        let Known::Known(assets) = self.view.assets(id, end) else {
            return holdings;
        };
        for asset in assets {
            let Some(name) = self.view.asset(asset) else {
                continue;
            };
            match self.view.balance(id, asset, end) {
                Known::Known(amount) if amount.is_zero() => {}
                Known::Known(amount) => holdings.held.push(self.of(name, amount.into())),
                Known::NotFetched => {}
                Known::Unknown(why) => gaps.push(GapNote {
                    gap: "balance",
                    at: format!("{account} in {name}"),
                    why: crate::wording::unknown(why),
                }),
            }
        }
        holdings.held.sort_by_key(|money| money.unit);
        holdings
    }

    /// The transfers to an account.
    fn received(&self, id: AccountId) -> Holdings {
        let mut arrivals = 0_u64;
        let mut received: BTreeMap<Asset, Amount> = BTreeMap::new();
        let mut transfers = Vec::new();
        let mut from = start_of(self.view.first_height());
        while let Known::Known(Some(tx)) = self.view.next(id, from)
            && let Known::Known(position) = self.view.position(tx)
        {
            transfers.clear();
            self.view.transfers(tx, &mut transfers);
            for transfer in transfers.iter().filter(|transfer| transfer.to == Some(id)) {
                arrivals += 1;
                if let Some(asset) = self.view.asset(transfer.asset) {
                    let sum = received.entry(asset).or_default();
                    *sum = sum.plus(transfer.amount.into());
                }
            }
            from = behind(position);
        }
        let received = received.into_iter();
        Holdings {
            arrivals,
            received: received.map(|(asset, sum)| self.of(asset, sum)).collect(),
            held: Vec::new(),
        }
    }

    /// Where an account first and last took part in a transfer.
    fn seen(&self, account: &Address) -> Option<(Position, Position)> {
        let Known::Known(id) = self.view.find_account(account) else {
            return None;
        };
        let end = start_of(self.view.tip().height.saturating_add(1));
        let place = |found| match found {
            Known::Known(Some(tx)) => match self.view.position(tx) {
                Known::Known(position) => Some(position),
                _ => None,
            },
            _ => None,
        };
        let first_height = self.view.first_height();
        let first = place(self.view.next(id, start_of(first_height)))?;
        Some((first, place(self.view.previous(id, end, first_height))?))
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

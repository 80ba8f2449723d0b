//! `trace cluster`: whose addresses belong together.

use heuristics::RuleSet;
use heuristics::links::Bounds;
use trace_core::label::Labels;
use trace_core::ledger::LedgerView;
use trace_core::model::{Address, AddressId, Position, TxNumber};
use trace_core::source::history::Step;
use trace_core::view::{CoinView, Question};

use crate::access::{self, Access, Opened};
use crate::accounts;
use crate::arguments::{Cluster, TextOrJson};
use crate::document::{
    AsOf, Belongs, ClusterReport, ClusterTotals, Holdings, LabelEntry, LabelList, LimitNote,
    Member, Names, PROGRAM, Seen, Unit,
};
use crate::export;
use crate::failure::Failure;
use crate::link_gaps;
use crate::membership::{Found, Holding, Membership};
use crate::session::{Answer, Session};
use crate::whole_clusters;

/// Runs the command.
pub(crate) async fn run(arguments: &Cluster, session: &mut Session) -> Result<Answer, Failure> {
    let mut access = match access::open(&arguments.access, session).await? {
        Opened::Coins(access) => access,
        Opened::Accounts(access) => return accounts::cluster::run(arguments, &access, session),
    };
    let rules = crate::rules::read(&arguments.rules)?;
    let Some(text) = &arguments.address else {
        let Access::Ledger(open) = &access else {
            let why = "--all needs whole blocks: --ledger, or a source of blocks";
            return Err(Failure::Asked(why.to_owned()));
        };
        return all(&open.view()?, &rules, arguments.format, session);
    };
    let network = access.chain();
    let address = Address::parse(text, network)?;
    let (labels, lists) = crate::label_files::read(&arguments.label_files, network, session.talk)?;
    let asked = Asked {
        address: &address,
        labels: &labels,
        lists: &lists,
        members_max: arguments.members_max,
        membership: Membership {
            rules: &rules,
            bounds: Bounds {
                from_height: 0,
                transactions_max: arguments.search.address_transactions_max,
            },
            addresses_max: arguments.search.addresses_max,
        },
    };
    let report = access.run(|view| asked.step(view)).await?;
    access.close(session)?;
    let Some(report) = report else {
        session
            .talk
            .say("no transaction up to that block names the address");
        return Ok(Answer::Nothing);
    };
    session.answer(|to| match arguments.format {
        TextOrJson::Text => export::cluster(&report, to),
        TextOrJson::Json => export::json(&report, to),
    })?;
    Ok(Answer::Given)
}

/// Every address with its cluster, in the order of first appearance.
fn all(
    view: &LedgerView<'_>,
    rules: &RuleSet,
    format: TextOrJson,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let network = view.chain();
    let clusters = whole_clusters::of(view, rules, session)?;
    let text = |id: AddressId| {
        view.address(id)
            .map(|address| address.text(network).to_string())
    };
    for id in (0..view.address_count()).map(AddressId) {
        let (Some(address), Some(cluster)) = (text(id), text(clusters.find(id))) else {
            let what = "the ledger does not know an address that it counts";
            return Err(Failure::Contradiction(what.to_owned()));
        };
        session.answer(|to| match format {
            TextOrJson::Text => writeln!(to, "{address} {cluster}"),
            TextOrJson::Json => export::json_line(&Belongs { address, cluster }, to),
        })?;
    }
    Ok(if view.address_count() == 0 {
        Answer::Nothing
    } else {
        Answer::Given
    })
}

struct Asked<'a> {
    address: &'a Address,
    labels: &'a Labels,
    lists: &'a [LabelList],
    members_max: usize,
    membership: Membership<'a>,
}

impl Asked<'_> {
    fn step(&self, view: &dyn CoinView) -> Step<Result<Option<ClusterReport>, Failure>> {
        let Some(id) = view.find_address(self.address) else {
            if view.is_complete() {
                return Step::Done(Ok(None));
            }
            return Step::Wants(vec![Question::Receipts(self.address.clone(), 0)]);
        };
        match self.membership.of(view, id) {
            Err(questions) => Step::Wants(questions),
            Ok(members) => {
                let nowhere = members.members.iter().all(|member| member.seen.is_none());
                Step::Done(Ok((!nowhere).then(|| self.report(view, &members))))
            }
        }
    }

    fn report(&self, view: &dyn CoinView, found: &Found) -> ClusterReport {
        let names = Names::of(view);
        let network = names.network();
        let address = |id: AddressId| view.address(id);
        let listed: Vec<Member> = found
            .members
            .iter()
            .take(self.members_max)
            .filter_map(|member| {
                let address = address(member.address)?;
                let label = self.labels.of(&address).first().copied();
                Some(Member {
                    address: address.text(network).to_string(),
                    label: label.map(|(_, label)| label.name.clone()),
                    holdings: holdings(member, view),
                })
            })
            .collect();
        let labels = found.members.iter().filter_map(|member| {
            let address = address(member.address)?;
            let (_, label) = self.labels.of(&address).first().copied()?;
            Some(LabelEntry::of(label, network))
        });
        let first = found
            .members
            .first()
            .and_then(|member| address(member.address));
        let Membership { rules, .. } = self.membership;
        let mut limits_hit = Vec::new();
        if found.limit_reached {
            limits_hit.push(LimitNote {
                limit: "addresses",
                meaning: "the limit of addresses looked at was reached",
            });
        }
        ClusterReport {
            schema: "trace/cluster/2",
            program: PROGRAM,
            as_of: AsOf::of(view.chain(), view.tip()),
            address: self.address.text(network).to_string(),
            cluster: first.map_or_else(String::new, |first| first.text(network).to_string()),
            totals: totals(&names, found, view),
            members_left_out: found.members.len() - listed.len(),
            members: listed,
            deposit_addresses: Vec::new(),
            reported: Vec::new(),
            labels: labels.collect(),
            lists: self.lists.to_vec(),
            rules: crate::rules::names(rules),
            change_votes: Some(rules.change_votes),
            rule_limits: None,
            gaps: found
                .gaps
                .iter()
                .map(|gap| link_gaps::note(&names, *gap))
                .collect(),
            limits_hit,
        }
    }
}

fn holdings(member: &Holding, view: &dyn CoinView) -> Holdings {
    let coin = Unit::coin(view.chain());
    Holdings {
        arrivals: member.outputs,
        received: vec![coin.of(member.received)],
        held: member.unspent.map(|unspent| vec![coin.of(unspent)]),
    }
}

fn totals(names: &Names<'_>, found: &Found, view: &dyn CoinView) -> ClusterTotals {
    let seen = |(position, tx): (Position, TxNumber)| Seen {
        height: position.height,
        transaction: names.txid(tx).to_string(),
    };
    let ends = || found.members.iter().filter_map(|member| member.seen);
    let mut together = Holdings::none();
    for member in &found.members {
        together.add(&holdings(member, view));
    }
    ClusterTotals {
        addresses: found.members.len(),
        holdings: together,
        first_seen: ends().map(|[first, _]| first).min().map(seen),
        last_seen: ends().map(|[_, last]| last).max().map(seen),
    }
}

//! `trace follow` and `trace back` over accounts: where value went, where it came from.

use std::collections::BTreeMap;

use heuristics::account::clustering::{AccountClusters, Rules};
use trace_core::label::{Labels, StopSet};
use trace_core::model::account::{Address, Asset, U256};
use trace_core::taint::account::{self, Bounds, Plan};
use trace_core::taint::{Direction, Policy};

use super::document::{Report, RuleLimits};
use super::inquiry::Question;
use super::owners::Owners;
use super::places::Places;
use super::{Access, candidates, whole_clusters};
use crate::arguments::{AccountRules, ClustersFrom, Following, Format, Mixes, Pools};
use crate::command::follow::{hand_over, refuse_compared_graph, refuse_other_height};
use crate::document::{BoundsSet, Conditions, TrailChecks};
use crate::failure::Failure;
use crate::session::{Answer, Session};
use crate::talk::Talk;
use crate::wording::plain;

/// Runs the command.
pub(crate) async fn run(
    direction: Direction,
    arguments: &Following,
    stop: &StopSet,
    mut access: Access,
    session: &mut Session,
) -> Result<Answer, Failure> {
    refuse_what_cannot_be(direction, arguments)?;
    let (mut labels, lists) =
        crate::label_files::read(&arguments.label_files, access.chain(), session.talk)?;
    let (seeds, names) = super::seeds::read(&arguments.seeds, arguments.from_height)?;
    let bounds = bounds(arguments)?;
    let clusters = clusters(arguments, &access, &labels, stop, session)?;
    let (owners, rules) = match &clusters {
        Some((clusters, rules)) if arguments.clusters == Some(ClustersFrom::Ledger) => {
            (Owners::of(clusters), rules.joins.clone())
        }
        _ => (Owners::default(), Vec::new()),
    };
    let conditions = Conditions {
        mixes: match arguments.mixes {
            Mixes::Candidates => "candidates",
            Mixes::Stop | Mixes::Through | Mixes::Poison => "stop",
        },
        pools: Some(match arguments.pools {
            Pools::Stop => "stop",
            Pools::Spread => "spread",
        }),
        stop: stop.categories().map(str::to_owned).collect(),
        lists,
        bounds: BoundsSet::of_accounts(&bounds, access.chain()),
        clusters: if rules.is_empty() { "none" } else { "ledger" },
        rules: rules.iter().map(|rule| (*rule).into()).collect(),
        change_votes: None,
        rule_limits: clusters.as_ref().map(|(_, rules)| {
            let has_exchanges = whole_clusters::has_exchanges(&labels, stop);
            RuleLimits::of(rules, has_exchanges, access.chain())
        }),
        candidates_max: (arguments.mixes == Mixes::Candidates).then_some(arguments.candidates_max),
        path_max: arguments.path_max,
    };
    if let (Mixes::Candidates, Some((clusters, _))) = (arguments.mixes, &clusters) {
        candidates::name_pools(&mut labels, clusters);
    }
    let places = Places::of(&labels, stop, &owners);
    let question = Question {
        seeds: &names,
        from_height: arguments.from_height,
        labels: &labels,
        owners: &owners,
        places: &places,
        conditions: &conditions,
        tells_checks: arguments.checks,
    };
    let policies: &[Policy] = if arguments.compare {
        &Policy::ALL
    } else {
        std::slice::from_ref(&arguments.policy)
    };
    let plans: Vec<Plan> = policies
        .iter()
        .map(|policy| Plan {
            direction,
            policy: *policy,
            pools: match arguments.pools {
                Pools::Stop => account::Pools::Stop,
                Pools::Spread => account::Pools::Spread,
            },
            bounds: bounds.clone(),
            seeds: seeds.clone(),
        })
        .collect();
    let mut reports = question.follow(&mut access, &plans, session).await?;
    if let (Mixes::Candidates, Some((clusters, _))) = (arguments.mixes, &clusters) {
        for (report, plan) in reports.iter_mut().zip(&plans) {
            let mut possible = candidates::of(report, clusters, arguments.candidates_max);
            let (seeds, names) = candidates::seeds(&possible);
            if !seeds.is_empty() {
                let plan = Plan {
                    seeds,
                    ..plan.clone()
                };
                let question = Question {
                    seeds: &names,
                    ..question
                };
                let followed = question.follow(&mut access, &[plan], session).await?;
                possible.followed = followed.into_iter().next().map(Box::new);
            }
            report.possible = Some(possible);
        }
    }
    access.close(session)?;
    tell_unheld(&reports, session.talk);
    hand_over(arguments, &reports, session)
}

/// Says how much of what was followed is the node's word, under any policy.
fn tell_unheld(reports: &[Report], talk: Talk) {
    let possible = reports.iter().filter_map(|report| report.possible.as_ref());
    let apart = possible.filter_map(|possible| possible.followed.as_deref());
    let followed = reports.iter().chain(apart);
    let held: BTreeMap<_, _> = followed.flat_map(|report| &report.held_against).collect();
    if let Some(remark) = TrailChecks::of(held.into_values().copied()).remark() {
        talk.say(remark);
    }
}

/// What no answer could be given to.
fn refuse_what_cannot_be(direction: Direction, arguments: &Following) -> Result<(), Failure> {
    let refused = |why: &str| Err(Failure::Asked(why.to_owned()));
    refuse_other_height(direction, arguments)?;
    if direction == Direction::Back && arguments.mixes == Mixes::Candidates {
        return refused("--mixes candidates is for trace follow");
    }
    refuse_compared_graph(arguments)?;
    if arguments.checks && !matches!(arguments.format, Format::Text | Format::Json) {
        return refused("--checks goes with text or json");
    }
    match arguments.mixes {
        Mixes::Candidates
            if arguments.compare || !matches!(arguments.format, Format::Text | Format::Json) =>
        {
            return refused("--mixes candidates goes with one policy, as text or json");
        }
        Mixes::Stop | Mixes::Candidates => {}
        Mixes::Through | Mixes::Poison => {
            return refused(
                "a mixer of accounts shows no equal outputs to go on to; --mixes candidates follows \
                 withdrawals apart",
            );
        }
    }
    if arguments.candidates_max > 0 && arguments.mixes != Mixes::Candidates {
        return refused("--candidates-max goes with --mixes candidates");
    }
    let of_ledger = arguments.clusters == Some(ClustersFrom::Ledger);
    let asked = &arguments.rules.accounts;
    if asked.join.is_some() && !of_ledger {
        return refused("rules that join go with --clusters ledger");
    }
    if *asked != AccountRules::default() && !of_ledger && arguments.mixes != Mixes::Candidates {
        return refused("limits of rules go with --clusters ledger or --mixes candidates");
    }
    super::rules::read(&arguments.rules)?;
    if arguments.clusters == Some(ClustersFrom::Trail) {
        return refused("over accounts clusters are made from a whole ledger: --clusters ledger");
    }
    Ok(())
}

/// Clusters of the whole ledger, where they or what was read of mixers beside them are wanted, and
/// the rules that they are made by.
fn clusters(
    arguments: &Following,
    access: &Access,
    labels: &Labels<Address>,
    stop: &StopSet,
    session: &Session,
) -> Result<Option<(AccountClusters, Rules)>, Failure> {
    let of_ledger = arguments.clusters == Some(ClustersFrom::Ledger);
    if !of_ledger && arguments.mixes != Mixes::Candidates {
        return Ok(None);
    }
    let Access::Ledger(open) = access else {
        let why = "--clusters ledger and --mixes candidates need whole blocks: --ledger, or a \
                   recording of blocks";
        return Err(Failure::Asked(why.to_owned()));
    };
    let rules = super::rules::read(&arguments.rules)?;
    let clusters = whole_clusters::of(&open.view()?, &rules, labels, stop, session)?;
    Ok(Some((clusters, rules)))
}

fn bounds(arguments: &Following) -> Result<Bounds, Failure> {
    let mut amount_min: BTreeMap<Asset, U256> = BTreeMap::new();
    for text in &arguments.amount_min {
        let refused = || {
            Failure::Asked(plain(&format!(
                "--amount-min {text}: over accounts it is ASSET=AMOUNT, in the asset's smallest unit"
            )))
        };
        let (asset, amount) = text.split_once('=').ok_or_else(refused)?;
        let asset = asset.parse().map_err(|_| refused())?;
        let is_number = !amount.is_empty() && amount.bytes().all(|digit| digit.is_ascii_digit());
        let amount = U256::from_str_radix(amount, 10).ok().filter(|_| is_number);
        let amount = amount.ok_or_else(refused)?;
        if amount_min.insert(asset, amount).is_some() {
            let why = format!("--amount-min is given twice for {asset}");
            return Err(Failure::Asked(why));
        }
    }
    Ok(Bounds {
        hops_max: arguments.hops_max,
        transactions_max: arguments.transactions_max,
        height_max: arguments.height_max,
        height_min: arguments.height_min,
        amount_min,
        accounts_max: arguments.accounts_max,
    })
}

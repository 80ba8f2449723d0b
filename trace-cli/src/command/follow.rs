//! `trace follow` and `trace back`: where value went, where it came from.

use trace_core::label::StopSet;
use trace_core::taint::{self, Bounds, Direction, Plan, Policy};

use crate::access::{self, Access, OpenLedger, Opened, at_once};
use crate::accounts;
use crate::arguments::{ClustersFrom, Following, Format, Mixes, Pools};
use crate::document::{BoundsSet, Comparison, Conditions, GapNote, Report};
use crate::export::{self, Drawn};
use crate::failure::Failure;
use crate::inquiry::{Inquiry, Question};
use crate::picture;
use crate::session::{Answer, Session};
use crate::steady::steadily;
use crate::surroundings::Places;
use crate::whole_clusters;

/// Runs the command.
pub(crate) async fn run(
    direction: Direction,
    arguments: &Following,
    session: &mut Session,
) -> Result<Answer, Failure> {
    let stop = stop_set(arguments);
    let mut access = match access::open(&arguments.access, session).await? {
        Opened::Coins(access) => access,
        Opened::Accounts(access) => {
            return accounts::follow::run(direction, arguments, &stop, access, session).await;
        }
    };
    refuse_what_cannot_be(direction, arguments)?;
    let rules = crate::rules::read(&arguments.rules)?;
    let clusters = arguments.clusters.unwrap_or(ClustersFrom::Trail);
    if clusters == ClustersFrom::Ledger && !matches!(access, Access::Ledger(_)) {
        let why = "--clusters ledger needs --ledger: only a whole chain has clusters of its own";
        return Err(Failure::Asked(why.to_owned()));
    }
    let network = access.chain();
    let (labels, lists) = crate::label_files::read(&arguments.label_files, network, session.talk)?;
    let (seeds, names) = crate::seeds::read(&arguments.seeds, network, arguments.from_height)?;
    let bounds = bounds(arguments)?;
    let conditions = Conditions {
        mixes: mixes_name(arguments.mixes),
        pools: None,
        stop: stop.categories().map(str::to_owned).collect(),
        lists,
        bounds: BoundsSet::of_coins(bounds, network.into()),
        clusters: clusters_name(clusters),
        rules: match clusters {
            ClustersFrom::None => Vec::new(),
            ClustersFrom::Trail | ClustersFrom::Ledger => crate::rules::names(&rules),
        },
        change_votes: Some(rules.change_votes),
        rule_limits: None,
        candidates_max: None,
        path_max: arguments.path_max,
    };
    let interruption = session.interruption.clone();
    let question = Question {
        seeds: &names,
        from_height: arguments.from_height,
        labels: &labels,
        rules: &rules,
        clusters,
        conditions: &conditions,
        interruption: &interruption,
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
            mixes: mixes(arguments.mixes),
            bounds,
            seeds: seeds.clone(),
        })
        .collect();
    let reports = follow(&mut access, &question, &plans, &stop, session).await?;
    access.close(session)?;
    hand_over(arguments, &reports, session)
}

/// What no answer could be given to.
fn refuse_what_cannot_be(direction: Direction, arguments: &Following) -> Result<(), Failure> {
    refuse_compared_graph(arguments)?;
    let of_accounts = arguments.pools != Pools::Stop
        || arguments.accounts_max.is_some()
        || arguments.mixes == Mixes::Candidates
        || arguments.candidates_max > 0
        || arguments.checks;
    if of_accounts {
        let why = "--pools, --accounts-max, --candidates-max, --checks and --mixes candidates are for \
                   chains of accounts";
        return Err(Failure::Asked(why.to_owned()));
    }
    refuse_other_height(direction, arguments)
}

/// Refuses a graph of several policies.
///
/// # Errors
/// When one is asked for.
pub(crate) fn refuse_compared_graph(arguments: &Following) -> Result<(), Failure> {
    let is_graph = matches!(arguments.format, Format::Graphml | Format::Dot);
    if arguments.compare && (is_graph || arguments.svg.is_some()) {
        let why = "a graph or a picture shows one policy; --compare puts all side by side";
        return Err(Failure::Asked(why.to_owned()));
    }
    Ok(())
}

/// Refuses the bound on heights of the other direction.
///
/// # Errors
/// When it is given.
pub(crate) fn refuse_other_height(
    direction: Direction,
    arguments: &Following,
) -> Result<(), Failure> {
    let refused = |why: &str| Err(Failure::Asked(why.to_owned()));
    match direction {
        Direction::Forward if arguments.height_min.is_some() => {
            refused("--height-min is for trace back; forwards --height-max limits following")
        }
        Direction::Back if arguments.height_max.is_some() => {
            refused("--height-max is for trace follow; backwards --height-min limits following")
        }
        Direction::Forward | Direction::Back => Ok(()),
    }
}

/// Follows by every plan over one state of the chain.
async fn follow(
    access: &mut Access,
    question: &Question<'_>,
    plans: &[Plan],
    stop: &StopSet,
    session: &Session,
) -> Result<Vec<Report>, Failure> {
    let remote = match access {
        Access::Ledger(open) => return follow_ledger(open, question, plans, stop, session),
        Access::Remote(remote) => remote,
    };
    let places = Places::growing(question.labels, stop);
    steadily(&mut **remote, session.talk, async |remote| {
        let mut reports = Vec::new();
        for plan in plans {
            let mut inquiry = Inquiry::new(question, plan.clone());
            let report = remote.run(|view| inquiry.advance(view, &places, None));
            reports.push(report.await?);
        }
        Ok(reports)
    })
    .await
}

fn follow_ledger(
    open: &OpenLedger,
    question: &Question<'_>,
    plans: &[Plan],
    stop: &StopSet,
    session: &Session,
) -> Result<Vec<Report>, Failure> {
    let view = open.view()?;
    let clusters = match question.clusters {
        ClustersFrom::Ledger => Some(whole_clusters::of(&view, question.rules, session)?),
        ClustersFrom::Trail | ClustersFrom::None => None,
    };
    let places = Places::fixed(question.labels, stop, &view, clusters.as_ref());
    let reports = plans.iter().map(|plan| {
        let mut inquiry = Inquiry::new(question, plan.clone());
        at_once(inquiry.advance(&view, &places, clusters.as_ref()))
    });
    reports.collect()
}

/// Writes the answer, and the picture if one is wanted.
pub(crate) fn hand_over<S: Drawn>(
    arguments: &Following,
    reports: &[Report<S>],
    session: &mut Session,
) -> Result<Answer, Failure> {
    if let (Some(path), Some(report)) = (&arguments.svg, reports.first()) {
        picture::into_file(&S::diagram(report), arguments.svg_boxes_max, path)?;
    }
    if arguments.compare {
        if let Some(comparison) = Comparison::of(reports) {
            session.answer(|to| {
                export::comparison(arguments.format, &comparison, to).unwrap_or(Ok(()))
            })?;
        }
    } else if let Some(report) = reports.first() {
        session.answer(|to| export::report(arguments.format, report, to))?;
    }
    let mut totals = reports.iter().flat_map(|report| &report.totals);
    Ok(if totals.any(|totals| !totals.seeded.is_zero()) {
        Answer::Given
    } else {
        let is_unanswered = |report: &Report<S>| {
            let untold = |gap: &GapNote| gap.gap != "seed" || gap.is_untold_seed();
            report.gaps.iter().any(untold) || !report.limits_hit.is_empty()
        };
        if reports.iter().any(is_unanswered) {
            session
                .talk
                .say("nothing was seeded, for not all was told; the result says what is missing");
            Answer::InPart
        } else {
            session
                .talk
                .say("nothing was seeded: the seeds hold no value as of that block");
            Answer::Nothing
        }
    })
}

fn stop_set(arguments: &Following) -> StopSet {
    match arguments.stop.as_deref() {
        None => StopSet::default(),
        Some([none]) if none == "none" => StopSet::of([]),
        Some(categories) => StopSet::of(categories.iter().map(String::as_str)),
    }
}

fn bounds(arguments: &Following) -> Result<Bounds, Failure> {
    let amount_min_sat = match &arguments.amount_min[..] {
        [] => 0,
        [one] => one.parse().map_err(|_| {
            Failure::Asked(format!(
                "--amount-min {one}: over coins it is a number of satoshis"
            ))
        })?,
        [..] => {
            let why = "--amount-min is given once over coins";
            return Err(Failure::Asked(why.to_owned()));
        }
    };
    Ok(Bounds {
        hops_max: arguments.hops_max,
        transactions_max: arguments.transactions_max,
        height_max: arguments.height_max,
        height_min: arguments.height_min,
        amount_min_sat,
    })
}

fn mixes(mixes: Mixes) -> taint::Mixes {
    match mixes {
        // Refused over coins.
        Mixes::Stop | Mixes::Candidates => taint::Mixes::Stop,
        Mixes::Through => taint::Mixes::Through,
        Mixes::Poison => taint::Mixes::Poison,
    }
}

fn mixes_name(mixes: Mixes) -> &'static str {
    match mixes {
        Mixes::Stop | Mixes::Candidates => "stop",
        Mixes::Through => "through",
        Mixes::Poison => "poison",
    }
}

fn clusters_name(clusters: ClustersFrom) -> &'static str {
    match clusters {
        ClustersFrom::Trail => "trail",
        ClustersFrom::Ledger => "ledger",
        ClustersFrom::None => "none",
    }
}

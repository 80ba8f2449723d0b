//! The flow as a picture shows it: an account in one asset is a box, a transaction a bar.

mod balances;
mod ended;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use trace_core::model::Chain;
use trace_core::model::account::Asset;
use trace_core::taint::Direction;

use crate::accounts::document::Report;
use crate::document::{Kind, Unit};
use crate::picture::{self, Diagram, Fate, Legend, gaps, heading};
use crate::wording;
use balances::Balances;

/// Of the assets met first, by which their arrows are told apart; all others share the last.
const COLOURS: [&str; 6] = [
    "#b55a4c", "#4c7ab5", "#5a9a4c", "#8a5ab5", "#b58f2c", "#6b7780",
];

const READING: [&str; 3] = [
    "A box is an account in one asset, a bar a transaction.",
    "An arrow is as wide as what went along, beside the most that did of the same asset. Amounts of \
     different assets are neither compared nor added up.",
    "An account that got more after it had given stands there once more, and what it still had leads \
     there.",
];

const POSSIBLE: [&str; 2] = [
    "Dashed arrows and dotted boxes are possible and not certain: withdrawals that may be what went \
     into a mixer. They count in no sum of what is certain.",
    "At most one withdrawal behind a deposit is of it, so not all of these can be.",
];

/// What a picture of a report shows.
pub(crate) fn diagram(report: &Report) -> Diagram {
    let mut canvas = Canvas {
        diagram: Diagram {
            title: title(report),
            heading: heading(report.policy, &report.as_of, report.conservation),
            names_assets: true,
            gaps: gaps(&report.gaps, &report.limits_hit),
            reading: READING.map(str::to_owned).into(),
            ..Diagram::default()
        },
        chain: report.as_of.chain,
        direction: report.direction,
        assets: BTreeMap::new(),
    };
    canvas.legend(report, "");
    let mut certain = Balances::new(&mut canvas, None);
    certain.report(report);
    let mixers = certain.nodes();
    if let Some(possible) = &report.possible
        && let Some(followed) = &possible.followed
    {
        canvas.legend(followed, "possible only, ");
        Balances::new(&mut canvas, Some((possible, mixers))).report(followed);
        let gaps = gaps(&followed.gaps, &followed.limits_hit).into_iter();
        let gaps = gaps.map(|gap| format!("Of what is possible only: {gap}"));
        canvas.diagram.gaps.extend(gaps);
        let reading = &mut canvas.diagram.reading;
        reading.extend(POSSIBLE.map(str::to_owned));
    }
    canvas.diagram
}

fn title(report: &Report) -> String {
    let verb = match report.direction {
        Direction::Forward => "went",
        Direction::Back => "came from",
    };
    let seeded = report.totals.iter();
    let seeded: Vec<_> = seeded.filter(|sum| !sum.seeded.is_zero()).collect();
    match &seeded[..] {
        [one] => format!("Where {} {verb}", one.unit.shown(one.seeded)),
        several => format!("Where amounts of {} assets {verb}", several.len()),
    }
}

/// A diagram that is being made.
struct Canvas {
    diagram: Diagram,
    chain: Chain,
    direction: Direction,
    assets: BTreeMap<Asset, usize>,
}

impl Canvas {
    /// The number of an asset in the diagram.
    fn asset(&mut self, asset: Asset) -> usize {
        let assets = &mut self.diagram.assets;
        let chain = self.chain;
        let unit = Unit { asset, chain };
        *self.assets.entry(asset).or_insert_with(|| {
            let colour = COLOURS.get(assets.len()).or(COLOURS.last());
            assets.push(picture::Asset {
                unit: unit.name(),
                decimals: unit.decimals(),
                colour: colour.copied().unwrap_or_default(),
            });
            assets.len() - 1
        })
    }

    fn fate(&self, kind: Kind) -> Fate {
        Fate::of_kind(kind, wording::kind(kind, self.direction, false))
    }

    /// The colour of each asset, and how much of it ended where.
    fn legend(&mut self, report: &Report, only: &str) {
        for totals in &report.totals {
            let unit = totals.unit;
            let asset = self.asset(unit.asset);
            let colour = self.diagram.assets.get(asset).map_or("", |it| it.colour);
            let came = [("seeded", totals.seeded), ("in exchange", totals.received)];
            let came = came.into_iter().filter(|(_, sum)| !sum.is_zero());
            let came = came.map(|(how, sum)| format!("{} {how}", unit.number(sum)));
            let came = came.collect::<Vec<_>>().join(", ");
            let mut lines = vec![((colour, colour), format!("{}: {came}", unit.name()))];
            for (kind, sum) in totals.by_kind() {
                if *kind != Kind::Fee && !sum.is_zero() {
                    let Fate { words, colours } = self.fate(*kind);
                    let text = format!("{words}: {}", unit.shown(*sum));
                    lines.push((colours, text));
                }
            }
            let lines = lines.into_iter().map(|(colours, text)| Legend {
                asset,
                colours,
                text: format!("{only}{text}"),
            });
            self.diagram.legend.extend(lines);
        }
    }
}

//! A plan as SVG.

use std::fmt::Write as _;
use std::io;

use super::caption::{LEGEND_LINE, MARGIN, colours, footer, heading, legend, notes, title};
use super::coordinates::{Course, Frame, Plan};
use super::fold::{Item, Scene, Sum};
use super::svg::Svg;
use crate::document::{Amount, Destination, Party, Report, Step};
use crate::flow::Node;
use crate::wording::{self, plain};

const HEADING: i64 = 92;
/// The narrowest picture that its heading fits in.
const WIDTH_MIN: i64 = 760;
/// Letters of a name that fit in a box.
const NAME_MAX: usize = 24;

/// Writes the picture.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn svg(
    report: &Report,
    scene: &Scene<'_>,
    plan: &Plan,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let notes = notes(report, scene);
    let legend = legend(report);
    let lines = i64::try_from(notes.len() + legend.len()).unwrap_or_default();
    let width = plan.width.max(WIDTH_MIN) + 2 * MARGIN;
    let height = HEADING + plan.height + 2 * MARGIN + lines * LEGEND_LINE;
    let mut svg = Svg::new(to);
    let view = format!("0 0 {width} {height}");
    svg.open(
        "svg",
        &[
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("width", &width.to_string()),
            ("height", &height.to_string()),
            ("viewBox", &view),
            ("font-family", "Helvetica, Arial, 'DejaVu Sans', sans-serif"),
            ("font-size", "11"),
        ],
    )?;
    svg.text_element("title", &[], &title(report))?;
    svg.rectangle(
        Frame {
            left: 0,
            top: 0,
            width,
            height,
        },
        &[("fill", "#ffffff")],
    )?;
    heading(&mut svg, report)?;
    let place = format!("translate({MARGIN},{})", HEADING + MARGIN);
    svg.open("g", &[("transform", &place)])?;
    for (course, (from, to, amount)) in plan.arrows.iter().zip(&scene.arrows) {
        arrow(
            &mut svg,
            course,
            *amount,
            is_drawn_lightly(scene, *from, *to),
        )?;
    }
    for (item, frame) in &plan.frames {
        match scene.items.get(*item) {
            Some(Item::Bar(node)) => bar(&mut svg, node, *frame)?,
            Some(Item::Folded(sum)) => folded(&mut svg, *sum, *frame)?,
            Some(Item::Box {
                node,
                goes_on,
                is_seed,
            }) => boxed(&mut svg, node, *goes_on, *is_seed, *frame)?,
            None => {}
        }
    }
    svg.close("g")?;
    let top = HEADING + MARGIN + plan.height + MARGIN;
    footer(&mut svg, &legend, &notes, top)?;
    svg.close("svg")?;
    svg.end()
}

fn is_drawn_lightly(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    let folded = |item: usize| matches!(scene.items.get(item), Some(Item::Folded(_)));
    folded(from) || folded(to)
}

fn arrow(svg: &mut Svg<'_>, course: &Course, amount: Amount, lightly: bool) -> io::Result<()> {
    let Some(((x, y), rest)) = course.points.split_first() else {
        return Ok(());
    };
    let mut path = format!("M{x} {y}");
    let mut last = (*x, *y);
    for (x, y) in rest {
        // Writing to a String does not fail.
        if last.1 == *y {
            let _ = write!(path, " L{x} {y}");
        } else {
            let middle = i64::midpoint(last.0, *x);
            let _ = write!(path, " C{middle} {} {middle} {y} {x} {y}", last.1);
        }
        last = (*x, *y);
    }
    let width = format!("{}.{}", course.width_tenths / 10, course.width_tenths % 10);
    svg.open(
        "path",
        &[
            ("d", &path),
            ("fill", "none"),
            ("stroke", if lightly { "#c3ccd4" } else { "#b55a4c" }),
            ("stroke-opacity", "0.55"),
            ("stroke-width", &width),
        ],
    )?;
    svg.text_element("title", &[], &format!("{} BTC", amount.btc()))?;
    svg.close("path")
}

fn bar(svg: &mut Svg<'_>, node: &Node<'_>, frame: Frame) -> io::Result<()> {
    let Node::Transaction(passage) = node else {
        return Ok(());
    };
    svg.open("g", &[])?;
    svg.text_element("title", &[], &format!("transaction {}", passage.txid))?;
    svg.rectangle(frame, &[("fill", "#3b444b"), ("rx", "2")])?;
    let middle = frame.left + frame.width / 2;
    let small = [
        ("text-anchor", "middle"),
        ("font-size", "9"),
        ("fill", "#44525f"),
    ];
    svg.text(
        middle,
        frame.top - 4,
        &small,
        &short(&passage.txid.to_string(), 6, 4),
    )?;
    if let Some(height) = passage.height {
        let block = format!("block {height}");
        svg.text(middle, frame.top + frame.height + 10, &small, &block)?;
    }
    svg.close("g")
}

fn folded(svg: &mut Svg<'_>, sum: Sum, frame: Frame) -> io::Result<()> {
    let style = [
        ("fill", "#ffffff"),
        ("stroke", "#9aa5ae"),
        ("stroke-dasharray", "4 3"),
        ("rx", "4"),
    ];
    svg.rectangle(frame, &style)?;
    let smaller = wording::count(sum.count, "smaller flow");
    lines_in(
        svg,
        frame,
        &[&smaller, "", &format!("{} BTC", sum.amount.btc())],
        "normal",
    )
}

fn boxed(
    svg: &mut Svg<'_>,
    node: &Node<'_>,
    goes_on: bool,
    is_seed: bool,
    frame: Frame,
) -> io::Result<()> {
    let (place, step) = match node {
        Node::Output(step, place) => (*place, Some(*step)),
        Node::End(place) => (Some(*place), None),
        Node::Transaction(..) => return Ok(()),
    };
    let party = step.and_then(|step| step.party.as_deref());
    let address = party.map(|party| short(&party.address, 12, 8));
    let (mut name, mut below) = match (name(place, party), address) {
        (Some(name), Some(address)) => (name, address),
        (None, Some(address)) => (address, String::new()),
        (name, None) => (name.unwrap_or_default(), String::new()),
    };
    if let (Node::End(place), Some(txid)) = (node, place.and_then(|place| place.transaction)) {
        name = place
            .mix()
            .map_or_else(|| place.kind.name().to_owned(), |mix| format!("{mix} mix"));
        below = short(&txid.to_string(), 12, 8);
    } else if below.is_empty() {
        below = match (place, goes_on, is_seed) {
            (_, _, true) => "seed".to_owned(),
            (Some(place), _, _) => wording::kind(place.kind).to_owned(),
            (None, true, _) => "goes on, not drawn".to_owned(),
            (None, false, _) => whole(step),
        };
    }
    let amount = match (step, place) {
        (Some(step), _) => step.amount,
        (None, Some(place)) => place.amount,
        (None, None) => Amount::default(),
    };
    let (fill, stroke) = match (place, is_seed) {
        (Some(place), _) => colours(place.kind),
        (None, true) => ("#f6d5cf", "#a02c1c"),
        (None, false) => ("#ffffff", "#6b7780"),
    };
    let mut style = vec![("fill", fill), ("stroke", stroke), ("rx", "4")];
    if is_seed {
        style.push(("stroke-width", "3"));
    } else if goes_on {
        style.push(("stroke-dasharray", "4 3"));
    }
    svg.open("g", &[])?;
    svg.text_element("title", &[], &hint(node))?;
    svg.rectangle(frame, &style)?;
    lines_in(
        svg,
        frame,
        &[&name, &below, &format!("{} BTC", amount.btc())],
        "bold",
    )?;
    svg.close("g")
}

/// The label, or that of the cluster, which is a weaker thing and said to be one.
fn name(place: Option<&Destination>, party: Option<&Party>) -> Option<String> {
    let own = party.and_then(|party| party.label.as_ref());
    let own = place
        .and_then(|place| place.label.as_deref())
        .or(own.map(|(_, name)| name.as_str()));
    if let Some(own) = own {
        return Some(cut(&plain(own), NAME_MAX));
    }
    let (_, of_cluster) = party?.cluster_label.as_ref()?;
    Some(format!(
        "{} (cluster)",
        cut(&plain(of_cluster), NAME_MAX - 10)
    ))
}

/// What an output is worth that was not followed in full.
fn whole(step: Option<&Step>) -> String {
    let in_part = step.filter(|step| step.amount < step.value);
    in_part.map_or_else(String::new, |step| {
        format!("part of {} BTC", step.value.btc())
    })
}

/// Everything that a box has no room for.
fn hint(node: &Node<'_>) -> String {
    match node {
        Node::Output(step, place) => {
            let address = step.party.as_ref().map(|party| party.address.clone());
            let height = step.height.map(|height| format!("block {height}"));
            let kind = place.map(|place| wording::kind(place.kind).to_owned());
            let why = place.and_then(Destination::why).map(str::to_owned);
            let outpoint = Some(format!("output {}", step.outpoint));
            let lines = [address, outpoint, height, kind, why];
            lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        Node::Transaction(passage) => passage.txid.to_string(),
        Node::End(place) => {
            let at = place.transaction.unwrap_or_default();
            format!("{}\ntransaction {at}", wording::kind(place.kind))
        }
    }
}

fn lines_in(svg: &mut Svg<'_>, frame: Frame, lines: &[&str; 3], weight: &str) -> io::Result<()> {
    let x = frame.left + 8;
    for (line, (y, weight)) in lines
        .iter()
        .zip([(16, weight), (29, "normal"), (43, "normal")])
    {
        if !line.is_empty() {
            let style = [("font-weight", weight), ("fill", "#1b2733")];
            svg.text(x, frame.top + y, &style, line)?;
        }
    }
    Ok(())
}

/// The beginning and the end of a long name.
fn short(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    if count <= head + tail + 1 {
        return text.to_owned();
    }
    let first: String = text.chars().take(head).collect();
    let last: String = text.chars().skip(count - tail).collect();
    format!("{first}…{last}")
}

fn cut(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    let shown: String = text.chars().take(letters_max.saturating_sub(1)).collect();
    format!("{shown}…")
}

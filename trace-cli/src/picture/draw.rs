//! A plan as SVG.

use std::fmt::Write as _;
use std::io;

use trace_core::model::account::U512;

use super::caption::{LEGEND_LINE, MARGIN, footer, heading, legend, notes};
use super::coordinates::{Course, Frame, Plan};
use super::diagram::{Diagram, Flow, Passage, Place, Sum, short};
use super::fold::{Item, Scene};
use super::svg::Svg;
use crate::wording;

const HEADING: i64 = 92;
/// The narrowest picture that its heading fits in.
const WIDTH_MIN: i64 = 760;
/// Digits of an amount that fit in a box, its point included.
const DIGITS_MAX: usize = 26;

/// Writes the picture.
///
/// # Errors
/// When the bytes cannot be written.
pub(super) fn svg(
    diagram: &Diagram,
    scene: &Scene<'_>,
    plan: &Plan,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let notes = notes(diagram, scene);
    let legend = legend(diagram, scene);
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
    svg.text_element("title", &[], &diagram.title)?;
    svg.rectangle(
        Frame {
            left: 0,
            top: 0,
            width,
            height,
        },
        &[("fill", "#ffffff")],
    )?;
    heading(&mut svg, diagram)?;
    let place = format!("translate({MARGIN},{})", HEADING + MARGIN);
    svg.open("g", &[("transform", &place)])?;
    for (course, arrow) in plan.arrows.iter().zip(&scene.arrows) {
        let lightly = is_drawn_lightly(scene, arrow.from, arrow.to);
        draw_arrow(&mut svg, diagram, course, arrow.flow, lightly)?;
    }
    for (item, frame) in &plan.frames {
        match scene.items.get(*item) {
            Some(Item::Bar(passage)) => bar(&mut svg, passage, *frame)?,
            Some(Item::Folded { asset, sum }) => folded(&mut svg, diagram, *asset, *sum, *frame)?,
            Some(Item::Box { place, goes_on }) => {
                boxed(&mut svg, diagram, place, *goes_on, *frame)?;
            }
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
    let folded = |item: usize| matches!(scene.items.get(item), Some(Item::Folded { .. }));
    folded(from) || folded(to)
}

fn draw_arrow(
    svg: &mut Svg<'_>,
    diagram: &Diagram,
    course: &Course,
    flow: Flow,
    lightly: bool,
) -> io::Result<()> {
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
    let asset = diagram.assets.get(flow.asset);
    let colour = asset.filter(|_| !lightly).map(|asset| asset.colour);
    let mut style = vec![
        ("d", path.as_str()),
        ("fill", "none"),
        ("stroke", colour.unwrap_or("#c3ccd4")),
        ("stroke-opacity", "0.55"),
        ("stroke-width", width.as_str()),
    ];
    if flow.is_possible {
        style.push(("stroke-dasharray", "9 6"));
    }
    svg.open("path", &style)?;
    let mut title = if flow.amount.is_zero() {
        "how much is not known".to_owned()
    } else {
        diagram.amount(flow.asset, flow.amount)
    };
    if flow.is_possible {
        title.push_str(", possible only");
    }
    svg.text_element("title", &[], &title)?;
    svg.close("path")
}

fn bar(svg: &mut Svg<'_>, passage: &Passage, frame: Frame) -> io::Result<()> {
    svg.open("g", &[])?;
    svg.text_element("title", &[], &passage.hint)?;
    svg.rectangle(frame, &[("fill", "#3b444b"), ("rx", "2")])?;
    let middle = frame.left + frame.width / 2;
    let small = [
        ("text-anchor", "middle"),
        ("font-size", "9"),
        ("fill", "#44525f"),
    ];
    svg.text(middle, frame.top - 4, &small, &short(&passage.name, 6, 4))?;
    if let Some(height) = passage.height {
        let block = format!("block {height}");
        svg.text(middle, frame.top + frame.height + 10, &small, &block)?;
    }
    svg.close("g")
}

fn folded(
    svg: &mut Svg<'_>,
    diagram: &Diagram,
    asset: usize,
    sum: Sum,
    frame: Frame,
) -> io::Result<()> {
    let style = [
        ("fill", "#ffffff"),
        ("stroke", "#9aa5ae"),
        ("stroke-dasharray", "4 3"),
        ("rx", "4"),
    ];
    svg.rectangle(frame, &style)?;
    let smaller = wording::count(sum.count, "smaller flow");
    let lines = [smaller, String::new()];
    lines_in(
        svg,
        frame,
        &lines,
        &amount(diagram, asset, sum.amount),
        "normal",
    )
}

fn boxed(
    svg: &mut Svg<'_>,
    diagram: &Diagram,
    place: &Place,
    goes_on: bool,
    frame: Frame,
) -> io::Result<()> {
    let fate = place.ended.map(|(fate, _)| fate);
    let below = match (fate, goes_on) {
        _ if !place.below.is_empty() => &place.below,
        _ if place.is_seed => "seed",
        (Some(fate), _) => fate.words,
        (None, true) => "goes on, not drawn",
        (None, false) => &place.otherwise,
    };
    let (fill, stroke) = match (fate, place.is_seed) {
        (Some(fate), _) => fate.colours,
        (None, true) => ("#f6d5cf", "#a02c1c"),
        (None, false) => ("#ffffff", "#6b7780"),
    };
    let mut style = vec![("fill", fill), ("stroke", stroke), ("rx", "4")];
    if place.is_seed {
        style.push(("stroke-width", "3"));
    } else if place.is_possible {
        style.push(("stroke-dasharray", "1 2"));
    } else if goes_on {
        style.push(("stroke-dasharray", "4 3"));
    }
    svg.open("g", &[])?;
    svg.text_element("title", &[], &place.hint)?;
    svg.rectangle(frame, &style)?;
    let lines = [place.name.clone(), below.to_owned()];
    let amount = amount(diagram, place.asset, place.amount);
    lines_in(svg, frame, &lines, &amount, "bold")?;
    svg.close("g")
}

/// An amount in a box: the number and its unit in one line, or the unit in one of its own.
fn amount(diagram: &Diagram, asset: usize, amount: U512) -> Vec<String> {
    if !diagram.names_assets {
        return vec![diagram.amount(asset, amount)];
    }
    let number = diagram.number(asset, amount);
    let unit = diagram.assets.get(asset).map_or("", |asset| &*asset.unit);
    vec![fitting(&number), short(unit, 12, 8)]
}

/// A number that is too long for a box without its last digits. How large it is can be seen.
fn fitting(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    if number.len() <= DIGITS_MAX {
        number.to_owned()
    } else if whole < DIGITS_MAX && whole < number.len() {
        number.chars().take(DIGITS_MAX).chain(['…']).collect()
    } else {
        let first: String = number.chars().take(DIGITS_MAX / 2).collect();
        format!("{first}… ({whole} digits)")
    }
}

fn lines_in(
    svg: &mut Svg<'_>,
    frame: Frame,
    lines: &[String; 2],
    amount: &[String],
    weight: &str,
) -> io::Result<()> {
    let x = frame.left + 8;
    let weights = std::iter::once(weight).chain(std::iter::repeat("normal"));
    let places = [16, 29, 43, 57].into_iter().zip(weights);
    for (line, (y, weight)) in lines.iter().chain(amount).zip(places) {
        if !line.is_empty() {
            let style = [("font-weight", weight), ("fill", "#1b2733")];
            svg.text(x, frame.top + y, &style, line)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn a_number_too_long_for_a_box_still_tells_how_large_it_is() {
        assert_eq!(fitting("120.000000000000000001"), "120.000000000000000001");
        let long = format!("{}.5", "9".repeat(25));
        assert_eq!(fitting(&long), format!("{}.…", "9".repeat(25)));
        assert_eq!(
            fitting("1234567.000000000000000000"),
            "1234567.000000000000000000"
        );
        assert_eq!(
            fitting("12345678.123456789012345678"),
            "12345678.12345678901234567…"
        );
        let most = "7".repeat(78);
        assert_eq!(fitting(&most), "7777777777777… (78 digits)");
    }
}

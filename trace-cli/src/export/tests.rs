//! Small stories, written in every format.

use quick_xml::Reader;
use quick_xml::events::Event;
use trace_core::taint::{Bounds, Direction, Policy};

use crate::arguments::Format;
use crate::document::{Comparison, Report};
use crate::story::{self, Asked};

/// Two thefts: one is spent together with clean coins, mostly at an exchange.
const THEFT: &str = "
    mint @1: -> victim1 5
    mint2 @2: -> thief9 1
    theft: victim1 5 -> loot1 3, loot2 1.999
    second: victim2 2 -> loot3 2
    merge: loot1 3 + thief9 1 -> exchange1 2.5, loot4 1.4999
    peel: loot4 1.4999 -> buyer 0.5, loot5 0.9998
    swept: loot2 1.999 + loot3 2 -> loot6 3.9989
";

const LABELS: &str = "exchange1,Kestrel,exchange\nloot5,Mallory,theft";

fn written(format: Format, report: &Report) -> String {
    let mut bytes = Vec::new();
    super::report(format, report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn compared(format: Format, comparison: &Comparison) -> String {
    let mut bytes = Vec::new();
    super::comparison(format, comparison, &mut bytes)
        .expect("a format for several policies")
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

fn of_policy(policy: Policy) -> Report {
    let asked = Asked {
        policy,
        labels: LABELS,
        seeds: &["theft", "second"],
        ..Asked::default()
    };
    story::report(THEFT, &asked)
}

#[test]
fn a_theft_is_told_in_every_format() {
    let report = of_policy(Policy::Fifo);
    insta::assert_snapshot!("theft.follow.txt", written(Format::Text, &report));
    insta::assert_snapshot!("theft.follow.json", written(Format::Json, &report));
    insta::assert_snapshot!("theft.follow.csv", written(Format::Csv, &report));
    insta::assert_snapshot!("theft.follow.dot", written(Format::Dot, &report));
    insta::assert_snapshot!("theft.follow.graphml", written(Format::Graphml, &report));
}

#[test]
fn all_policies_are_put_side_by_side() {
    let reports: Vec<Report> = Policy::ALL.into_iter().map(of_policy).collect();
    let comparison = Comparison::of(&reports).unwrap();
    insta::assert_snapshot!("theft.compare.txt", compared(Format::Text, &comparison));
    insta::assert_snapshot!("theft.compare.json", compared(Format::Json, &comparison));
    insta::assert_snapshot!("theft.compare.csv", compared(Format::Csv, &comparison));
    let mut nothing = Vec::new();
    assert!(super::comparison(Format::Dot, &comparison, &mut nothing).is_none());
}

#[test]
fn the_source_of_funds_is_told_too() {
    let asked = Asked {
        direction: Direction::Back,
        labels: LABELS,
        seeds: &["peel"],
        ..Asked::default()
    };
    let report = story::report(THEFT, &asked);
    insta::assert_snapshot!("theft.back.txt", written(Format::Text, &report));
}

#[test]
fn limits_and_gaps_are_stated() {
    let asked = Asked {
        bounds: Bounds {
            hops_max: Some(1),
            ..Bounds::default()
        },
        path_max: 1,
        ..Asked::default()
    };
    let report = story::report(THEFT, &asked);
    insta::assert_snapshot!("theft.bounded.json", written(Format::Json, &report));
}

#[test]
fn a_path_keeps_its_ends() {
    let story = "
        theft: victim 1 -> a 1
        one: a 1 -> b 1
        two: b 1 -> c 1
        three: c 1 -> d 1
        four: d 1 -> e 1
    ";
    for (path_max, expected) in [
        (5, "a b c d e"),
        (4, "a b d e"),
        (3, "a d e"),
        (2, "a e"),
        (1, "e"),
    ] {
        let report = story::report(
            story,
            &Asked {
                path_max,
                ..Asked::default()
            },
        );
        let [place] = &report.destinations[..] else {
            panic!("one place")
        };
        let known: Vec<(String, char)> = "abcde"
            .chars()
            .map(|name| (address(&name.to_string()), name))
            .collect();
        let shown = place.path.shown();
        let names = shown.iter().map(|step| {
            let own = &step.party.as_ref().unwrap().address;
            let named = known.iter().find(|(address, _)| address == own);
            named.unwrap().1.to_string()
        });
        assert_eq!(names.collect::<Vec<_>>().join(" "), expected);
        assert_eq!(place.path.left_out(), 5 - path_max);
    }
}

fn address(name: &str) -> String {
    let address = testdata::scenario::address(name);
    address
        .text(trace_core::model::BitcoinNetwork::Regtest)
        .to_string()
}

/// A label that would be obeyed if it were not escaped.
const HOSTILE: &str = "exchange1,\"</text><script>&\"\"'\\\x1b[31m\u{202e}x\u{1}\",exchange";

#[test]
fn a_hostile_label_stays_text() {
    let asked = Asked {
        labels: HOSTILE,
        ..Asked::default()
    };
    let report = story::report(THEFT, &asked);
    let mut svg = Vec::new();
    crate::picture::svg(&super::picture::diagram(&report), 60, &mut svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    for xml in [written(Format::Graphml, &report), svg] {
        let names = elements(&xml);
        assert!(!names.iter().any(|name| name == "script"), "{names:?}");
        let control = |letter: char| letter.is_control() && letter != '\n';
        assert!(!xml.contains(control));
    }
    let text = written(Format::Text, &report);
    assert!(
        text.contains("</text><script>&\"'\\\\u{1b}[31m\\u{202e}x\\u{1}"),
        "{text}"
    );
    let dot = written(Format::Dot, &report);
    assert!(
        dot.contains(r#"</text><script>&\"'\\\\u{1b}[31m\\u{202e}x\\u{1}"#),
        "{dot}"
    );
}

/// The names of all elements of a document that is well-formed.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut names = Vec::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                depth += 1;
                names.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) => {
                names.push(start.name().as_ref().to_owned());
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    names
}

//! What following says, besides where the coins are.

use std::fs;

use super::{Ingested, json, labels, trace, trace_with, truth};

#[test]
fn the_report_is_what_it_was() {
    let (ledger, truth) = (Ingested::new(), truth());
    // Read from the folder, so that the labels' path is the same everywhere.
    let output = super::program()
        .current_dir(super::economy_folder())
        .args(["follow", &truth.theft.txid, "--labels", "labels.csv"])
        .args(ledger.flag().split(' '))
        .output()
        .unwrap();
    let run = super::run_of(output);
    assert_eq!((run.code, &*run.err), (0, ""));
    insta::assert_snapshot!("economy.follow.txt", run.out);
}

#[test]
fn each_seed_keeps_its_share() {
    let (ledger, truth) = (Ingested::new(), truth());
    let seeds = truth.theft.outpoints.join(" ");
    let answer = json(&trace(&format!("follow {seeds} {} --format json", ledger.flag())).out);
    let seeds = answer["seeds"].as_array().unwrap();
    assert_eq!(seeds.len(), 2);
    let sat = |value: &serde_json::Value| value.as_str().unwrap().parse::<u64>().unwrap();
    for (index, seed) in seeds.iter().enumerate() {
        let places = answer["destinations"].as_array().unwrap().iter();
        let shares = places.flat_map(|place| place["shares"].as_array().unwrap());
        let own = shares.filter(|share| share["seed"] == index);
        assert_eq!(
            own.map(|share| sat(&share["amount"])).sum::<u64>(),
            sat(&seed["totals"][0]["seeded"])
        );
    }
    let together: u64 = seeds
        .iter()
        .map(|seed| sat(&seed["totals"][0]["seeded"]))
        .sum();
    assert_eq!(together, truth.theft.stolen_sat);
}

#[test]
fn a_bound_is_a_place_of_its_own_and_is_stated() {
    let (ledger, truth) = (Ingested::new(), truth());
    for (bound, limit) in [
        ("--hops-max 1", "hops"),
        ("--transactions-max 3", "transactions"),
        ("--height-max 203", "height"),
        ("--amount-min 100000000", "amount"),
    ] {
        let asked = format!(
            "follow {} {} {bound} --format json",
            truth.theft.txid,
            ledger.flag()
        );
        let run = trace(&asked);
        assert_eq!(run.code, 0, "{}", run.err);
        let answer = json(&run.out);
        let bounded: u64 = answer["totals"][0]["bound"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(bounded > 0, "{bound}");
        assert_eq!(answer["limits_hit"][0]["limit"], limit);
        assert_eq!(answer["conservation"]["holds"], true);
    }
}

#[test]
fn an_address_is_followed_from_a_height_on() {
    let (ledger, truth) = (Ingested::new(), truth());
    let answer = trace(&format!(
        "follow {} {} --format json",
        truth.theft.txid,
        ledger.flag()
    ));
    let answer = json(&answer.out);
    let address = answer["seeds"][0]["arrivals"][0]["address"]
        .as_str()
        .unwrap()
        .to_owned();
    let asked = format!("follow {address} {} --format json", ledger.flag());
    let all = json(&trace(&asked).out);
    assert_eq!(all["seeds"][0]["kind"], "address");
    assert_eq!(
        all["seeds"][0]["arrivals"][0]["arrival"],
        truth.theft.outpoints[0]
    );
    let later = trace(&format!("{asked} --from-height 201"));
    assert_eq!(later.code, 1, "{later:?}");
    assert!(later.err.contains("nothing was seeded"), "{}", later.err);
}

#[test]
fn the_picture_is_drawn_into_a_file() {
    let (ledger, truth) = (Ingested::new(), truth());
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("flow.svg");
    let asked = format!(
        "follow {} {} --svg {}",
        truth.theft.txid,
        ledger.flag(),
        file.display()
    );
    let run = trace(&asked);
    assert_eq!(run.code, 0, "{}", run.err);
    let svg = fs::read_to_string(file).unwrap();
    assert!(
        svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
        "{svg}"
    );
    assert!(svg.contains("Where 12.50000000 BTC went"));
}

#[test]
fn clusters_of_the_whole_ledger_stop_where_those_of_the_trail_do_not() {
    let (ledger, truth) = (Ingested::new(), truth());
    let asked = format!(
        "follow {} {} --labels {} --format json",
        truth.theft.txid,
        ledger.flag(),
        labels()
    );
    let [trail, whole] = ["trail", "ledger"].map(|clusters| {
        let run = trace(&format!("{asked} --clusters {clusters}"));
        assert_eq!(run.code, 0, "{}", run.err);
        json(&run.out)
    });
    let at_services = |answer: &serde_json::Value| -> u64 {
        answer["totals"][0]["service"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert!(at_services(&whole) >= at_services(&trail));
    assert!(whole["transactions_visited"].as_u64() < trail["transactions_visited"].as_u64());
    let none = json(&trace(&format!("{asked} --clusters none")).out);
    assert!(none["destinations"][0]["cluster"].is_null());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::Stdio;
    let (ledger, truth) = (Ingested::new(), truth());
    let mut child = super::program()
        .args(["follow", &truth.theft.txid, "--format", "json"])
        .args(ledger.flag().split(' '))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let ledger = Ingested::new();
    let (flag, txid) = (ledger.flag(), "00".repeat(32));
    let path = ledger.path().display();
    for (arguments, why) in [
        (format!("follow {txid}"), "where is the chain?"),
        (format!("follow nonsense {flag}"), "a seed is an outpoint"),
        (
            format!("follow bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 {flag}"),
            "of another network",
        ),
        (
            format!("follow {txid} {flag} --height-min 3"),
            "--height-min is for trace back",
        ),
        (
            format!("back {txid} {flag} --height-max 3"),
            "--height-max is for trace follow",
        ),
        (
            format!("follow {txid} {flag} --compare --format dot"),
            "shows one policy",
        ),
        (
            format!("follow {txid} {flag} --change bogus"),
            "is no change rule",
        ),
        (
            format!("follow {txid} {flag} --labels {path}/none.csv"),
            "none.csv",
        ),
        (
            format!("follow {txid} {flag} --labels {path}/none.txt"),
            "is named .csv",
        ),
        (format!("follow {txid} --ledger {path}/none"), "none"),
        (
            format!("follow {txid} --source ftp://host"),
            "begins with none of",
        ),
        (
            format!(
                "follow {txid} --source {} --clusters ledger",
                "recording:/none"
            ),
            "/none",
        ),
    ] {
        let run = trace(&arguments);
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments}: {run:?}");
        assert!(
            run.err.starts_with("trace: ") && run.err.contains(why),
            "{arguments}: {}",
            run.err
        );
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn a_seed_that_is_not_there_is_nothing_found() {
    let ledger = Ingested::new();
    let run = trace_with(&[
        "follow",
        &"ab".repeat(32),
        "--ledger",
        &ledger.path().display().to_string(),
    ]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.contains("the source does not know it"),
        "{}",
        run.out
    );
}

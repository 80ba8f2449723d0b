//! Holds the code to what ARCHITECTURE.md says each part may know, by reading its imports.

use std::fs;
use std::path::{Path, PathBuf};

/// A part of `trace-core` and the parts it may import.
const LAYERS: [(&str, &[&str]); 10] = [
    ("model", &["model"]),
    ("view", &["view", "model"]),
    ("claim", &["claim", "model"]),
    ("cluster", &["cluster", "claim", "model"]),
    ("taint", &["taint", "view", "model"]),
    ("label", &["label", "model"]),
    ("normalise", &["normalise", "model"]),
    ("ledger", &["ledger", "view", "model"]),
    ("source", &["source", "normalise", "taint", "view", "model"]),
    (
        "ingest",
        &["ingest", "ledger", "source", "normalise", "view", "model"],
    ),
];

/// What only the command line may do.
const OUTSIDE: [&str; 6] = [
    "println!",
    "eprintln!",
    "std::env",
    "SystemTime",
    "io::stdout",
    "io::stderr",
];

/// What a rule must not touch: the same question must have the same answer everywhere.
const IMPURE: [&str; 7] = [
    "std::fs",
    "std::net",
    "std::time",
    "HashMap",
    "HashSet",
    "f32",
    "f64",
];

#[test]
fn each_part_imports_only_what_it_may_know() {
    let mut wrong = Vec::new();
    for (part, allowed) in LAYERS {
        for file in files_of(&core().join(part)) {
            for (number, line) in code_of(&file) {
                for imported in crate_paths(&line) {
                    if !allowed.contains(&imported) {
                        wrong.push(format!("{}:{number}: {part} → {imported}", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_leave_output_environment_and_clock_to_the_command_line() {
    check(&[core(), core().join("../../heuristics/src")], &OUTSIDE);
}

#[test]
fn rules_are_pure() {
    check(&[core().join("../../heuristics/src")], &IMPURE);
}

#[test]
fn the_core_does_not_know_the_rules() {
    check(&[core()], &["heuristics::"]);
}

fn check(folders: &[PathBuf], forbidden: &[&str]) {
    let mut wrong = Vec::new();
    for file in folders.iter().flat_map(|folder| files_of(folder)) {
        for (number, line) in code_of(&file) {
            for word in forbidden.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{number}: {word}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The Rust files of a part: `part.rs` and everything below `part/`.
fn files_of(part: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let single = part.with_extension("rs");
    if single.is_file() {
        found.push(single);
    }
    let mut folders = vec![part.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no code at {}", part.display());
    found.sort();
    found
}

/// The numbered lines that are neither comments nor the file's unit tests.
fn code_of(file: &Path) -> Vec<(usize, String)> {
    if file.file_name().is_some_and(|name| name == "tests.rs")
        || file.components().any(|part| part.as_os_str() == "tests")
    {
        return Vec::new();
    }
    let text = fs::read_to_string(file).expect("a readable source file");
    (1..)
        .zip(text.lines())
        .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number, line.to_owned()))
        .collect()
}

/// The parts named after `crate::` in a line.
fn crate_paths(line: &str) -> Vec<&str> {
    line.split("crate::")
        .skip(1)
        .map(|rest| {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            rest.get(..end).unwrap_or(rest)
        })
        .filter(|part| !part.is_empty())
        .collect()
}

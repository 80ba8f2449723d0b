//! What the README shows is what the program does.

#![allow(
    clippy::unwrap_used,
    reason = "what a test cannot go on without fails it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a reader of the README starts the program from its sources.
const BUILD_AND_RUN: &str = "cargo run --release -p trace-cli --";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The blocks of the README that are typed into a shell, without their fences.
fn sessions() -> Vec<String> {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let mut blocks = readme.split("```");
    let mut sessions = Vec::new();
    while let (Some(_), Some(block)) = (blocks.next(), blocks.next()) {
        sessions.extend(block.strip_prefix("console\n").map(str::to_owned));
    }
    sessions
}

#[test]
fn the_main_commands_print_what_the_readme_shows() {
    let sessions = sessions();
    let shown = sessions.iter();
    let shown: Vec<_> = shown
        .filter(|session| session.contains(BUILD_AND_RUN))
        .collect();
    assert_eq!(shown.len(), 2);
    for session in shown {
        prints_what_is_shown(session);
    }
}

fn prints_what_is_shown(shown: &str) {
    let (command, output) = shown.split_once('\n').unwrap();
    let arguments = command
        .strip_prefix(&format!("$ {BUILD_AND_RUN} "))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_, picture) = command.split_once("--svg ").unwrap();
    let drawn = folder.path().join(picture);
    let arguments = arguments.split(' ').map(|argument| match argument {
        argument if argument == picture => drawn.to_str().unwrap(),
        other => other,
    });
    let run = Command::new(assert_cmd::cargo::cargo_bin!("trace"))
        .args(arguments)
        .current_dir(project())
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");

    // `…` stands for any number of lines.
    let printed = String::from_utf8(run.stdout).unwrap();
    let mut rest = printed.as_str();
    for part in output.split("…\n") {
        let place = rest
            .find(part)
            .unwrap_or_else(|| panic!("{part}\nis not in\n{rest}"));
        rest = &rest[place + part.len()..];
    }
    let drawn = fs::read_to_string(drawn).unwrap();
    let shipped = fs::read_to_string(project().join("docs").join(picture)).unwrap();
    assert!(
        drawn == shipped,
        "docs/{picture} is not the picture that the README's command draws"
    );
}

#[test]
fn the_test_command_is_the_one_that_the_gate_runs() {
    let gate = fs::read_to_string(project().join(".ci/run")).unwrap();
    let tests = sessions()
        .iter()
        .any(|session| session.trim() == "$ cargo test");
    assert!(tests);
    assert!(gate.lines().any(|line| line.trim() == "cargo test"));
}

#[test]
fn every_command_shown_is_understood() {
    for session in sessions() {
        for line in session
            .lines()
            .filter_map(|line| line.strip_prefix("$ trace "))
        {
            let command = line.split(' ').next().unwrap();
            let help = Command::new(assert_cmd::cargo::cargo_bin!("trace"))
                .args([command, "--help"])
                .output()
                .unwrap();
            let help = String::from_utf8(help.stdout).unwrap();
            let options = line.split(' ').filter(|word| word.starts_with("--"));
            for option in options {
                assert!(help.contains(option), "{command} has no {option}");
            }
        }
    }
}

#[test]
fn every_file_the_readme_names_is_there() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let links = readme.split("](").skip(1);
    for target in links.filter_map(|rest| rest.split(')').next()) {
        assert!(
            target.starts_with("http") || project().join(target).exists(),
            "{target}"
        );
    }
}

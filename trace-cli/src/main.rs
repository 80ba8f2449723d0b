//! `trace`: follows coins on chain and shows its working.

mod access;
mod accounts;
mod arguments;
mod cluster_names;
mod command;
mod document;
mod export;
mod failure;
mod flow;
mod genesis_file;
mod inquiry;
mod interrupt;
mod label_files;
mod lines;
mod link_gaps;
mod membership;
mod picture;
mod reading;
mod rules;
mod seeds;
mod session;
mod steady;
#[cfg(test)]
mod story;
mod surroundings;
mod talk;
mod tip;
mod whole_clusters;
mod wording;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use failure::Failure;
use session::{Answer, Session};

/// Nothing was found, or two things that should be equal differ.
const NOTHING: u8 = 1;
/// No answer could be given.
const NO_ANSWER: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(Answer::Given) => ExitCode::SUCCESS,
        Ok(Answer::Nothing) => ExitCode::from(NOTHING),
        Ok(Answer::InPart) => ExitCode::from(NO_ANSWER),
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("trace: {failure}");
            ExitCode::from(NO_ANSWER)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Answer, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Asked(format!("no threads can be started: {error}")))?;
    let talk = talk::Talk::new(arguments.quiet, arguments.verbose);
    runtime.block_on(async {
        let mut session = Session::new(talk, interrupt::listen());
        let answer = command::run(&arguments.command, &mut session).await?;
        session.finish()?;
        Ok(answer)
    })
}

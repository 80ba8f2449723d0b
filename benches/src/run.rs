//! One chain, and every workload on it in a process of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use trace_core::taint::Policy;

use crate::child;
use crate::figures::{Failure, Figures};

/// Where the simulation's figures are kept, which says that it came to its end.
const SIMULATED: &str = "simulate.txt";

/// What was found on one chain.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// By stage, in the order in which they ran.
    pub stages: Vec<(Stage, Figures)>,
}

/// A workload, what it is asked, and by what its cost is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The workload's name.
    pub workload: &'static str,
    /// Its argument.
    pub argument: String,
    /// The figure by which its time is divided.
    pub per: &'static str,
}

impl Stage {
    /// The workload and, if it is followed by a word, its argument.
    #[must_use]
    pub fn name(&self) -> String {
        let words = [self.workload, self.argument.as_str()];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

impl Run {
    /// Runs everything in `folder`, which is made where it is not there. The chain is used
    /// again where it is; all else is made anew.
    ///
    /// # Errors
    /// Those of the first workload that fails.
    pub fn of(folder: &Path, transactions: u64, threads: usize) -> Result<Self, Failure> {
        let mut run = Self::simulated(folder, transactions)?;
        let ledger = folder.join("ledger");
        if ledger.exists() {
            fs::remove_dir_all(&ledger)?;
        }
        for stage in stages(threads) {
            run.add(stage, folder)?;
        }
        Ok(run)
    }

    /// Compares what trace makes of the chain in `folder` with what plain loops make of it; the
    /// chain is made where it is not there.
    ///
    /// # Errors
    /// At the first difference.
    pub fn check(folder: &Path, transactions: u64, threads: usize) -> Result<Self, Failure> {
        let mut run = Self::simulated(folder, transactions)?;
        run.add(stage("check", threads.to_string(), ""), folder)?;
        Ok(run)
    }

    fn simulated(folder: &Path, transactions: u64) -> Result<Self, Failure> {
        let mut run = Self::default();
        let simulated = folder.join(SIMULATED);
        let stage = stage("simulate", transactions.to_string(), "transactions");
        if let Ok(text) = fs::read_to_string(&simulated) {
            run.stages.push((stage, Figures::parse(&text)));
        } else {
            run.add(stage, folder)?;
            let figures = run.figures("simulate").ok_or("it has just run")?;
            fs::write(&simulated, figures.to_string())?;
        }
        Ok(run)
    }

    /// The figures of a stage, or of the first stage of a workload.
    #[must_use]
    pub fn figures(&self, name: &str) -> Option<&Figures> {
        let mut stages = self.stages.iter();
        let is_it = |stage: &Stage| stage.name() == name || stage.workload == name;
        let found = stages.find(|(stage, _)| is_it(stage));
        found.map(|(_, figures)| figures)
    }

    /// One figure of a stage, or 0 where it was not found.
    #[must_use]
    pub fn figure(&self, name: &str, figure: &str) -> u64 {
        let figures = self.figures(name);
        figures
            .and_then(|figures| figures.get(figure))
            .unwrap_or_default()
    }

    /// How long the processor worked for what a stage noted as `part`, or where the system does
    /// not tell that, how long it took. In nanoseconds.
    #[must_use]
    pub fn worked_ns(&self, name: &str, part: &str) -> u64 {
        match self.figure(name, &format!("{part}_cpu_ns")) {
            0 => self.figure(name, &format!("{part}_ns")),
            worked => worked,
        }
    }

    fn add(&mut self, stage: Stage, folder: &Path) -> Result<(), Failure> {
        eprintln!("{}: {}", folder.display(), stage.name());
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--workload", stage.workload]).arg(folder);
        // An empty argument would not be counted as one.
        command.arg(if stage.argument.is_empty() {
            "-"
        } else {
            &stage.argument
        });
        let (_, figures) = child::run(&mut command)?;
        self.stages.push((stage, figures));
        Ok(())
    }
}

fn stages(threads: usize) -> Vec<Stage> {
    let plain = |workload, per| stage(workload, String::new(), per);
    let mut stages = vec![
        plain("read-plainly", "bytes"),
        plain("open-blocks", "blocks"),
        plain("read-blocks", "bytes"),
        plain("decode", "transactions"),
        stage("ingest", threads.to_string(), "transactions"),
        plain("reopen", ""),
        plain("sum-values", "outputs"),
        plain("walk", "transactions"),
        plain("cluster", "inputs"),
        plain("edges", "pairs"),
        plain("join-edges", "pairs"),
    ];
    for workload in ["follow", "follow-theft"] {
        let policies = Policy::ALL.into_iter();
        stages.extend(policies.map(|policy| stage(workload, policy.name().to_owned(), "outputs")));
    }
    stages
}

fn stage(workload: &'static str, argument: String, per: &'static str) -> Stage {
    Stage {
        workload,
        argument,
        per,
    }
}

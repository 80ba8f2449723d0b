//! Writes a simulated chain: `simulate TRANSACTIONS SEED FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use testdata::simulator::{Settings, write_files};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, transactions, seed, folder] = &arguments[..] else {
        eprintln!("usage: simulate TRANSACTIONS SEED FOLDER");
        return ExitCode::from(2);
    };
    let (Ok(transactions), Ok(seed)) = (transactions.parse(), seed.parse()) else {
        eprintln!("simulate: TRANSACTIONS and SEED are whole numbers");
        return ExitCode::from(2);
    };
    let settings = Settings::of_size(transactions, seed);
    match write_files(settings, Path::new(folder), |_| ()) {
        Ok(written) => {
            println!("{written:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("simulate: {folder}: {error}");
            ExitCode::from(2)
        }
    }
}

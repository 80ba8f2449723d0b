//! Plays the scripted economy of accounts and writes what ships in `testdata/ethereum/economy`,
//! or hands it to a real node to be recorded.
//!
//! `evm_economy write FOLDER ANVIL` writes the truth and the labels, and by the fees that this
//! program takes where the loot is; the same bytes each time.
//! `evm_economy serve ANVIL` starts that program, gives it the blocks, prints the address to
//! record from and keeps it running until standard input ends.

use std::error::Error;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use testdata::evm_economy;
use testdata::evm_node::{Client, EvmNode, NodeError};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", folder, program] => write(Path::new(folder), Path::new(program)),
        ["serve", program] => serve(Path::new(program)),
        _ => Err("usage: evm_economy write FOLDER ANVIL | evm_economy serve ANVIL".into()),
    }
}

fn write(folder: &Path, program: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let economy = evm_economy::play();
    let node = start(program)?;
    let fees = evm_economy::perform(&node, &economy)?;
    let truth = &economy.truth;
    let destinations = evm_economy::follow(truth, &fees);
    let destinations = evm_economy::destinations_json(&destinations)?;
    fs::write(folder.join("truth.json"), truth.to_json()?)?;
    fs::write(folder.join("labels.csv"), truth.labels_csv())?;
    fs::write(folder.join("destinations.json"), destinations)?;
    Ok(())
}

fn serve(program: &Path) -> Result<(), Box<dyn Error>> {
    let node = start(program)?;
    evm_economy::perform(&node, &evm_economy::play())?;
    println!("{}", node.source_uri());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn start(program: &Path) -> Result<EvmNode, NodeError> {
    EvmNode::start(Client::Anvil, program, evm_economy::coinbase(), &[])
}

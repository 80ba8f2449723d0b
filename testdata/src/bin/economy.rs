//! Plays the scripted economy and writes what ships in `testdata/economy`, or hands it to a
//! real node to be recorded.
//!
//! `economy write FOLDER` writes the blocks, the truth and the labels; the same bytes each time.
//! `economy serve BITCOIND` starts that program on regtest, gives it the blocks, prints the
//! address to record from and keeps it running until standard input ends.

use std::error::Error;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use testdata::economy::{self, Economy};
use testdata::node::{Node, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", folder] => write(&economy::play(), Path::new(folder)),
        ["serve", program] => serve(&economy::play(), Path::new(program)),
        _ => Err("usage: economy write FOLDER | economy serve BITCOIND".into()),
    }
}

fn write(economy: &Economy, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder.join("blocks"))?;
    let blocks = economy::block_file(&economy.blocks);
    fs::write(folder.join("blocks/blk00000.dat"), blocks)?;
    fs::write(folder.join("truth.json"), economy.truth.to_json()?)?;
    fs::write(folder.join("labels.csv"), economy::csv(&economy.labels))?;
    fs::write(
        folder.join("labels.yaml"),
        economy::tag_pack(&economy.labels),
    )?;
    Ok(())
}

fn serve(economy: &Economy, program: &Path) -> Result<(), Box<dyn Error>> {
    let node = Node::start(program, &Options::default())?;
    economy::submit(&node, &economy.blocks)?;
    println!("{}", node.source_uri());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

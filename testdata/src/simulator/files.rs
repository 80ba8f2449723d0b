//! The simulated chain as a node keeps it on disk, and the truth beside it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use bitcoin::hashes::{Hash, sha256d};
use trace_core::model::Txid;

use super::{Settings, SimulatedBlock, Simulation, TheftEnd};

const MAGIC: [u8; 4] = [0xf9, 0xbe, 0xb4, 0xd9];
/// A node begins a new block file before this many bytes.
const FILE_BYTES_MAX: u64 = 128 << 20;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Blocks, the genesis block included.
    pub blocks: u64,
    /// Transactions, coinbases included.
    pub transactions: u64,
    /// Inputs, those of coinbases not counted.
    pub inputs: u64,
    /// Outputs.
    pub outputs: u64,
    /// Bytes of the blocks themselves.
    pub block_bytes: u64,
}

/// Simulates a chain into `folder`: `blocks/blk*.dat` and `blocks/rev*.dat` as a node writes
/// them, and four columns of truth in chain order: `truth/kind.u8` and `truth/maker.u32` by
/// transaction, `truth/owner.u32` and `truth/use.u8` by output (numbers little-endian, see
/// [`Kind`](super::Kind) and [`Use`](super::Use)).
///
/// An address has one owner, who is that of any of its outputs, so there is no column of its own
/// for that.
///
/// Two files are about thefts: `truth/theft.csv` names the transactions of each, and
/// `truth/theft_end.csv` says where its satoshis ended ([`TheftEnd`]): in chain order those that
/// were paid on, left as fees, mixed, or joined with others, then by theft those that are held.
/// The rows of a theft add up to what was stolen.
///
/// # Errors
/// When a file cannot be written.
pub fn write_files(
    settings: Settings,
    folder: &Path,
    mut progress: impl FnMut(&Written),
) -> io::Result<Written> {
    fs::create_dir_all(folder.join("blocks"))?;
    fs::create_dir_all(folder.join("truth"))?;
    let mut files = Files::open(folder)?;
    let mut written = Written::default();
    let mut simulation = Simulation::new(settings);
    for block in simulation.by_ref() {
        files.write(&block)?;
        written.blocks += 1;
        written.transactions += block.truth.len() as u64;
        written.inputs += block
            .truth
            .iter()
            .map(|tx| tx.input_owners.len() as u64)
            .sum::<u64>();
        written.outputs += block
            .truth
            .iter()
            .map(|tx| tx.outputs.len() as u64)
            .sum::<u64>();
        written.block_bytes += block.bytes.len() as u64;
        progress(&written);
    }
    files.finish(&simulation.held())?;
    Ok(written)
}

struct Files<'a> {
    folder: &'a Path,
    number: u32,
    bytes: u64,
    block: BufWriter<File>,
    undo: BufWriter<File>,
    kind: BufWriter<File>,
    maker: BufWriter<File>,
    owner: BufWriter<File>,
    used: BufWriter<File>,
    theft: BufWriter<File>,
    theft_end: BufWriter<File>,
}

impl<'a> Files<'a> {
    fn open(folder: &'a Path) -> io::Result<Self> {
        let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
        let mut theft = create("truth/theft.csv")?;
        writeln!(theft, "theft,txid,kind,maker")?;
        let mut theft_end = create("truth/theft_end.csv")?;
        writeln!(theft_end, "theft,end,txid,vout,owner,sat")?;
        Ok(Self {
            folder,
            number: 0,
            bytes: 0,
            block: create("blocks/blk00000.dat")?,
            undo: create("blocks/rev00000.dat")?,
            kind: create("truth/kind.u8")?,
            maker: create("truth/maker.u32")?,
            owner: create("truth/owner.u32")?,
            used: create("truth/use.u8")?,
            theft,
            theft_end,
        })
    }

    fn write(&mut self, block: &SimulatedBlock) -> io::Result<()> {
        let length = u32::try_from(block.bytes.len()).map_err(io::Error::other)?;
        if self.bytes + u64::from(length) + 8 > FILE_BYTES_MAX {
            self.number += 1;
            self.bytes = 0;
            let name = |kind: &str| {
                self.folder
                    .join(format!("blocks/{kind}{:05}.dat", self.number))
            };
            self.block.flush()?;
            self.undo.flush()?;
            self.block = BufWriter::new(File::create(name("blk"))?);
            self.undo = BufWriter::new(File::create(name("rev"))?);
        }
        self.bytes += u64::from(length) + 8;
        self.block.write_all(&MAGIC)?;
        self.block.write_all(&length.to_le_bytes())?;
        self.block.write_all(&block.bytes)?;
        if block.height > 0 {
            let length = u32::try_from(block.undo.len()).map_err(io::Error::other)?;
            let checked = [&block.previous[..], &block.undo].concat();
            self.undo.write_all(&MAGIC)?;
            self.undo.write_all(&length.to_le_bytes())?;
            self.undo.write_all(&block.undo)?;
            self.undo
                .write_all(&sha256d::Hash::hash(&checked).to_byte_array())?;
        }
        self.write_truth(block)
    }

    fn write_truth(&mut self, block: &SimulatedBlock) -> io::Result<()> {
        for tx in &block.truth {
            self.kind.write_all(&[tx.kind as u8])?;
            self.maker.write_all(&tx.maker.to_le_bytes())?;
            for (owner, used) in &tx.outputs {
                self.owner.write_all(&owner.to_le_bytes())?;
                self.used.write_all(&[*used as u8])?;
            }
            if let Some(theft) = tx.theft {
                let txid = Txid(tx.txid);
                writeln!(self.theft, "{theft},{txid},{:?},{}", tx.kind, tx.maker)?;
            }
            self.write_ends(&tx.ends)?;
        }
        Ok(())
    }

    /// What has no output has no owner either.
    fn write_ends(&mut self, ends: &[TheftEnd]) -> io::Result<()> {
        for end in ends {
            let place = end.vout.map(|vout| format!("{vout},{}", end.owner));
            writeln!(
                self.theft_end,
                "{},{},{},{},{}",
                end.theft,
                end.end.name(),
                Txid(end.txid),
                place.as_deref().unwrap_or(","),
                end.amount_sat
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, held: &[TheftEnd]) -> io::Result<()> {
        self.write_ends(held)?;
        for file in [
            &mut self.block,
            &mut self.undo,
            &mut self.kind,
            &mut self.maker,
            &mut self.owner,
            &mut self.used,
            &mut self.theft,
            &mut self.theft_end,
        ] {
            file.flush()?;
        }
        Ok(())
    }
}

//! How high a branch begins, by the heights that the coinbases of its blocks state (BIP 34).

use bitcoin::VarInt;
use bitcoin::consensus::deserialize_partial;

use super::data_file::DataFile;
use super::stored::Stored;
use crate::source::SourceError;

/// Bytes of a block that hold all that [`coinbase_height`] looks at: the header, the number of
/// transactions, and a coinbase up to the first push of its script.
const BYTES: usize = 80 + 9 + 4 + 2 + 1 + 36 + 9 + 6;

/// The height of the first of these blocks, each built on the one before. `None` where no
/// block states any. A read a block.
///
/// # Errors
/// When two blocks contradict each other: before BIP 34 was in force, a block of version 2
/// could state anything.
pub(super) fn first_height<'a>(
    branch: impl Iterator<Item = (&'a Stored, &'a DataFile)>,
) -> Result<Option<u32>, SourceError> {
    let mut first_height = None;
    for (distance, (block, file)) in (0_u32..).zip(branch) {
        let length = BYTES.min(block.length as usize);
        let Some(stated) = coinbase_height(&file.reader()?.read(block.at, length)?) else {
            continue;
        };
        let first = stated.checked_sub(distance);
        if first.is_none() || first_height.is_some_and(|known| Some(known) != first) {
            let hash = block.hash;
            let why = format!("block {hash} states height {stated} and those before it another");
            return Err(file.error(block.at, why));
        }
        first_height = first;
    }
    Ok(first_height)
}

/// The height stated by the coinbase of a block of version 2 or later, from the block's first
/// [`BYTES`]. `None` for an earlier version, and where the script does not begin with a number.
fn coinbase_height(block: &[u8]) -> Option<u32> {
    let (version, _) = block.split_first_chunk()?;
    if i32::from_le_bytes(*version) < 2 {
        return None;
    }
    let rest = after_number(block.get(80..)?)?;
    let rest = rest.get(4..)?;
    let rest = match rest {
        [0, 1, rest @ ..] => rest,
        _ => rest,
    };
    let script = after_number(rest.strip_prefix(&[1])?.get(36..)?)?;
    match script {
        [opcode @ 0x51..=0x60, ..] => Some(u32::from(opcode - 0x50)),
        [length @ 1..=5, number @ ..] => {
            let number = number.get(..usize::from(*length))?;
            // A number of the script language: the highest bit is its sign.
            if number.last()? & 0x80 != 0 {
                return None;
            }
            let value = number
                .iter()
                .rev()
                .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            // Nodes count heights in 31 bits.
            i32::try_from(value).ok()?.try_into().ok()
        }
        _ => None,
    }
}

/// What comes behind a number of variable length.
fn after_number(bytes: &[u8]) -> Option<&[u8]> {
    let (_, length) = deserialize_partial::<VarInt>(bytes).ok()?;
    bytes.get(length..)
}

#[cfg(test)]
mod tests {
    use bitcoin::consensus::serialize;
    use bitcoin::constants::genesis_block;
    use bitcoin::{Network, ScriptBuf};

    use super::*;

    fn check(version: i32, script: &[u8], height: Option<u32>) {
        let mut block = genesis_block(Network::Regtest);
        block.header.version = bitcoin::block::Version::from_consensus(version);
        for witness in [vec![], vec![[0; 32]]] {
            let input = &mut block.txdata[0].input[0];
            input.script_sig = ScriptBuf::from_bytes(script.to_vec());
            input.witness = bitcoin::Witness::from_slice(&witness);
            let bytes = serialize(&block);
            assert_eq!(coinbase_height(&bytes), height, "{version} {script:02x?}");
            assert_eq!(coinbase_height(&bytes[..BYTES.min(bytes.len())]), height);
            for length in 0..120.min(bytes.len()) {
                // Cut anywhere before the number ends, nothing is stated; never a panic.
                let stated = coinbase_height(&bytes[..length]);
                assert!(stated.is_none() || stated == height, "{length}");
            }
        }
    }

    #[test]
    fn a_height_is_read_as_the_script_language_writes_numbers() {
        check(2, &[3, 0x63, 0x7a, 0x03, 9, 9], Some(0x03_7a63));
        check(0x2000_0000, &[0x51, 0], Some(1));
        check(4, &[0x60], Some(16));
        check(2, &[1, 17], Some(17));
        check(2, &[2, 0x80, 0x00], Some(128));
        check(2, &[4, 0xff, 0xff, 0xff, 0x7f], Some(0x7fff_ffff));
    }

    #[test]
    fn what_is_no_height_is_not_taken_for_one() {
        check(1, &[3, 0x63, 0x7a, 0x03], None);
        check(-1, &[3, 0x63, 0x7a, 0x03], None);
        check(2, &[], None);
        check(2, &[2, 0x63], None);
        check(2, &[2, 0x00, 0x80], None);
        check(2, &[5, 0, 0, 0, 0, 1], None);
        check(2, &[5, 0, 0, 0, 0x80, 0], None);
        check(2, &[8, 1, 2, 3, 4, 5, 6, 7, 8], None);
        check(2, &[0x6a], None);
    }
}

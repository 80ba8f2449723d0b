//! Bitcoin Core's undo data (`CBlockUndo`): the outputs a block spends, packed.
//!
//! For each transaction but the coinbase a count, and for each of its inputs: twice the height
//! of the spent output and whether it is a coinbase's; where that height is not 0, a number
//! that once was a version and is passed over; the value, shortened; and the script, for which
//! the common forms have codes of their own (Core's `undo.h`, `compressor.h`, `serialize.h`).

use bitcoin::secp256k1::PublicKey;

use super::cursor::Cursor;
use super::{NormaliseError, amount, output};
use crate::model::{Address, Output};

/// Lengths of scripts are counted from here on; the codes below stand for a form.
const FORMS: u64 = 6;
/// The fewest bytes that a spent output takes: code of the height, value, form, key hash of
/// 20 bytes or a script of none.
const OUTPUT_BYTES_MIN: usize = 3;

/// The undo data of one block, read in the order of its inputs.
#[derive(Debug)]
pub(super) struct Undo<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Undo<'a> {
    /// Undo data of a block of `transactions` transactions, the coinbase counted.
    pub(super) fn new(bytes: &'a [u8], transactions: usize) -> Result<Self, NormaliseError> {
        let mut cursor = Cursor::new(bytes);
        let told = cursor.count(1)?;
        if told.checked_add(1) != Some(transactions) {
            return Err(cursor.error(format!(
                "it is of {told} transactions beside the coinbase, the block has {transactions} with it"
            )));
        }
        Ok(Self { cursor })
    }

    /// That a transaction of `inputs` inputs comes next.
    pub(super) fn transaction(&mut self, inputs: usize) -> Result<(), NormaliseError> {
        let told = self.cursor.count(OUTPUT_BYTES_MIN)?;
        if told != inputs {
            return Err(self
                .cursor
                .error(format!("it spends {told} outputs, not {inputs}")));
        }
        Ok(())
    }

    /// The next spent output.
    pub(super) fn output(&mut self) -> Result<Output<Address>, NormaliseError> {
        let cursor = &mut self.cursor;
        let height_and_coinbase = variable(cursor)?;
        if height_and_coinbase > 1 {
            variable(cursor)?;
        }
        let code = variable(cursor)?;
        let value_sat = amount::decompressed(code)
            .filter(|value_sat| *value_sat <= amount::SUM_SAT_MAX)
            .ok_or_else(|| cursor.error("a value is more than there can be"))?;
        spent(cursor, value_sat)
    }

    /// That nothing is left.
    pub(super) fn end(&self) -> Result<(), NormaliseError> {
        self.cursor.end()
    }
}

/// An output of `value_sat` whose packed script comes next.
fn spent(cursor: &mut Cursor, value_sat: u64) -> Result<Output<Address>, NormaliseError> {
    Ok(match variable(cursor)? {
        0 => {
            let hash: [u8; 20] = cursor.array()?;
            let mut script = [0x76, 0xa9, 0x14]
                .into_iter()
                .chain(hash)
                .chain([0x88, 0xac]);
            output(value_sat, &filled::<25>(&mut script))
        }
        1 => {
            let hash: [u8; 20] = cursor.array()?;
            let mut script = [0xa9, 0x14].into_iter().chain(hash).chain([0x87]);
            output(value_sat, &filled::<23>(&mut script))
        }
        parity @ (2 | 3) => {
            let key = key(cursor, parity)?;
            let mut script = [0x21].into_iter().chain(key).chain([0xac]);
            output(value_sat, &filled::<35>(&mut script))
        }
        parity @ (4 | 5) => {
            let key = key(cursor, parity - 2)?;
            let key = PublicKey::from_slice(&key)
                .map_err(|_| cursor.error("a packed key is no point of the curve"))?
                .serialize_uncompressed();
            let mut script = [0x41].into_iter().chain(key).chain([0xac]);
            output(value_sat, &filled::<67>(&mut script))
        }
        length => {
            let length = usize::try_from(length - FORMS)
                .map_err(|_| cursor.error(format!("a script of {} bytes", length - FORMS)))?;
            output(value_sat, cursor.take(length)?)
        }
    })
}

/// A compressed key, whose first byte is the code of its form.
fn key(cursor: &mut Cursor, parity: u64) -> Result<[u8; 33], NormaliseError> {
    let x: [u8; 32] = cursor.array()?;
    let first = if parity == 2 { 2 } else { 3 };
    Ok(filled(&mut [first].into_iter().chain(x)))
}

fn filled<const N: usize>(bytes: &mut impl Iterator<Item = u8>) -> [u8; N] {
    let mut array = [0; N];
    for (to, from) in array.iter_mut().zip(bytes) {
        *to = from;
    }
    array
}

/// A number in groups of seven bits, the highest first, each but the last marked and one too
/// small (Core's `VARINT`), so that every number has one writing.
fn variable(cursor: &mut Cursor) -> Result<u64, NormaliseError> {
    let mut number: u64 = 0;
    loop {
        let byte = cursor.byte()?;
        if number > u64::MAX >> 7 {
            return Err(cursor.error("a number is longer than 64 bits"));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(number);
        }
        number = number
            .checked_add(1)
            .ok_or_else(|| cursor.error("a number is longer than 64 bits"))?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{BitcoinNetwork, ScriptKind};

    fn written(mut number: u64) -> Vec<u8> {
        let mut bytes = vec![u8::try_from(number & 0x7f).unwrap()];
        while number > 0x7f {
            number = (number >> 7) - 1;
            bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        }
        bytes.reverse();
        bytes
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_written(number: u64, shift in 0..64_u32) {
            let number = number >> shift;
            let bytes = written(number);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(variable(&mut cursor).unwrap(), number);
            prop_assert!(cursor.end().is_ok());
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        let largest = written(u64::MAX);
        assert_eq!(variable(&mut Cursor::new(&largest)), Ok(u64::MAX));
        let mut larger = largest.clone();
        *larger.last_mut().unwrap() = 0x80;
        larger.push(0);
        for bytes in [larger, vec![0xff; 11], vec![0x80; 3]] {
            assert!(variable(&mut Cursor::new(&bytes)).is_err(), "{bytes:?}");
        }
    }

    fn unpacked(hex: &str) -> Result<Output<Address>, NormaliseError> {
        let bytes = bitcoin::ScriptBuf::from_hex(hex).unwrap().into_bytes();
        let mut cursor = Cursor::new(&bytes);
        let output = spent(&mut cursor, 7)?;
        cursor.end()?;
        Ok(output)
    }

    #[test]
    fn every_packed_form_is_the_script_it_stands_for() {
        const X: &str = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        const Y: &str = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        const MINUS_Y: &str = "b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777";
        let hash = "11".repeat(20);
        for (packed, script) in [
            (format!("00{hash}"), format!("76a914{hash}88ac")),
            (format!("01{hash}"), format!("a914{hash}87")),
            (format!("02{X}"), format!("2102{X}ac")),
            (format!("03{X}"), format!("2103{X}ac")),
            (format!("04{X}"), format!("4104{X}{Y}ac")),
            (format!("05{X}"), format!("4104{X}{MINUS_Y}ac")),
            ("0751".to_owned(), "51".to_owned()),
            (format!("1c0014{hash}"), format!("0014{hash}")),
        ] {
            let expected = Address::parse(&format!("raw({script})"), BitcoinNetwork::Mainnet);
            let output = unpacked(&packed).unwrap();
            assert_eq!(output.address, Some(expected.unwrap()), "{packed}");
            assert_eq!(output.value_sat, 7);
        }
        let nothing = unpacked("06").unwrap();
        assert_eq!(nothing.kind, ScriptKind::Nonstandard);
        assert_eq!(nothing.address, Address::of_script(&[]));
    }

    #[test]
    fn a_version_follows_every_height_but_the_first() {
        // No more than told: the count, and per output height, version, value and script.
        for (bytes, read) in [
            (&[1, 1, 0x00, 0x32, 0x07, 0x51][..], true),
            (&[1, 1, 0x01, 0x32, 0x07, 0x51], true),
            (&[1, 1, 0x02, 0x00, 0x32, 0x07, 0x51], true),
            (&[1, 1, 0x02, 0x80, 0x00, 0x32, 0x07, 0x51], true),
            (&[1, 1, 0x01, 0x00, 0x32, 0x07, 0x51], false),
            (&[1, 1, 0x02, 0x32, 0x07, 0x51], false),
        ] {
            let mut undo = Undo::new(bytes, 2).unwrap();
            undo.transaction(1).unwrap();
            let output = undo.output().and_then(|output| undo.end().map(|()| output));
            let value = output.map(|output| output.value_sat).ok();
            assert_eq!(value, read.then_some(5_000_000_000), "{bytes:?}");
        }
    }

    #[test]
    fn counts_that_are_not_those_of_the_block_are_refused() {
        let bytes = [1, 1, 0x00, 0x32, 0x07, 0x51];
        for transactions in [0, 1, 3] {
            assert!(Undo::new(&bytes, transactions).is_err());
        }
        for inputs in [0, 2] {
            assert!(Undo::new(&bytes, 2).unwrap().transaction(inputs).is_err());
        }
    }

    #[test]
    fn what_stands_for_no_script_is_refused() {
        let no_point = format!("04{}", "ff".repeat(32));
        for packed in ["", "0011", "0851", "8080ffffffff7f", &no_point] {
            assert!(unpacked(packed).is_err(), "{packed}");
        }
    }
}

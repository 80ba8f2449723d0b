//! The row of a block of accounts.

use super::columns::COLUMNS;
use crate::ledger::row::take;
use crate::ledger::rows::{BlockRow, RowsOf, sealed};
use crate::model::account::{Check, Checks, InnerCalls};
use crate::model::{BlockHash, BlockRef};

/// Bytes of a row.
const ROW_BYTES: usize = 32 + 32 + 8 + 4 + 1 + 1 + 3 * 4 + 8 * Counts::TABLES + 4 * COLUMNS + 4;

/// The rows of a ledger of accounts.
pub(super) type Rows = RowsOf<Row, ROW_BYTES>;

/// How many entries each table has, up to and with a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) transactions: u64,
    pub(super) transfers: u64,
    pub(super) larges: u64,
    pub(super) events: u64,
    pub(super) event_bytes: u64,
    pub(super) creations: u64,
    pub(super) accounts: u64,
    pub(super) assets: u64,
}

/// A block as the ledger knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) at: BlockRef,
    /// The hash of the block it is built on.
    pub(super) previous: BlockHash,
    pub(super) time: u64,
    /// The account that got its priority fees.
    pub(super) fee_recipient: u32,
    pub(super) inner_calls: InnerCalls,
    pub(super) checks: Checks,
    pub(super) parent: u32,
    pub(super) run_start: u32,
    pub(super) counts: Counts,
    /// The checksum of each column from its beginning to there.
    pub(super) crcs: [u32; COLUMNS],
}

impl Counts {
    const TABLES: usize = 8;

    pub(super) fn to_array(self) -> [u64; Self::TABLES] {
        [
            self.transactions,
            self.transfers,
            self.larges,
            self.events,
            self.event_bytes,
            self.creations,
            self.accounts,
            self.assets,
        ]
    }

    fn of_array(counts: [u64; Self::TABLES]) -> Self {
        let [
            transactions,
            transfers,
            larges,
            events,
            event_bytes,
            creations,
            accounts,
            assets,
        ] = counts;
        Self {
            transactions,
            transfers,
            larges,
            events,
            event_bytes,
            creations,
            accounts,
            assets,
        }
    }
}

impl BlockRow<ROW_BYTES> for Row {
    type Counts = Counts;

    fn to_bytes(&self) -> [u8; ROW_BYTES] {
        let mut row = Vec::with_capacity(ROW_BYTES);
        row.extend(self.at.hash.0);
        row.extend(self.previous.0);
        row.extend(self.time.to_le_bytes());
        row.extend(self.fee_recipient.to_le_bytes());
        row.push(match self.inner_calls {
            InnerCalls::NotSeen => 0,
            InnerCalls::Seen => 1,
            InnerCalls::Unsure => 2,
        });
        row.push(checks_byte(self.checks));
        for number in [self.at.height, self.parent, self.run_start] {
            row.extend(number.to_le_bytes());
        }
        for count in self.counts.to_array() {
            row.extend(count.to_le_bytes());
        }
        for crc in self.crcs {
            row.extend(crc.to_le_bytes());
        }
        sealed(row)
    }

    fn unchecked(bytes: &[u8; ROW_BYTES]) -> Option<Self> {
        let mut rest = bytes.as_slice();
        let hash = BlockHash(take(&mut rest)?);
        let previous = BlockHash(take(&mut rest)?);
        let time = u64::from_le_bytes(take(&mut rest)?);
        let fee_recipient = u32::from_le_bytes(take(&mut rest)?);
        let inner_calls = match take(&mut rest)? {
            [0] => InnerCalls::NotSeen,
            [1] => InnerCalls::Seen,
            [2] => InnerCalls::Unsure,
            _ => return None,
        };
        let checks = checks_of(take(&mut rest)?)?;
        let height = u32::from_le_bytes(take(&mut rest)?);
        let parent = u32::from_le_bytes(take(&mut rest)?);
        let run_start = u32::from_le_bytes(take(&mut rest)?);
        let mut counts = [0; Counts::TABLES];
        for count in &mut counts {
            *count = u64::from_le_bytes(take(&mut rest)?);
        }
        let mut crcs = [0; COLUMNS];
        for crc in &mut crcs {
            *crc = u32::from_le_bytes(take(&mut rest)?);
        }
        Some(Self {
            at: BlockRef { height, hash },
            previous,
            time,
            fee_recipient,
            inner_calls,
            checks,
            parent,
            run_start,
            counts: Counts::of_array(counts),
            crcs,
        })
    }

    fn at(&self) -> BlockRef {
        self.at
    }

    fn parent(&self) -> u32 {
        self.parent
    }

    fn run_start(&self) -> u32 {
        self.run_start
    }

    fn counts(&self) -> Counts {
        self.counts
    }

    fn ends(counts: &Counts) -> (u64, u64) {
        (counts.transactions, counts.transfers)
    }
}

/// Two bits for each answer, the header's lowest.
fn checks_byte(checks: Checks) -> u8 {
    let bits = checks.to_array().map(|check| match check {
        Check::NotTold => 0,
        Check::Holds => 1,
        Check::OtherForm => 2,
    });
    bits.iter().rev().fold(0, |byte, bits| byte << 2 | bits)
}

fn checks_of([byte]: [u8; 1]) -> Option<Checks> {
    let check = |part: u32| match byte >> (2 * part) & 3 {
        0 => Some(Check::NotTold),
        1 => Some(Check::Holds),
        2 => Some(Check::OtherForm),
        _ => None,
    };
    Some(Checks {
        header: check(0)?,
        transactions: check(1)?,
        receipts: check(2)?,
        after: check(3)?,
    })
}

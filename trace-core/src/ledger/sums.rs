//! What all outputs are worth, by the form of their script.

use super::LedgerView;
use crate::model::ScriptKind;

/// Sums kept side by side, so that an addition need not wait for the one before it to be
/// stored: most outputs have the form of the one before.
const LANES: usize = 4;
/// Forms are numbered below this.
const FORMS: usize = 16;
/// Outputs added up before the sums could overflow: no output is worth more than 2^51 satoshis.
const PART: usize = 1 << 12;

impl LedgerView<'_> {
    /// The value of all outputs of the branch, spent or not, in satoshis, by the form of their
    /// script.
    ///
    /// Cost: reads nine bytes of each output in sequence, at the speed of memory.
    pub fn sums_by_kind_sat(&self) -> [(ScriptKind, u128); ScriptKind::ALL.len()] {
        let mut sums_sat = [0_u128; FORMS];
        for range in self.output_ranges() {
            let values = self.values_sat().get(range.clone()).unwrap_or_default();
            let kinds = self.kinds().get(range).unwrap_or_default();
            for (values, kinds) in values.chunks(PART).zip(kinds.chunks(PART)) {
                add(values, kinds, &mut sums_sat);
            }
        }
        ScriptKind::ALL.map(|kind| {
            let sum_sat = sums_sat.get(kind as usize).copied();
            (kind, sum_sat.unwrap_or_default())
        })
    }
}

fn add(values: &[[u8; 8]], kinds: &[[u8; 1]], sums_sat: &mut [u128; FORMS]) {
    let mut lanes = [[0_u64; FORMS]; LANES];
    let (values, values_left) = values.as_chunks::<LANES>();
    let (kinds, kinds_left) = kinds.as_chunks::<LANES>();
    for (values, kinds) in values.iter().zip(kinds) {
        for ((lane, value), [kind]) in lanes.iter_mut().zip(values).zip(kinds) {
            add_one(lane, *value, *kind);
        }
    }
    if let Some(lane) = lanes.first_mut() {
        for (value, [kind]) in values_left.iter().zip(kinds_left) {
            add_one(lane, *value, *kind);
        }
    }
    for lane in lanes {
        for (sum_sat, part_sat) in sums_sat.iter_mut().zip(lane) {
            *sum_sat += u128::from(part_sat);
        }
    }
}

#[inline]
fn add_one(lane: &mut [u64; FORMS], value: [u8; 8], kind: u8) {
    // A file that is damaged may hold anything; `verify` says so, and here nothing may panic.
    if let Some(sum_sat) = lane.get_mut(usize::from(kind) % FORMS) {
        *sum_sat = sum_sat.wrapping_add(u64::from_le_bytes(value));
    }
}

//! Choices that look random and are the same each time.

use bitcoin::hashes::{Hash, sha256};

/// A sequence of numbers that follows from a name.
#[derive(Clone, Debug)]
pub(super) struct Dice {
    name: &'static str,
    thrown: u64,
}

impl Dice {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, thrown: 0 }
    }

    /// A number below `sides`.
    pub(super) fn throw(&mut self, sides: u64) -> u64 {
        let digest = sha256::Hash::hash(format!("{} {}", self.name, self.thrown).as_bytes());
        self.thrown += 1;
        let bytes = digest.to_byte_array();
        let number = bytes
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number % sides
    }

    /// Whether something happens that happens `often` times in a hundred.
    pub(super) fn percent(&mut self, often: u64) -> bool {
        self.throw(100) < often
    }

    /// One of `choices`, which are not empty.
    pub(super) fn choose<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.throw(choices.len() as u64);
        let index = usize::try_from(index).expect("an index fits");
        choices.get(index).expect("there is something to choose")
    }

    /// Puts `things` in another order.
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = usize::try_from(self.throw(last as u64 + 1)).expect("an index fits");
            things.swap(last, other);
        }
    }
}

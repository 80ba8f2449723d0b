//! The tree of transaction hashes whose root is in a block's header.

use bitcoin::hashes::{Hash, sha256d};

use crate::model::Txid;

/// The root over `txids`, which are overwritten: each level lies where the one below it was.
/// `None` when two equal hashes stand side by side in a level.
///
/// A level of odd length repeats its last hash, so the root does not tell a list from the one
/// with its end repeated (CVE-2012-2459). No honest block has equal neighbours; a list that
/// has them is refused, because some shorter one has the same root.
pub(super) fn root(mut txids: Vec<Txid>) -> Option<[u8; 32]> {
    let mut width = txids.len();
    while width > 1 {
        for to in 0..width.div_ceil(2) {
            let left = txids.get(2 * to)?.0;
            let right = match txids.get(2 * to + 1) {
                Some(right) if 2 * to + 1 < width => {
                    if right.0 == left {
                        return None;
                    }
                    right.0
                }
                _ => left,
            };
            *txids.get_mut(to)? = Txid(parent(&left, &right));
        }
        width = width.div_ceil(2);
    }
    txids.first().map(|txid| txid.0)
}

fn parent(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut pair = [0; 64];
    let (first, second) = pair.split_at_mut(32);
    first.copy_from_slice(left);
    second.copy_from_slice(right);
    sha256d::Hash::hash(&pair).to_byte_array()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn txids(count: u32) -> Vec<Txid> {
        let numbered = |n: u32| Txid(sha256d::Hash::hash(&n.to_le_bytes()).to_byte_array());
        (0..count).map(numbered).collect()
    }

    proptest! {
        #[test]
        fn the_root_is_the_reference_ones(count in 1..200_u32) {
            let ours = root(txids(count));
            let theirs = bitcoin::merkle_tree::calculate_root(
                txids(count).into_iter().map(|txid| sha256d::Hash::from_byte_array(txid.0)),
            );
            prop_assert_eq!(ours, theirs.map(Hash::to_byte_array));
        }

        #[test]
        fn a_repeated_end_is_noticed(count in 2..200_u32) {
            // Each level of odd width, counted in leaves, can be repeated without a change of
            // the root.
            let width = 1_u32 << count.trailing_zeros();
            let mut list = txids(count);
            let end = list[(count - width) as usize..].to_vec();
            list.extend(end);
            if width < count {
                let same = bitcoin::merkle_tree::calculate_root(
                    list.iter().map(|txid| sha256d::Hash::from_byte_array(txid.0)),
                );
                prop_assert_eq!(root(txids(count)), same.map(Hash::to_byte_array));
            }
            prop_assert_eq!(root(list), None);
        }
    }

    #[test]
    fn no_hashes_have_no_root() {
        assert_eq!(root(Vec::new()), None);
        assert_eq!(root(txids(1)), Some(txids(1)[0].0));
    }
}

//! Things one above the other that all want to be somewhere.

/// Between things one above the other, in pixels.
pub(super) const GAP: i64 = 14;

/// Where a slot would like its middle to be, and how much that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) middle: i64,
    pub(super) height: i64,
    pub(super) weight: i64,
}

/// Middles in the order given, none overlapping, the weighted sum of squared distances from
/// those wished for the least there is: pool adjacent violators (Ayer et al. 1955).
pub(super) fn nearest(wishes: &[Wish]) -> Vec<i64> {
    // Each block: the weighted sum of what its members wish the first slot's middle to be,
    // their weights, and how many they are.
    let mut blocks: Vec<(i128, i128, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut offset = 0;
    let mut before: Option<i64> = None;
    for wish in wishes {
        if let Some(before) = before {
            offset += before / 2 + wish.height / 2 + GAP;
        }
        before = Some(wish.height);
        offsets.push(offset);
        let weight = i128::from(wish.weight.max(1));
        let mut block = (i128::from(wish.middle - offset) * weight, weight, 1);
        while let Some((sum, weights, count)) = blocks.last().copied()
            && sum * block.1 >= block.0 * weights
        {
            block = (block.0 + sum, block.1 + weights, block.2 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let starts = blocks.iter().flat_map(|(sum, weights, count)| {
        let start = i64::try_from(sum.div_euclid(*weights)).unwrap_or_default();
        (0..*count).map(move |_| start)
    });
    starts
        .zip(offsets)
        .map(|(start, offset)| start + offset)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wishes: &[(i64, i64)], expected: &[i64]) {
        let wishes: Vec<Wish> = wishes
            .iter()
            .map(|(middle, weight)| Wish {
                middle: *middle,
                height: 10,
                weight: *weight,
            })
            .collect();
        assert_eq!(nearest(&wishes), expected);
    }

    #[test]
    fn what_fits_stays_where_it_is_wished_and_the_rest_moves_apart() {
        check(&[(0, 1), (100, 1)], &[0, 100]);
        // Two that want the same place share the distance, by their weights.
        check(&[(50, 1), (50, 1)], &[38, 62]);
        check(&[(50, 1), (50, 3)], &[32, 56]);
        // The order holds even where the opposite is wanted.
        check(&[(90, 1), (10, 1), (200, 1)], &[38, 62, 200]);
    }
}

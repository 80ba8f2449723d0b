//! Where two answers differ first.

use crate::figures::Failure;

/// The scripts in the order in which they first appear.
pub(super) fn same_addresses(ours: &[Box<[u8]>], plain: &[Box<[u8]>]) -> Result<(), Failure> {
    first(ours, plain).map_or(Ok(()), |(at, ours, plain)| {
        Err(format!("address {at} is {ours:?} for trace and plainly {plain:?}").into())
    })
}

/// For each address the first one of its cluster.
pub(super) fn same_words(ours: &[u32], plain: &[u32]) -> Result<(), Failure> {
    first(ours, plain).map_or(Ok(()), |(at, ours, plain)| {
        Err(format!("address {at} is in cluster {ours:?} for trace and plainly {plain:?}").into())
    })
}

/// Destinations, one a line.
pub(super) fn same_lines(name: &str, ours: &str, plain: &str) -> Result<(), Failure> {
    if ours == plain {
        return Ok(());
    }
    let (ours, plain): (Vec<_>, Vec<_>) = (ours.lines().collect(), plain.lines().collect());
    let (at, ours, plain) = first(&ours, &plain).ok_or("they differ in how lines end")?;
    Err(format!("destination {at} of {name} is {ours:?} for trace and plainly {plain:?}").into())
}

/// The first place at which two lists differ, and what they have there.
fn first<'a, T: PartialEq>(
    ours: &'a [T],
    plain: &'a [T],
) -> Option<(usize, Option<&'a T>, Option<&'a T>)> {
    let longest = ours.len().max(plain.len());
    let pairs = (0..longest).map(|at| (at, ours.get(at), plain.get(at)));
    pairs.into_iter().find(|(_, ours, plain)| ours != plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert!(same_words(&[0, 0, 2], &[0, 0, 2]).is_ok());
        let error = same_words(&[0, 0, 2], &[0, 1, 1]).unwrap_err().to_string();
        assert_eq!(
            error,
            "address 1 is in cluster Some(0) for trace and plainly Some(1)"
        );
        let error = same_lines("x", "fee a 1\n", "fee a 1\nfee b 2\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "destination 1 of x is None for trace and plainly Some(\"fee b 2\")"
        );
        assert!(same_lines("x", "fee a 1\n", "fee a 1").is_err());
        assert!(same_addresses(&[Box::new([1])], &[]).is_err());
    }
}

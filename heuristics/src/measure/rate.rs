//! So many of so many, and how sure that makes the rate.

/// A count of hits among cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate {
    /// How often it was so. At most as large as `of`.
    pub hits: u64,
    /// How often it could have been so.
    pub of: u64,
}

/// Parts per million, all of them.
const MILLION: u64 = 1_000_000;

impl Rate {
    /// The rate in parts per million, rounded to the nearest; `None` of no cases.
    pub fn ppm(self) -> Option<u64> {
        let (hits, of) = (u128::from(self.hits), u128::from(self.of));
        let ppm = (hits * u128::from(MILLION) + of / 2).checked_div(of)?;
        u64::try_from(ppm).ok()
    }

    /// The interval of Wilson (1927) at 95 %, in parts per million, rounded outwards; `None`
    /// of no cases.
    ///
    /// It holds the rates p at which so many hits would be no surprise: those with
    /// (hits/of − p)² ≤ z² p (1 − p) / of, where z = 1.96. That is checked as it stands, in
    /// integers, and its two ends are found by halving. Beyond 2³⁷ cases both counts are
    /// halved until they fit; by then the interval is narrower than a millionth.
    pub fn interval_ppm(self) -> Option<(u64, u64)> {
        let (mut hits, mut of) = (self.hits.min(self.of), self.of);
        while of > 1 << 37 {
            (hits, of) = (hits / 2, of / 2);
        }
        if of == 0 {
            return None;
        }
        // The rate itself lies inside; towards 0 and towards a million it holds until it does
        // not any more.
        let below = hits * MILLION / of;
        let above = (hits * MILLION).div_ceil(of);
        let low = last(below, |step| below - step, |ppm| is_inside(hits, of, ppm));
        let high = last(
            MILLION - above,
            |step| above + step,
            |ppm| is_inside(hits, of, ppm),
        );
        Some((low, high))
    }
}

/// The first value on a way of `steps` steps of which `inside` does not hold, or its end.
/// What is inside is a stretch from the beginning on.
fn last(steps: u64, at: impl Fn(u64) -> u64, inside: impl Fn(u64) -> bool) -> u64 {
    let (mut from, mut to) = (0, steps);
    while from < to {
        let middle = from + (to - from) / 2;
        if inside(at(middle)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    at(from)
}

/// Whether a rate lies in the interval. z² = 3.8416 is 2401 / 625.
fn is_inside(hits: u64, of: u64, ppm: u64) -> bool {
    let distance = u128::from((hits * MILLION).abs_diff(of * ppm));
    let spread = u128::from(of) * u128::from(ppm) * u128::from(MILLION - ppm);
    distance * distance * 625 <= spread * 2401
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(hits: u64, of: u64) -> Option<(u64, u64)> {
        Rate { hits, of }.interval_ppm()
    }

    /// The values that the closed formula gives, worked out elsewhere.
    #[test]
    fn the_interval_is_wilsons() {
        assert_eq!(interval(0, 0), None);
        assert_eq!(interval(0, 10), Some((0, 277_541)));
        assert_eq!(interval(10, 10), Some((722_459, 1_000_000)));
        assert_eq!(interval(5, 10), Some((236_589, 763_411)));
        assert_eq!(interval(1, 1), Some((206_543, 1_000_000)));
        assert_eq!(interval(17, 1000), Some((10_640, 27_057)));
    }

    #[test]
    fn many_cases_make_a_narrow_interval_and_no_overflow() {
        let (low, high) = interval(u64::MAX / 4, u64::MAX).unwrap();
        assert!(low <= 250_000 && 250_000 <= high && high - low <= 12);
        assert_eq!(interval(1 << 37, 1 << 37), Some((999_999, 1_000_000)));
        assert_eq!(interval(u64::MAX, u64::MAX), Some((999_999, 1_000_000)));
    }

    #[test]
    fn the_rate_is_rounded_to_the_nearest() {
        assert_eq!(Rate { hits: 2, of: 3 }.ppm(), Some(666_667));
        assert_eq!(Rate { hits: 1, of: 3 }.ppm(), Some(333_333));
        assert_eq!(Rate { hits: 0, of: 0 }.ppm(), None);
    }
}

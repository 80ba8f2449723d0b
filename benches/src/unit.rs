//! Whole numbers as a person reads them.

/// A time of so many nanoseconds, to three digits.
pub fn time(ns: u64) -> String {
    scaled(ns, 1000, &["ns", "µs", "ms", "s"])
}

/// A size of so many bytes, to three digits.
pub fn size(bytes: u64) -> String {
    scaled(bytes, 1000, &["B", "kB", "MB", "GB", "TB"])
}

/// A count, to three digits.
pub fn count(count: u64) -> String {
    scaled(count, 1000, &["", "k", "M", "G"])
}

/// `of` divided by `by`, to a tenth, or to a hundredth below ten.
pub fn ratio(of: u64, by: u64) -> String {
    let hundredths = (u128::from(of) * 100).checked_div(u128::from(by));
    match hundredths {
        None => "–".to_owned(),
        Some(small @ 0..1000) => format!("{}.{:02}", small / 100, small % 100),
        Some(large) => format!("{}.{}", large / 100, large % 100 / 10),
    }
}

/// How many `things` a second that is, when they took `ns`.
pub fn a_second(things: u64, ns: u64) -> u64 {
    let rate = u128::from(things) * 1_000_000_000 / u128::from(ns.max(1));
    u64::try_from(rate).unwrap_or(u64::MAX)
}

fn scaled(value: u64, step: u64, units: &[&str]) -> String {
    let mut scale = 1;
    let mut units = units.iter();
    let mut unit = *units.next().unwrap_or(&"");
    for larger in units {
        if value / scale < step {
            break;
        }
        scale *= step;
        unit = larger;
    }
    let whole = value / scale;
    let tenth = value % scale * 10 / scale;
    let number = if whole < 100 && scale > 1 {
        format!("{whole}.{tenth}")
    } else {
        whole.to_string()
    };
    format!("{number} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_that_suits_them() {
        assert_eq!(time(999), "999 ns");
        assert_eq!(time(1_500), "1.5 µs");
        assert_eq!(time(4_302_705_353), "4.3 s");
        assert_eq!(time(4_302_705_353_000), "4302 s");
        assert_eq!(size(453_284_540), "453 MB");
        assert_eq!(count(12), "12");
        assert_eq!(ratio(10, 4), "2.50");
        assert_eq!(ratio(7, 100), "0.07");
        assert_eq!(ratio(1234, 100), "12.3");
        assert_eq!(ratio(10, 0), "–");
        assert_eq!(a_second(1_000, 500_000_000), 2_000);
    }
}

//! How long a server asks us to wait (RFC 9110, section 10.2.3).

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// The pause that a reply's `Retry-After` asks for, given in seconds or as a date. A date is
/// measured from the reply's own `Date`, so that neither clock has to be right.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = text(headers, &RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (until, now) = (seconds_of(asked)?, seconds_of(text(headers, &DATE)?)?);
    Some(Duration::from_secs(until.saturating_sub(now)))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// Seconds from 1 March of the year 0 to a date such as `Sun, 06 Nov 1994 08:49:37 GMT`. The
/// two obsolete forms of a date are not read: no server that says `Retry-After` writes them.
fn seconds_of(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb",
    ];
    let mut words = date.split_ascii_whitespace().skip(1);
    let mut word = || words.next();
    let (day, month, year, time) = (word()?, word()?, word()?, word()?);
    let number = |text: &str, max| text.parse().ok().filter(|number: &u64| *number <= max);
    let day = number(day, 31)?;
    // Years begin in March here, so that the leap day is the last one of a year.
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let year = number(year, 9_999)?.checked_sub(u64::from(month >= 10))?;
    let mut parts = time.split(':').map(|part| number(part, 60));
    let mut part = || parts.next().flatten();
    let (hour, minute, second) = (part()?, part()?, part()?);
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(retry_after_header: &str, date: Option<&str>, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after_header.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        let pause = retry_after(&headers);
        assert_eq!(
            pause,
            expected.map(Duration::from_secs),
            "{retry_after_header}"
        );
    }

    #[test]
    fn seconds_are_read() {
        check("120", None, Some(120));
        check("0", None, Some(0));
        check("-5", None, None);
        check("soon", None, None);
        check("99999999999999999999999", None, None);
    }

    #[test]
    fn a_date_is_measured_from_the_date_of_the_reply() {
        let now = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        check("Sun, 06 Nov 1994 08:50:07 GMT", now, Some(30));
        check("Mon, 07 Nov 1994 08:49:37 GMT", now, Some(86_400));
        check("Sun, 06 Nov 1994 08:49:00 GMT", now, Some(0));
        check("Sun, 06 Nov 1994 08:50:07 GMT", None, None);
        check("Sunday, 06-Nov-94 08:50:07 GMT", now, None);
        check("Sun, 06 Nov", now, None);
    }

    #[test]
    fn every_day_is_one_day_after_the_one_before() {
        let days = "Mon, 28 Feb 2000 00:00:00 GMT,Tue, 29 Feb 2000 00:00:00 GMT,\
             Wed, 01 Mar 2000 00:00:00 GMT";
        let days: Vec<u64> = days
            .split(" GMT")
            .filter_map(|day| seconds_of(day.trim_start_matches(',')))
            .collect();
        assert_eq!(days.len(), 3);
        assert_eq!([days[1] - days[0], days[2] - days[1]], [86_400; 2]);
        let (end, new) = ("x 31 Dec 2023 23:59:59 GMT", "x 01 Jan 2024 00:00:00 GMT");
        assert_eq!(seconds_of(new).unwrap() - seconds_of(end).unwrap(), 1);
        let year = ["x 01 Mar 2023 00:00:00", "x 01 Mar 2024 00:00:00"].map(seconds_of);
        assert_eq!(year[1].unwrap() - year[0].unwrap(), 366 * 86_400);
        let year = ["x 01 Mar 1899 00:00:00", "x 01 Mar 1900 00:00:00"].map(seconds_of);
        assert_eq!(year[1].unwrap() - year[0].unwrap(), 365 * 86_400);
    }
}

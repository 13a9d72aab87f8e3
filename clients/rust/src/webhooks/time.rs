//! Times as RFC 3339 writes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;
/// From 0000-03-01, where the years of the calculation begin, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// The days of 400 years.
const ERA: i64 = 146_097;

/// Returns a time with a zone. A leap second, which a `SystemTime` cannot be, is the second after it.
pub(crate) fn parsed(text: &str) -> Option<SystemTime> {
    let text = text.to_ascii_uppercase();
    let (date, time) = (text.get(..10)?, text.get(10..)?.strip_prefix('T')?);
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let fine = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !fine || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds =
        days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset(zone)?;
    moment(seconds, nanoseconds(fraction)?)
}

/// Returns a time in UTC, to the nanosecond.
pub(crate) fn written(time: SystemTime) -> String {
    let (seconds, nanoseconds) = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => (since.as_secs() as i64, since.subsec_nanos()),
        Err(_) => (0, 0), // what is past is due now
    };
    let (year, month, day) = civil_from_days(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z")
}

fn moment(seconds: i64, nanoseconds: u32) -> Option<SystemTime> {
    let length = Duration::from_secs(seconds.unsigned_abs());
    let whole = if seconds < 0 { UNIX_EPOCH.checked_sub(length) } else { UNIX_EPOCH.checked_add(length) };
    whole?.checked_add(Duration::from_nanos(nanoseconds.into()))
}

/// Returns the seconds that a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let [hours, minutes] = numbers(zone.get(1..)?, ':', [2, 2])?;
    let ahead = (hours * 60 + minutes) * 60;
    (hours < 24 && minutes < 60).then_some(if zone.starts_with('-') { -ahead } else { ahead })
}

/// Returns the numbers between separators, each of so many digits.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let fine = parts.len() == N
        && parts.iter().zip(digits).all(|(part, length)| part.len() == length && is_digits(part));
    let numbers: Vec<i64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok().filter(|_| fine)
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    let digits: String = fraction.chars().chain("00000000".chars()).take(9).collect();
    digits.parse().ok().filter(|_| is_digits(fraction))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the epoch, as in <https://howardhinnant.github.io/date_algorithms.html>.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_EPOCH
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * part + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::{parsed, written};

    /// Any time of RFC 3339 is read, in any zone; a leap second is the second after it.
    #[test]
    fn times_are_read() {
        for (text, utc) in [
            ("2026-11-23t11:50:27.564z", "2026-11-23T11:50:27.564000000Z"),
            ("2026-11-23T13:20:27.5640009+01:30", "2026-11-23T11:50:27.564000900Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000000Z"),
            ("2000-12-31T23:30:00.1234567899-00:30", "2001-01-01T00:00:00.123456789Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000000Z"),
            ("2016-12-31t15:59:60.25-08:00", "2017-01-01T00:00:00.250000000Z"),
        ] {
            assert_eq!(Some(utc.to_owned()), parsed(text).map(written), "{text}");
        }
        assert!(parsed("1969-12-31T23:59:59.5Z").is_some());
    }

    /// What is no time, or has no zone, is not read.
    #[test]
    fn other_text_is_no_time() {
        for wrong in [
            "",
            "2026-11-23",
            "2026-11-23T11:50:27",
            "2026-11-23 11:50:27Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T11:50:61Z",
            "2026-11-23T11:50:27.Z",
            "2026-11-23T11:50:27+0100",
            "2026-11-23T11:50:27+24:00",
            "26-11-23T11:50:27Z",
            "2026-11-23T11:50:27Zé",
            "yesterday",
        ] {
            assert_eq!(None, parsed(wrong), "{wrong}");
        }
    }
}

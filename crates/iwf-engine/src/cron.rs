//! When a cron schedule comes round, as the backend of the real server reads its expressions.
//!
//! | fields | meaning |
//! |---|---|
//! | 5 | minute, hour, day of month, month, day of week |
//! | 6 | the same and the year, not the second |
//! | 7 | second, then the six |
//! | `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually` | what they say |
//! | `@every 90s`, `@every 6h/1h` | every so often since 1970, perhaps with an offset |
//!
//! Before them may stand `CRON_TZ=` or `TZ=` and a zone, UTC if there is none; after them `#` and
//! a comment. A day must fit both the day of month and the day of week, unlike in Unix's cron.

use chrono::DateTime;
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use iwf_engine_core::Timestamp;

/// The instants of a schedule.
#[derive(Debug)]
pub(crate) enum Expression {
    Calendar { pattern: Box<Cron>, zone: Tz },
    Every { seconds: i64, offset: i64 },
}

/// The text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no cron schedule: {reason}")]
pub(crate) struct NoSchedule {
    text: String,
    reason: String,
}

impl Expression {
    pub(crate) fn parse(text: &str) -> Result<Self, NoSchedule> {
        read(text).map_err(|reason| NoSchedule {
            text: text.to_owned(),
            reason,
        })
    }

    /// The first instant after this one; `None` if the years it names are over.
    pub(crate) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Calendar { pattern, zone } => {
                let after = DateTime::from_timestamp(after.seconds(), 0)?;
                let next = pattern.find_next_occurrence(&after.with_timezone(zone), false);
                Some(Timestamp::from_seconds(next.ok()?.timestamp()))
            }
            Self::Every { seconds, offset } => {
                let passed = (after.seconds() - offset).div_euclid(*seconds);
                Some(Timestamp::from_seconds((passed + 1) * seconds + offset))
            }
        }
    }
}

fn read(text: &str) -> Result<Expression, String> {
    let text = text.trim();
    let (zone, fields) = match text
        .strip_prefix("CRON_TZ=")
        .or_else(|| text.strip_prefix("TZ="))
    {
        Some(rest) => rest.split_once(' ').ok_or("nothing follows the zone")?,
        None => ("UTC", text),
    };
    let fields = fields.split('#').next().unwrap_or_default().trim();
    if let Some(interval) = fields.strip_prefix("@every ") {
        return every(interval);
    }
    let zone = zone
        .parse()
        .map_err(|_| format!("the zone {zone:?} is unknown: name one such as Europe/Berlin"))?;
    let pattern = with_all_fields(fields)?;
    let pattern = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .dom_and_dow(true)
        .sloppy_ranges(true)
        .build()
        .parse(&pattern)
        .map_err(|error| error.to_string())?;
    let pattern = Box::new(pattern);
    Ok(Expression::Calendar { pattern, zone })
}

/// The seven fields from second to year.
fn with_all_fields(fields: &str) -> Result<String, String> {
    let fields = match fields {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        fields => fields,
    };
    if fields.contains('@') {
        return Err(format!("{fields:?} is no name of a schedule"));
    }
    match fields.split_whitespace().count() {
        5 => Ok(format!("0 {fields} *")),
        6 => Ok(format!("0 {fields}")),
        7 => Ok(fields.to_owned()),
        count => Err(format!("it has {count} fields, not 5, 6 or 7")),
    }
}

fn every(interval: &str) -> Result<Expression, String> {
    let (every, offset) = match interval.trim().split_once('/') {
        Some((every, offset)) => (seconds(every)?, seconds(offset)?),
        None => (seconds(interval)?, 0),
    };
    if every < 1 || offset >= every {
        return Err("the interval is at least 1s, and longer than its offset".to_owned());
    }
    let seconds = every;
    Ok(Expression::Every { seconds, offset })
}

/// A time such as `90s`, `1h30m` or `2d`.
fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no length of time such as 90s, 1h30m or 2d");
    let mut total: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, after) = rest.split_at(unit_at);
        let unit = match after.as_bytes().first() {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3600,
            Some(b'd') => 86_400,
            _ => return Err(wrong()),
        };
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let part = number.checked_mul(unit);
        total = part
            .and_then(|part| total.checked_add(part))
            .filter(|&total| total <= LONGEST_SECONDS)
            .ok_or_else(wrong)?;
        rest = after.get(1..).unwrap_or_default();
    }
    Ok(total)
}

/// A hundred years.
const LONGEST_SECONDS: i64 = 100 * 366 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let instant = DateTime::parse_from_rfc3339(text).expect(text);
        Timestamp::from_seconds(instant.timestamp())
    }

    /// The first instants of a schedule after Monday, 2026-11-23, 10:00:00 UTC.
    fn check(expression: &str, wanted: &[&str]) {
        let schedule = Expression::parse(expression).expect(expression);
        let mut last = at("2026-11-23T10:00:00Z");
        for &wanted in wanted {
            last = schedule.next_after(last).expect(expression);
            assert_eq!(last, at(wanted), "{expression}");
        }
    }

    #[test]
    fn five_six_and_seven_fields() {
        check(
            "* * * * *",
            &["2026-11-23T10:01:00Z", "2026-11-23T10:02:00Z"],
        );
        check("30 9 * * *", &["2026-11-24T09:30:00Z"]);
        check("0 0 29 2 * 2028", &["2028-02-29T00:00:00Z"]);
        check(
            "*/20 0 12 * * * *",
            &["2026-11-23T12:00:00Z", "2026-11-23T12:00:20Z"],
        );
        check(
            "5/20 10 * * *",
            &[
                "2026-11-23T10:05:00Z",
                "2026-11-23T10:25:00Z",
                "2026-11-23T10:45:00Z",
            ],
        );
        check(
            "0 1-5/2,8 * JAN *",
            &["2027-01-01T01:00:00Z", "2027-01-01T03:00:00Z"],
        );
    }

    #[test]
    fn sunday_is_0_and_7_and_days_fit_both_fields() {
        for sunday in ["0", "7", "SUN", "sun"] {
            check(&format!("0 0 * * {sunday}"), &["2026-11-29T00:00:00Z"]);
        }
        check("0 0 13 * FRI", &["2027-08-13T00:00:00Z"]);
    }

    #[test]
    fn names_intervals_zones_and_comments() {
        check("@hourly", &["2026-11-23T11:00:00Z"]);
        check("@weekly", &["2026-11-29T00:00:00Z"]);
        check("@every 90s", &["2026-11-23T10:01:30Z"]);
        check(
            "@every 6h/1h",
            &["2026-11-23T13:00:00Z", "2026-11-23T19:00:00Z"],
        );
        check(
            "CRON_TZ=Europe/Berlin 0 11 * * *",
            &["2026-11-24T10:00:00Z"],
        );
        check("TZ=UTC 0 12 * * * # lunch", &["2026-11-23T12:00:00Z"]);
    }

    #[test]
    fn a_schedule_may_be_over() {
        let over = Expression::parse("0 0 1 1 * 2020").expect("a schedule");
        assert_eq!(over.next_after(at("2026-11-23T10:00:00Z")), None);
        let never = Expression::parse("0 0 31 2 *").expect("a schedule");
        assert_eq!(never.next_after(at("2026-11-23T10:00:00Z")), None);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "not a schedule",
            "",
            "* * * *",
            "* * * * * * * *",
            "60 * * * *",
            "5-3 * * * *",
            "*/0 * * * *",
            "@never",
            "@every",
            "@every 0s",
            "@every 1h/1h",
            "@every 9999999999d",
            "@every h",
            "TZ=Nowhere/City * * * * *",
            "TZ=UTC",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}

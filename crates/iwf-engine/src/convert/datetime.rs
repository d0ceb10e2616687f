//! Date times of search attributes: three ways to write them, one way to show them.

use chrono::{DateTime, SecondsFormat};
use iwf_engine_core::Timestamp;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Nanoseconds since the Unix epoch, from RFC 3339 with a numeric offset (the original refuses
/// `Z`), an integer of nanoseconds, or a past time such as `3d`.
pub(super) fn parse(text: &str, now: Timestamp) -> Result<i64, String> {
    if let Ok(nanos) = text.parse() {
        return Ok(nanos);
    }
    if let Some(nanos) = absolute(text) {
        return Ok(nanos);
    }
    relative(text, now).ok_or_else(|| {
        format!(
            "{text:?} is no date time: write 2024-01-02T10:04:05+00:00, an integer of nanoseconds, or a past time such as 3d"
        )
    })
}

fn absolute(text: &str) -> Option<i64> {
    if text.ends_with(['Z', 'z']) {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .ok()?
        .timestamp_nanos_opt()
}

fn relative(text: &str, now: Timestamp) -> Option<i64> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let number: i64 = number.parse().ok().filter(|n| (1..1_000_000).contains(n))?;
    let seconds = match unit {
        "s" | "second" => 1,
        "m" | "minute" => 60,
        "h" | "hour" => 3600,
        "d" | "day" => 86_400,
        "w" | "week" => 7 * 86_400,
        "M" | "month" => 30 * 86_400,
        "y" | "year" => 365 * 86_400,
        _ => return None,
    };
    let now = now.0.checked_mul(1_000_000)?;
    let ago = number.checked_mul(seconds)?.checked_mul(NANOS_PER_SECOND)?;
    now.checked_sub(ago)
}

/// RFC 3339 in UTC.
pub(super) fn format(nanos: i64) -> String {
    DateTime::from_timestamp_nanos(nanos).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_write_one_instant() {
        let now = Timestamp::from_seconds(1_704_189_845 + 3 * 86_400);
        for text in ["2024-01-02T11:04:05+01:00", "1704189845000000000", "3d"] {
            assert_eq!(
                parse(text, now).map(format),
                Ok("2024-01-02T10:04:05Z".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_time_is_refused() {
        for text in [
            "",
            "soon",
            "2024-01-02T11:04:05Z",
            "2024-01-02T11:04:05",
            "0d",
            "1000000d",
            "3x",
            "999999y",
        ] {
            assert!(parse(text, Timestamp(0)).is_err(), "{text}");
        }
    }

    #[test]
    fn fractions_are_kept() {
        let nanos = parse("2024-11-12T18:00:01.731455544+00:00", Timestamp(0)).unwrap();
        assert_eq!(format(nanos), "2024-11-12T18:00:01.731455544Z");
    }
}

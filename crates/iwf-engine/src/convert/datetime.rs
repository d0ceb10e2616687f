//! Date times of search attributes: three ways to write them, one way to show them.

use chrono::{DateTime, SecondsFormat};
use iwf_engine_core::Timestamp;

const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Nanoseconds since the Unix epoch, from RFC 3339 with a numeric offset (the original refuses
/// `Z`), an integer of nanoseconds, or a past time such as `3d`. No text is the epoch itself.
pub(crate) fn parse(text: &str, now: Timestamp) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let number = text.parse().ok();
    number
        .or_else(|| absolute(text))
        .or_else(|| relative(text, now))
}

fn absolute(text: &str) -> Option<i64> {
    if text.ends_with(['Z', 'z']) {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .ok()?
        .timestamp_nanos_opt()
}

/// Never before the epoch.
fn relative(text: &str, now: Timestamp) -> Option<i64> {
    if text.starts_with('0') {
        return None;
    }
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
    let now = now.0.saturating_mul(1_000_000);
    let ago = number.saturating_mul(seconds * NANOS_PER_SECOND);
    Some(now.saturating_sub(ago).max(0))
}

/// RFC 3339 in UTC, with as many digits of the second as there are.
pub(super) fn format(nanos: i64) -> String {
    let whole = DateTime::from_timestamp_nanos(nanos);
    let text = whole.to_rfc3339_opts(SecondsFormat::AutoSi, false);
    let text = text.strip_suffix("+00:00").unwrap_or(&text);
    let text = if text.contains('.') {
        text.trim_end_matches('0')
    } else {
        text
    };
    format!("{text}Z")
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
                Some("2024-01-02T10:04:05Z".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_time_is_refused() {
        for text in [
            "soon",
            "2024-01-02T11:04:05Z",
            "2024-01-02T11:04:05",
            "0d",
            "03d",
            "1000000d",
            "3x",
        ] {
            assert_eq!(parse(text, Timestamp(0)), None, "{text}");
        }
    }

    #[test]
    fn fractions_are_kept() {
        for fraction in ["", ".5", ".25", ".731455544"] {
            let text = format!("2024-11-12T18:00:01{fraction}");
            let nanos = parse(&format!("{text}+00:00"), Timestamp(0)).unwrap();
            assert_eq!(format(nanos), format!("{text}Z"));
        }
    }

    #[test]
    fn the_epoch_is_the_zero_and_the_beginning_of_relative_time() {
        let now = Timestamp::from_seconds(1_704_189_845);
        assert_eq!(parse("", now), Some(0));
        assert_eq!(parse("999999y", now), Some(0));
        assert_eq!(parse("-1", now), Some(-1));
    }
}

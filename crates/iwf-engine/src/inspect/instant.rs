//! Instants as people and programs read them: UTC, RFC 3339 in JSON.

use chrono::{DateTime, Utc};
use iwf_engine_core::Timestamp;

/// What lies beyond the calendar becomes its end.
pub(super) fn instant(at: Timestamp) -> DateTime<Utc> {
    let end = if at.0 < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    };
    DateTime::from_timestamp_millis(at.0).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_beyond_the_calendar_is_its_end() {
        assert_eq!(
            instant(Timestamp(1500)).to_rfc3339(),
            "1970-01-01T00:00:01.500+00:00"
        );
        assert_eq!(instant(Timestamp(i64::MAX)), DateTime::<Utc>::MAX_UTC);
        assert_eq!(instant(Timestamp(i64::MIN)), DateTime::<Utc>::MIN_UTC);
    }
}

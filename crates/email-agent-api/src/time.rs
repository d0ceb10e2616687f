//! Times as people say them and as clocks count them. No time-zone table here: the server resolves,
//! the page only shows.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// A wall-clock wish: what a clock on the wall in `zone` should show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallTime {
    /// Local date and time, `2026-11-24T09:00:00`.
    pub local: NaiveDateTime,
    /// IANA zone, `Europe/Lisbon`.
    pub zone: String,
}

/// A time as somebody says it, to be read by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeWords {
    /// "next Tuesday at 9".
    pub text: String,
    /// The zone in which it is said, IANA.
    pub time_zone: String,
}

/// A wish and the instant that it means by the zone rules of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendWish {
    /// What was wished.
    pub wall: WallTime,
    /// The instant.
    pub instant: DateTime<Utc>,
    /// The offset of the zone at that instant, in minutes east of UTC.
    pub offset_minutes: i32,
    /// What had to be decided, in a sentence ("02:30 happens twice that night; I took the first").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl SendWish {
    /// `Tue 24 Nov 2026, 09:00 (Europe/Lisbon)`: the one way times are written for people. Seconds
    /// are shown only when there are any.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{} ({})", date_time_text(self.wall.local), self.wall.zone)
    }
}

/// `Tue 24 Nov 2026, 09:00`, with seconds only when there are any. Spelled out here, because chrono's
/// patterns would bring their whole interpreter into the browser.
#[must_use]
pub fn date_time_text(local: NaiveDateTime) -> String {
    use chrono::{Datelike, Timelike};
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = usize::try_from(local.month0())
        .ok()
        .and_then(|month| MONTHS.get(month))
        .unwrap_or(&"");
    let (weekday, day, year) = (local.weekday(), local.day(), local.year());
    let (hour, minute) = (local.hour(), local.minute());
    let text = format!("{weekday} {day} {month} {year}, {hour:02}:{minute:02}");
    match local.second() {
        0 => text,
        second => format!("{text}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_reads_like_a_calendar() {
        let wish = SendWish {
            wall: WallTime {
                local: "2026-11-24T09:00:00".parse().unwrap(),
                zone: "Europe/Lisbon".to_owned(),
            },
            instant: "2026-11-24T09:00:00Z".parse().unwrap(),
            offset_minutes: 0,
            note: None,
        };
        assert_eq!(wish.to_text(), "Tue 24 Nov 2026, 09:00 (Europe/Lisbon)");
        let first_of_march = "2027-03-01T00:05:09".parse().unwrap();
        assert_eq!(date_time_text(first_of_march), "Mon 1 Mar 2027, 00:05:09");
    }
}

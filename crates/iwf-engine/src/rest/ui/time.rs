//! Instants for people: UTC, and how far away that is.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use maud::{Markup, html};

/// `2026-11-23 20:58:01 UTC (in 3 min)`; programs read the attribute.
pub(super) fn instant(at: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(at.to_rfc3339_opts(SecondsFormat::Millis, true)) {
            (at.format("%Y-%m-%d %H:%M:%S").to_string()) " UTC"
        }
        " " span.hint { "(" (distance(at - now)) ")" }
    }
}

/// Of two units the larger one, which is what people say.
fn distance(from_now: TimeDelta) -> String {
    let seconds = from_now.num_seconds();
    let (count, unit) = match seconds.unsigned_abs() {
        0 => return "now".to_owned(),
        seconds @ 1..120 => (seconds, "s"),
        seconds @ 120..7200 => (seconds / 60, "min"),
        seconds @ 7200..172_800 => (seconds / 3600, "h"),
        seconds => (seconds / 86_400, "days"),
    };
    if seconds < 0 {
        format!("{count} {unit} ago")
    } else {
        format!("in {count} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_told_in_the_largest_fitting_unit() {
        for (seconds, told) in [
            (0, "now"),
            (1, "in 1 s"),
            (-119, "119 s ago"),
            (120, "in 2 min"),
            (-7199, "119 min ago"),
            (7200, "in 2 h"),
            (-172_800, "2 days ago"),
        ] {
            assert_eq!(distance(TimeDelta::seconds(seconds)), told);
        }
    }
}

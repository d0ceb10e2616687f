//! Times of day as people and models write them: `9`, `9am`, `9:30 pm`, `14:30`, `21h15`, `noon`.
//! Text in, a wall-clock time or nothing out.

use std::sync::LazyLock;

use chrono::NaiveTime;
use regex::Regex;

static TIME_OF_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?ix)^
        (?P<hour>\d{1,2})
        (?: [:.h] (?P<minute>\d{2}) (?: : (?P<second>\d{2}) )? | h )?
        \s* (?P<half> a\.?m\.? | p\.?m\.? )?
        \s* (?: o['\u{2019}]?\s?clock )?
        $";
    #[expect(clippy::expect_used, reason = "a constant pattern, compiled by a test")]
    Regex::new(pattern).expect("a constant pattern")
});

/// The time that `text` names, if it names one and nothing else.
pub(super) fn parse(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "noon" | "midday" => return NaiveTime::from_hms_opt(12, 0, 0),
        "midnight" => return NaiveTime::from_hms_opt(0, 0, 0),
        _ => {}
    }
    let found = TIME_OF_DAY.captures(text)?;
    let number = |name: &str| match found.name(name) {
        Some(digits) => digits.as_str().parse::<u32>().ok(),
        None => Some(0),
    };
    let hour = number("hour")?;
    let hour = match found.name("half").map(|half| half.as_str().as_bytes()) {
        None => hour,
        // There is no 0 am and no 13 pm: a slip that is better asked about than guessed.
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some([b'p' | b'P', ..]) => hour % 12 + 12,
        Some(_) => hour % 12,
    };
    NaiveTime::from_hms_opt(hour, number("minute")?, number("second")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        let table = [
            ("9", "09:00:00"),
            ("9am", "09:00:00"),
            ("9 AM", "09:00:00"),
            ("9 a.m.", "09:00:00"),
            ("9:05pm", "21:05:00"),
            ("12am", "00:00:00"),
            ("12 pm", "12:00:00"),
            ("14:30", "14:30:00"),
            ("14:30:05", "14:30:05"),
            ("09:00", "09:00:00"),
            ("21h15", "21:15:00"),
            ("9h", "09:00:00"),
            ("9.30", "09:30:00"),
            ("7 o'clock", "07:00:00"),
            ("noon", "12:00:00"),
            ("Midnight", "00:00:00"),
        ];
        for (text, time) in table {
            assert_eq!(parse(text), Some(time.parse().unwrap()), "{text}");
        }
        for bad in [
            "", "25", "9:60", "0am", "13pm", "soon", "9 apples", "24:00", "9:5",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}

//! Time phrases in plain English: `tomorrow at 9`, `in 2 hours`, `on 2026-12-03 at 9am`,
//! `next monday at 9`, `at 9 New York time`.
//!
//! A phrase is understood as a whole or not at all: one unknown word, and it is no time. Looking a
//! weekday up in the calendar happens here; making an instant of it does not.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::assistant::{SendTime, time_of_day};

/// What a phrase says about time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    /// A time that can be resolved.
    Time(SendTime),
    /// A day, but no time of day.
    DayOnly,
    /// `now`, `right away`.
    Now,
}

/// Reads `phrase`; `today` is the person's.
pub(crate) fn parse(phrase: &str, today: NaiveDate) -> Option<When> {
    let lower = phrase.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == ',')
        .map(|word| word.trim_end_matches(['.', '!']))
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        [] => None,
        ["now" | "immediately" | "asap"] | ["right", "now" | "away"] | ["at", "once"] => {
            Some(When::Now)
        }
        ["in" | "after", delay @ ..] => self::delay(delay).map(When::Time),
        words => At::parse(words, today)?.finish(),
    }
}

/// `2 hours`, `an hour`, `half an hour`.
fn delay(words: &[&str]) -> Option<SendTime> {
    let (amount, unit) = match words {
        ["half", "an", "hour"] => (30, "minutes"),
        [amount, unit] => (number(amount)?, *unit),
        [joined] => {
            let digits = joined.find(|c: char| !c.is_ascii_digit())?;
            let (amount, unit) = joined.split_at(digits);
            (number(amount)?, unit)
        }
        _ => return None,
    };
    let unit_seconds: u64 = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => 24 * 60 * 60,
        "week" | "weeks" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let seconds = amount.checked_mul(unit_seconds)?;
    Some(SendTime::After { seconds })
}

fn number(word: &str) -> Option<u64> {
    const WORDS: [&str; 11] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let named = WORDS.iter().position(|name| *name == word);
    named
        .and_then(|n| u64::try_from(n).ok())
        .or_else(|| word.parse().ok())
}

/// A time on the wall in the making.
#[derive(Default)]
struct At {
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    zone: Option<String>,
    evening: bool,
}

impl At {
    /// Takes words from the front until none is left; the longest reading first.
    fn parse(mut words: &[&str], today: NaiveDate) -> Option<Self> {
        let mut at = Self::default();
        while let Some(first) = words.first() {
            let taken = match *first {
                "at" | "on" | "for" | "the" => 1,
                "tonight" if at.date.is_none() => {
                    at.date = Some(today);
                    at.evening = true;
                    1
                }
                _ => at
                    .take_date(words, today)
                    .or_else(|| at.take_time(words))
                    .or_else(|| at.take_zone(words))?,
            };
            words = words.get(taken..)?;
        }
        Some(at)
    }

    fn take_date(&mut self, words: &[&str], today: NaiveDate) -> Option<usize> {
        if self.date.is_some() {
            return None;
        }
        let (date, taken) = date(words, today)?;
        self.date = Some(date);
        Some(taken)
    }

    fn take_time(&mut self, words: &[&str]) -> Option<usize> {
        if self.time.is_some() {
            return None;
        }
        for taken in (1..=words.len().min(2)).rev() {
            let text = words.get(..taken)?.join(" ");
            if let Some(time) = time_of_day::parse(&text) {
                self.time = Some(time);
                return Some(taken);
            }
        }
        None
    }

    /// `utc`, `europe/lisbon`, `new york time`.
    fn take_zone(&mut self, words: &[&str]) -> Option<usize> {
        if self.zone.is_some() {
            return None;
        }
        let (name, taken) = match words {
            [a, b, "time", ..] => (format!("{a}_{b}"), 3),
            [a, "time", ..] => ((*a).to_owned(), 2),
            [a, ..] => ((*a).to_owned(), 1),
            [] => return None,
        };
        let zone = chrono_tz::TZ_VARIANTS.iter().find(|zone| {
            let full = zone.name();
            let city = full.rsplit('/').next().unwrap_or(full);
            // A lone word must be the whole name: "reading" is a city, too.
            full.eq_ignore_ascii_case(&name) || (taken > 1 && city.eq_ignore_ascii_case(&name))
        })?;
        self.zone = Some(zone.name().to_owned());
        Some(taken)
    }

    fn finish(self) -> Option<When> {
        match (self.time, self.date) {
            (Some(time), date) => {
                let early = self.evening && time.hour() < 12;
                let time = if early {
                    time.with_hour(time.hour() + 12)?
                } else {
                    time
                };
                Some(When::Time(SendTime::At {
                    date,
                    time,
                    zone: self.zone,
                }))
            }
            (None, Some(_)) => Some(When::DayOnly),
            (None, None) => None,
        }
    }
}

/// The day at the front of `words`, and how many words it takes.
fn date(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let first = words.first()?;
    match *first {
        "today" => return Some((today, 1)),
        "tomorrow" => return Some((today.succ_opt()?, 1)),
        // Understood, so that it can be refused as past.
        "yesterday" => return Some((today.pred_opt()?, 1)),
        "day" if matches!(words, [_, "after", "tomorrow", ..]) => {
            return Some((today.checked_add_days(Days::new(2))?, 3));
        }
        "first" | "1st" if matches!(words, [_, "of", "next", "month", ..]) => {
            let next = today.with_day(1)?.checked_add_months(Months::new(1))?;
            return Some((next, 4));
        }
        "next" | "this" | "coming" => {
            let day = words.get(1)?.parse().ok()?;
            return Some((next_weekday(today, day)?, 2));
        }
        _ => {}
    }
    if let Ok(date) = NaiveDate::parse_from_str(first, "%Y-%m-%d") {
        return Some((date, 1));
    }
    if first.len() > 2
        && let Ok(day) = first.parse()
    {
        return Some((next_weekday(today, day)?, 1));
    }
    month_and_day(words, today)
}

/// The first such day after today.
fn next_weekday(today: NaiveDate, day: Weekday) -> Option<NaiveDate> {
    let ahead = day.days_since(today.weekday());
    let ahead = if ahead == 0 { 7 } else { ahead };
    today.checked_add_days(Days::new(u64::from(ahead)))
}

/// `3 december 2026`, `december 3rd`; without a year the next such day.
fn month_and_day(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let of = usize::from(word(1) == "of");
    let (day, month) = match (day_of_month(word(0)), day_of_month(word(1))) {
        (Some(day), _) => (day, month(word(1 + of))?),
        (None, Some(day)) => (day, month(word(0))?),
        (None, None) => return None,
    };
    let year = word(2 + of).parse().ok().filter(|year| *year >= 2000);
    if let Some(year) = year {
        return Some((NaiveDate::from_ymd_opt(year, month, day)?, 3 + of));
    }
    // Up to eight years ahead there is a 29 February.
    let mut years = today.year()..today.year() + 8;
    let next = years
        .find_map(|year| NaiveDate::from_ymd_opt(year, month, day).filter(|date| *date >= today))?;
    Some((next, 2 + of))
}

fn day_of_month(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.get(digits.len()..)?;
    if !matches!(ending, "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn month(word: &str) -> Option<u32> {
    let month: chrono::Month = word.parse().ok()?;
    Some(month.number_from_month())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Monday.
    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn delays() {
        for (phrase, seconds) in [
            ("in 5 seconds", 5),
            ("in 5s", 5),
            ("in two minutes", 120),
            ("in an hour", 3600),
            ("in half an hour", 1800),
            ("in 2 hours.", 7200),
            ("in 3 days", 259_200),
            ("After 1 week", 604_800),
        ] {
            let expected = When::Time(SendTime::After { seconds });
            assert_eq!(parse(phrase, today()), Some(expected), "{phrase}");
        }
    }

    #[test]
    fn times_on_the_wall() {
        for (phrase, date, time, zone) in [
            ("at 14:30", "", "14:30:00", ""),
            ("9am", "", "09:00:00", ""),
            ("tomorrow at 9", "2026-11-24", "09:00:00", ""),
            ("at 9 tomorrow", "2026-11-24", "09:00:00", ""),
            ("Tomorrow, 9:15 pm", "2026-11-24", "21:15:00", ""),
            ("tonight at 8", "2026-11-23", "20:00:00", ""),
            ("today at noon", "2026-11-23", "12:00:00", ""),
            ("yesterday at 9", "2026-11-22", "09:00:00", ""),
            ("on 2026-12-03 at 9am", "2026-12-03", "09:00:00", ""),
            ("next monday at 9", "2026-11-30", "09:00:00", ""),
            ("on Friday at 9", "2026-11-27", "09:00:00", ""),
            ("monday at 7 o'clock", "2026-11-30", "07:00:00", ""),
            ("on 3 December at 9", "2026-12-03", "09:00:00", ""),
            ("on December 3rd, 2027 at 9", "2027-12-03", "09:00:00", ""),
            ("on the 3rd of January at 9", "2027-01-03", "09:00:00", ""),
            ("the day after tomorrow at 9", "2026-11-25", "09:00:00", ""),
            (
                "on the first of next month at 9",
                "2026-12-01",
                "09:00:00",
                "",
            ),
            ("at 9 UTC", "", "09:00:00", "UTC"),
            (
                "next monday at 9am New York time",
                "2026-11-30",
                "09:00:00",
                "America/New_York",
            ),
            (
                "at 9 Lisbon time tomorrow",
                "2026-11-24",
                "09:00:00",
                "Europe/Lisbon",
            ),
            ("at 9 Europe/Lisbon", "", "09:00:00", "Europe/Lisbon"),
        ] {
            let expected = When::Time(SendTime::At {
                date: date.parse().ok(),
                time: time.parse().unwrap(),
                zone: (!zone.is_empty()).then(|| zone.to_owned()),
            });
            assert_eq!(parse(phrase, today()), Some(expected), "{phrase}");
        }
    }

    #[test]
    fn half_a_time_and_none() {
        assert_eq!(parse("tomorrow", today()), Some(When::DayOnly));
        assert_eq!(parse("next monday", today()), Some(When::DayOnly));
        for now in ["now", "right away", "Immediately!"] {
            assert_eq!(parse(now, today()), Some(When::Now), "{now}");
        }
        for phrase in [
            "",
            "to my office",
            "when I am ready",
            "at 25:00",
            "in a jiffy",
            "in 2",
            "in 99999999999999999999 days",
            "in 18446744073709551615 weeks",
            "at 9 at 10",
            "tomorrow or so at 9",
            "30 February 2027 at 9",
            "at 9 mars time",
        ] {
            assert_eq!(parse(phrase, today()), None, "{phrase}");
        }
    }
}

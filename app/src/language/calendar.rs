//! Dates as people of a language write them.

use chrono::{Datelike, NaiveDateTime, Timelike};
use email_agent_api::{SendWish, to_say};
use tr::tr;

use super::say;

const DAYS: [&str; 7] = [
    to_say("Sun"),
    to_say("Mon"),
    to_say("Tue"),
    to_say("Wed"),
    to_say("Thu"),
    to_say("Fri"),
    to_say("Sat"),
];
const MONTHS: [&str; 12] = [
    to_say("Jan"),
    to_say("Feb"),
    to_say("Mar"),
    to_say("Apr"),
    to_say("May"),
    to_say("Jun"),
    to_say("Jul"),
    to_say("Aug"),
    to_say("Sep"),
    to_say("Oct"),
    to_say("Nov"),
    to_say("Dec"),
];

/// A date as clocks and calendars count it.
pub(crate) struct CalendarDay {
    /// From Sunday, counted from 0.
    pub(crate) weekday: u32,
    /// Of the month, counted from 1.
    pub(crate) day: u32,
    /// Counted from 0.
    pub(crate) month: u32,
    /// Of our era.
    pub(crate) year: i64,
}

/// `Tue 24 Nov 2026, 09:00`, for a time of day that is written already.
pub(crate) fn calendar_text(date: &CalendarDay, time: &str) -> String {
    tr!(
        "{weekday} {day} {month} {year}, {time}",
        weekday = name(&DAYS, date.weekday),
        day = date.day,
        month = name(&MONTHS, date.month),
        year = date.year,
        time = time
    )
}

/// `Tue 24 Nov 2026, 09:00`, with seconds only when there are any.
pub(crate) fn date_time(local: NaiveDateTime) -> String {
    let minutes = format!("{:02}:{:02}", local.hour(), local.minute());
    let time = match local.second() {
        0 => minutes,
        second => format!("{minutes}:{second:02}"),
    };
    let date = CalendarDay {
        weekday: local.weekday().num_days_from_sunday(),
        day: local.day(),
        month: local.month0(),
        year: local.year().into(),
    };
    calendar_text(&date, &time)
}

/// `Tue 24 Nov 2026, 09:00 (Europe/Lisbon)`.
pub(crate) fn wish_text(wish: &SendWish) -> String {
    format!("{} ({})", date_time(wish.wall.local), wish.wall.zone)
}

/// A date as the workflow writes it in English, as [`date_time`] writes it; none for another text.
pub(super) fn translated(text: &str) -> Option<String> {
    let (date, zone) = match text.split_once(" (") {
        Some((date, zone)) => (date, Some(zone.strip_suffix(')')?)),
        None => (text, None),
    };
    let date = match date.split_once(", ") {
        Some((date, time)) => with_time(date, time)?,
        None => without_time(date)?,
    };
    Some(match zone {
        Some(zone) => format!("{date} ({zone})"),
        None => date,
    })
}

/// `Tue 24 Nov 2026` and `09:00:02`.
fn with_time(date: &str, time: &str) -> Option<String> {
    let mut parts = date.split(' ');
    let date = CalendarDay {
        weekday: place(&DAYS, parts.next()?)?,
        day: parts.next()?.parse().ok()?,
        month: place(&MONTHS, parts.next()?)?,
        year: parts.next()?.parse().ok()?,
    };
    let is_digits = |part: &str| part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit());
    let is_time = time.split(':').all(is_digits) && matches!(time.len(), 5 | 8);
    (is_time && parts.next().is_none()).then(|| calendar_text(&date, time))
}

/// `24 Nov 2026`.
fn without_time(date: &str) -> Option<String> {
    let mut parts = date.split(' ');
    let day: u32 = parts.next()?.parse().ok()?;
    let month = place(&MONTHS, parts.next()?)?;
    let year: i64 = parts.next()?.parse().ok()?;
    let month = name(&MONTHS, month);
    parts
        .next()
        .is_none()
        .then(|| tr!("{day} {month} {year}", day, month, year))
}

fn place(names: &[&str], name: &str) -> Option<u32> {
    let place = names.iter().position(|one| *one == name)?;
    place.try_into().ok()
}

fn name(names: &[&'static str], index: u32) -> &'static str {
    usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index).copied())
        .map_or("", say)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_english_it_is_the_text_of_the_workflow() {
        for local in ["2026-11-24T09:00:00", "2027-03-01T00:05:09"] {
            let local = local.parse().unwrap();
            assert_eq!(date_time(local), email_agent_api::date_time_text(local));
        }
    }
}

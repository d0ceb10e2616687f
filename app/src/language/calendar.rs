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

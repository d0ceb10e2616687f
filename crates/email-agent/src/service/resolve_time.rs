//! A time in words: what it means by the person's clock, or why it was not understood. Nothing is
//! stored or changed.

use chrono::{DateTime, Utc};
use email_agent_api::{AgentError, SendWish, TimeWords, limits::TIME_WORDS_CHARS_MAX, to_say};

use crate::{
    assistant::offline::when::{self, When},
    times,
};

/// The time that the words name.
pub(super) fn resolve(words: &TimeWords, now: DateTime<Utc>) -> Result<SendWish, AgentError> {
    let zone = times::zone(&words.time_zone)
        .map_err(|problem| AgentError::bad_input("time_zone", problem.to_string()))?;
    let text = words.text.trim();
    let length = text.chars().count();
    if length > TIME_WORDS_CHARS_MAX {
        return Err(AgentError::too_large(
            "text",
            length,
            TIME_WORDS_CHARS_MAX,
            to_say("characters"),
        ));
    }
    let problem = |sentence: String| AgentError::bad_input("text", sentence);
    if text.is_empty() {
        return Err(problem(format!(
            "{} {EXAMPLES}",
            to_say("Write when it should leave.")
        )));
    }
    let today = now.with_timezone(&zone).date_naive();
    // "2 hours" is a delay, too, where nothing but a time can be meant.
    let read = when::parse(text, today).or_else(|| when::parse(&format!("in {text}"), today));
    match read {
        Some(When::Time(time)) => {
            times::resolve(&time, zone, now, now).map_err(|trouble| problem(trouble.to_string()))
        }
        Some(When::DayOnly) => Err(problem(to_say!(
            "At what time of that day? Write it like \u{201c}{text} at 9\u{201d}."
        ))),
        Some(When::Now) => Err(problem(
            to_say("For right now no time is needed: save, then press Send now.").to_owned(),
        )),
        None => Err(problem(format!(
            "{} {EXAMPLES}",
            to_say!("I did not understand \u{201c}{text}\u{201d}.")
        ))),
    }
}

const EXAMPLES: &str = to_say(
    "Examples, in English: \u{201c}in 2 hours\u{201d}, \u{201c}tomorrow at 9\u{201d}, \u{201c}next Tuesday at 14:30\u{201d}, \u{201c}3 March 9am New York time\u{201d}.",
);

#[cfg(test)]
mod tests {
    use email_agent_api::ErrorCode;

    use super::*;

    /// On a Monday at noon in Lisbon.
    fn resolve_in_lisbon(text: &str) -> Result<SendWish, AgentError> {
        let words = TimeWords {
            text: text.to_owned(),
            time_zone: "Europe/Lisbon".to_owned(),
        };
        resolve(&words, "2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn words_become_a_time_on_the_wall_and_an_instant() {
        for (text, shown, instant) in [
            (
                "next Tuesday at 9",
                "Tue 24 Nov 2026, 09:00 (Europe/Lisbon)",
                "2026-11-24T09:00:00Z",
            ),
            (
                "3 March 14:30",
                "Wed 3 Mar 2027, 14:30 (Europe/Lisbon)",
                "2027-03-03T14:30:00Z",
            ),
            (
                "monday 9am New York time",
                "Mon 30 Nov 2026, 09:00 (America/New_York)",
                "2026-11-30T14:00:00Z",
            ),
            (
                " 2 hours ",
                "Mon 23 Nov 2026, 14:00 (Europe/Lisbon)",
                "2026-11-23T14:00:00Z",
            ),
            (
                "the day after tomorrow at noon",
                "Wed 25 Nov 2026, 12:00 (Europe/Lisbon)",
                "2026-11-25T12:00:00Z",
            ),
            (
                "first of next month at 9",
                "Tue 1 Dec 2026, 09:00 (Europe/Lisbon)",
                "2026-12-01T09:00:00Z",
            ),
        ] {
            let wish = resolve_in_lisbon(text).unwrap();
            let expected: DateTime<Utc> = instant.parse().unwrap();
            assert_eq!((wish.to_text(), wish.instant), (shown.to_owned(), expected));
        }
    }

    #[test]
    fn what_is_no_time_is_told_in_words() {
        for (text, told) in [
            ("", "Write when it should leave."),
            ("soon", "did not understand \u{201c}soon\u{201d}"),
            ("next tuesday", "At what time of that day?"),
            ("now", "press Send now"),
            ("yesterday at 9", "in the past"),
            ("28 March 2027 at 01:30", "02:30"),
        ] {
            let error = resolve_in_lisbon(text).unwrap_err();
            assert_eq!(
                (error.code, error.field.as_deref()),
                (ErrorCode::BadInput, Some("text"))
            );
            assert!(error.message.contains(told), "{text}: {}", error.message);
        }
        let twice = resolve_in_lisbon("31 October 2027 at 01:30").unwrap();
        assert!(twice.note.unwrap().contains("happens twice"));
    }

    #[test]
    fn words_and_zones_have_limits() {
        let error = resolve_in_lisbon(&"a".repeat(TIME_WORDS_CHARS_MAX + 1)).unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLarge);
        let words = TimeWords {
            text: "tomorrow at 9".to_owned(),
            time_zone: "Mars/Olympus".to_owned(),
        };
        let error = resolve(&words, DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("time_zone"));
    }
}

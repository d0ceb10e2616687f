//! What happened to a run, in the words of the field: each event of its history, with what
//! followed from it.
//!
//! The run is made again event by event, so that an event can be told with the state executions
//! that it was about; the words are made of what it was before and of the writes.

mod consequences;
mod words;

use chrono::{DateTime, Utc};
use iwf_engine_core::History;
use serde::Serialize;

use super::instant::instant;

/// What is known of a run's past.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// Oldest first; the newest ones if there are more than were asked for.
    pub entries: Vec<TimelineEntry>,
    /// The events before the first entry that are not shown or no longer kept.
    pub omitted: u64,
    /// Why there is nothing, if something should be there.
    pub problem: Option<String>,
}

/// One event of a run's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// Counts the events of the run from 1.
    pub number: u64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// The kind of event, such as `wait_until_returned`.
    pub event: &'static str,
    /// What happened, in a sentence.
    pub text: String,
    /// What followed from it, each in a sentence.
    pub then: Vec<String>,
}

const NOT_KEPT: &str = "the history of this run is not kept as far as needed: the run is older than histories, or its events do not make it";

impl Timeline {
    /// The newest entries of a history, at most so many.
    pub(super) fn new(history: Option<&History>, entries_max: usize) -> Self {
        let Some(history) = history else {
            return Self::missing();
        };
        let events = u64::try_from(history.events.len()).unwrap_or(u64::MAX);
        let shown = u64::try_from(entries_max).unwrap_or(u64::MAX).min(events);
        let omitted = history.last_number().saturating_sub(shown);
        let mut entries = Vec::new();
        let traced = history.trace(|before, recorded, transition| {
            if recorded.number > omitted {
                entries.push(TimelineEntry {
                    number: recorded.number,
                    at: instant(recorded.at),
                    event: recorded.event.name(),
                    text: words::of(before, &recorded.event),
                    then: consequences::of(before, transition),
                });
            }
        });
        match traced {
            Ok(()) => Self {
                entries,
                omitted,
                problem: None,
            },
            Err(_) => Self::missing(),
        }
    }

    fn missing() -> Self {
        Self {
            problem: Some(NOT_KEPT.to_owned()),
            ..Self::default()
        }
    }
}

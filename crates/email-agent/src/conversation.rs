//! The conversation: turns in order, numbered, bounded.
//!
//! Numbers rise by one and stay with their turn while older turns are dropped, so a page can tell
//! new turns from old ones.

use chrono::{DateTime, Utc};
use email_agent_api::{
    Speaker, Turn, Usage, Version,
    limits::{CONVERSATION_CHARS_MAX, CONVERSATION_TURNS_MAX, REQUEST_CHARS_MAX},
};

/// A turn before it has its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewTurn {
    speaker: Speaker,
    text: String,
    at: DateTime<Utc>,
    changed: Vec<String>,
    version: Option<Version>,
    failed: bool,
    unanswered: bool,
    usage: Option<Usage>,
}

impl NewTurn {
    /// Somebody said something.
    pub(crate) fn new(speaker: Speaker, text: impl Into<String>, at: DateTime<Utc>) -> Self {
        Self {
            speaker,
            text: text.into(),
            at,
            changed: Vec::new(),
            version: None,
            failed: false,
            unanswered: false,
            usage: None,
        }
    }

    /// It changed these fields of the email, and so made this version; no field, no version.
    pub(crate) fn changing(mut self, fields: Vec<String>, version: Version) -> Self {
        self.version = (!fields.is_empty()).then_some(version);
        self.changed = fields;
        self
    }

    /// The agent never answered it.
    pub(crate) fn unanswered(mut self) -> Self {
        self.unanswered = true;
        self
    }

    /// It cost this much.
    pub(crate) fn costing(mut self, usage: Option<Usage>) -> Self {
        self.usage = usage;
        self
    }

    /// It tells of a failure.
    pub(crate) fn failed(mut self) -> Self {
        self.failed = true;
        self
    }
}

/// Adds a turn and drops the oldest ones beyond the limits. `last` is the number of the turn before,
/// whether it is still kept or not.
pub(crate) fn push(conversation: &mut Vec<Turn>, last: &mut u32, turn: NewTurn) {
    *last = last.saturating_add(1);
    conversation.push(Turn {
        number: *last,
        speaker: turn.speaker,
        text: cut(turn.text),
        at: turn.at,
        changed: turn.changed,
        version: turn.version,
        failed: turn.failed,
        unanswered: turn.unanswered,
        usage: turn.usage,
    });
    let mut kept = 0;
    let mut chars = 0;
    for turn in conversation.iter().rev() {
        chars += turn.text.chars().count();
        // The newest turn stays whatever its length; it is cut at its own limit above.
        if kept > 0 && (kept == CONVERSATION_TURNS_MAX || chars > CONVERSATION_CHARS_MAX) {
            break;
        }
        kept += 1;
    }
    conversation.drain(..conversation.len() - kept);
}

/// A turn is never longer than a request may be.
fn cut(text: String) -> String {
    if text.chars().count() <= REQUEST_CHARS_MAX {
        return text;
    }
    let mut short: String = text.chars().take(REQUEST_CHARS_MAX - 1).collect();
    short.push('\u{2026}');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str) -> NewTurn {
        NewTurn::new(Speaker::You, text, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn the_oldest_turns_are_dropped_and_numbers_stay() {
        let (mut turns, mut last) = (Vec::new(), 0);
        for _ in 0..CONVERSATION_TURNS_MAX {
            push(&mut turns, &mut last, say("hello"));
        }
        assert_eq!(
            (turns.len(), turns[0].number),
            (CONVERSATION_TURNS_MAX, 1),
            "at the limit all are kept"
        );
        push(&mut turns, &mut last, say("hello"));
        assert_eq!((turns.len(), turns[0].number), (CONVERSATION_TURNS_MAX, 2));
        assert!(
            turns
                .windows(2)
                .all(|pair| pair[1].number == pair[0].number + 1)
        );
    }

    #[test]
    fn long_turns_push_out_more_than_one() {
        let (mut turns, mut last) = (Vec::new(), 0);
        let long = "é".repeat(REQUEST_CHARS_MAX);
        for _ in 0..20 {
            push(&mut turns, &mut last, say(&long));
        }
        assert_eq!(turns.len(), CONVERSATION_CHARS_MAX / REQUEST_CHARS_MAX);
        assert_eq!(turns.last().map(|turn| turn.number), Some(20));
    }

    #[test]
    fn a_turn_has_a_length() {
        let (mut turns, mut last) = (Vec::new(), 0);
        push(
            &mut turns,
            &mut last,
            say(&"a".repeat(REQUEST_CHARS_MAX + 1)),
        );
        assert_eq!(turns[0].text.chars().count(), REQUEST_CHARS_MAX);
        assert!(turns[0].text.ends_with('\u{2026}'));
    }
}

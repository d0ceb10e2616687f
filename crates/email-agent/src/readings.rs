//! What drafts say in the person's language: translations beside the versions, to read and never to
//! send. They are no versions, and nothing that is sent is made of them.
//!
//! Two writers, two values: the RPC notes in the book what was asked ([`Asked`]), the state that asks
//! the assistant writes [`Readings`]. A number ties an answer to its question, so a page can tell "in
//! work" from "done" without either side waiting for the other.

use email_agent_api::{
    EmailVersion, LanguageTag, Reading, Revision, Version,
    limits::{READING_CHARS_MAX, READINGS_CHARS_MAX, READINGS_MAX},
    strip_unprintable,
};
use serde::{Deserialize, Serialize};

/// A question, in the book. Only the newest is kept: one is answered at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Rises with every question of this email.
    pub number: u64,
    /// Which version.
    pub version: Version,
    /// Into which language.
    pub language: LanguageTag,
}

/// The answers. Written by the reading states alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Readings {
    /// Rises with every write.
    pub revision: Revision,
    /// The number of the last question that was answered.
    pub answered: u64,
    /// The kept answers, oldest first.
    pub kept: Vec<Reading>,
}

/// What the assistant said, without what cannot be printed and within its limit; none if nothing is
/// left. It is untrusted like everything of its kind, but only ever shown as text.
pub(crate) fn printable(text: &str) -> Option<String> {
    let (text, _) = strip_unprintable(text);
    let text: String = text.trim().chars().take(READING_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

impl Readings {
    /// Keeps an answer in place of an older one about the same, and drops what is too much or
    /// belongs to a version that is not kept any more.
    pub(crate) fn answer(&mut self, number: u64, reading: Reading, versions: &[EmailVersion]) {
        self.revision += 1;
        self.answered = self.answered.max(number);
        let is_kept = |version| versions.iter().any(|kept| kept.version == version);
        self.kept.retain(|kept| {
            is_kept(kept.version)
                && (kept.version, &kept.language) != (reading.version, &reading.language)
        });
        self.kept.push(reading);
        let (mut count, mut chars) = (0, 0);
        for reading in self.kept.iter().rev() {
            chars += reading.text.chars().count();
            // The newest stays whatever its length, which has a limit of its own.
            if count > 0 && (count == READINGS_MAX || chars > READINGS_CHARS_MAX) {
                break;
            }
            count += 1;
        }
        self.kept.drain(..self.kept.len() - count);
    }

    /// Whether this question waits for its answer.
    pub(crate) fn is_open(&self, asked: &Asked) -> bool {
        asked.number > self.answered
    }

    /// What is shown beside this version: the answer, or that it is in work.
    pub(crate) fn of(&self, version: Version, asked: Option<&Asked>) -> Option<Reading> {
        if let Some(open) = asked.filter(|asked| asked.version == version && self.is_open(asked)) {
            return Some(Reading {
                version,
                language: open.language.clone(),
                text: String::new(),
                failed: false,
            });
        }
        let mut newest_first = self.kept.iter().rev();
        newest_first
            .find(|reading| reading.version == version)
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use email_agent_api::{Author, Email};

    use super::*;

    fn versions(numbers: std::ops::RangeInclusive<Version>) -> Vec<EmailVersion> {
        let version = |version| EmailVersion {
            version,
            author: Author::Agent,
            at: DateTime::UNIX_EPOCH,
            changed: Vec::new(),
            email: Email::default(),
        };
        numbers.map(version).collect()
    }

    fn reading(version: Version, text: &str) -> Reading {
        Reading {
            version,
            language: "en".parse().unwrap(),
            text: text.to_owned(),
            failed: false,
        }
    }

    fn asked(number: u64, version: Version) -> Asked {
        Asked {
            number,
            version,
            language: "en".parse().unwrap(),
        }
    }

    #[test]
    fn what_cannot_be_printed_is_not_kept() {
        assert_eq!(
            printable(" Hello\0\r\nAna \n").as_deref(),
            Some("Hello\nAna")
        );
        assert_eq!(printable("\0 \n"), None);
        let long = printable(&"é".repeat(READING_CHARS_MAX + 1)).unwrap();
        assert_eq!(long.chars().count(), READING_CHARS_MAX);
    }

    #[test]
    fn a_question_is_in_work_until_its_own_answer_comes() {
        let mut readings = Readings::default();
        let shown = |readings: &Readings, asked: &Asked| readings.of(2, Some(asked));
        let first = asked(1, 2);
        assert!(shown(&readings, &first).unwrap().is_pending());
        readings.answer(1, reading(2, "Hello"), &versions(1..=2));
        assert_eq!(shown(&readings, &first).unwrap().text, "Hello");
        assert!(shown(&readings, &asked(2, 2)).unwrap().is_pending());
        // Of another version nothing is told.
        assert_eq!(readings.of(3, Some(&asked(2, 2))), None);
    }

    #[test]
    fn answers_are_bounded_and_go_with_their_versions() {
        let mut readings = Readings::default();
        for version in 1..=20 {
            readings.answer(version.into(), reading(version, "a"), &versions(1..=20));
        }
        assert_eq!(readings.kept.len(), READINGS_MAX);
        readings.answer(21, reading(20, "again"), &versions(19..=20));
        let kept: Vec<_> = readings.kept.iter().map(|kept| kept.version).collect();
        assert_eq!(kept, [19, 20], "one for each version and language");
        let long = "x".repeat(READINGS_CHARS_MAX);
        readings.answer(22, reading(19, &long), &versions(19..=20));
        assert_eq!(readings.kept.len(), 1);
    }
}

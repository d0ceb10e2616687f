//! The steps that the timeline tells: kept by the desk itself, in the commit of the step they tell of,
//! so they cannot drift from the truth and are the same on every engine.
//!
//! Whatever the desk tells in the conversation is a step by itself; what has no turn there (an edit,
//! an attempt) is noted where it is done. The list is bounded: the oldest steps go first.

use chrono::{DateTime, Utc};
use email_agent_api::{
    Mood, RecipientResult, Speaker, Usage, Version,
    limits::{TIMELINE_CHARS_MAX, TIMELINE_STEPS_MAX},
    to_say,
};
use serde::{Deserialize, Serialize};

use super::{Attempt, Desk};
use crate::mailer::SendOutcome;

/// One sentence of a step.
const TEXT_CHARS_MAX: usize = 1_000;
/// Sentences beside it, such as what the mail server said about each recipient.
const MORE_MAX: usize = 10;
const MORE_CHARS_MAX: usize = 400;
/// How much of a request stands for it.
const WORDS_CHARS: usize = 120;

/// One step as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepRecord {
    /// From 1, without gaps.
    pub number: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub who: Speaker,
    /// How it went.
    #[serde(default)]
    pub mood: Mood,
    /// The version it is about; 0 for none.
    #[serde(default)]
    pub version: Version,
    /// In a sentence or two.
    pub text: String,
    /// Beyond that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
    /// It is an attempt to hand the email over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptRecord>,
}

/// One attempt to hand the email over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttemptRecord {
    /// From 1.
    pub number: u32,
    /// Under which Message-ID.
    pub message_id: String,
    /// When the mail server had answered, or was lost.
    #[serde(default)]
    pub ended: Option<DateTime<Utc>>,
    /// The mail server refused it for now, so that another one follows.
    #[serde(default)]
    pub is_repeated: bool,
}

/// A step before it has its number.
pub(super) struct NewStep {
    record: StepRecord,
}

impl NewStep {
    pub(super) fn new(who: Speaker, text: impl Into<String>, at: DateTime<Utc>) -> Self {
        Self {
            record: StepRecord {
                number: 0,
                at,
                who,
                mood: Mood::Quiet,
                version: 0,
                text: text.into(),
                more: Vec::new(),
                attempt: None,
            },
        }
    }

    pub(super) fn mood(mut self, mood: Mood) -> Self {
        self.record.mood = mood;
        self
    }

    pub(super) fn version(mut self, version: Version) -> Self {
        self.record.version = version;
        self
    }

    pub(super) fn more(mut self, more: impl IntoIterator<Item = String>) -> Self {
        self.record.more.extend(more);
        self
    }
}

impl Desk {
    /// Adds a step, and drops the oldest ones beyond the limits.
    pub(super) fn note(&mut self, step: NewStep) {
        let mut record = step.record;
        record.number = self.last_step() + 1;
        cut(&mut record.text, TEXT_CHARS_MAX);
        bound(&mut record.more);
        self.steps.push(record);
        self.drop_steps();
    }

    /// Somebody asked for something in words.
    pub(super) fn note_words(&mut self, text: &str, at: DateTime<Utc>) {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut words: String = line.chars().take(WORDS_CHARS).collect();
        if words.len() < line.len() {
            words.push('\u{2026}');
        }
        let text = to_say!("Asked: \u{201c}{words}\u{201d}");
        self.note(NewStep::new(Speaker::You, text, at));
    }

    /// The assistant answered; these fields of the email are new.
    pub(super) fn note_answer(
        &mut self,
        changed: &[String],
        usage: Option<Usage>,
        now: DateTime<Utc>,
    ) {
        let version = self.version();
        let text = match changed {
            [] => to_say("Answered, and changed nothing in the email.").to_owned(),
            _ if version == 1 => to_say("Wrote version 1.").to_owned(),
            changed => to_say!(
                "Wrote version {version}: {fields} changed.",
                fields = fields(changed)
            ),
        };
        let step = NewStep::new(Speaker::Agent, text, now)
            .version(if changed.is_empty() { 0 } else { version })
            .more(usage.as_ref().map(Usage::to_sentence));
        self.note(step);
    }

    /// What a turn took that began at `since`, beside the first step after the one numbered `before`.
    pub(crate) fn note_effort(
        &mut self,
        before: u32,
        attempts: u32,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) {
        let seconds = (now - since).num_seconds().max(0);
        let effort = if attempts > 1 {
            to_say!("It took {attempts} attempts and {seconds} s.")
        } else {
            to_say!("It took {seconds} s.")
        };
        if let Some(step) = self.steps.iter_mut().find(|step| step.number > before) {
            step.more.insert(0, effort);
        }
    }

    /// Keeps the newest steps within the limits.
    fn drop_steps(&mut self) {
        let (mut kept, mut chars) = (0, 0);
        for step in self.steps.iter().rev() {
            let more: usize = step.more.iter().map(|text| text.chars().count()).sum();
            chars += step.text.chars().count() + more;
            if kept > 0 && (kept == TIMELINE_STEPS_MAX || chars > TIMELINE_CHARS_MAX) {
                break;
            }
            kept += 1;
        }
        self.steps.drain(..self.steps.len() - kept);
    }

    /// The number of the newest step; 0 before the first.
    pub(crate) fn last_step(&self) -> u32 {
        self.steps.last().map_or(0, |last| last.number)
    }

    /// A person changed these fields by hand.
    pub(super) fn note_edit(&mut self, changed: &[String], now: DateTime<Utc>) {
        if !changed.is_empty() {
            let version = self.version();
            let text = to_say!(
                "Edited by hand: {fields}. Version {version}.",
                fields = fields(changed)
            );
            self.note(NewStep::new(Speaker::You, text, now).version(version));
        }
    }

    /// An attempt passes the point of no return.
    pub(super) fn note_begin(&mut self, attempt: &Attempt, now: DateTime<Utc>) {
        let text = to_say!(
            "Attempt {number}: handing it to the mail server.",
            number = attempt.number
        );
        let mut step = NewStep::new(Speaker::System, text, now)
            .mood(Mood::Busy)
            .version(attempt.version);
        step.record.attempt = Some(AttemptRecord {
            number: attempt.number,
            message_id: attempt.message_id.clone(),
            ended: None,
            is_repeated: false,
        });
        self.note(step);
    }

    /// The attempt that had begun has this outcome; none is known if the program died in it.
    pub(super) fn note_end(
        &mut self,
        attempt: &Attempt,
        outcome: Option<&SendOutcome>,
        now: DateTime<Utc>,
    ) {
        let is_it = |step: &&mut StepRecord| {
            (step.attempt.as_ref())
                .is_some_and(|seen| seen.ended.is_none() && seen.number == attempt.number)
        };
        let Some(step) = self.steps.iter_mut().rev().find(is_it) else {
            return;
        };
        let number = attempt.number;
        let (mood, text, results) = match outcome {
            Some(SendOutcome::Accepted { results }) => {
                let all = results.iter().all(|one| one.accepted == Some(true));
                let (mood, text) = if all {
                    (Mood::Good, to_say!("Attempt {number}: accepted."))
                } else {
                    let text = to_say!("Attempt {number}: accepted for some, refused for others.");
                    (Mood::Bad, text)
                };
                (mood, text, results.as_slice())
            }
            Some(SendOutcome::Refused {
                temporary,
                reason,
                results,
            }) => {
                let text = if *temporary {
                    to_say!("Attempt {number}: refused for now. {reason}")
                } else {
                    to_say!("Attempt {number}: refused for good. {reason}")
                };
                (Mood::Bad, text, results.as_slice())
            }
            Some(SendOutcome::Unknown { reason, results }) => {
                let text = to_say!("Attempt {number}: nobody can tell. {reason}");
                (Mood::Bad, text, results.as_slice())
            }
            None => (
                Mood::Bad,
                to_say!("Attempt {number}: the program was interrupted."),
                &[][..],
            ),
        };
        step.mood = mood;
        step.text = text;
        cut(&mut step.text, TEXT_CHARS_MAX);
        step.more = results.iter().map(said).collect();
        bound(&mut step.more);
        if let Some(seen) = &mut step.attempt {
            seen.ended = Some(now);
            seen.is_repeated = matches!(
                outcome,
                Some(SendOutcome::Refused {
                    temporary: true,
                    ..
                })
            );
        }
        self.drop_steps();
    }
}

fn said(result: &RecipientResult) -> String {
    let (recipient, answer) = (&result.recipient, result.answer.trim());
    match (result.accepted, answer) {
        (Some(true), "") => to_say!("{recipient}: accepted"),
        (Some(false), "") => to_say!("{recipient}: refused"),
        (None, "") => to_say!("{recipient}: not known"),
        (Some(true), _) => to_say!("{recipient}: accepted, \u{201c}{answer}\u{201d}"),
        (Some(false), _) => to_say!("{recipient}: refused, \u{201c}{answer}\u{201d}"),
        (None, _) => to_say!("{recipient}: not known, \u{201c}{answer}\u{201d}"),
    }
}

/// `to, subject and body`, as people call them.
fn fields(names: &[String]) -> String {
    let names: Vec<_> = names
        .iter()
        .map(|name| match name.as_str() {
            "to" => to_say("To"),
            "cc" => to_say("Cc"),
            "bcc" => to_say("Bcc"),
            "subject" => to_say("Subject"),
            "body" => to_say("Body"),
            "send_at" => to_say("Sending Time"),
            "not_after" => to_say("Not after"),
            "thread" => to_say("In reply to"),
            "attachments" => to_say("Files"),
            other => other,
        })
        .collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn bound(more: &mut Vec<String>) {
    let surplus = more.len().saturating_sub(MORE_MAX);
    if surplus > 0 {
        more.truncate(MORE_MAX);
        more.push(to_say!("\u{2026} and {surplus} more."));
    }
    for text in more {
        cut(text, MORE_CHARS_MAX);
    }
}

fn cut(text: &mut String, chars_max: usize) {
    if let Some((end, _)) = text.char_indices().nth(chars_max) {
        text.truncate(end);
        text.push('\u{2026}');
    }
}

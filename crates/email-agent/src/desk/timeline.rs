//! The timeline as people read it: the kept steps in their zone, attempts that were repeated folded
//! into one, and at the end what is waited for.

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use email_agent_api::{
    EmailId, Mood, Revision, Speaker, Stage, Step, Timeline, date_time_text, to_say,
};

use super::{Desk, steps::StepRecord};
use crate::{book::Book, times};

impl Desk {
    /// See the module. The desk is the one that people see, stops included.
    pub(crate) fn timeline(
        &self,
        book: &Book,
        stage: &Stage,
        id: &EmailId,
        revision: Revision,
    ) -> Timeline {
        let zone = times::zone(&self.record.time_zone).unwrap_or(chrono_tz::UTC);
        let mut steps = fold(&self.steps, zone);
        let next = self.last_step() + 1;
        if let Some(now) = self.now(book, stage, zone, next) {
            steps.push(now);
        }
        Timeline {
            revision,
            is_cut: self.steps.first().is_some_and(|first| first.number > 1),
            details: self.details(book, stage, id),
            steps,
        }
    }

    /// What has come about without a step of its own, or is waited for.
    fn now(&self, book: &Book, stage: &Stage, zone: Tz, number: u32) -> Option<Step> {
        let record = &self.record;
        let (at, mood, text) = match stage {
            Stage::Canceled => (
                book.canceled?,
                Mood::Bad,
                to_say("You canceled the email. Nothing was sent.").to_owned(),
            ),
            Stage::Working { since } => (
                *since,
                Mood::Busy,
                to_say("The agent is working on it.").to_owned(),
            ),
            Stage::Scheduled { schedule } => (
                record.changed_at,
                Mood::Busy,
                to_say!("Waiting until {time}.", time = clock(schedule.due, zone)),
            ),
            Stage::UndoWindow { schedule } => (
                record.changed_at,
                Mood::Busy,
                to_say!(
                    "Leaves at {time}; until then it can be undone.",
                    time = clock(schedule.due, zone)
                ),
            ),
            Stage::Retrying { retrying } => (
                record.changed_at,
                Mood::Busy,
                to_say!(
                    "The next attempt is at {time}, the last one not after {until}.",
                    time = clock(retrying.next_at, zone),
                    until = clock(retrying.until, zone)
                ),
            ),
            Stage::Held { held } => (
                held.since,
                Mood::Busy,
                match held.until {
                    Some(until) => to_say!("On hold until {time}.", time = clock(until, zone)),
                    None => to_say("On hold until a person lets it go.").to_owned(),
                },
            ),
            _ => return None,
        };
        let who = if *stage == Stage::Canceled {
            Speaker::You
        } else {
            Speaker::System
        };
        Some(Step {
            number,
            at,
            when: clock(at, zone),
            who,
            mood,
            version: 0,
            text,
            more: Vec::new(),
        })
    }

    /// For somebody who helps, or for a mail server's operator: exact and in UTC.
    fn details(&self, book: &Book, stage: &Stage, id: &EmailId) -> String {
        let record = &self.record;
        let mut lines = vec![
            format!("Email: {id}"),
            format!("State: {}", stage.kind().label()),
            format!("Newest version: {}", self.version()),
            format!("Begun: {}", instant(record.started_at)),
        ];
        if let Some(delivery) = &record.delivery {
            let schedule = &delivery.schedule;
            lines.push(format!(
                "Approved: version {} for {}, {} attempts begun, Message-ID {}",
                schedule.version,
                instant(schedule.due),
                delivery.attempts,
                schedule.message_id
            ));
        }
        if let Some(proof) = &record.proof {
            lines.push(format!(
                "Handed over: version {}, {}, Message-ID {}",
                proof.version,
                instant(proof.at),
                proof.message_id
            ));
            for result in &proof.results {
                let outcome = match result.accepted {
                    Some(true) => "accepted",
                    Some(false) => "refused",
                    None => "not known",
                };
                lines.push(format!(
                    "  {} {outcome}: {}",
                    result.recipient, result.answer
                ));
            }
        }
        if let Some(usage) = &record.usage {
            lines.push(format!(
                "Model: {} tokens read, {} written; {}",
                usage.input_tokens,
                usage.output_tokens,
                usage.to_text()
            ));
        }
        if let Some(at) = book.canceled {
            lines.push(format!("Canceled: {}", instant(at)));
        }
        lines.push("Steps:".to_owned());
        for step in &self.steps {
            let who = match step.who {
                Speaker::You => "you",
                Speaker::Agent => "agent",
                Speaker::System => "program",
            };
            lines.push(format!(
                "  {} {} {who}: {}",
                step.number,
                instant(step.at),
                step.text
            ));
            if let Some(attempt) = &step.attempt {
                let ended = attempt
                    .ended
                    .map_or_else(|| "not ended".to_owned(), instant);
                lines.push(format!(
                    "    Message-ID {}, ended {ended}",
                    attempt.message_id
                ));
            }
            lines.extend(step.more.iter().map(|text| format!("    {text}")));
        }
        lines.join("\n")
    }
}

/// The steps as shown: attempts under one Message-ID that were refused for now stand behind the last
/// of them.
fn fold(records: &[StepRecord], zone: Tz) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut folded: Vec<String> = Vec::new();
    let mut records = records.iter().peekable();
    while let Some(record) = records.next() {
        let goes_on = match (&record.attempt, records.peek().map(|next| &next.attempt)) {
            (Some(this), Some(Some(next))) => {
                this.is_repeated && this.message_id == next.message_id
            }
            _ => false,
        };
        if goes_on {
            folded.push(format!("{} \u{00b7} {}", span(record, zone), record.text));
            folded.extend(record.more.iter().cloned());
            continue;
        }
        let mut more = record.more.clone();
        if record
            .attempt
            .as_ref()
            .is_some_and(|seen| seen.ended.is_some())
        {
            more.insert(
                0,
                format!("{} \u{00b7} {}", span(record, zone), message_id(record)),
            );
        }
        if !folded.is_empty() {
            more.insert(0, to_say("This attempt:").to_owned());
            more.splice(0..0, std::mem::take(&mut folded));
            more.insert(0, to_say("Attempts before:").to_owned());
        }
        steps.push(Step {
            number: record.number,
            at: record.at,
            when: clock(record.at, zone),
            who: record.who,
            mood: record.mood,
            version: record.version,
            text: record.text.clone(),
            more,
        });
    }
    steps
}

fn message_id(record: &StepRecord) -> String {
    let id = record.attempt.as_ref().map(|seen| seen.message_id.as_str());
    format!("Message-ID {}", id.unwrap_or_default())
}

/// From when until when an attempt went, and how long that was.
fn span(record: &StepRecord, zone: Tz) -> String {
    let begun = clock(record.at, zone);
    let ended = record.attempt.as_ref().and_then(|seen| seen.ended);
    match ended.map(|ended| (ended - record.at).num_milliseconds().max(0)) {
        None => begun,
        Some(ms) if ms < 1_000 => to_say!("{begun}, took {ms} ms"),
        Some(ms) => to_say!("{begun}, took {seconds} s", seconds = ms / 1_000),
    }
}

/// `Tue 24 Nov 2026, 09:00:02 (Europe/Lisbon)`.
fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone).naive_local().trunc_subsecs(0);
    format!("{} ({})", date_time_text(local), zone.name())
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

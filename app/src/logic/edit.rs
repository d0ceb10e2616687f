//! The fields of an email as a person edits them by hand, and the step from there to an
//! [`EmailEdit`]: only what was changed, and only if it can be mailed.

use chrono::{NaiveDate, NaiveTime};
use email_agent_api::{
    Email, EmailEdit, HeaderText, Recipient, RecipientError, TextError, WallTime,
    limits::{
        BODY_CHARS_MAX, RECIPIENT_CHARS_MAX, RECIPIENTS_MAX, SUBJECT_CHARS_MAX, ZONE_CHARS_MAX,
    },
    strip_unprintable,
};
use serde::{Deserialize, Serialize};
use tr::tr;

use crate::language::{known, say};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Field {
    /// Main recipients.
    To,
    /// Copies.
    Cc,
    /// Hidden copies.
    Bcc,
    /// Subject line.
    Subject,
    /// Text.
    Body,
    /// Date, time and zone together.
    SendAt,
    /// Date and time, in the zone of the send time.
    NotAfter,
}

impl Field {
    /// The field of this name, as warnings have it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [
            Self::To,
            Self::Cc,
            Self::Bcc,
            Self::Subject,
            Self::Body,
            Self::SendAt,
            Self::NotAfter,
        ];
        all.into_iter().find(|field| field.name() == name)
    }

    /// Its name in JSON, in errors and warnings, and in the page's element ids.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::Subject => "subject",
            Self::Body => "body",
            Self::SendAt => "send_at",
            Self::NotAfter => "not_after",
        }
    }
}

/// The words for a field named in a turn or version.
pub(crate) fn changed_field_label(name: &str) -> &str {
    match name {
        "to" => say("To"),
        "cc" => say("Cc"),
        "bcc" => say("Bcc"),
        "subject" => say("Subject"),
        "body" => say("Body"),
        "send_at" => say("Sending time"),
        "not_after" => say("Not after"),
        "thread" => say("In reply to"),
        "attachments" => say("Files"),
        other => other,
    }
}

/// What must be corrected before saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where.
    pub(crate) field: Field,
    /// What, as a sentence.
    pub(crate) text: String,
}

/// The form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EmailForm {
    pub(crate) to: String,
    pub(crate) cc: String,
    pub(crate) bcc: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    /// `2026-11-24`, as date fields have it.
    pub(crate) date: String,
    /// `09:00`, as time fields have it.
    pub(crate) time: String,
    /// IANA.
    pub(crate) zone: String,
    /// The deadline, in the same zone.
    #[serde(default)]
    pub(crate) until_date: String,
    #[serde(default)]
    pub(crate) until_time: String,
}

impl EmailForm {
    /// The form for an email; `zone` is used where the email has no time yet.
    pub(crate) fn of(email: &Email, zone: &str) -> Self {
        let wall = email.send_at.as_ref().map(|wish| &wish.wall);
        let until = email.not_after.as_ref().map(|wish| &wish.wall);
        // One zone is shown for both: that of the time that there is.
        let zone = wall.or(until).map_or(zone, |wall| &wall.zone);
        Self {
            to: join(&email.to),
            cc: join(&email.cc),
            bcc: join(&email.bcc),
            subject: email.subject.as_str().to_owned(),
            body: email.body.clone(),
            date: wall.map_or_else(String::new, |wall| wall.local.date().to_string()),
            time: wall.map_or_else(String::new, |wall| time_text(wall.local.time())),
            until_date: until.map_or_else(String::new, |wall| wall.local.date().to_string()),
            until_time: until.map_or_else(String::new, |wall| time_text(wall.local.time())),
            zone: zone.to_owned(),
        }
    }

    /// Puts a send time into the form.
    pub(crate) fn set_time(&mut self, wall: &WallTime) {
        self.date = wall.local.date().to_string();
        self.time = time_text(wall.local.time());
        self.zone.clone_from(&wall.zone);
    }

    /// Takes the send time out of the form.
    pub(crate) fn clear_time(&mut self) {
        self.date.clear();
        self.time.clear();
    }

    /// Everything that keeps the form from being saved.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.parsed().1
    }

    /// What to send to the server: what differs from `before`, or the problems.
    pub(crate) fn changes(&self, before: &Self) -> Result<EmailEdit, Vec<Problem>> {
        let (all, problems) = self.parsed();
        if !problems.is_empty() {
            return Err(problems);
        }
        let had_time = !before.date.is_empty();
        let time_changed =
            (&self.date, &self.time, &self.zone) != (&before.date, &before.time, &before.zone);
        let until_changed = (&self.until_date, &self.until_time, &self.zone)
            != (&before.until_date, &before.until_time, &before.zone);
        Ok(EmailEdit {
            to: all.to.filter(|_| self.to != before.to),
            cc: all.cc.filter(|_| self.cc != before.cc),
            bcc: all.bcc.filter(|_| self.bcc != before.bcc),
            subject: all.subject.filter(|_| self.subject != before.subject),
            body: all.body.filter(|_| self.body != before.body),
            clear_send_at: had_time && all.send_at.is_none(),
            send_at: all.send_at.filter(|_| time_changed),
            clear_not_after: !before.until_date.is_empty() && all.not_after.is_none(),
            not_after: all.not_after.filter(|_| until_changed),
            // Files come and go by themselves, at once.
            ..EmailEdit::default()
        })
    }

    /// All fields as an edit, and what is wrong with them.
    fn parsed(&self) -> (EmailEdit, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut edit = EmailEdit {
            to: Some(recipients(Field::To, &self.to, &mut problems)),
            cc: Some(recipients(Field::Cc, &self.cc, &mut problems)),
            bcc: Some(recipients(Field::Bcc, &self.bcc, &mut problems)),
            ..EmailEdit::default()
        };
        let recipient_count: usize = [&edit.to, &edit.cc, &edit.bcc]
            .into_iter()
            .flatten()
            .map(Vec::len)
            .sum();
        if recipient_count > RECIPIENTS_MAX {
            problems.push(Problem {
                field: Field::To,
                text: tr!(
                    "These are {n} recipients; the limit is {limit}. Remove some."
                        | "These are {n} recipients; the limit is {limit}. Remove some."
                            % recipient_count,
                    limit = RECIPIENTS_MAX
                ),
            });
        }
        match self.subject.parse::<HeaderText>() {
            Ok(subject) => edit.subject = Some(subject),
            Err(reason) => problems.push(Problem {
                field: Field::Subject,
                text: subject_problem(&reason),
            }),
        }
        let (body, _removed) = strip_unprintable(&self.body);
        let body_chars = body.chars().count();
        if body_chars > BODY_CHARS_MAX {
            problems.push(Problem {
                field: Field::Body,
                text: too_long(body_chars, BODY_CHARS_MAX),
            });
        }
        edit.body = Some(body);
        let mut time = |field, date: &str, time: &str| {
            self.wall_time(date, time).unwrap_or_else(|text| {
                let text = text.to_owned();
                problems.push(Problem { field, text });
                None
            })
        };
        edit.send_at = time(Field::SendAt, &self.date, &self.time);
        edit.not_after = time(Field::NotAfter, &self.until_date, &self.until_time);
        (edit, problems)
    }

    fn wall_time(&self, date: &str, time: &str) -> Result<Option<WallTime>, &'static str> {
        let (date, time, zone) = (date.trim(), time.trim(), self.zone.trim());
        if date.is_empty() && time.is_empty() {
            return Ok(None);
        }
        if date.is_empty() {
            return Err(say("The date is missing: choose one, or clear the time."));
        }
        if time.is_empty() {
            return Err(say(
                "The time of day is missing: choose one, or clear the date.",
            ));
        }
        let date: NaiveDate = date
            .parse()
            .map_err(|_| say("This date cannot be read. It should look like 2026-11-24."))?;
        // Time fields leave out seconds of zero.
        let time: NaiveTime = time
            .parse()
            .or_else(|_| format!("{time}:00").parse())
            .map_err(|_| say("This time cannot be read. It should look like 09:00."))?;
        if zone.is_empty() || zone.len() > ZONE_CHARS_MAX || zone.chars().any(char::is_control) {
            return Err(say(
                "The time zone is missing. It should look like Europe/Lisbon.",
            ));
        }
        Ok(Some(WallTime {
            local: date.and_time(time),
            zone: zone.to_owned(),
        }))
    }
}

fn join(recipients: &[Recipient]) -> String {
    let texts: Vec<_> = recipients.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn time_text(time: NaiveTime) -> String {
    use chrono::Timelike;
    let minutes = format!("{:02}:{:02}", time.hour(), time.minute());
    match time.second() {
        0 => minutes,
        second => format!("{minutes}:{second:02}"),
    }
}

/// Why a text is no recipient.
fn recipient_problem(reason: &RecipientError) -> String {
    match reason {
        RecipientError::Empty => say("Write an address, like ana@example.com.").to_owned(),
        RecipientError::TooLong => tr!("This address has more than {n} characters."
            | "This address has more than {n} characters." % RECIPIENT_CHARS_MAX),
        RecipientError::ControlCharacter => {
            say("An address has no line breaks or control characters.").to_owned()
        }
        RecipientError::NotAnAddress(text) => tr!(
            "“{text}” is not an email address. It should look like ana@example.com.",
            text
        ),
        other => known(&other.to_string()),
    }
}

/// Why a text is no subject.
fn subject_problem(reason: &TextError) -> String {
    match reason {
        TextError::ControlCharacter => {
            say("A line break or control character cannot stand here: write it in one line.")
                .to_owned()
        }
        TextError::TooLong { actual } => too_long(*actual, SUBJECT_CHARS_MAX),
        other => known(&other.to_string()),
    }
}

fn too_long(chars: usize, limit: usize) -> String {
    tr!(
        "This has {n} characters; the limit is {limit}. Shorten it."
            | "This has {n} characters; the limit is {limit}. Shorten it." % chars,
        limit
    )
}

fn recipients(field: Field, text: &str, problems: &mut Vec<Problem>) -> Vec<Recipient> {
    let mut all = Vec::new();
    for part in Recipient::parse_list(text) {
        match part {
            Ok(recipient) => all.push(recipient),
            Err(reason) => problems.push(Problem {
                field,
                text: recipient_problem(&reason),
            }),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> EmailForm {
        EmailForm {
            to: "Ana <ana@example.com>".to_owned(),
            subject: "Olá".to_owned(),
            body: "Obrigado!".to_owned(),
            date: "2026-11-24".to_owned(),
            time: "09:00".to_owned(),
            zone: "Europe/Lisbon".to_owned(),
            ..EmailForm::default()
        }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let before = form();
        let after = EmailForm {
            subject: "Bom dia".to_owned(),
            ..form()
        };
        let edit = after.changes(&before).unwrap();
        assert_eq!(edit.subject.unwrap().as_str(), "Bom dia");
        assert_eq!(
            (edit.to, edit.body, edit.send_at, edit.clear_send_at),
            (None, None, None, false)
        );
        assert_eq!(before.changes(&before).unwrap(), EmailEdit::default());
    }

    #[test]
    fn a_time_is_set_and_cleared() {
        let empty = EmailForm {
            date: String::new(),
            time: String::new(),
            ..form()
        };
        let wall = form().changes(&empty).unwrap().send_at.unwrap();
        assert_eq!(wall.local.to_string(), "2026-11-24 09:00:00");
        assert_eq!(wall.zone, "Europe/Lisbon");
        let edit = empty.changes(&form()).unwrap();
        assert!(edit.clear_send_at && edit.send_at.is_none());
        assert!(!empty.changes(&empty).unwrap().clear_send_at);
    }

    #[test]
    fn what_cannot_be_mailed_is_named_with_its_field() {
        let bad = EmailForm {
            to: "ana@@example, bo@example.com".to_owned(),
            subject: "a\nBcc: evil@example.net".to_owned(),
            body: "x".repeat(BODY_CHARS_MAX + 1),
            time: String::new(),
            ..form()
        };
        let fields: Vec<_> = bad.problems().iter().map(|problem| problem.field).collect();
        assert_eq!(
            fields,
            [Field::To, Field::Subject, Field::Body, Field::SendAt]
        );
        assert!(bad.changes(&form()).is_err());
        let crowd = EmailForm {
            cc: "a@example.com,".repeat(RECIPIENTS_MAX),
            ..form()
        };
        assert_eq!(crowd.problems().len(), 1);
    }

    #[test]
    fn the_form_of_an_email_changes_nothing() {
        let email = Email {
            to: vec![
                "\"Souza, Ana\" <ana@example.com>".parse().unwrap(),
                "bo@example.com".parse().unwrap(),
            ],
            body: "Hi\n".to_owned(),
            ..Email::default()
        };
        let form = EmailForm::of(&email, "UTC");
        assert_eq!(form.problems(), []);
        assert_eq!(form.parsed().0.to.unwrap(), email.to);
    }
}

//! Applying what the assistant proposes. Its output is untrusted: whatever does not fit is bent
//! into shape or dropped, and a note says so; nothing of it can fail, send or approve.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use email_agent_api::{
    Email, HeaderText, Recipient, SendWish,
    limits::{BODY_CHARS_MAX, RECIPIENTS_MAX},
    strip_unprintable, to_say,
};

use crate::{
    assistant::{Operation, SendTime},
    times,
};

/// What became of a list of operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The email afterwards.
    pub email: Email,
    /// What had to be changed or decided on the way, one sentence each.
    pub notes: Vec<String>,
    /// What could not be done and needs an answer, one sentence each.
    pub questions: Vec<String>,
    /// The person wants an armed schedule taken back.
    pub unschedule: bool,
    /// The person wants to end it all.
    pub cancel: bool,
}

/// When something was said, and when it is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// When the person said it.
    pub said_at: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Applies operations in order. `own` is the person's zone.
pub(crate) fn apply(email: Email, operations: &[Operation], own: Tz, clock: Clock) -> Applied {
    let mut applied = Applied {
        email,
        ..Applied::default()
    };
    for operation in operations {
        applied.apply(operation, own, clock);
    }
    applied
}

impl Applied {
    fn apply(&mut self, operation: &Operation, own: Tz, clock: Clock) {
        match operation {
            Operation::SetTo(list) => self.email.to = self.recipients(list, self.others(Field::To)),
            Operation::SetCc(list) => self.email.cc = self.recipients(list, self.others(Field::Cc)),
            Operation::SetBcc(list) => {
                self.email.bcc = self.recipients(list, self.others(Field::Bcc));
            }
            Operation::SetSubject(subject) => {
                self.email.subject = HeaderText::from_untrusted(subject);
            }
            Operation::SetBody(body) => self.set_body(body),
            Operation::SetSendTime(time) => self.email.send_at = self.resolved(time, own, clock),
            Operation::ClearSendTime => self.email.send_at = None,
            Operation::SetNotAfter(time) => self.email.not_after = self.resolved(time, own, clock),
            Operation::ClearNotAfter => self.email.not_after = None,
            Operation::Unschedule => self.unschedule = true,
            Operation::Cancel => self.cancel = true,
        }
    }

    /// The time as a wish, or a question and nothing: the old time is not what the person wants any
    /// more, so it must not stay.
    fn resolved(&mut self, time: &SendTime, own: Tz, clock: Clock) -> Option<SendWish> {
        match times::resolve(time, own, clock.said_at, clock.now) {
            Ok(wish) => {
                self.notes.extend(wish.note.clone());
                Some(wish)
            }
            Err(problem) => {
                self.questions.push(problem.to_string());
                None
            }
        }
    }

    /// How many recipients the other two fields have.
    fn others(&self, field: Field) -> usize {
        let count = |one: Field, list: &[Recipient]| if one == field { 0 } else { list.len() };
        count(Field::To, &self.email.to)
            + count(Field::Cc, &self.email.cc)
            + count(Field::Bcc, &self.email.bcc)
    }

    fn recipients(&mut self, list: &[String], others: usize) -> Vec<Recipient> {
        let mut good: Vec<Recipient> = Vec::new();
        for part in list
            .iter()
            .take(2 * RECIPIENTS_MAX)
            .flat_map(|entry| Recipient::parse_list(entry))
        {
            match part {
                Ok(recipient) if good.iter().any(|known| known.same_mailbox(&recipient)) => {}
                Ok(recipient) if good.len() + others < RECIPIENTS_MAX => good.push(recipient),
                Ok(recipient) => self.questions.push(to_say!(
                    "I left out {recipient}: an email has at most {RECIPIENTS_MAX} recipients."
                )),
                Err(error) => self.questions.push(error.to_string()),
            }
            if self.questions.len() > 10 {
                break;
            }
        }
        good
    }

    fn set_body(&mut self, body: &str) {
        let (body, removed) = strip_unprintable(body);
        if removed > 0 {
            self.notes.push(removed_note(removed));
        }
        let length = body.chars().count();
        if length > BODY_CHARS_MAX {
            self.notes.push(to_say!(
                "The text was cut: it had {length} characters, and the limit is {BODY_CHARS_MAX}."
            ));
        }
        self.email.body = body.chars().take(BODY_CHARS_MAX).collect();
    }
}

/// Says that characters were taken out of a text.
pub(crate) fn removed_note(removed: usize) -> String {
    match removed {
        1 => to_say("One character that cannot be printed was removed from the text.").to_owned(),
        _ => to_say!("{removed} characters that cannot be printed were removed from the text."),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    To,
    Cc,
    Bcc,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }
    fn run(operations: &[Operation]) -> Applied {
        apply(
            Email::default(),
            operations,
            Tz::UTC,
            Clock {
                said_at: now(),
                now: now(),
            },
        )
    }

    #[test]
    fn the_header_of_a_hostile_model_stays_one_line() {
        let applied = run(&[Operation::SetSubject(
            "Hi\r\nBcc: evil@example.net".to_owned(),
        )]);
        assert_eq!(applied.email.subject.as_str(), "Hi Bcc: evil@example.net");
        assert!(applied.email.bcc.is_empty());
    }

    #[test]
    fn what_is_no_address_is_asked_about() {
        let list = ["Ana <ana@example.com>, ANA@example.com", "nonsense"]
            .map(str::to_owned)
            .to_vec();
        let applied = run(&[Operation::SetTo(list)]);
        assert_eq!(applied.email.to.len(), 1);
        assert_eq!(applied.questions.len(), 1);
    }

    #[test]
    fn recipients_have_a_limit_over_all_fields() {
        let list = |from: usize, n: usize| {
            (from..from + n)
                .map(|n| format!("a{n}@example.com"))
                .collect::<Vec<_>>()
        };
        let applied = run(&[
            Operation::SetTo(list(0, RECIPIENTS_MAX)),
            Operation::SetCc(list(100, 1)),
        ]);
        assert_eq!(
            (
                applied.email.to.len(),
                applied.email.cc.len(),
                applied.questions.len()
            ),
            (RECIPIENTS_MAX, 0, 1)
        );
    }

    #[test]
    fn a_past_time_clears_the_old_one_and_asks() {
        let good = Operation::SetSendTime(SendTime::After { seconds: 60 });
        let past = Operation::SetSendTime(SendTime::At {
            date: "2026-11-22".parse().ok(),
            time: "09:00:00".parse().unwrap(),
            zone: None,
        });
        let applied = run(&[good, past]);
        assert_eq!(applied.email.send_at, None);
        assert_eq!(applied.questions.len(), 1);
    }

    #[test]
    fn a_body_loses_zero_bytes_and_what_is_too_long() {
        let applied = run(&[Operation::SetBody(format!(
            "\0{}",
            "ç".repeat(BODY_CHARS_MAX + 1)
        ))]);
        assert_eq!(applied.email.body.chars().count(), BODY_CHARS_MAX);
        assert_eq!(applied.notes.len(), 2);
    }

    fn any_operation() -> impl Strategy<Value = Operation> {
        let lists = prop::collection::vec("\\PC{0,40}|[a-z]{1,5}@[a-z]{1,5}\\.[a-z]{2,3}", 0..70);
        prop_oneof![
            lists.clone().prop_map(Operation::SetTo),
            lists.prop_map(Operation::SetBcc),
            any::<String>().prop_map(Operation::SetSubject),
            any::<String>().prop_map(Operation::SetBody),
            any::<u64>().prop_map(|seconds| Operation::SetSendTime(SendTime::After { seconds })),
            any::<u64>().prop_map(|seconds| Operation::SetNotAfter(SendTime::After { seconds })),
            Just(Operation::ClearSendTime),
            Just(Operation::Unschedule),
        ]
    }

    proptest! {
        #[test]
        fn whatever_the_model_says_the_email_stays_within_its_limits(
            operations in prop::collection::vec(any_operation(), 0..12),
        ) {
            let applied = run(&operations);
            prop_assert!(applied.email.recipients().count() <= RECIPIENTS_MAX);
            prop_assert!(applied.email.body.chars().count() <= BODY_CHARS_MAX);
            prop_assert!(!applied.email.body.contains('\0'));
            prop_assert!(applied.email.send_at.is_none_or(|wish| wish.instant > now()));
            prop_assert!(!applied.cancel);
        }
    }
}

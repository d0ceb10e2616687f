//! Hand edits: what a person changed in the card. They are checked before they are accepted, and
//! refused with the field and a sentence where they do not fit.

use chrono::{DateTime, Utc};
use email_agent_api::{
    AgentError, Email, EmailEdit, check_attachments,
    limits::{BODY_CHARS_MAX, RECIPIENTS_MAX},
    strip_unprintable, to_say,
};

use crate::times;

/// The email after the edit, and a number of characters that had to be removed from the body.
pub(crate) fn apply(
    email: &Email,
    edit: &EmailEdit,
    now: DateTime<Utc>,
) -> Result<(Email, usize), AgentError> {
    let mut email = email.clone();
    let mut removed = 0;
    set_recipients(&mut email, edit);
    let recipients = email.recipients().count();
    if recipients > RECIPIENTS_MAX {
        return Err(AgentError::too_large(
            "to",
            recipients,
            RECIPIENTS_MAX,
            to_say("recipients"),
        ));
    }
    if let Some(subject) = &edit.subject {
        email.subject = subject.clone();
    }
    if let Some(body) = &edit.body {
        (email.body, removed) = strip_unprintable(body);
        let length = email.body.chars().count();
        if length > BODY_CHARS_MAX {
            return Err(AgentError::too_large(
                "body",
                length,
                BODY_CHARS_MAX,
                to_say("characters"),
            ));
        }
    }
    if edit.clear_send_at {
        email.send_at = None;
    } else if let Some(wall) = &edit.send_at {
        // The wish of the old version, sent along unchanged, is no new wish: it may be over by now,
        // and that is said when it is approved.
        if email.send_at.as_ref().is_none_or(|wish| wish.wall != *wall) {
            let wish = times::resolve_wall(wall, now)
                .map_err(|problem| AgentError::bad_input("send_at", problem.to_string()))?;
            email.send_at = Some(wish);
        }
    }
    if edit.clear_not_after {
        email.not_after = None;
    } else if let Some(wall) = &edit.not_after
        && email
            .not_after
            .as_ref()
            .is_none_or(|wish| wish.wall != *wall)
    {
        let wish = times::resolve_wall(wall, now)
            .map_err(|problem| AgentError::bad_input("not_after", problem.to_string()))?;
        email.not_after = Some(wish);
    }
    if edit.clear_thread {
        email.thread = None;
    } else if let Some(thread) = &edit.thread {
        email.thread = Some(thread.clone());
    }
    email
        .attachments
        .retain(|file| !edit.detach.contains(&file.id));
    for file in &edit.attach {
        if !email.attachments.iter().any(|known| known.id == file.id) {
            email.attachments.push(file.clone());
        }
    }
    if !edit.attach.is_empty() {
        check_attachments(email.attachments.len(), email.attached_bytes())?;
    }
    Ok((email, removed))
}

/// The recipients after the edit, however many.
pub(crate) fn set_recipients(email: &mut Email, edit: &EmailEdit) {
    for (field, list) in [
        (&mut email.to, &edit.to),
        (&mut email.cc, &edit.cc),
        (&mut email.bcc, &edit.bcc),
    ] {
        if let Some(list) = list {
            field.clone_from(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::{
        Attachment, ErrorCode, WallTime,
        limits::{ATTACHMENTS_BYTES_MAX, ATTACHMENTS_MAX},
    };

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_absent_field_stays() {
        let before = Email {
            body: "text".to_owned(),
            ..Email::default()
        };
        let edit = EmailEdit {
            subject: Some("Hi".parse().unwrap()),
            ..EmailEdit::default()
        };
        let (after, _) = apply(&before, &edit, now()).unwrap();
        assert_eq!(
            (after.subject.as_str(), after.body.as_str()),
            ("Hi", "text")
        );
    }

    #[test]
    fn limits_are_refused_by_field() {
        let body = |n| EmailEdit {
            body: Some("a".repeat(n)),
            ..EmailEdit::default()
        };
        assert!(apply(&Email::default(), &body(BODY_CHARS_MAX), now()).is_ok());
        let error = apply(&Email::default(), &body(BODY_CHARS_MAX + 1), now()).unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (ErrorCode::TooLarge, Some("body"))
        );
        let to = vec!["a@example.com".parse().unwrap(); RECIPIENTS_MAX + 1];
        let error = apply(
            &Email::default(),
            &EmailEdit {
                to: Some(to),
                ..EmailEdit::default()
            },
            now(),
        )
        .unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLarge);
    }

    #[test]
    fn a_past_time_is_refused_and_a_time_can_be_cleared() {
        let at = |local: &str| EmailEdit {
            send_at: Some(WallTime {
                local: local.parse().unwrap(),
                zone: "UTC".to_owned(),
            }),
            ..EmailEdit::default()
        };
        let error = apply(&Email::default(), &at("2026-11-23T11:00:00"), now()).unwrap_err();
        assert_eq!(
            (error.code, error.field.as_deref()),
            (ErrorCode::BadInput, Some("send_at"))
        );
        let (timed, _) = apply(&Email::default(), &at("2026-11-23T13:00:00"), now()).unwrap();
        let clear = EmailEdit {
            clear_send_at: true,
            ..EmailEdit::default()
        };
        assert_eq!(apply(&timed, &clear, now()).unwrap().0.send_at, None);
    }

    fn file(number: usize, size_bytes: u64) -> Attachment {
        Attachment::example(u8::try_from(number).unwrap(), "a.txt", size_bytes)
    }

    fn attaching(files: Vec<Attachment>) -> EmailEdit {
        EmailEdit {
            attach: files,
            ..EmailEdit::default()
        }
    }

    #[test]
    fn files_come_and_go_each_once() {
        let twice = attaching(vec![file(1, 5), file(2, 5), file(1, 5)]);
        let (email, _) = apply(&Email::default(), &twice, now()).unwrap();
        assert_eq!(email.attachments, [file(1, 5), file(2, 5)]);
        let detach = EmailEdit {
            detach: vec![file(1, 5).id, file(9, 5).id],
            ..EmailEdit::default()
        };
        let (email, _) = apply(&email, &detach, now()).unwrap();
        assert_eq!(email.attachments, [file(2, 5)]);
    }

    #[test]
    fn files_are_counted_with_those_that_are_there() {
        let full = attaching((0..ATTACHMENTS_MAX).map(|n| file(n, 1)).collect());
        let (email, _) = apply(&Email::default(), &full, now()).unwrap();
        let one_more = attaching(vec![file(30, 1)]);
        let error = apply(&email, &one_more, now()).unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLarge);
        let heavy = attaching(vec![file(1, ATTACHMENTS_BYTES_MAX)]);
        let (email, _) = apply(&Email::default(), &heavy, now()).unwrap();
        assert!(apply(&email, &one_more, now()).is_err());
        let instead = EmailEdit {
            detach: vec![file(1, 0).id],
            ..one_more
        };
        assert!(apply(&email, &instead, now()).is_ok());
    }
}

//! A new email that begins as a copy of another.

use chrono::{DateTime, Utc};
use email_agent_api::{ApprovalMode, Author, Email, to_say};

use super::{Desk, Record};
use crate::email::versions;

impl Desk {
    /// A desk with `email` as its first version, by the person's own hand. It has no send time, since
    /// the old one was meant for the old email. Addresses that the person had named there count as
    /// named here, others do not.
    pub(crate) fn copy(
        original: &Record,
        email: Email,
        approval: ApprovalMode,
        now: DateTime<Utc>,
    ) -> Self {
        let mut desk = Self::new(approval, original.time_zone.clone(), now);
        desk.record.named.clone_from(&original.named);
        let email = Email {
            send_at: None,
            ..email
        };
        if !versions::push(&mut desk.versions, Author::You, email, now).is_empty() {
            desk.tell(
                to_say("This is a copy of another email. It has no send time yet."),
                now,
            );
        }
        desk.rest(false, now);
        desk
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::{SendWish, Stage, WallTime};

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_copy_is_a_draft_without_a_time() {
        let mut original = Desk::new(ApprovalMode::Ask, "Europe/Lisbon".to_owned(), now()).record;
        original.named = vec!["ana@example.com".to_owned()];
        let email = Email {
            to: vec!["ana@example.com".parse().unwrap()],
            body: "Olá".to_owned(),
            send_at: Some(SendWish {
                wall: WallTime {
                    local: "2026-11-24T09:00:00".parse().unwrap(),
                    zone: "Europe/Lisbon".to_owned(),
                },
                instant: "2026-11-24T09:00:00Z".parse().unwrap(),
                offset_minutes: 0,
                note: None,
            }),
            ..Email::default()
        };
        let copy = Desk::copy(&original, email, ApprovalMode::Auto, now());
        assert_eq!(copy.record.stage, Stage::Draft);
        assert_eq!((copy.version(), copy.email().send_at), (1, None));
        assert_eq!(copy.versions[0].author, Author::You);
        assert_eq!(copy.record.named, original.named);
        let nothing = Desk::copy(&original, Email::default(), ApprovalMode::Ask, now());
        assert_eq!(nothing.record.stage, Stage::New);
    }
}

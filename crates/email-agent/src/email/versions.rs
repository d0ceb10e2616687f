//! The history of an email: each change makes version n+1, old ones can be brought back, and the
//! whole is bounded.

use chrono::{DateTime, Utc};
use email_agent_api::{
    Author, Email, EmailVersion, Version,
    limits::{VERSIONS_CHARS_MAX, VERSIONS_MAX},
};

/// The newest email and its number; an empty one with number 0 where nothing is written yet.
pub(crate) fn newest(versions: &[EmailVersion]) -> (Version, Email) {
    versions.last().map_or_else(
        || (0, Email::default()),
        |newest| (newest.version, newest.email.clone()),
    )
}

/// The email as of this version, if it is still kept.
pub(crate) fn find(versions: &[EmailVersion], version: Version) -> Option<&Email> {
    versions
        .iter()
        .find(|kept| kept.version == version)
        .map(|kept| &kept.email)
}

/// The names of the fields in which two emails differ.
pub(crate) fn changed_fields(before: &Email, after: &Email) -> Vec<String> {
    [
        ("to", before.to != after.to),
        ("cc", before.cc != after.cc),
        ("bcc", before.bcc != after.bcc),
        ("subject", before.subject != after.subject),
        ("body", before.body != after.body),
        ("send_at", before.send_at != after.send_at),
        ("not_after", before.not_after != after.not_after),
        ("thread", before.thread != after.thread),
        ("attachments", before.attachments != after.attachments),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name.to_owned())
    .collect()
}

/// Makes `email` the newest version if it differs from the one before, and says in which fields.
pub(crate) fn push(
    versions: &mut Vec<EmailVersion>,
    author: Author,
    email: Email,
    at: DateTime<Utc>,
) -> Vec<String> {
    let (number, before) = newest(versions);
    let changed = changed_fields(&before, &email);
    if changed.is_empty() {
        return changed;
    }
    let version = number.saturating_add(1);
    versions.push(EmailVersion {
        version,
        author,
        at,
        changed: changed.clone(),
        email,
    });
    let mut kept = 0;
    let mut chars = 0;
    for version in versions.iter().rev() {
        chars += size_chars(&version.email);
        // The newest version is the email itself; it stays whatever its length.
        if kept > 0 && (kept == VERSIONS_MAX || chars > VERSIONS_CHARS_MAX) {
            break;
        }
        kept += 1;
    }
    versions.drain(..versions.len() - kept);
    changed
}

/// Characters of everything in it that can be long.
fn size_chars(email: &Email) -> usize {
    let recipients = email
        .recipients()
        .map(|one| one.to_string().chars().count());
    let names = email.attachments.iter();
    let names = names.map(|file| file.name.as_str().chars().count());
    email.size_chars() + recipients.sum::<usize>() + names.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_body(body: &str) -> Email {
        Email {
            body: body.to_owned(),
            ..Email::default()
        }
    }

    #[test]
    fn a_change_makes_a_version_and_no_change_makes_none() {
        let mut versions = Vec::new();
        assert_eq!(
            push(
                &mut versions,
                Author::Agent,
                with_body("a"),
                DateTime::UNIX_EPOCH
            ),
            ["body"]
        );
        assert!(
            push(
                &mut versions,
                Author::You,
                with_body("a"),
                DateTime::UNIX_EPOCH
            )
            .is_empty()
        );
        assert_eq!(newest(&versions), (1, with_body("a")));
    }

    #[test]
    fn the_history_is_bounded_by_number_and_by_size() {
        let mut versions = Vec::new();
        for n in 0..=VERSIONS_MAX {
            push(
                &mut versions,
                Author::You,
                with_body(&n.to_string()),
                DateTime::UNIX_EPOCH,
            );
        }
        assert_eq!((versions.len(), versions[0].version), (VERSIONS_MAX, 2));
        for n in 0..6 {
            push(
                &mut versions,
                Author::You,
                with_body(&format!("{n}{}", "x".repeat(99_999))),
                DateTime::UNIX_EPOCH,
            );
        }
        assert_eq!(versions.len(), VERSIONS_CHARS_MAX / 100_000);
        assert!(find(&versions, 2).is_none() && find(&versions, newest(&versions).0).is_some());
    }
}

//! The history of an email in words: what a turn changed, what can be undone, what is marked.

use email_agent_api::{Author, EmailVersion, EmailView, StageKind, Version};
use tr::tr;

use super::changed_field_label;
use crate::language::{commas, say};

/// The agent's last change, which one press takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undoable {
    /// The version to bring back.
    pub(crate) to: Version,
    /// What goes with it, as a sentence.
    pub(crate) sentence: String,
}

/// The newest version, if the agent made it out of one that is kept.
fn last_change(view: &EmailView) -> Option<(&EmailVersion, &EmailVersion)> {
    let [.., before, newest] = view.versions.as_slice() else {
        return None;
    };
    (newest.author == Author::Agent).then_some((before, newest))
}

/// What "Undo the agent's change" would do; nothing while the agent works, or where it is too late.
pub(crate) fn undoable(view: &EmailView) -> Option<Undoable> {
    let is_open = matches!(
        view.stage.kind(),
        StageKind::NeedsAnswer
            | StageKind::Draft
            | StageKind::ReadyToApprove
            | StageKind::Scheduled
            | StageKind::Retrying
            | StageKind::NotSent
    );
    let (before, newest) = last_change(view).filter(|_| is_open && view.queue.is_empty())?;
    Some(Undoable {
        to: before.version,
        sentence: tr!(
            "The agent changed: {fields}.",
            fields = fields(&newest.changed)
        ),
    })
}

/// The fields that the agent changed last, and that nobody has looked at since.
pub(crate) fn marked(view: &EmailView, seen: Version) -> Vec<String> {
    last_change(view)
        .filter(|(_, newest)| newest.version > seen)
        .map(|(_, newest)| newest.changed.clone())
        .unwrap_or_default()
}

/// `Subject, Body`.
pub(crate) fn fields(names: &[String]) -> String {
    let labels: Vec<_> = names.iter().map(|name| changed_field_label(name)).collect();
    commas(&labels)
}

/// `v3 · Agent`.
pub(crate) fn version_name(version: &EmailVersion) -> String {
    let author = match version.author {
        Author::Agent => say("Agent"),
        Author::You => say("You"),
    };
    tr!("v{number} · {author}", number = version.version, author)
}

/// What a turn did to a field: "Subject changed". Of the time it says whether it was set or removed,
/// as long as that version is kept.
pub(crate) fn chip(field: &str, version: Option<Version>, versions: &[EmailVersion]) -> String {
    let made = versions.iter().find(|kept| Some(kept.version) == version);
    let text = match (field, made.map(|made| made.email.send_at.is_some())) {
        ("to", _) => say("To changed"),
        ("cc", _) => say("Cc changed"),
        ("bcc", _) => say("Bcc changed"),
        ("subject", _) => say("Subject changed"),
        ("body", _) => say("Body changed"),
        ("send_at", Some(true)) => say("Time set"),
        ("send_at", Some(false)) => say("Time removed"),
        ("send_at", None) => say("Time changed"),
        ("not_after", _) => say("Deadline changed"),
        ("attachments", _) => say("Files changed"),
        (other, _) => return tr!("{field} changed", field = other),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use email_agent_api::{Email, EmailId, RequestDraft, Stage};

    use super::*;

    fn version(number: Version, author: Author) -> EmailVersion {
        EmailVersion {
            version: number,
            author,
            at: chrono::DateTime::UNIX_EPOCH,
            changed: vec!["subject".to_owned(), "body".to_owned()],
            email: Email::default(),
        }
    }

    fn view(stage: Stage, versions: Vec<EmailVersion>) -> EmailView {
        EmailView {
            id: EmailId::from_random([1; 26]),
            revision: 1,
            stage,
            command_pending: false,
            version: versions.last().map_or(0, |newest| newest.version),
            email: Email::default(),
            language: None,
            reading: None,
            choices: Vec::new(),
            new_recipients: Vec::new(),
            versions,
            conversation: Vec::new(),
            queue: Vec::new(),
            request_draft: RequestDraft::default(),
            warnings: Vec::new(),
            usage: None,
            waiting: None,
            time_zone: "UTC".to_owned(),
            started_at: chrono::DateTime::UNIX_EPOCH,
            now: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_agents_last_change_can_be_undone_and_ones_own_cannot() {
        use Author::{Agent, You};
        let undo = |stage, authors: &[Author]| {
            let versions = (3..).zip(authors).map(|(n, author)| version(n, *author));
            undoable(&view(stage, versions.collect())).map(|undo| (undo.to, undo.sentence))
        };
        let sentence = "The agent changed: Subject, Body.".to_owned();
        assert_eq!(undo(Stage::Draft, &[You, Agent]), Some((3, sentence)));
        assert_eq!(undo(Stage::Draft, &[Agent, You]), None);
        assert_eq!(undo(Stage::Draft, &[Agent]), None, "nothing was before it");
        assert_eq!(undo(Stage::Sending, &[You, Agent]), None);
        assert_eq!(undo(Stage::Canceled, &[You, Agent]), None);
    }

    #[test]
    fn marks_go_once_they_were_looked_at() {
        let view = view(
            Stage::Draft,
            vec![version(1, Author::You), version(2, Author::Agent)],
        );
        assert_eq!(marked(&view, 1), ["subject", "body"]);
        assert!(marked(&view, 2).is_empty());
    }

    #[test]
    fn a_chip_says_no_more_than_is_known() {
        let versions = [version(2, Author::Agent)];
        assert_eq!(chip("subject", Some(2), &versions), "Subject changed");
        assert_eq!(chip("send_at", Some(2), &versions), "Time removed");
        assert_eq!(chip("send_at", Some(1), &versions), "Time changed");
        assert_eq!(chip("send_at", None, &versions), "Time changed");
    }
}

//! What is known of each recipient, in a word.

use email_agent_api::{EmailView, Recipient, Stage};

/// One recipient on the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    /// Name and address.
    pub(crate) text: String,
    /// What is known.
    pub(crate) mark: Mark,
}

/// What is known of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing to be said.
    Plain,
    /// Never written to before.
    New,
    /// The mail server has taken the email for it.
    Accepted,
    /// The mail server has refused it.
    Refused,
    /// Nobody named it: it blocks the approval.
    Unnamed,
}

/// The recipients of one field.
pub(crate) fn marked_recipients(view: &EmailView, list: &[Recipient]) -> Vec<Marked> {
    let all = list.iter().map(|recipient| Marked {
        text: recipient.to_string(),
        mark: mark(view, recipient),
    });
    all.collect()
}

fn mark(view: &EmailView, recipient: &Recipient) -> Mark {
    let proof = match &view.stage {
        Stage::Sent { proof } | Stage::PartlySent { proof } | Stage::Unsure { proof, .. } => {
            Some(proof)
        }
        _ => None,
    };
    let result = proof.and_then(|proof| {
        let mut results = proof.results.iter();
        results
            .find(|one| one.recipient.same_mailbox(recipient))?
            .accepted
    });
    let blocks = |text: &str| {
        let mut blocking = view.warnings.iter().filter(|warning| warning.blocks);
        blocking.any(|warning| warning.text.contains(text))
    };
    match result {
        Some(true) => Mark::Accepted,
        Some(false) => Mark::Refused,
        None if blocks(&format!("never named {recipient}.")) => Mark::Unnamed,
        None if view
            .new_recipients
            .iter()
            .any(|new| new == recipient.address()) =>
        {
            Mark::New
        }
        None => Mark::Plain,
    }
}

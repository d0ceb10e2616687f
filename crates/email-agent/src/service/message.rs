//! An email as the message that travels, for people to keep: the same bytes as the mail server gets,
//! but for a draft without the Message-ID and the date that only an approval fixes.

use chrono::Utc;
use email_agent_api::{AgentError, EmailAgent, EmailId, EmailView, Poll, Stage, to_say};

use super::AgentService;
use crate::mailer::{OutgoingMail, message::encode};

impl AgentService {
    pub(super) async fn message_of(&self, id: EmailId) -> Result<Vec<u8>, AgentError> {
        let Poll::Changed { view } = self.describe(id.clone(), None).await? else {
            return Err(AgentError::not_found());
        };
        let sender = self.office.mailer.sender();
        let domain = sender
            .address()
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain);
        let message_id =
            fixed_id(&view).unwrap_or_else(|| format!("<{id}.v{}@{domain}>", view.version));
        let mut mail = OutgoingMail {
            to: view.email.to.clone(),
            cc: view.email.cc.clone(),
            bcc: view.email.bcc.clone(),
            subject: view.email.subject.clone(),
            body: view.email.body.clone(),
            files: Vec::new(),
            thread: view.email.thread.clone(),
            message_id,
            date: match &view.stage {
                Stage::Sent { proof } | Stage::PartlySent { proof } => proof.at,
                _ => Utc::now(),
            },
        };
        for file in &view.email.attachments {
            mail.files
                .push(self.read_file(id.clone(), file.id.clone()).await?);
        }
        encode(&sender, &mail)
            .map(|encoded| encoded.bytes)
            .map_err(|error| {
                AgentError::bad_input("to", to_say!("There is no message yet: {error}."))
            })
    }
}

/// The Message-ID that an approval has fixed.
fn fixed_id(view: &EmailView) -> Option<String> {
    match &view.stage {
        Stage::Scheduled { schedule } | Stage::UndoWindow { schedule } => {
            Some(schedule.message_id.clone())
        }
        Stage::Held { held } => Some(held.schedule.message_id.clone()),
        Stage::Sent { proof } | Stage::PartlySent { proof } | Stage::Unsure { proof, .. } => {
            Some(proof.message_id.clone())
        }
        _ => None,
    }
}

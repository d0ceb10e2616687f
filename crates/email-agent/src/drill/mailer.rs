//! The demo mailbox, refusing mails for now while the drill asks for it.
//!
//! A refusal is what a mail server's 451 becomes: certainly not taken, for nobody, worth another
//! attempt. Nothing is written into the folder for it.

use async_trait::async_trait;
use email_agent_api::{MailInfo, Recipient, RecipientResult, TestReport};

use super::Drill;
use crate::mailer::{Mailer, OutgoingMail, SendOutcome, outbox::Outbox};

/// What the server says, as it would over SMTP.
const ANSWER: &str = "451 4.3.2 System not accepting messages (fault drill)";

/// See the module.
pub(crate) struct DrilledMailer {
    pub(crate) demo: Outbox,
    pub(crate) drill: Drill,
}

#[async_trait]
impl Mailer for DrilledMailer {
    fn info(&self) -> MailInfo {
        self.demo.info()
    }

    fn sender(&self) -> Recipient {
        self.demo.sender()
    }

    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        if self.drill.takes_refusal() {
            return refused(mail);
        }
        self.demo.send(mail).await
    }

    async fn test(&self) -> TestReport {
        self.demo.test().await
    }
}

fn refused(mail: &OutgoingMail) -> SendOutcome {
    let results = mail
        .recipients()
        .into_iter()
        .map(|recipient| RecipientResult {
            recipient: recipient.clone(),
            accepted: Some(false),
            answer: ANSWER.to_owned(),
        });
    SendOutcome::Refused {
        temporary: true,
        reason: format!("The demo mailbox refused every recipient ({ANSWER})."),
        results: results.collect(),
    }
}

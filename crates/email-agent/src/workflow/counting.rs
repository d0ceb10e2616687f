//! What an attempt leaves in the file of sends: that it is let through, and that it is handed over.
//!
//! The file is not the workflow's truth but a second witness: it counts the mails of all emails for
//! the limits, and it recognises an attempt that a restored or reset workflow would make again. If it
//! cannot be used nothing is sent, and nothing is lost.

use chrono::{DateTime, Utc};
use email_agent_api::{HoldReason, to_say};
use email_agent_store::{Clearance, MailLimit, MailLimits, Sending};

use super::EmailAgentWorkflow;
use crate::{
    desk::{Attempt, Count, Moment},
    mailer::{OutgoingMail, SendOutcome},
};

impl EmailAgentWorkflow {
    /// Counts the mail, if the limits leave room for it. The step may be repeated after a crash; the
    /// mail is counted once.
    pub(super) async fn count(&self, attempt: &Attempt, moment: &Moment) -> Count {
        let safety = &moment.settings.safety;
        let limits = MailLimits {
            per_hour: safety.mails_per_hour,
            per_day: safety.mails_per_day,
        };
        let store = &self.office.store;
        match store
            .clear_to_send(sending(attempt), limits, moment.now)
            .await
        {
            Ok(Clearance::Granted) => Count::Room,
            Ok(Clearance::Full { limit, until }) => {
                let why = match limit {
                    MailLimit::Hour => HoldReason::HourlyLimit,
                    MailLimit::Day => HoldReason::DailyLimit,
                };
                Count::Full { why, until }
            }
            Ok(Clearance::HandedOver { attempt, .. }) => Count::HandedOver { attempt },
            Err(error) => {
                tracing::error!(%error, "an email could not be counted, so it is held");
                Count::Failed
            }
        }
    }

    /// Whether this attempt or a later one was handed over before, and nothing more.
    pub(super) async fn handed_before(&self, attempt: &Attempt) -> Count {
        match self
            .office
            .store
            .handed_over(attempt.message_id.clone())
            .await
        {
            Ok(handed) if handed >= attempt.number => Count::HandedOver { attempt: handed },
            Ok(_) => Count::Failed,
            Err(error) => {
                tracing::error!(%error, "it cannot be told whether an email was sent before");
                Count::Failed
            }
        }
    }

    /// Hands the mail over, unless that was done before.
    pub(super) async fn hand_over(
        &self,
        attempt: &Attempt,
        mail: &OutgoingMail,
        now: DateTime<Utc>,
    ) -> SendOutcome {
        match self.office.store.hand_over(sending(attempt), now).await {
            Ok(true) => self.office.mailer.send(mail).await,
            Ok(false) => SendOutcome::Unknown {
                reason: to_say("This email was handed to the mail server before, at a time that its own record does not know: the data seems to be from a backup.").to_owned(),
                results: Vec::new(),
            },
            Err(error) => {
                tracing::error!(%error, "a sending could not be recorded, so it was put off");
                SendOutcome::Refused {
                    temporary: true,
                    reason: to_say("The sending could not be recorded, so the mail server was not asked.").to_owned(),
                    results: Vec::new(),
                }
            }
        }
    }
}

fn sending(attempt: &Attempt) -> Sending {
    Sending {
        message_id: attempt.message_id.clone(),
        attempt: attempt.number,
    }
}

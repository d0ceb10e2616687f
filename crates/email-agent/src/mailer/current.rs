//! The mailer of the moment: what the settings say now, for everybody who was given it at the start.
//!
//! A mail that is being handed over ends with the mailer it began with; the next one takes the new
//! one. Also remembers how the last attempts went, for people who ask whether mail works.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use email_agent_api::{MailInfo, Recipient, TestReport};

use super::{Mailer, OutgoingMail, SendOutcome};
use crate::pulse::Pulse;

/// See the module.
pub struct CurrentMailer {
    mailer: RwLock<Arc<dyn Mailer>>,
    pulse: Pulse,
}

impl CurrentMailer {
    /// Begins with this one.
    pub fn new(mailer: Arc<dyn Mailer>) -> Self {
        Self {
            mailer: RwLock::new(mailer),
            pulse: Pulse::default(),
        }
    }

    /// From now on it is this one.
    pub fn replace(&self, mailer: Arc<dyn Mailer>) {
        *self.mailer.write().unwrap_or_else(PoisonError::into_inner) = mailer;
        self.pulse.forget();
    }

    /// The one of this moment.
    pub fn now(&self) -> Arc<dyn Mailer> {
        Arc::clone(&self.mailer.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How the last attempts went.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }
}

#[async_trait]
impl Mailer for CurrentMailer {
    fn info(&self) -> MailInfo {
        self.now().info()
    }

    fn sender(&self) -> Recipient {
        self.now().sender()
    }

    async fn send(&self, mail: &OutgoingMail) -> SendOutcome {
        let outcome = self.now().send(mail).await;
        match &outcome {
            SendOutcome::Accepted { .. } => self.pulse.good(),
            SendOutcome::Refused { reason, .. } | SendOutcome::Unknown { reason, .. } => {
                self.pulse.bad(reason);
            }
        }
        outcome
    }

    async fn test(&self) -> TestReport {
        let report = self.now().test().await;
        if report.ok {
            self.pulse.good();
        } else {
            self.pulse.bad(&report.text);
        }
        report
    }
}

//! The fault drill as the service offers it: each fault only where what it breaks is the demo's.

use email_agent_api::{
    AgentError, AssistantInfo, ErrorCode, Fault, MailInfo, OfferedFault, to_say,
};

use super::AgentService;

impl AgentService {
    /// What may be broken here, and what is broken now.
    pub(super) fn offered_faults(&self) -> Vec<OfferedFault> {
        let offered = Fault::ALL.into_iter().filter(|fault| self.offers(*fault));
        offered
            .map(|fault| OfferedFault {
                fault,
                is_on: self.is_on(fault),
            })
            .collect()
    }

    /// Breaks it, if it may be broken here.
    pub(super) fn cause_fault(&self, fault: Fault) -> Result<(), AgentError> {
        if !self.offers(fault) {
            return Err(AgentError::new(
                ErrorCode::NotFound,
                to_say(
                    "The fault drill breaks only what belongs to the demo, and this does not. Nothing was broken.",
                ),
            ));
        }
        tracing::info!(fault = fault.name(), "a fault drill");
        match fault {
            Fault::Worker => self.worker.iter().for_each(|worker| worker.kill()),
            Fault::Mail => self.office.drill.refuse_mail(),
            Fault::Model => self.office.drill.spoil_answer(),
        }
        Ok(())
    }

    fn offers(&self, fault: Fault) -> bool {
        let mails_are_kept_here = matches!(self.office.mailer.info(), MailInfo::Outbox { .. });
        match fault {
            // A worker that dies while it hands a mail over leaves the email "unsure", which nobody
            // should be made to answer for a real one.
            Fault::Worker => mails_are_kept_here && self.worker.is_some(),
            Fault::Mail => mails_are_kept_here,
            Fault::Model => self.office.assistant.info() == AssistantInfo::Offline,
        }
    }

    fn is_on(&self, fault: Fault) -> bool {
        match fault {
            Fault::Worker => self.worker.as_ref().is_some_and(|worker| worker.is_dead()),
            Fault::Mail => self.office.drill.refuses_mail(),
            Fault::Model => self.office.drill.spoils_answer(),
        }
    }
}

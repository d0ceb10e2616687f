//! `SendingState`: hands one version to the mail server, at most once.
//!
//! 1. `wait_until` commits the intent (stage *Sending*, attempt n) under the lock on the book. What
//!    was accepted before it (a cancel, an undo, an edit) stops it; what comes later is told that
//!    it is too late. What may not leave now is held instead: everything that is known of the
//!    settings, the clock and the file of sends is looked at here, in one moment.
//! 2. `execute` fetches the files that go with the mail, and without all of them hands nothing over.
//!    Then it runs the exchange, unless the file of sends knows this very attempt. It is dispatched once only: a crash or time-out in it is not
//!    repeated, but goes to `OutcomeUnknownState`.
//! 3. Its decision commits the outcome.

use std::time::Duration;

use iwf::{All, Decision, Load, Next, Retry, State, StateCx, StateError, StateOptions, WaitUntil};

use super::{
    EmailAgentWorkflow, OutcomeUnknownState,
    persistence::{load, load_book, store},
    schema::REQUESTS,
};
use crate::{
    Office,
    contacts::Contacts,
    desk::{Attempt, Moment},
    mailer::SendOutcome,
};

/// More than a mailer ever takes, also with the largest files over a slow line, so that it answers
/// before the engine gives up on it.
const EXCHANGE_TIMEOUT: Duration = Duration::from_mins(6);

/// Sends.
pub(crate) struct SendingState;

impl State for SendingState {
    type Workflow = EmailAgentWorkflow;
    type Input = Attempt;
    type Wait = All<()>;
    const ID: &'static str = "SendingState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        attempt: Attempt,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let before = load(cx)?;
        let workflow = cx.workflow();
        let mut desk = before.clone();
        match desk.outgoing(&attempt) {
            Some(mail) => {
                let id = cx.info().workflow_id.parse().ok();
                let files = desk.outgoing_files(&attempt);
                let outcome = match workflow.with_files(mail, id, files).await {
                    Ok(mail) => workflow.hand_over(&attempt, &mail, cx.now().into()).await,
                    Err(problem) => problem.into(),
                };
                let moment = workflow.moment(cx);
                learn(&workflow.office, &outcome, &moment);
                desk.delivered(&attempt, outcome, &moment);
            }
            None if load_book(cx)?.canceled.is_some() => return Ok(Next::dead_end()),
            None => {}
        }
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new()
            .wait_until_load(Load::all().lock([REQUESTS.key()]))
            .execute_timeout(EXCHANGE_TIMEOUT)
            .recover_with::<OutcomeUnknownState>(Retry::attempts(1))
    }
}

/// Remembers who got it. On the side: nothing that happens after the mail server has said yes may
/// hold up or fail the step that writes it down.
fn learn(office: &Office, outcome: &SendOutcome, moment: &Moment) {
    let SendOutcome::Accepted { results } = outcome else {
        return;
    };
    let accepted = results.iter().filter(|one| one.accepted == Some(true));
    let accepted = accepted.map(|one| one.recipient.clone()).collect();
    let (contacts, at) = (Contacts(office.store.clone()), moment.now);
    tokio::spawn(async move { contacts.learn(accepted, at).await });
}

impl WaitUntil for SendingState {
    async fn wait_until(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        attempt: Attempt,
    ) -> Result<All<()>, StateError> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        let mut desk = before.clone();
        let workflow = cx.workflow();
        let moment = workflow.moment(cx);
        let count = if desk.may_leave(&attempt, &book, &moment) {
            workflow.count(&attempt, &moment).await
        } else {
            workflow.handed_before(&attempt).await
        };
        desk.begin(&attempt, &book, &moment, &count);
        store(cx, Some(&before), desk)?;
        Ok(All(()))
    }
}

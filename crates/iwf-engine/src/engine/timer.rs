//! Skipping a timer.

use iwf_engine_core::{CallState, Event, Phase, Run, StateExecutionId, TimerChoice};
use iwf_protocol::WorkflowSkipTimerRequest;

use super::{Address, Engine};
use crate::failure::Failure;
use crate::store::RunKey;

/// How long a skip waits for the answer of waitUntil that is to bring the timer.
const ON_ITS_WAY_SECONDS: i32 = 1;

impl Engine {
    /// Makes a pending timer complete now.
    ///
    /// # Errors
    ///
    /// The workflow is unknown, no timer is named, or there is no such pending timer.
    pub async fn skip_timer(&self, request: WorkflowSkipTimerRequest) -> Result<(), Failure> {
        self.check(&request)?;
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        address.run_id()?;
        let id = request.timer_command_id.filter(|id| !id.is_empty());
        let choice = match (id, request.timer_command_index) {
            (Some(id), _) => TimerChoice::Id(id.into()),
            (None, Some(index)) => TimerChoice::Index(i64::from(index)),
            (None, None) => {
                return Err(Failure::invalid(
                    "makes sure timerCommandId or index is provided: one of them names the timer",
                ));
            }
        };
        let execution = StateExecutionId::parse(&request.workflow_state_execution_id);
        if let Some(execution) = &execution {
            self.until_it_waits(&address, execution).await?;
        }
        self.write(&address, Event::TimerSkipped { execution, choice })
            .await?;
        Ok(())
    }

    /// Returns when waitUntil of the execution is not under way, or after a moment. A worker has
    /// answered before the engine has that answer, so its client may well be the faster one.
    async fn until_it_waits(
        &self,
        address: &Address,
        execution: &StateExecutionId,
    ) -> Result<(), Failure> {
        let run = self.snapshot(address).await?;
        if !is_in_wait_until(&run, execution) {
            return Ok(());
        }
        let _place = self.long_poll()?;
        let subscription = self.shared.changes.subscribe(RunKey::of(run.id));
        let ended = async {
            loop {
                let woken = subscription.notify.notified();
                tokio::pin!(woken);
                woken.as_mut().enable();
                if !is_in_wait_until(&*self.latest(run.clone()).await?, execution) {
                    return Ok(());
                }
                woken.await;
            }
        };
        self.in_time(Some(ON_ITS_WAY_SECONDS), ended)
            .await
            .map(drop)
    }
}

/// Whether its call is made at present, and not only to be repeated some time.
fn is_in_wait_until(run: &Run, execution: &StateExecutionId) -> bool {
    let mut executions = run.executions.values();
    let found = executions.find(|other| other.id == *execution);
    found.is_some_and(|found| match &found.phase {
        Phase::WaitUntil(call) => matches!(call.state, CallState::Due | CallState::Claimed),
        Phase::Waiting(_) | Phase::Execute { .. } => false,
    })
}

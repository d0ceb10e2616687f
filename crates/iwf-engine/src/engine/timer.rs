//! Skipping a timer.

use iwf_engine_core::{Event, StateExecutionId, TimerChoice};
use iwf_protocol::WorkflowSkipTimerRequest;

use super::{Address, Engine};
use crate::failure::Failure;

impl Engine {
    /// Makes a pending timer complete now.
    ///
    /// # Errors
    ///
    /// The workflow is unknown, no timer is named, or there is no such pending timer.
    pub async fn skip_timer(&self, request: WorkflowSkipTimerRequest) -> Result<(), Failure> {
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
        self.write(&address, Event::TimerSkipped { execution, choice })
            .await?;
        Ok(())
    }
}

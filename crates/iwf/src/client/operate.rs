//! Operating a workflow: stop, reset, skip a timer, change settings.

use super::{ApiError, WorkflowRef};
use crate::{Config, Contains, Contract, State, Workflow, search_value::SearchValue, wire};
use iwf_protocol::{
    TriggerContinueAsNewRequest, WorkflowConfigUpdateRequest, WorkflowResetRequest,
    WorkflowResetType, WorkflowSkipTimerRequest, WorkflowStopRequest, WorkflowStopType,
};
use std::time::SystemTime;

/// How a workflow is stopped. In all three it ends at once, whatever its states do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It ends as cancelled.
    Cancel,
    /// It ends as terminated.
    Terminate,
    /// It ends as failed; a retry policy of the workflow then starts it again.
    Fail,
}

/// Which timer of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimerAt {
    /// The one with this id.
    Id(String),
    /// The one at this position among the timers, counted from 0.
    Index(u16),
}

/// Where a reset goes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetTo {
    /// Before the first state.
    Beginning,
    /// Before the first visit to this state.
    State(String),
    /// Before this visit, such as `Ship-2`.
    Visit(String),
    /// After this event of the backend's history.
    Event(i32),
    /// To the first point at or after this time.
    Time(SystemTime),
}

/// A reset: where to, and what of the messages since is kept.
#[derive(Clone, Debug)]
#[must_use = "a reset does nothing unless it is sent"]
pub struct Reset {
    to: ResetTo,
    reason: String,
    skip_messages: bool,
    skip_updates: bool,
}
impl Reset {
    /// To this point, and everything that came from outside since then is applied again.
    pub fn to(to: ResetTo, reason: impl Into<String>) -> Self {
        Reset {
            to,
            reason: reason.into(),
            skip_messages: false,
            skip_updates: false,
        }
    }
    /// Drops the messages and writes that came from outside since then.
    pub fn skip_messages(mut self) -> Self {
        self.skip_messages = true;
        self
    }
    /// Drops what locking RPCs did since then.
    pub fn skip_updates(mut self) -> Self {
        self.skip_updates = true;
        self
    }
}

impl<C: Contract> WorkflowRef<C> {
    /// Stops the workflow.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn stop(&self, how: Stop, reason: &str) -> Result<(), ApiError> {
        let request = WorkflowStopRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            reason: Some(reason.to_owned()),
            stop_type: Some(match how {
                Stop::Cancel => WorkflowStopType::Cancel,
                Stop::Terminate => WorkflowStopType::Terminate,
                Stop::Fail => WorkflowStopType::Fail,
            }),
        };
        Ok(self.backend().stop(request).await?)
    }

    /// Goes back to an earlier point, in a new run, whose id is returned.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Server`] when there is no such point, and whatever the
    /// server says.
    pub async fn reset(&self, reset: Reset) -> Result<String, ApiError> {
        let mut request = WorkflowResetRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            reason: Some(reset.reason),
            skip_signal_reapply: reset.skip_messages.then_some(true),
            skip_update_reapply: reset.skip_updates.then_some(true),
            ..WorkflowResetRequest::default()
        };
        request.reset_type = Some(match reset.to {
            ResetTo::Beginning => WorkflowResetType::Beginning,
            ResetTo::State(id) => {
                request.state_id = Some(id);
                WorkflowResetType::StateId
            }
            ResetTo::Visit(id) => {
                request.state_execution_id = Some(id);
                WorkflowResetType::StateExecutionId
            }
            ResetTo::Event(id) => {
                request.history_event_id = Some(id);
                WorkflowResetType::HistoryEventId
            }
            ResetTo::Time(time) => {
                let time = wire::search_to_wire("", SearchValue::DateTime(time));
                request.history_event_time = time.string_value;
                WorkflowResetType::HistoryEventTime
            }
        });
        Ok(self.backend().reset(request).await?.workflow_run_id)
    }

    /// Makes a timer of the `nth` visit to state `S` (counted from 1) fire now.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] when no such timer is pending, [`ApiError::NotFound`], and whatever
    /// the server says.
    pub async fn skip_timer<S, I>(&self, nth: u32, timer: TimerAt) -> Result<(), ApiError>
    where
        S: State<Workflow = C>,
        C: Workflow,
        C::States: Contains<S, I>,
    {
        let mut request = WorkflowSkipTimerRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            workflow_state_execution_id: format!("{}-{nth}", S::ID),
            ..WorkflowSkipTimerRequest::default()
        };
        match timer {
            TimerAt::Id(id) => request.timer_command_id = Some(id),
            TimerAt::Index(index) => request.timer_command_index = Some(index.into()),
        }
        Ok(self.backend().skip_timer(request).await?)
    }

    /// Changes the server's settings for this workflow.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn update_config(&self, config: Config) -> Result<(), ApiError> {
        let request = WorkflowConfigUpdateRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            workflow_config: wire::config_to_wire(&config),
        };
        Ok(self.backend().update_config(request).await?)
    }

    /// Makes the workflow go on as a new run soon.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn continue_as_new(&self) -> Result<(), ApiError> {
        let request = TriggerContinueAsNewRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
        };
        Ok(self.backend().trigger_continue_as_new(request).await?)
    }
}

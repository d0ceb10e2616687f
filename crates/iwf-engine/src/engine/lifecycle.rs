//! Starting, stopping and configuring workflows.

use iwf_engine_core::{Event, StopKind};
use iwf_protocol::{
    ErrorSubStatus, TriggerContinueAsNewRequest, WorkflowConfigUpdateRequest, WorkflowStartRequest,
    WorkflowStartResponse, WorkflowStopRequest, WorkflowStopType,
};

use super::{Address, Engine, refused};
use crate::convert;
use crate::failure::Failure;
use crate::store::Reader;

impl Engine {
    /// Starts a workflow, or with a cron schedule keeps that, which starts workflows later; there
    /// is no run id then. The worker is called after the answer.
    ///
    /// # Errors
    ///
    /// The id is taken and may not be used again, or the request cannot be meant.
    pub async fn start(
        &self,
        request: WorkflowStartRequest,
    ) -> Result<WorkflowStartResponse, Failure> {
        self.check_open()?;
        self.check_start(&request)?;
        let workflow_id = request.workflow_id.clone();
        let order = convert::start_order(request, self.shared.clock.now())?;
        if order.cron.is_some() {
            self.check_schedules().await?;
        }
        let started = self.shared.mailbox.start(order).await;
        let started = started.map_err(|refusal| refused(refusal, &workflow_id))?;
        Ok(WorkflowStartResponse {
            workflow_run_id: started.run_id.map(|id| id.to_string()).unwrap_or_default(),
        })
    }

    async fn check_schedules(&self) -> Result<(), Failure> {
        let max = self.shared.config.limits.schedules_max;
        if self.query(Reader::schedule_count).await? < max {
            return Ok(());
        }
        Err(Failure::new(
            429,
            Some(ErrorSubStatus::Uncategorized),
            format!(
                "there are {max} cron schedules already, and no more are allowed: raise the limit, or let one workflow do the work of several"
            ),
        ))
    }

    fn check_start(&self, request: &WorkflowStartRequest) -> Result<(), Failure> {
        if request.workflow_id.is_empty() {
            return Err(Failure::invalid("workflowId is missing: choose an id"));
        }
        if let Some(why) = self.shared.workers.refuses(&request.iwf_worker_url) {
            return Err(Failure::invalid(format!("the worker URL {why}")));
        }
        self.check(request)
    }

    /// Ends a workflow now.
    ///
    /// # Errors
    ///
    /// The workflow is unknown, or closed already and not merely to be canceled.
    pub async fn stop(&self, request: WorkflowStopRequest) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let kind = match request.stop_type {
            None | Some(WorkflowStopType::Cancel) => StopKind::Cancel,
            Some(WorkflowStopType::Terminate) => StopKind::Terminate,
            Some(WorkflowStopType::Fail) => StopKind::Fail,
        };
        let reason = request.reason.filter(|reason| !reason.is_empty());
        let reason = reason.map(Into::into);
        self.write(&address, Event::Stopped { kind, reason })
            .await?;
        Ok(())
    }

    /// Changes the given fields of a run's configuration.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed.
    pub async fn update_config(&self, request: WorkflowConfigUpdateRequest) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        let mode = convert::executing_state_ids(&request.workflow_config);
        self.write(&address, Event::ConfigUpdated(mode)).await?;
        Ok(())
    }

    /// Accepted without effect: runs have no history that could grow too long.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed.
    pub async fn trigger_continue_as_new(
        &self,
        request: TriggerContinueAsNewRequest,
    ) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.write(&address, Event::ConfigUpdated(None)).await?;
        Ok(())
    }
}

//! Resetting a run: the point is found by replaying its history, away from the writer, which then
//! begins the new run and ends the old one in one commit.

use std::sync::Arc;

use iwf_engine_core::{
    NoWayBack, Reapply, ResetPoint, Rewound, Run, StateExecutionId, Timestamp, rewind,
};
use iwf_protocol::{WorkflowResetRequest, WorkflowResetResponse, WorkflowResetType};

use super::{Address, Engine, refused};
use crate::convert;
use crate::driver::ResetOrder;
use crate::failure::Failure;
use crate::store::RunKey;

/// Histories that are replayed at a time.
pub(super) const AT_A_TIME: usize = 2;
const NANOS_PER_MILLI: i64 = 1_000_000;

impl Engine {
    /// Goes on from a point of a run's history, in a new run. The old one is terminated if it
    /// was still running, and what clients wrote after the point happens again.
    ///
    /// # Errors
    ///
    /// The workflow is unknown, the point never was, or the history does not go back that far.
    pub async fn reset(
        &self,
        request: WorkflowResetRequest,
    ) -> Result<WorkflowResetResponse, Failure> {
        self.check_open()?;
        self.check(&request)?;
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        let run = self.snapshot(&address).await?;
        let point = point(&request, self.shared.clock.now())?;
        let reapply = Reapply {
            signals: !request.skip_signal_reapply.unwrap_or_default(),
            updates: !request.skip_update_reapply.unwrap_or_default(),
        };
        // The history of one run may be as large as its limit; few are in memory at a time.
        let _place = self.shared.resets.acquire().await;
        let rewound = self.rewind(run, point, reapply).await?;
        let order = ResetOrder {
            rewound,
            reapply,
            random: rand::random(),
            reason: request.reason.map(Arc::from),
        };
        let run_id = self.shared.mailbox.reset(order).await;
        let run_id = run_id.map_err(|refusal| refused(refusal, &address.workflow_id))?;
        Ok(WorkflowResetResponse {
            workflow_run_id: run_id.to_string(),
        })
    }

    async fn rewind(
        &self,
        run: Arc<Run>,
        point: ResetPoint,
        reapply: Reapply,
    ) -> Result<Rewound, Failure> {
        let (run_id, key) = (run.id, RunKey::of(run.id));
        let found = self.query(move |reader| {
            let history = reader.whole_history(key)?;
            Ok(history.map(|history| rewind(history, &point, reapply)))
        });
        let found = found.await?.unwrap_or(Err(NoWayBack::NotKept));
        found.map_err(|error| match error {
            NoWayBack::NoSuchPoint => Failure::internal(format!(
                "run {run_id} never was at that point: look at its history, and at the fields that the reset type needs"
            )),
            NoWayBack::NotKept => Failure::internal(format!(
                "the history of run {run_id} does not go back to that point: choose a later one, or start the workflow again"
            )),
            NoWayBack::Unreplayable(at) => Failure::internal(format!(
                "the history of run {run_id} cannot be replayed beyond event {}, perhaps because another version of this program wrote it: start the workflow again",
                at.number
            )),
        })
    }
}

/// | type | needs |
/// |---|---|
/// | none | refused |
/// | beginning | – |
/// | state id | a state id |
/// | state execution id | an execution id |
/// | history event id | a number greater than 1 |
/// | history event time | a time as in a search attribute of type DATETIME |
fn point(request: &WorkflowResetRequest, now: Timestamp) -> Result<ResetPoint, Failure> {
    let missing = |what: &str| {
        Failure::internal(format!(
            "there is no usable {what}: give one with resetType"
        ))
    };
    match request.reset_type {
        None => Err(missing("resetType")),
        Some(WorkflowResetType::Beginning) => Ok(ResetPoint::Beginning),
        Some(WorkflowResetType::StateId) => {
            let state_id = request.state_id.as_deref().filter(|id| !id.is_empty());
            state_id
                .map(|id| ResetPoint::State(id.into()))
                .ok_or_else(|| missing("stateId"))
        }
        Some(WorkflowResetType::StateExecutionId) => {
            let id = request.state_execution_id.as_deref();
            id.and_then(StateExecutionId::parse)
                .map(ResetPoint::StateExecution)
                .ok_or_else(|| missing("stateExecutionId"))
        }
        Some(WorkflowResetType::HistoryEventId) => {
            let number = request.history_event_id.unwrap_or_default();
            let number = u64::try_from(number).ok().filter(|&number| number > 1);
            number
                .map(ResetPoint::Event)
                .ok_or_else(|| missing("historyEventId"))
        }
        Some(WorkflowResetType::HistoryEventTime) => {
            let text = request.history_event_time.as_deref();
            let text = text.filter(|text| !text.is_empty());
            text.and_then(|text| convert::datetime::parse(text, now))
                .map(|nanos| ResetPoint::Time(Timestamp(nanos.div_euclid(NANOS_PER_MILLI))))
                .ok_or_else(|| missing("historyEventTime"))
        }
    }
}

//! One call from the server: find the code, run it, turn its outcome into an answer.

use super::{
    Worker, WorkerApi, WorkerFailure,
    panic::caught,
    store::{self, Seen, Writes},
};
use crate::{
    BoxError, CxError, Info, Payload, RpcError, StateError, cx::Store, decision::RawDecision,
    registry::DynWorkflow, wire,
};
use async_trait::async_trait;
use iwf_protocol::{
    StateDecideRequest, StateDecideResponse, StateStartRequest, StateStartResponse,
    WorkerRpcRequest, WorkerRpcResponse,
};
use std::{future::Future, time::Instant};
use tracing::Instrument;

/// Longer texts help nobody: the server keeps 500 bytes of them.
const DETAIL_CHARS_MAX: usize = 2_000;

#[async_trait]
impl WorkerApi for Worker {
    async fn wait_until(
        &self,
        request: StateStartRequest,
    ) -> Result<StateStartResponse, WorkerFailure> {
        let workflow = self.workflow(&request.workflow_type)?;
        let state = request.workflow_state_id;
        let seen = Seen {
            context: request.context,
            data: request.data_objects,
            search: request.search_attributes,
        };
        let options = workflow.options(&state).map(|options| &options.wait_until);
        let mut store = store::for_state(self, seen, options);
        let input = wire::payload_from_wire(request.state_input);

        let info = store.info.clone();
        let run = workflow.wait_until(&state, &mut store, &input);
        let commands = in_state("wait_until", &info, run).await?;

        let Writes {
            data,
            search,
            locals,
            events,
            messages,
        } = store::writes(store);
        Ok(StateStartResponse {
            command_request: wire::request_to_wire(commands),
            upsert_data_objects: data,
            upsert_search_attributes: search,
            upsert_state_locals: locals,
            record_events: events,
            publish_to_inter_state_channel: messages,
            local_activity_input: None,
        })
    }

    async fn execute(
        &self,
        request: StateDecideRequest,
    ) -> Result<StateDecideResponse, WorkerFailure> {
        let workflow = self.workflow(&request.workflow_type)?;
        let state = request.workflow_state_id;
        let seen = Seen {
            context: request.context,
            data: request.data_objects,
            search: request.search_attributes,
        };
        let options = workflow.options(&state).map(|options| &options.execute);
        let mut store = store::for_state(self, seen, options);
        store.locals = store::locals(request.state_locals);
        let input = wire::payload_from_wire(request.state_input);
        let results = wire::results_from_wire(request.command_results);

        let info = store.info.clone();
        let run = async {
            // The wire has no error that is not retried, so giving up travels as a decision.
            let decision = match workflow.execute(&state, &mut store, &input, results).await {
                Err(StateError::Fail { reason, output }) => RawDecision::fail(&reason, &output)?,
                decided => decided?,
            };
            Ok(wire::decision_to_wire(decision, workflow)?)
        };
        let decision = in_state("execute", &info, run).await?;

        // Locals are taken from wait_until only, and sending them on would be idle.
        let Writes {
            data,
            search,
            events,
            messages,
            ..
        } = store::writes(store);
        Ok(StateDecideResponse {
            state_decision: Some(decision),
            upsert_data_objects: data,
            upsert_search_attributes: search,
            record_events: events,
            publish_to_inter_state_channel: messages,
            ..StateDecideResponse::default()
        })
    }

    async fn rpc(&self, request: WorkerRpcRequest) -> Result<WorkerRpcResponse, WorkerFailure> {
        let workflow = self.workflow(&request.workflow_type)?;
        let rpc = request.rpc_name;
        let seen = Seen {
            context: request.context,
            data: request.data_attributes,
            search: request.search_attributes,
        };
        let mut store = store::for_rpc(self, seen, workflow.rpc_loaded(&rpc).cloned());
        store.channel_sizes = store::sizes(request.internal_channel_infos);
        store.signal_sizes = store::sizes(request.signal_channel_infos);
        let input = wire::payload_from_wire(request.input);

        let output = in_rpc(&rpc, workflow, &mut store, &input).await?;

        let triggered = std::mem::take(&mut store.triggered);
        let decision = if triggered.is_empty() {
            None
        } else {
            let decision = wire::movements_to_wire(triggered, workflow);
            Some(decision.map_err(|error| rpc_failure(error.into()))?)
        };
        let Writes {
            data,
            search,
            events,
            messages,
            ..
        } = store::writes(store);
        Ok(WorkerRpcResponse {
            output: wire::payload_to_wire(output),
            state_decision: decision,
            upsert_data_attributes: data,
            upsert_search_attributes: search,
            publish_to_inter_state_channel: messages,
            record_events: events,
            ..WorkerRpcResponse::default()
        })
    }
}

impl Worker {
    fn workflow(&self, workflow_type: &str) -> Result<&dyn DynWorkflow, WorkerFailure> {
        self.registry.get(workflow_type).ok_or_else(|| {
            let detail = format!(
                "this worker does not serve the workflow type `{workflow_type}`: \
                 add it to the worker's registry, or point the start at the worker that has it"
            );
            tracing::warn!(workflow.r#type = workflow_type, "{detail}");
            WorkerFailure {
                status: 500,
                kind: "unknown_workflow".to_owned(),
                detail,
            }
        })
    }
}

/// Runs one half of a state in a span of its own. Error texts can hold what users wrote, so they
/// are logged at debug level only.
async fn in_state<T>(
    half: &'static str,
    info: &Info,
    run: impl Future<Output = Result<T, StateError>>,
) -> Result<T, WorkerFailure> {
    let visit = info.state_execution_id.as_deref().unwrap_or("?");
    let span = tracing::info_span!(
        "state",
        half,
        workflow.id = info.workflow_id,
        state_execution.id = visit,
        attempt = info.attempt,
    );
    let begun = Instant::now();
    let (kind, error): (_, BoxError) = match caught(run).instrument(span.clone()).await {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(StateError::Retry(source))) => ("retry", source),
        Ok(Err(StateError::Fail { reason, .. })) => ("retry", reason.into()),
        Err(panic) => ("panic", panic.into()),
    };
    let _entered = span.enter();
    let duration_ms = begun.elapsed().as_millis();
    let (workflow, attempt) = (&info.workflow_id, info.attempt);
    tracing::warn!(
        kind,
        duration_ms,
        "attempt {attempt} of {half} of {visit} in {workflow} failed; the server retries as its options say"
    );
    let detail = format!("{} (attempt {attempt} of {half})", text(error.as_ref()));
    tracing::debug!(detail, "why {half} of {visit} failed");
    Err(WorkerFailure {
        status: 500,
        kind: kind.to_owned(),
        detail,
    })
}

async fn in_rpc(
    rpc: &str,
    workflow: &dyn DynWorkflow,
    store: &mut Store,
    input: &Payload,
) -> Result<Payload, WorkerFailure> {
    let workflow_id = store.info.workflow_id.clone();
    let span = tracing::info_span!("rpc", rpc, workflow.id = workflow_id);
    let run = workflow.rpc(rpc, store, input);
    let error = match caught(run).instrument(span.clone()).await {
        Ok(Ok(output)) => return Ok(output),
        Ok(Err(error)) => error,
        Err(panic) => RpcError {
            kind: "panic",
            detail: panic,
        },
    };
    let _entered = span.enter();
    tracing::info!(
        kind = error.kind,
        "the RPC {rpc} of {workflow_id} answered with an error"
    );
    Err(rpc_failure(error))
}

fn rpc_failure(error: RpcError) -> WorkerFailure {
    WorkerFailure {
        status: 500,
        kind: error.kind.to_owned(),
        detail: cut(error.detail),
    }
}

impl From<CxError> for WorkerFailure {
    fn from(error: CxError) -> Self {
        rpc_failure(error.into())
    }
}

/// The error and its causes on one line, the error itself first.
fn text(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        let more = source.to_string();
        // Many errors repeat their cause in their own text.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = source.source();
    }
    cut(text)
}

fn cut(text: String) -> String {
    match text.char_indices().nth(DETAIL_CHARS_MAX) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(
            cut("é".repeat(DETAIL_CHARS_MAX)).chars().count(),
            DETAIL_CHARS_MAX
        );
        assert!(cut("é".repeat(DETAIL_CHARS_MAX + 1)).ends_with("..."));
    }

    #[test]
    fn causes_follow_the_error() {
        let error = CxError::Decode {
            what: "x".into(),
            source: serde_json::from_str::<i64>("a").unwrap_err(),
        };
        let told = text(&error);
        assert!(told.starts_with("the value of `x`"), "{told}");
        assert_eq!(told.matches("expected value").count(), 1, "{told}");
    }
}

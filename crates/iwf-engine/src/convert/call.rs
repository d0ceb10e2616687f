//! Calls to workers: requests from runs, answers to events, failures in the words of the protocol.

use std::sync::Arc;
use std::time::Duration;

use iwf_engine_core::{
    Api, Call, CallFailure as CoreFailure, CallId, ChannelKind, Commands, Event, LoadingPolicy,
    Results, Run, StateExecution, Timestamp,
};
use iwf_protocol as wire;
use serde::Serialize;

use super::value::{key_value_out, search_attribute_out};
use super::{answer, data_attribute_out, payload_out};
use crate::config::Limits;
use crate::failure::Failure;
use crate::limits;
use crate::worker_caller::{CallFailure, CallFailureKind, WorkerCaller};

const BODY_BYTES_MAX: usize = 500;
const MESSAGE_BYTES_MAX: usize = 50;

/// Makes one attempt and says what came of it. Takes the run, so that it is not kept while the
/// worker thinks.
pub(crate) async fn call_worker(
    workers: &dyn WorkerCaller,
    run: Arc<Run>,
    id: CallId,
    now: Timestamp,
    limits: &Limits,
) -> Event {
    let Some(attempt) = Attempt::new(&run, id, now) else {
        return failed(id, "the call is no longer wanted".to_owned());
    };
    let url = run.settings.worker_url.clone();
    drop(run);
    let timeout = attempt.timeout;
    match attempt.request {
        Request::WaitUntil(request) => {
            let answered = in_time(timeout, workers.wait_until(&url, request, timeout)).await;
            returned(id, answered, attempt.is_last_time, limits, |response| {
                let answer = answer::wait_until_answer(response, now)?;
                Ok(Event::WaitUntilReturned { call: id, answer })
            })
        }
        Request::Execute(request) => {
            let answered = in_time(timeout, workers.execute(&url, request, timeout)).await;
            returned(id, answered, attempt.is_last_time, limits, |response| {
                let answer = answer::execute_answer(response, now)?;
                Ok(Event::ExecuteReturned { call: id, answer })
            })
        }
    }
}

/// The event of an attempt in which the worker, in process, panicked.
pub(crate) fn call_panicked(call: CallId) -> Event {
    failed(call, "the worker panicked: look at its log".to_owned())
}

/// A worker may forget the time; the engine does not.
pub(crate) async fn in_time<A>(
    timeout: Duration,
    call: impl Future<Output = Result<A, CallFailure>>,
) -> Result<A, CallFailure> {
    let late = |_| CallFailure {
        kind: CallFailureKind::Timeout,
        status: 0,
        body: String::new(),
        worker_detail: None,
        worker_error_type: None,
        message: format!("the worker did not answer within {timeout:?}"),
    };
    tokio::time::timeout(timeout, call)
        .await
        .unwrap_or_else(|elapsed| Err(late(elapsed)))
}

struct Attempt {
    request: Request,
    timeout: Duration,
    /// The time-out is what is left of all attempts.
    is_last_time: bool,
}

enum Request {
    WaitUntil(wire::StateStartRequest),
    Execute(wire::StateDecideRequest),
}

impl Attempt {
    fn new(run: &Run, id: CallId, now: Timestamp) -> Option<Self> {
        let execution = run.execution_in_call(id)?;
        let (api, call) = execution.call()?;
        let options = execution.api_options(api);
        let own = i64::from(options.timeout_seconds()) * 1000;
        let end = options
            .retry()
            .end_of_attempts(call.first_attempt_at, run.settings.deadline);
        let left = end.map(|end| end.0.saturating_sub(now.0).max(1));
        let millis = left.map_or(own, |left| own.min(left));
        Some(Self {
            request: match api {
                Api::WaitUntil => Request::WaitUntil(start_request(run, execution, call)),
                Api::Execute => Request::Execute(decide_request(run, execution, call)),
            },
            timeout: Duration::from_millis(millis.unsigned_abs()),
            is_last_time: millis < own,
        })
    }
}

fn returned<A: Serialize + Clone>(
    call: CallId,
    answered: Result<A, CallFailure>,
    is_last_time: bool,
    limits: &Limits,
    accept: impl FnOnce(A) -> Result<Event, answer::Unusable>,
) -> Event {
    let response = match answered {
        Ok(response) => response,
        Err(failure) => return failed(call, failure_message(&failure, is_last_time)),
    };
    let accepted = limits::check(&response, limits)
        .map_err(answer::Unusable::from)
        .and_then(|()| accept(response.clone()));
    match accepted {
        Ok(event) => event,
        Err(reason) => {
            let response = serde_json::to_string(&response).unwrap_or_default();
            let response = cut(&response, BODY_BYTES_MAX);
            failed(call, format!("err msg: {reason}, response: {response}"))
        }
    }
}

fn failed(call: CallId, message: String) -> Event {
    let failure = CoreFailure {
        message: message.into(),
    };
    Event::CallFailed { call, failure }
}

/// The form that users of the original server know; the SDK for Go compares how it begins.
fn failure_message(failure: &CallFailure, is_last_time: bool) -> String {
    let message = cut(&failure.message, MESSAGE_BYTES_MAX);
    match failure.kind {
        CallFailureKind::Timeout if is_last_time => {
            format!(
                "activity error (ScheduleToClose timeout): {}",
                failure.message
            )
        }
        CallFailureKind::Timeout => {
            format!("activity error (StartToClose timeout): {}", failure.message)
        }
        CallFailureKind::Connect | CallFailureKind::Broken => {
            format!("statusCode: 0, responseBody: None, errMsg: {message}")
        }
        CallFailureKind::Answered | CallFailureKind::Undecodable => format!(
            "statusCode: {}, responseBody: {}, errMsg: {message}",
            failure.status,
            cut(&failure.body, BODY_BYTES_MAX),
        ),
    }
}

/// At most so many bytes, with three dots for the rest.
fn cut(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = (0..=bytes_max)
        .rev()
        .find(|&end| text.is_char_boundary(end));
    format!("{}...", text.get(..end.unwrap_or(0)).unwrap_or_default())
}

fn start_request(run: &Run, execution: &StateExecution, call: &Call) -> wire::StateStartRequest {
    let options = execution.api_options(Api::WaitUntil);
    wire::StateStartRequest {
        context: state_context(run, execution, call),
        workflow_type: run.settings.workflow_type.to_string(),
        workflow_state_id: execution.id.state_id.to_string(),
        state_input: execution.input.as_ref().map(payload_out),
        search_attributes: search_attributes(run, &options.search_attributes),
        data_objects: data_attributes(run, &options.data_attributes),
    }
}

fn decide_request(run: &Run, execution: &StateExecution, call: &Call) -> wire::StateDecideRequest {
    let options = execution.api_options(Api::Execute);
    wire::StateDecideRequest {
        context: state_context(run, execution, call),
        workflow_type: run.settings.workflow_type.to_string(),
        workflow_state_id: execution.id.state_id.to_string(),
        state_input: execution.input.as_ref().map(payload_out),
        command_results: match &execution.phase {
            iwf_engine_core::Phase::Execute { results, .. } => command_results(results),
            _ => None,
        },
        state_locals: execution.locals.iter().map(key_value_out).collect(),
        search_attributes: search_attributes(run, &options.search_attributes),
        data_objects: data_attributes(run, &options.data_attributes),
    }
}

pub(crate) fn rpc_request(
    run: &Run,
    rpc_name: String,
    input: Option<wire::EncodedObject>,
    [data, search]: [&LoadingPolicy; 2],
) -> wire::WorkerRpcRequest {
    let mut request = wire::WorkerRpcRequest {
        context: wire::Context {
            workflow_id: run.workflow_id.to_string(),
            workflow_run_id: run.id.to_string(),
            workflow_started_timestamp: run.settings.started_at.seconds(),
            ..wire::Context::default()
        },
        workflow_type: run.settings.workflow_type.to_string(),
        rpc_name,
        input,
        search_attributes: search_attributes(run, search),
        data_attributes: data_attributes(run, data),
        ..wire::WorkerRpcRequest::default()
    };
    for (channel, size) in run.channels.sizes() {
        let infos = match channel.kind {
            ChannelKind::Signal => &mut request.signal_channel_infos,
            ChannelKind::Internal => &mut request.internal_channel_infos,
        };
        let size = i32::try_from(size).unwrap_or(i32::MAX);
        infos.insert(channel.name.to_string(), wire::ChannelInfo { size });
    }
    request
}

/// How a caller of an RPC hears of its worker's failure.
pub(crate) fn rpc_failure(failure: &CallFailure) -> Failure {
    let told = failure.worker_detail.is_some() || failure.worker_error_type.is_some();
    let error_type = failure.worker_error_type.clone().unwrap_or_default();
    let detail = match failure.kind {
        CallFailureKind::Answered if told || failure.body.trim_start().starts_with('{') => {
            format!(
                "worker API error, status:{}, errorType:{error_type}",
                failure.status
            )
        }
        CallFailureKind::Answered | CallFailureKind::Undecodable => format!(
            "unable to decode worker response body, status:{}, body:{}",
            failure.status,
            cut(&failure.body, BODY_BYTES_MAX),
        ),
        CallFailureKind::Timeout => format!("context deadline exceeded: {}", failure.message),
        CallFailureKind::Connect | CallFailureKind::Broken => failure.message.clone(),
    };
    Failure::worker(
        detail,
        failure.worker_detail.clone().unwrap_or_default(),
        error_type,
        failure.status,
    )
}

fn state_context(run: &Run, execution: &StateExecution, call: &Call) -> wire::Context {
    wire::Context {
        workflow_id: run.workflow_id.to_string(),
        workflow_run_id: run.settings.first_run_id.to_string(),
        workflow_started_timestamp: run.settings.started_at.seconds(),
        state_execution_id: Some(execution.id.to_string()),
        attempt: Some(i32::try_from(call.attempt).unwrap_or(i32::MAX)),
        first_attempt_timestamp: Some(call.first_attempt_at.seconds()),
    }
}

fn search_attributes(run: &Run, policy: &LoadingPolicy) -> Vec<wire::SearchAttribute> {
    let loaded = run.load_search_attributes(policy);
    loaded.iter().map(search_attribute_out).collect()
}

fn data_attributes(run: &Run, policy: &LoadingPolicy) -> Vec<wire::KeyValue> {
    let loaded = run.load_data_attributes(policy);
    let attributes = loaded.iter();
    attributes
        .map(|attribute| data_attribute_out(&attribute.key, attribute.value.as_ref()))
        .collect()
}

fn command_results(results: &Results) -> Option<wire::CommandResults> {
    let outcome = |succeeded| wire::CommandResults {
        state_start_api_succeeded: Some(succeeded),
        state_wait_until_failed: Some(!succeeded),
        ..wire::CommandResults::default()
    };
    match results {
        Results::Skipped => None,
        Results::Failed => Some(outcome(false)),
        Results::Waited(commands) => Some(with_commands(outcome(true), commands)),
    }
}

fn with_commands(mut results: wire::CommandResults, commands: &Commands) -> wire::CommandResults {
    let timers = commands.timers.iter().map(|timer| wire::TimerResult {
        command_id: timer.id.to_string(),
        timer_status: if timer.fired {
            wire::TimerStatus::Fired
        } else {
            wire::TimerStatus::Scheduled
        },
    });
    results.timer_results = timers.collect();
    for waiter in &commands.waiters {
        let status = if waiter.received.is_some() {
            wire::ChannelRequestStatus::Received
        } else {
            wire::ChannelRequestStatus::Waiting
        };
        let value = waiter.received.as_ref();
        let value = value.map(|value| value.as_ref().map(payload_out));
        let command_id = waiter.id.to_string();
        let name = waiter.channel.name.to_string();
        match waiter.channel.kind {
            ChannelKind::Signal => results.signal_results.push(wire::SignalResult {
                command_id,
                signal_channel_name: name,
                signal_request_status: status,
                // A signal without value arrives as an empty object, a message without as none.
                signal_value: value.map(Option::unwrap_or_default),
            }),
            ChannelKind::Internal => {
                let results = &mut results.inter_state_channel_results;
                results.push(wire::InterStateChannelResult {
                    command_id,
                    channel_name: name,
                    request_status: status,
                    value: value.flatten(),
                });
            }
        }
    }
    results
}

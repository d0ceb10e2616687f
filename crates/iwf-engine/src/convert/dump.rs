//! A run as the JSON that the real server hands over when a run continues in a new one. The
//! options of states are left out: they are told to nobody but the engine itself.

use iwf_engine_core::{
    ChannelKind, Commands, Phase, Run, StateExecution, StateMovement, TimerChoice,
};
use iwf_protocol as wire;
use serde_json::{Map, Value, json};

use super::value::{data_attribute_out, key_value_out, payload_out, search_attribute_out};

pub(crate) fn dump(run: &Run) -> Value {
    let head = &run.head;
    let queued = head.queued.iter().map(movement);
    let (begun, waiting): (Vec<_>, Vec<_>) = run
        .executions
        .values()
        .partition(|execution| execution.waiting().is_none());
    let outputs = head.outputs.iter().map(|output| {
        json!(wire::StateCompletionOutput {
            completed_state_id: output.execution_id.state_id.to_string(),
            completed_state_execution_id: output.execution_id.to_string(),
            completed_state_output: Some(payload_out(&output.value)),
        })
    });
    let data = run.data_attributes.iter();
    let search = head.search_attributes.values();
    json!({
        "StatesToStartFromBeginning":
            begun.into_iter().map(|execution| again(execution)).chain(queued).collect::<Value>(),
        "StateExecutionsToResume": waiting
            .into_iter()
            .map(|execution| (execution.id.to_string(), resume(execution)))
            .collect::<Map<_, _>>(),
        "InterStateChannelReceived": messages(run, ChannelKind::Internal),
        "SignalsReceived": messages(run, ChannelKind::Signal),
        "StateExecutionCounterInfo": counters(run),
        "StateOutputs": outputs.collect::<Value>(),
        "StaleSkipTimerSignals": head.skips.iter().map(|(id, choice)| match choice {
            TimerChoice::Id(timer) => {
                json!({"StateExecutionId": id.to_string(), "TimerCommandId": timer.as_str()})
            }
            TimerChoice::Index(index) => {
                json!({"StateExecutionId": id.to_string(), "TimerCommandIndex": index})
            }
        }).collect::<Value>(),
        "DataObjects":
            data.map(|(key, value)| json!(data_attribute_out(key, value.as_ref()))).collect::<Value>(),
        "SearchAttributes": search.map(|search| json!(search_attribute_out(search))).collect::<Value>(),
    })
}

fn movement(movement: &StateMovement) -> Value {
    json!(wire::StateMovement {
        state_id: movement.state_id.to_string(),
        state_input: movement.input.as_ref().map(payload_out),
        wait_for_key: movement.wait_for_key.as_deref().map(Into::into),
        ..wire::StateMovement::default()
    })
}

/// An execution that is in a call, as the movement that began it.
fn again(execution: &StateExecution) -> Value {
    movement(&StateMovement {
        state_id: execution.id.state_id.clone(),
        input: execution.input.clone(),
        options: None,
        wait_for_key: execution.wait_for_key.clone(),
    })
}

fn resume(execution: &StateExecution) -> Value {
    let Phase::Waiting(commands) = &execution.phase else {
        return Value::Null;
    };
    json!({
        "stateExecutionId": execution.id.to_string(),
        "state": again(execution),
        "stateExecutionCompletedCommands": {
            "completedTimerCommands": commands
                .timers
                .iter()
                .enumerate()
                .filter(|(_, timer)| timer.fired)
                .map(|(index, _)| (index.to_string(), json!("Fired")))
                .collect::<Map<_, _>>(),
            "completedSignalCommands": received(commands, ChannelKind::Signal),
            "completedInterStateChannelCommands": received(commands, ChannelKind::Internal),
        },
        "commandRequest": {
            "timerCommands": commands
                .timers
                .iter()
                .map(|timer| json!({
                    "commandId": timer.id.as_str(),
                    "firingUnixTimestampSeconds": timer.fires_at.seconds(),
                }))
                .collect::<Value>(),
            "signalCommands": wanted(commands, ChannelKind::Signal),
            "interStateChannelCommands": wanted(commands, ChannelKind::Internal),
        },
        "stateExecutionLocals":
            execution.locals.iter().map(|local| json!(key_value_out(local))).collect::<Value>(),
    })
}

/// The messages that were taken, by the place of their command among those of the kind.
fn received(commands: &Commands, kind: ChannelKind) -> Map<String, Value> {
    let of_kind = commands
        .waiters
        .iter()
        .filter(|waiter| waiter.channel.kind == kind);
    let taken = of_kind.enumerate().filter_map(|(index, waiter)| {
        let value = waiter.received.as_ref()?.as_ref().map(payload_out);
        Some((index.to_string(), json!(value)))
    });
    taken.collect()
}

fn wanted(commands: &Commands, kind: ChannelKind) -> Value {
    let name = match kind {
        ChannelKind::Signal => "signalChannelName",
        ChannelKind::Internal => "channelName",
    };
    let waiters = commands.waiters.iter();
    waiters
        .filter(|waiter| waiter.channel.kind == kind)
        .map(
            |waiter| json!({"commandId": waiter.id.as_str(), (name): waiter.channel.name.as_str()}),
        )
        .collect()
}

fn messages(run: &Run, kind: ChannelKind) -> Map<String, Value> {
    let mut channels: Map<String, Value> = Map::new();
    for (channel, message) in run.channels.messages() {
        if channel.kind != kind {
            continue;
        }
        let value = json!(message.value.as_ref().map(payload_out));
        let name = channel.name.as_str();
        match channels.get_mut(name) {
            Some(Value::Array(values)) => values.push(value),
            _ => _ = channels.insert(name.to_owned(), json!([value])),
        }
    }
    channels
}

fn counters(run: &Run) -> Value {
    let mut executing: Map<String, Value> = Map::new();
    for id in run.executing_state_ids() {
        let of_state = run.executions.values();
        let count = of_state
            .filter(|execution| execution.id.state_id == *id)
            .count();
        executing.insert(id.to_string(), json!(count));
    }
    let started = run.head.counters.iter();
    json!({
        "StateIdStartedCount": started
            .map(|(id, count)| (id.to_string(), json!(count)))
            .collect::<Map<_, _>>(),
        "StateIdCurrentlyExecutingCount": executing,
        "TotalCurrentlyExecutingCount": run.executions.len(),
    })
}

//! What workers answer.

use std::sync::Arc;

use iwf_engine_core::{
    AttributeWrites, ChannelKey, ChannelKind, Closable, Close, CloseKind, CommandId,
    CommandRequest, ConditionalClose, Decision, ExecuteAnswer, InvalidCommands, InvalidDecision,
    Movement, RpcAnswer, StateMovement, TimerCommand, Timestamp, WaitFor, WaitUntilAnswer,
};
use iwf_protocol as wire;

use super::value::key_value;
use super::{data_attribute, options, payload, publications, search_attribute};
use crate::limits::Excess;

/// Why an answer that decodes is still none: the attempt counts as failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("{0}")]
    Commands(InvalidCommands),
    #[error("{0}")]
    Decision(InvalidDecision),
    #[error("{0}")]
    TooLarge(#[from] Excess),
}

pub(super) fn wait_until_answer(
    response: wire::StateStartResponse,
    now: Timestamp,
) -> Result<WaitUntilAnswer, Unusable> {
    Ok(WaitUntilAnswer {
        attributes: attributes(
            response.upsert_search_attributes,
            response.upsert_data_objects,
            now,
        ),
        publications: publications(response.publish_to_inter_state_channel),
        locals: response
            .upsert_state_locals
            .into_iter()
            .map(key_value)
            .collect(),
        commands: command_request(response.command_request.unwrap_or_default())
            .map_err(Unusable::Commands)?,
    })
}

pub(super) fn execute_answer(
    response: wire::StateDecideResponse,
    now: Timestamp,
) -> Result<ExecuteAnswer, Unusable> {
    let decision = response.state_decision.unwrap_or_default();
    Ok(ExecuteAnswer {
        attributes: attributes(
            response.upsert_search_attributes,
            response.upsert_data_objects,
            now,
        ),
        publications: publications(response.publish_to_inter_state_channel),
        decision: Decision::new(
            decision.next_states.into_iter().map(movement).collect(),
            decision.conditional_close.map(conditional_close),
        )
        .map_err(Unusable::Decision)?,
    })
}

/// Why the answer of an RPC is not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RpcUnusable {
    #[error(
        "closing workflow in RPC is not supported: publish a message to a state that closes it"
    )]
    Closes,
}

/// What an RPC writes; `None` if it only reads.
pub(crate) fn rpc_answer(
    response: wire::WorkerRpcResponse,
    now: Timestamp,
) -> Result<Option<RpcAnswer>, RpcUnusable> {
    let decision = response.state_decision.unwrap_or_default();
    if decision.conditional_close.is_some() {
        return Err(RpcUnusable::Closes);
    }
    let writes = !decision.next_states.is_empty()
        || !response.upsert_data_attributes.is_empty()
        || !response.upsert_search_attributes.is_empty()
        || !response.publish_to_inter_state_channel.is_empty()
        || !response.record_events.is_empty();
    if !writes {
        return Ok(None);
    }
    let answer = RpcAnswer::new(
        attributes(
            response.upsert_search_attributes,
            response.upsert_data_attributes,
            now,
        ),
        publications(response.publish_to_inter_state_channel),
        decision.next_states.into_iter().map(movement).collect(),
    );
    answer.map(Some).map_err(|_| RpcUnusable::Closes)
}

fn attributes(
    search: Vec<wire::SearchAttribute>,
    data: Vec<wire::KeyValue>,
    now: Timestamp,
) -> AttributeWrites {
    let search = search.into_iter();
    AttributeWrites {
        search: search
            .map(|attribute| search_attribute(attribute, now))
            .collect(),
        data: data.into_iter().map(data_attribute).collect(),
    }
}

fn command_request(request: wire::CommandRequest) -> Result<CommandRequest, InvalidCommands> {
    use wire::{CommandWaitingType as New, DeciderTriggerType as Old};
    let wait_for = match (request.command_waiting_type, request.decider_trigger_type) {
        (Some(New::AllCompleted), _) | (None, Some(Old::AllCommandCompleted)) => Some(WaitFor::All),
        (Some(New::AnyCompleted), _) | (None, Some(Old::AnyCommandCompleted)) => Some(WaitFor::Any),
        (Some(New::AnyCombinationCompleted), _)
        | (None, Some(Old::AnyCommandCombinationCompleted)) => Some(WaitFor::AnyCombination),
        (None, None) => None,
    };
    let combinations = request.command_combinations.into_iter().map(|combination| {
        let ids = combination.command_ids.into_iter();
        ids.map(CommandId::from).collect()
    });
    let timers = request.timer_commands.into_iter().map(|command| {
        let id = command_id(command.command_id);
        // A duration wins over a time; a timer with neither is due at once.
        let timer = match (
            command.duration_seconds,
            command.firing_unix_timestamp_seconds,
        ) {
            (Some(duration), _) => TimerCommand::AfterSeconds(duration),
            (None, Some(at)) => TimerCommand::At(Timestamp::from_seconds(at)),
            (None, None) => TimerCommand::AfterSeconds(0),
        };
        (id, timer)
    });
    let signals = request.signal_commands.into_iter().map(|command| {
        let channel = channel(ChannelKind::Signal, command.signal_channel_name);
        (command_id(command.command_id), channel)
    });
    let internal = request
        .inter_state_channel_commands
        .into_iter()
        .map(|command| {
            let channel = channel(ChannelKind::Internal, command.channel_name);
            (command_id(command.command_id), channel)
        });
    CommandRequest::new(
        wait_for,
        combinations.collect(),
        timers.collect(),
        signals.chain(internal).collect(),
    )
}

fn command_id(id: Option<String>) -> CommandId {
    id.unwrap_or_default().into()
}

fn channel(kind: ChannelKind, name: String) -> ChannelKey {
    let name = name.into();
    ChannelKey { kind, name }
}

fn movement(movement: wire::StateMovement) -> Movement {
    let close = |kind, input: Option<wire::EncodedObject>| {
        let output = input.map(payload);
        Movement::Close(Close { kind, output })
    };
    match movement.state_id.as_str() {
        wire::GRACEFUL_COMPLETING_WORKFLOW => close(CloseKind::Graceful, movement.state_input),
        wire::FORCE_COMPLETING_WORKFLOW => close(CloseKind::ForceComplete, movement.state_input),
        wire::FORCE_FAILING_WORKFLOW => close(CloseKind::ForceFail, movement.state_input),
        wire::DEAD_END => close(CloseKind::DeadEnd, movement.state_input),
        _ => Movement::State(StateMovement {
            state_id: movement.state_id.into(),
            input: movement.state_input.map(payload),
            options: movement
                .state_options
                .map(|state_options| Arc::new(options::state_options(*state_options))),
            wait_for_key: movement
                .wait_for_key
                .filter(|key| !key.is_empty())
                .map(Into::into),
        }),
    }
}

fn conditional_close(close: wire::WorkflowConditionalClose) -> ConditionalClose {
    use wire::WorkflowConditionalCloseType as Wire;
    let when = |kind| Closable::channel(kind, close.channel_name.clone().into());
    ConditionalClose {
        when_empty: match close.conditional_close_type {
            Some(Wire::ForceCompleteOnInternalChannelEmpty) => when(ChannelKind::Internal),
            Some(Wire::ForceCompleteOnSignalChannelEmpty) => when(ChannelKind::Signal),
            Some(Wire::GracefulCompleteOnAllChannelsEmpty) | None => Closable::AllChannels,
        },
        output: close.close_input.map(payload),
    }
}

//! Command requests and their results.

use super::payload_from_wire;
use crate::wait::{CommandRequest, RawCommand, RawResults, WaitFor};
use iwf_protocol::{
    self as wire, ChannelRequestStatus, CommandCombination, CommandResults, CommandWaitingType,
    InterStateChannelCommand, SignalCommand, TimerCommand, TimerStatus,
};

/// Without commands there is nothing to send: the server goes on at once.
pub(crate) fn request_to_wire(request: CommandRequest) -> Option<wire::CommandRequest> {
    if request.commands.is_empty() {
        return None;
    }
    let mut wire = wire::CommandRequest {
        command_waiting_type: Some(match request.wait_for {
            WaitFor::All => CommandWaitingType::AllCompleted,
            WaitFor::Any => CommandWaitingType::AnyCompleted,
            WaitFor::Combination => CommandWaitingType::AnyCombinationCompleted,
        }),
        command_combinations: (request.combinations.into_iter())
            .map(|command_ids| CommandCombination { command_ids })
            .collect(),
        ..wire::CommandRequest::default()
    };
    for (id, command) in request.commands {
        let command_id = (!id.is_empty()).then_some(id);
        match command {
            RawCommand::Timer { secs } => wire.timer_commands.push(TimerCommand {
                command_id,
                duration_seconds: Some(i64::try_from(secs).unwrap_or(i64::MAX)),
                ..TimerCommand::default()
            }),
            RawCommand::TimerAt { unix_secs } => wire.timer_commands.push(TimerCommand {
                command_id,
                firing_unix_timestamp_seconds: Some(unix_secs),
                ..TimerCommand::default()
            }),
            RawCommand::Channel { name } => {
                wire.inter_state_channel_commands
                    .push(InterStateChannelCommand {
                        command_id,
                        channel_name: name,
                        ..InterStateChannelCommand::default()
                    });
            }
            RawCommand::Signal { name } => wire.signal_commands.push(SignalCommand {
                command_id,
                signal_channel_name: name,
                ..SignalCommand::default()
            }),
        }
    }
    Some(wire)
}

/// A state that does not wait gets no results at all.
pub(crate) fn results_from_wire(results: Option<CommandResults>) -> RawResults {
    let Some(results) = results else {
        return RawResults::default();
    };
    let received = |status| status == ChannelRequestStatus::Received;
    RawResults {
        timers: results
            .timer_results
            .iter()
            .map(|r| r.timer_status == TimerStatus::Fired)
            .collect(),
        channels: (results.inter_state_channel_results.into_iter())
            .map(|r| received(r.request_status).then(|| payload_from_wire(r.value)))
            .collect(),
        signals: (results.signal_results.into_iter())
            .map(|r| received(r.signal_request_status).then(|| payload_from_wire(r.signal_value)))
            .collect(),
        wait_until_failed: results.state_wait_until_failed.unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{All, Any, Channel, Combos, Fired, Receive, Signal, Signaled, Timer, WaitSet};
    use std::time::Duration;

    const WORDS: Channel<(), String> = Channel::__new("words");
    const STOP: Signal<(), ()> = Signal::__new("stop");
    type Three = Any<(Timer, Receive<String>, Signaled<()>)>;

    #[test]
    fn commands_go_by_kind() {
        let wait = Any((
            Timer::after(Duration::from_secs(5)).id("t"),
            Receive::one(WORDS),
            Signaled::one(STOP),
        ));
        let request = request_to_wire(Three::into_request(wait)).unwrap();
        let json = serde_json::to_value(request).unwrap();
        let expected = serde_json::json!({
            "commandWaitingType": "ANY_COMPLETED",
            "timerCommands": [{"commandId": "t", "durationSeconds": 5}],
            "signalCommands": [{"signalChannelName": "stop"}],
            "interStateChannelCommands": [{"channelName": "words"}],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn combinations_go_by_id() {
        let commands = (Timer::after(Duration::from_secs(5)), Receive::one(WORDS));
        let wait = Combos::new(commands, &[&[0, 1]]).unwrap();
        let json = serde_json::to_value(request_to_wire(wait.into_request())).unwrap();
        let expected = serde_json::json!({
            "commandWaitingType": "ANY_COMBINATION_COMPLETED",
            "timerCommands": [{"commandId": "#0", "durationSeconds": 5}],
            "interStateChannelCommands": [{"commandId": "#1", "channelName": "words"}],
            "commandCombinations": [{"commandIds": ["#0", "#1"]}],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn nothing_to_wait_for_is_no_request() {
        assert_eq!(request_to_wire(All(()).into_request()), None);
    }

    #[test]
    fn results_are_read_by_kind_and_order() {
        let results = serde_json::from_value(serde_json::json!({
            "timerResults": [{"commandId": "", "timerStatus": "FIRED"}],
            "signalResults": [{"commandId": "", "signalChannelName": "stop",
                "signalRequestStatus": "RECEIVED", "signalValue": {}}],
            "interStateChannelResults": [{"commandId": "", "channelName": "words",
                "requestStatus": "WAITING"}],
            "stateWaitUntilFailed": false,
        }));
        let got = Three::read(&results_from_wire(results.unwrap())).unwrap();
        assert_eq!(got, (Some(Fired), None, Some(())));
    }

    #[test]
    fn results_that_are_too_few_are_an_error() {
        assert!(Three::read(&results_from_wire(None)).is_err());
    }
}

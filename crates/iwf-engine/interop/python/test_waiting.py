"""Commands: timers, signals, internal channels, and the three ways to wait for several of them."""

import time

import pytest
from iwf.command_request import (
    CommandRequest,
    InternalChannelCommand,
    SignalChannelCommand,
    TimerCommand,
)
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.errors import ClientSideError
from iwf.iwf_api.models import ChannelRequestStatus, TimerStatus
from iwf.state_decision import StateDecision
from iwf.state_movement import StateMovement
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_state import WorkflowState
from worker import note, workflow

RECEIVED, WAITING = ChannelRequestStatus.RECEIVED, ChannelRequestStatus.WAITING
FIRED, SCHEDULED = TimerStatus.FIRED, TimerStatus.SCHEDULED
DAY = 24 * 60 * 60


class Waits(WorkflowState[str]):
    """Waits in the way its input names and completes with what it got, by command id."""

    def wait_until(self, ctx, input, persistence, communication):
        note(ctx, "waiting")
        timer = TimerCommand.by_seconds(DAY, "timer")
        first = SignalChannelCommand.by_name("first", "first")
        second = SignalChannelCommand.by_name("second", "second")
        match input:
            case "a second":
                return CommandRequest.for_all_command_completed(
                    TimerCommand.by_seconds(1, "timer")
                )
            case "two timers":
                return CommandRequest.for_all_command_completed(
                    timer, TimerCommand.by_seconds(DAY, "another")
                )
            case "any":
                return CommandRequest.for_any_command_completed(timer, first, second)
            case "all":
                return CommandRequest.for_all_command_completed(first, second)
            case "combination":
                combinations = [["timer", "first"], ["first", "second"]]
                return CommandRequest.for_any_command_combination_completed(
                    combinations, timer, first, second
                )

    def execute(self, ctx, input, command_results, persistence, communication):
        got = {timer.command_id: timer.status for timer in command_results.timer_commands}
        for signal in command_results.signal_channel_commands:
            got[signal.command_id] = (signal.status, signal.value)
        return StateDecision.graceful_complete_workflow(got)


@workflow
class Waiting(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Waits())

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.signal_channel_def("first", int),
            CommunicationMethod.signal_channel_def("second", str),
        )


@pytest.fixture
def waits(client, wf_id, journal, eventually):
    """Starts the workflow and returns once its state waits."""

    def start(way):
        client.start_workflow(Waiting, wf_id, 60, way)
        eventually(lambda: journal == ["waiting"])

    return start


def test_a_timer_fires_and_not_before_its_time(client, wf_id, waits):
    asked = time.time()
    waits("a second")
    assert client.wait_for_workflow_completion(wf_id) == {"timer": FIRED}
    assert time.time() - asked >= 1


def test_timers_are_skipped_by_id_and_by_index(client, wf_id, waits, eventually):
    waits("two timers")

    def skipped():
        # The note is written before the engine has heard the answer.
        try:
            client.skip_timer_by_command_id(wf_id, "Waits", "another")
        except ClientSideError:
            return False
        return True

    eventually(skipped)
    client.skip_timer_at_command_index(wf_id, Waits, timer_command_index=0)
    assert client.wait_for_workflow_completion(wf_id) == {"timer": FIRED, "another": FIRED}


def test_a_timer_that_is_not_there_cannot_be_skipped(client, wf_id, waits):
    waits("two timers")
    with pytest.raises(ClientSideError):
        client.skip_timer_at_command_index(wf_id, Waits, timer_command_index=7)
    client.stop_workflow(wf_id)


def test_any_command_ends_the_waiting(client, wf_id, waits):
    waits("any")
    client.signal_workflow(wf_id, "second", "two")
    assert client.wait_for_workflow_completion(wf_id) == {
        "timer": SCHEDULED,
        "first": [WAITING, None],
        "second": [RECEIVED, "two"],
    }


def test_all_commands_are_waited_for(client, wf_id, waits):
    waits("all")
    client.signal_workflow(wf_id, "second", "two")
    client.signal_workflow(wf_id, "first", 1)
    assert client.wait_for_workflow_completion(wf_id) == {
        "first": [RECEIVED, 1],
        "second": [RECEIVED, "two"],
    }


def test_one_combination_ends_the_waiting(client, wf_id, waits):
    waits("combination")
    client.signal_workflow(wf_id, "second", "two")
    client.signal_workflow(wf_id, "first", 1)
    assert client.wait_for_workflow_completion(wf_id) == {
        "timer": SCHEDULED,
        "first": [RECEIVED, 1],
        "second": [RECEIVED, "two"],
    }


def test_signals_wait_for_a_state_that_takes_them(client, wf_id):
    client.start_workflow(Waiting, wf_id, 60, "all")
    client.signal_workflow(wf_id, "first", 1)
    client.signal_workflow(wf_id, "second")
    assert client.wait_for_workflow_completion(wf_id) == {
        "first": [RECEIVED, 1],
        "second": [RECEIVED, None],
    }


class Split(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.multi_next_states(
            StateMovement.create(Publishes, 1), StateMovement.create(Publishes, 2), Collects
        )


class Publishes(WorkflowState[int]):
    def wait_until(self, ctx, input, persistence, communication):
        communication.publish_to_internal_channel(f"numbers-{input}", input * 10)
        return CommandRequest.empty()

    def execute(self, ctx, input, command_results, persistence, communication):
        communication.publish_to_internal_channel("names", ctx.state_execution_id)
        return StateDecision.dead_end


class Collects(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(
            InternalChannelCommand.by_name("numbers-1"),
            InternalChannelCommand.by_name("numbers-2"),
            InternalChannelCommand.by_name("names"),
            InternalChannelCommand.by_name("names"),
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        results = command_results.internal_channel_commands
        assert all(result.status == RECEIVED for result in results)
        numbers, names = results[:2], results[2:]
        return StateDecision.graceful_complete_workflow(
            [[one.value for one in numbers], sorted(one.value for one in names)]
        )


@workflow
class Channels(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Split(), Publishes(), Collects())

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.internal_channel_def("names", str),
            CommunicationMethod.internal_channel_def_by_prefix("numbers-", int),
        )


def test_parallel_states_talk_through_internal_channels(client, wf_id):
    client.start_workflow(Channels, wf_id, 60)
    result = client.wait_for_workflow_completion(wf_id)
    assert result == [[10, 20], ["Publishes-1", "Publishes-2"]]

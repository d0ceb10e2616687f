"""Reset of every type: a new run that shares the beginning of the old one."""

from datetime import datetime, timedelta, timezone

import pytest
from iwf.command_request import CommandRequest, SignalChannelCommand, TimerCommand
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.iwf_api.errors import UnexpectedStatus
from iwf.iwf_api.models import WorkflowResetType, WorkflowStatus
from iwf.persistence_schema import PersistenceField, PersistenceSchema
from iwf.reset_workflow_type_and_options import (
    ResetWorkflowTypeAndOptions,
    reset_to_beginning,
    reset_to_history_event_id,
    reset_to_history_event_time,
    reset_to_state_execution_id,
    reset_to_state_id,
)
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_state import WorkflowState
from worker import note, workflow


class Prepare(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, ctx.state_execution_id)
        persistence.set_data_attribute("visits", 0)
        return StateDecision.single_next_state(Visit)


class Visit(WorkflowState[None]):
    """Twice: once for each of two signals."""

    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(SignalChannelCommand.by_name("ring"))

    def execute(self, ctx, input, command_results, persistence, communication):
        visits = persistence.get_data_attribute("visits") + 1
        ring = command_results.signal_channel_commands[0].value
        note(ctx, f"{ctx.state_execution_id} {ring}")
        persistence.set_data_attribute("visits", visits)
        if visits < 2:
            return StateDecision.single_next_state(Visit)
        return StateDecision.graceful_complete_workflow(visits)


@workflow
class Visits(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Prepare(), Visit())

    def get_persistence_schema(self):
        return PersistenceSchema.create(PersistenceField.data_attribute_def("visits", int))

    def get_communication_schema(self):
        return CommunicationSchema.create(CommunicationMethod.signal_channel_def("ring", str))


@pytest.fixture
def visited(client, wf_id, journal):
    """A workflow that has completed after two signals; gives the id of its run."""
    run_id = client.start_workflow(Visits, wf_id, 60)
    client.signal_workflow(wf_id, "ring", "one")
    client.signal_workflow(wf_id, "ring", "two")
    assert client.wait_for_workflow_completion(wf_id, int) == 2
    assert journal == ["Prepare-1", "Visit-1 one", "Visit-2 two"]
    journal.clear()
    return run_id


@pytest.mark.parametrize(
    ("reset", "repeated"),
    [
        (reset_to_beginning("again"), ["Prepare-1", "Visit-1 one", "Visit-2 two"]),
        (reset_to_state_id("Visit", "again"), ["Visit-1 one", "Visit-2 two"]),
        (reset_to_state_execution_id("Visit-1", "again"), ["Visit-1 one", "Visit-2 two"]),
        (reset_to_history_event_id(2, "again"), None),
    ],
    ids=["beginning", "state", "execution", "event"],
)
def test_signals_are_replayed_into_the_new_run(client, wf_id, journal, visited, reset, repeated):
    answer = client.reset_workflow(wf_id, reset)
    assert answer.workflow_run_id != visited
    assert client.wait_for_workflow_completion(wf_id, int) == 2
    # The old run keeps its end.
    described = client.describe_workflow(wf_id, visited)
    assert described.workflow_status == WorkflowStatus.COMPLETED
    if repeated is not None:
        assert journal == repeated


def test_the_last_state_alone_is_repeated(client, wf_id, journal, visited):
    client.reset_workflow(wf_id, reset_to_state_execution_id("Visit-2", "again"))
    # The first signal is part of the shared beginning, the second came after the point or before:
    # either way there is one message left for the one visit left.
    assert client.wait_for_workflow_completion(wf_id, int) == 2
    assert journal == ["Visit-2 two"]


def test_a_reset_may_leave_the_signals_out(client, wf_id, visited):
    reset = ResetWorkflowTypeAndOptions(
        WorkflowResetType.BEGINNING, "again", skip_signal_reapply=True
    )
    client.reset_workflow(wf_id, reset)
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.RUNNING
    client.signal_workflow(wf_id, "ring", "three")
    client.signal_workflow(wf_id, "ring", "four")
    assert client.wait_for_workflow_completion(wf_id, int) == 2


def test_a_reset_to_a_time_goes_back_to_what_was_then(client, wf_id, journal, visited):
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    client.reset_workflow(wf_id, reset_to_history_event_time(before.isoformat(), "again"))
    assert client.wait_for_workflow_completion(wf_id, int) == 2
    assert journal == ["Prepare-1", "Visit-1 one", "Visit-2 two"]


def test_a_reset_to_a_state_that_never_was_is_refused(client, wf_id, visited):
    with pytest.raises(UnexpectedStatus, match="500"):
        client.reset_workflow(wf_id, reset_to_state_id("Nowhere", "again"))


class Sleeps(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        note(ctx, "sleeps")
        return CommandRequest.for_all_command_completed(TimerCommand.by_seconds(1))

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow("awake")


@workflow
class Sleeping(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Sleeps())


def test_the_run_that_still_runs_is_terminated(client, wf_id, journal, eventually):
    run_id = client.start_workflow(Sleeping, wf_id, 60)
    eventually(lambda: journal == ["sleeps"])
    client.reset_workflow(wf_id, reset_to_beginning("again"))
    described = client.describe_workflow(wf_id, run_id)
    assert described.workflow_status == WorkflowStatus.TERMINATED
    assert client.wait_for_workflow_completion(wf_id, str) == "awake"
    assert journal == ["sleeps", "sleeps"]

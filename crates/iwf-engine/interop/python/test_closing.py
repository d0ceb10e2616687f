"""Every way a workflow ends by its own decision, and what its caller gets."""

import pytest
from iwf.command_request import (
    CommandRequest,
    InternalChannelCommand,
    SignalChannelCommand,
)
from iwf.communication import Communication
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.errors import WorkflowDefinitionError, WorkflowFailed
from iwf.iwf_api.models import WorkflowErrorType, WorkflowStatus
from iwf.rpc import rpc
from iwf.state_decision import StateDecision
from iwf.state_movement import StateMovement
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from worker import journal as journals
from worker import note, workflow

ENDS = {
    "graceful": StateDecision.graceful_complete_workflow,
    "force complete": StateDecision.force_complete_workflow,
    "force fail": StateDecision.force_fail_workflow,
}


class Fork(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.multi_next_states(
            StateMovement.create(Ends, input), StateMovement.create(Lingers, input)
        )


class Ends(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return ENDS[input]("ended")


class Lingers(WorkflowState[str]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(
            SignalChannelCommand.by_name("on")
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow("lingered")


@workflow
class Closing(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Fork(), Ends(), Lingers())

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.signal_channel_def("on", None)
        )


def test_graceful_completion_waits_for_the_other_threads(client, wf_id):
    client.start_workflow(Closing, wf_id, 30, "graceful")
    client.signal_workflow(wf_id, "on")
    with pytest.raises(WorkflowDefinitionError, match="one or zero"):
        # Two outputs: this is the SDK's word for it.
        client.wait_for_workflow_completion(wf_id)
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.COMPLETED


def test_forced_completion_ends_the_other_threads(client, wf_id):
    client.start_workflow(Closing, wf_id, 30, "force complete")
    assert client.wait_for_workflow_completion(wf_id, str) == "ended"


def test_forced_failure_carries_its_output(client, wf_id):
    client.start_workflow(Closing, wf_id, 30, "force fail")
    with pytest.raises(WorkflowFailed) as caught:
        client.wait_for_workflow_completion(wf_id)
    failed = WorkflowErrorType.STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE
    assert caught.value.error_type == failed
    (result,) = caught.value._state_results
    assert result.completed_state_execution_id == "Ends-1"
    assert result.completed_state_output.data == '"ended"'


class DeadEnd(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, "dead end")
        return StateDecision.dead_end


class Revived(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow(input)


@workflow
class Ending(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(DeadEnd(), Revived())

    @rpc()
    def revive(self, input: str, communication: Communication):
        communication.trigger_state_execution(Revived, input)


def test_a_dead_end_leaves_the_workflow_open_for_rpcs(client, wf_id, journal, eventually):
    client.start_workflow(Ending, wf_id, 30)
    eventually(lambda: journal == ["dead end"])
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.RUNNING
    client.invoke_rpc(wf_id, Ending.revive, "back")
    assert client.wait_for_workflow_completion(wf_id, str) == "back"


class Drains(WorkflowState[str]):
    """Takes one message a visit and completes once the channel that its input names is empty."""

    def wait_until(self, ctx, input, persistence, communication):
        command = SignalChannelCommand if input == "signal" else InternalChannelCommand
        return CommandRequest.for_all_command_completed(command.by_name(input))

    def execute(self, ctx, input, command_results, persistence, communication):
        results = (
            command_results.signal_channel_commands
            + command_results.internal_channel_commands
        )
        note(ctx, results[0].value)
        taken = list(journals[ctx.workflow_id])
        complete_or_else = (
            StateDecision.force_complete_if_signal_channel_empty_or_else
            if input == "signal"
            else StateDecision.force_complete_if_internal_channel_empty_or_else
        )
        return complete_or_else(input, taken, Drains, input)


class Fills(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        if input == "internal":
            for number in range(3):
                communication.publish_to_internal_channel("internal", number)
        return StateDecision.single_next_state(Drains, input)


@workflow
class Draining(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Fills(), Drains())

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.signal_channel_def("signal", int),
            CommunicationMethod.internal_channel_def("internal", int),
        )


def test_it_completes_only_when_the_internal_channel_is_empty(client, wf_id):
    client.start_workflow(Draining, wf_id, 30, "internal")
    assert client.wait_for_workflow_completion(wf_id) == [0, 1, 2]


def test_it_completes_only_when_the_signal_channel_is_empty(client, wf_id):
    # A delayed start, so that all signals are there before the first is taken.
    options = WorkflowOptions(workflow_start_delay_seconds=1)
    client.start_workflow(Draining, wf_id, 30, "signal", options)
    for number in range(3):
        client.signal_workflow(wf_id, "signal", number)
    assert client.wait_for_workflow_completion(wf_id) == [0, 1, 2]

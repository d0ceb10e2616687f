"""Waiting from outside for the completion of one state."""

import pytest
from iwf.client import Client
from iwf.client_options import ClientOptions
from iwf.command_request import CommandRequest, SignalChannelCommand
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.iwf_api.errors import UnexpectedStatus
from iwf.object_encoder import ObjectEncoder
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from addresses import SERVER_URL, WORKER_URL
from worker import registry, workflow


class Gate(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(SignalChannelCommand.by_name("open"))

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.single_next_state(Keyed, None, None, "request-1")


class Keyed(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(SignalChannelCommand.by_name("open"))

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow()


@workflow
class Gates(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Gate(), Keyed())

    def get_communication_schema(self):
        return CommunicationSchema.create(CommunicationMethod.signal_channel_def("open", None))


@pytest.fixture
def impatient():
    """A client whose long polls take a second."""
    options = ClientOptions(
        SERVER_URL,
        WORKER_URL,
        ObjectEncoder.default,
        long_poll_api_max_wait_time_seconds=1,
    )
    return Client(registry, options)


def test_states_are_awaited_by_execution_and_by_key(client, impatient, wf_id):
    options = WorkflowOptions()
    options.add_wait_for_completion_state_execution_id(Gate, 1)
    options.add_wait_for_completion_state_ids(Keyed)
    client.start_workflow(Gates, wf_id, 60, None, options)

    with pytest.raises(UnexpectedStatus) as still_closed:
        impatient.wait_for_state_execution_completion_with_state_execution_id(Gate, wf_id)
    assert still_closed.value.status_code == 420
    client.signal_workflow(wf_id, "open")
    client.wait_for_state_execution_completion_with_state_execution_id(Gate, wf_id)

    with pytest.raises(UnexpectedStatus):
        impatient.wait_for_state_execution_completion_with_wait_for_key(Keyed, wf_id, "request-1")
    client.signal_workflow(wf_id, "open")
    client.wait_for_state_execution_completion_with_wait_for_key(Keyed, wf_id, "request-1")
    client.wait_for_workflow_completion(wf_id)

"""Starting a workflow, with every option of the SDK; describing, waiting for and stopping it."""

import time

import pytest
from iwf.command_request import CommandRequest, SignalChannelCommand
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.errors import (
    WorkflowAlreadyStartedError,
    WorkflowCanceled,
    WorkflowFailed,
    WorkflowNotExistsError,
    WorkflowTerminated,
    WorkflowTimeout,
)
from iwf.iwf_api.models import (
    ExecutingStateIdMode,
    IDReusePolicy,
    WorkflowAlreadyStartedOptions,
    WorkflowConfig,
    WorkflowErrorType,
    WorkflowRetryPolicy,
    WorkflowStatus,
    WorkflowStopType,
)
from iwf.rpc import rpc
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.stop_workflow_options import StopWorkflowOptions
from iwf.workflow import ObjectWorkflow
from iwf.workflow_context import WorkflowContext
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from worker import journal as journals, note, workflow


class Double(WorkflowState[int]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.single_next_state(AddOne, input * 2)


class AddOne(WorkflowState[int]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.empty()

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow(input + 1)


@workflow
class Arithmetic(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Double(), AddOne())


class UntilTold(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        note(ctx, "waiting")
        return CommandRequest.for_all_command_completed(
            SignalChannelCommand.by_name("told")
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow(
            command_results.signal_channel_commands[0].value
        )


@workflow
class Obedient(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(UntilTold())

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.signal_channel_def("told", str)
        )


@workflow
class Stateless(ObjectWorkflow):
    """No state at all: an object that answers."""

    @rpc()
    def own_id(self, ctx: WorkflowContext):
        return ctx.workflow_id


def test_two_states_hand_on_their_input(client, wf_id):
    run_id = client.start_workflow(Arithmetic, wf_id, 30, 20)
    assert run_id
    assert client.wait_for_workflow_completion(wf_id, int) == 41
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.COMPLETED
    assert client.describe_workflow(wf_id, run_id).workflow_status == WorkflowStatus.COMPLETED


def test_a_workflow_without_states_answers_rpcs(client, wf_id):
    client.start_workflow(Stateless, wf_id, 30)
    assert client.invoke_rpc(wf_id, Stateless.own_id, None, str) == wf_id
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.RUNNING
    client.stop_workflow(wf_id)


def test_a_second_start_is_refused_while_the_first_runs(client, wf_id):
    client.start_workflow(Obedient, wf_id, 30)
    with pytest.raises(WorkflowAlreadyStartedError):
        client.start_workflow(Obedient, wf_id, 30)
    client.stop_workflow(wf_id)


def test_a_repeated_start_with_the_same_request_id_gives_the_same_run(client, wf_id):
    def start(request_id):
        already = WorkflowAlreadyStartedOptions(True, request_id)
        options = WorkflowOptions(workflow_already_started_options=already)
        return client.start_workflow(Obedient, wf_id, 30, None, options)

    first = start("request-1")
    assert start("request-1") == first
    with pytest.raises(WorkflowAlreadyStartedError):
        start("request-2")
    client.stop_workflow(wf_id)


@pytest.mark.parametrize(
    ("policy", "after_completion", "after_cancellation"),
    [
        (IDReusePolicy.ALLOW_IF_NO_RUNNING, True, True),
        (IDReusePolicy.ALLOW_IF_PREVIOUS_EXITS_ABNORMALLY, False, True),
        (IDReusePolicy.DISALLOW_REUSE, False, False),
    ],
)
def test_id_reuse(client, wf_id, policy, after_completion, after_cancellation):
    def may_start(workflow_id):
        options = WorkflowOptions(workflow_id_reuse_policy=policy)
        try:
            client.start_workflow(Arithmetic, workflow_id, 30, 1, options)
        except WorkflowAlreadyStartedError:
            return False
        return True

    completed, canceled = f"{wf_id}-completed", f"{wf_id}-canceled"
    client.start_workflow(Arithmetic, completed, 30, 1)
    client.wait_for_workflow_completion(completed)
    client.start_workflow(Obedient, canceled, 30)
    client.stop_workflow(canceled)
    assert may_start(completed) == after_completion
    assert may_start(canceled) == after_cancellation


def test_a_start_may_terminate_the_run_before(client, wf_id):
    first = client.start_workflow(Obedient, wf_id, 30)
    policy = IDReusePolicy.ALLOW_TERMINATE_IF_RUNNING
    second = client.start_workflow(
        Obedient, wf_id, 30, None, WorkflowOptions(workflow_id_reuse_policy=policy)
    )
    assert second != first
    assert client.describe_workflow(wf_id, first).workflow_status == WorkflowStatus.TERMINATED
    client.signal_workflow(wf_id, "told", "go")
    assert client.wait_for_workflow_completion(wf_id, str) == "go"


def test_a_start_can_be_delayed(client, wf_id):
    asked = time.monotonic()
    client.start_workflow(
        Arithmetic, wf_id, 30, 1, WorkflowOptions(workflow_start_delay_seconds=2)
    )
    assert client.describe_workflow(wf_id).workflow_status == WorkflowStatus.RUNNING
    assert client.wait_for_workflow_completion(wf_id, int) == 3
    assert time.monotonic() - asked >= 1.5


def test_the_configuration_decides_which_states_are_indexed(client, wf_id, search):
    config = WorkflowConfig(executing_state_id_mode=ExecutingStateIdMode.DISABLED)
    hidden, shown = f"{wf_id}-hidden", f"{wf_id}-shown"
    options = WorkflowOptions(workflow_config_override=config)
    client.start_workflow(Obedient, hidden, 30, None, options)
    client.start_workflow(Obedient, shown, 30)
    query = f"IwfExecutingStateIds = 'UntilTold' AND WorkflowId STARTS_WITH '{wf_id}'"
    assert search.until(query, 1) == [shown]
    client.stop_workflow(hidden)
    client.stop_workflow(shown)


def test_a_failed_workflow_is_retried_by_its_policy(client, wf_id, journal):
    options = WorkflowOptions(
        workflow_retry_policy=WorkflowRetryPolicy(
            initial_interval_seconds=1, maximum_attempts=3
        )
    )
    client.start_workflow(SecondTry, wf_id, 30, None, options)
    assert client.wait_for_workflow_completion(wf_id, str) == "done"
    assert journal == ["SecondTry-1 attempt 1", "SecondTry-1 attempt 1"]


class FailsOnce(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, f"SecondTry-1 attempt {ctx.attempt}")
        if len(journals[ctx.workflow_id]) == 1:
            return StateDecision.force_fail_workflow("not yet")
        return StateDecision.graceful_complete_workflow("done")


@workflow
class SecondTry(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(FailsOnce())


def test_unknown_workflows_are_told_apart(client, wf_id):
    with pytest.raises(WorkflowNotExistsError):
        client.describe_workflow(wf_id)
    with pytest.raises(WorkflowNotExistsError):
        client.wait_for_workflow_completion(wf_id)
    with pytest.raises(WorkflowNotExistsError):
        client.signal_workflow(wf_id, "told", "hello")
    with pytest.raises(WorkflowNotExistsError):
        client.stop_workflow(wf_id)


def test_a_workflow_can_run_out_of_time(client, wf_id):
    client.start_workflow(Obedient, wf_id, 1)
    with pytest.raises(WorkflowTimeout):
        client.wait_for_workflow_completion(wf_id)


def test_stop_cancels_terminates_or_fails(client, wf_id):
    stops = {
        WorkflowStopType.CANCEL: WorkflowCanceled,
        WorkflowStopType.TERMINATE: WorkflowTerminated,
        WorkflowStopType.FAIL: WorkflowFailed,
    }
    for stop_type, raised in stops.items():
        workflow_id = f"{wf_id}-{stop_type}"
        client.start_workflow(Obedient, workflow_id, 30)
        client.stop_workflow(workflow_id, StopWorkflowOptions(stop_type, "no more"))
        with pytest.raises(raised) as caught:
            client.wait_for_workflow_completion(workflow_id)
    error = caught.value
    assert error.error_type == WorkflowErrorType.CLIENT_API_FAILING_WORKFLOW_ERROR_TYPE
    assert error.error_message == "no more"

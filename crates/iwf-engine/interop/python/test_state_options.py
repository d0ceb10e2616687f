"""State options: retries, time-outs, going on after a failure, loading policies, locals, events."""

import time

import pytest
from iwf.command_request import CommandRequest
from iwf.errors import WorkflowFailed
from iwf.iwf_api.models import (
    PersistenceLoadingPolicy,
    PersistenceLoadingType,
    RetryPolicy,
    WaitUntilApiFailurePolicy,
    WorkflowErrorType,
)
from iwf.persistence_schema import PersistenceField, PersistenceSchema
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from iwf.workflow_state_options import WorkflowStateOptions
from worker import note, workflow

QUICK = RetryPolicy(initial_interval_seconds=1, backoff_coefficient=1, maximum_attempts=3)
ONCE = RetryPolicy(maximum_attempts=1)


class Stumbles(WorkflowState[int]):
    """Fails in both halves until the attempt that its input names."""

    def get_state_options(self):
        return WorkflowStateOptions(
            wait_until_api_retry_policy=QUICK, execute_api_retry_policy=QUICK
        )

    def wait_until(self, ctx, input, persistence, communication):
        persistence.set_state_execution_local("attempt", ctx.attempt)
        note(ctx, f"wait_until {ctx.attempt}")
        if ctx.attempt < input:
            raise RuntimeError("stumbled")
        return CommandRequest.empty()

    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, f"execute {ctx.attempt}")
        if ctx.attempt < input:
            raise RuntimeError("stumbled again")
        return StateDecision.graceful_complete_workflow(
            persistence.get_state_execution_local("attempt")
        )


@workflow
class Stumbling(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Stumbles())


def test_failed_calls_are_repeated_by_their_policy(client, wf_id, journal):
    client.start_workflow(Stumbling, wf_id, 60, 2)
    # The local comes from the attempt that succeeded.
    assert client.wait_for_workflow_completion(wf_id, int) == 2
    assert journal == ["wait_until 1", "wait_until 2", "execute 1", "execute 2"]


def test_a_state_that_keeps_failing_fails_the_workflow(client, wf_id, journal):
    client.start_workflow(Stumbling, wf_id, 60, 99)
    with pytest.raises(WorkflowFailed) as caught:
        client.wait_for_workflow_completion(wf_id)
    assert caught.value.error_type == WorkflowErrorType.STATE_API_FAIL_ERROR_TYPE
    assert "statusCode: 500" in caught.value.error_message
    assert "stumbled" in caught.value.error_message
    assert journal == ["wait_until 1", "wait_until 2", "wait_until 3"]


class Hangs(WorkflowState[None]):
    def get_state_options(self):
        return WorkflowStateOptions(
            execute_api_timeout_seconds=1, execute_api_retry_policy=ONCE
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        time.sleep(4)
        return StateDecision.graceful_complete_workflow("too late")


@workflow
class Hanging(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Hangs())


def test_an_attempt_has_a_time_limit(client, wf_id):
    client.start_workflow(Hanging, wf_id, 60)
    with pytest.raises(WorkflowFailed) as caught:
        client.wait_for_workflow_completion(wf_id)
    assert "StartToClose" in caught.value.error_message


class NeverWaits(WorkflowState[str]):
    def get_state_options(self):
        return WorkflowStateOptions(
            wait_until_api_retry_policy=ONCE,
            proceed_to_execute_when_wait_until_retry_exhausted=WaitUntilApiFailurePolicy.PROCEED_ON_FAILURE,
            execute_api_retry_policy=ONCE,
            proceed_to_state_when_execute_retry_exhausted=Recovers,
        )

    def wait_until(self, ctx, input, persistence, communication):
        raise RuntimeError("cannot wait")

    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, f"wait_until succeeded: {command_results.wait_until_api_succeeded}")
        raise RuntimeError("cannot go on")


class Recovers(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow(f"recovered {input}")


@workflow
class Recovering(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(NeverWaits(), Recovers())


def test_a_workflow_goes_on_after_failures_if_its_options_say_so(client, wf_id, journal):
    client.start_workflow(Recovering, wf_id, 60, "order 7")
    assert client.wait_for_workflow_completion(wf_id, str) == "recovered order 7"
    assert journal == ["wait_until succeeded: False"]


def _load(kind, partial=None, locking=None):
    policy = PersistenceLoadingPolicy(persistence_loading_type=kind)
    if partial:
        policy.partial_loading_keys = partial
    if locking:
        policy.locking_keys = locking
    return policy


class LoadsAll(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        _note_seen(ctx, persistence)
        return StateDecision.single_next_state(LoadsNone)


class LoadsNone(WorkflowState[None]):
    def get_state_options(self):
        return WorkflowStateOptions(
            data_attributes_loading_policy=_load(PersistenceLoadingType.LOAD_NONE)
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        _note_seen(ctx, persistence)
        return StateDecision.single_next_state(LoadsByHalf)


class LoadsByHalf(WorkflowState[None]):
    """Each half of the state has a policy of its own."""

    def get_state_options(self):
        partial = PersistenceLoadingType.LOAD_PARTIAL_WITHOUT_LOCKING
        locked = PersistenceLoadingType.LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK
        return WorkflowStateOptions(
            data_attributes_loading_policy=_load(PersistenceLoadingType.LOAD_NONE),
            wait_until_api_data_attributes_loading_policy=_load(partial, ["a"]),
            execute_api_data_attributes_loading_policy=_load(locked, ["b"], ["c"]),
        )

    def wait_until(self, ctx, input, persistence, communication):
        _note_seen(ctx, persistence)
        persistence.record_event("waited", {"for": "nothing"})
        return CommandRequest.empty()

    def execute(self, ctx, input, command_results, persistence, communication):
        _note_seen(ctx, persistence)
        persistence.record_event("went on", 1)
        override = WorkflowStateOptions(
            data_attributes_loading_policy=_load(PersistenceLoadingType.LOAD_NONE)
        )
        return StateDecision.single_next_state(LoadsOtherwise, None, override)


class LoadsOtherwise(WorkflowState[None]):
    def execute(self, ctx, input, command_results, persistence, communication):
        _note_seen(ctx, persistence)
        return StateDecision.graceful_complete_workflow()


def _note_seen(ctx, persistence):
    seen = [key for key in "abc" if persistence.get_data_attribute(key) is not None]
    note(ctx, "".join(seen))


@workflow
class Loading(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(
            LoadsAll(), LoadsNone(), LoadsByHalf(), LoadsOtherwise()
        )

    def get_persistence_schema(self):
        return PersistenceSchema.create(
            *(PersistenceField.data_attribute_def(key, int) for key in "abc")
        )


def test_states_see_what_their_loading_policy_names(client, wf_id, journal):
    options = WorkflowOptions(initial_data_attributes={"a": 1, "b": 2, "c": 3})
    client.start_workflow(Loading, wf_id, 60, None, options)
    client.wait_for_workflow_completion(wf_id)
    assert journal == ["abc", "", "a", "bc", ""]

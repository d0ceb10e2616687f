"""RPCs: what they read, write, publish and start, under locks and when they fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from iwf.command_request import CommandRequest, InternalChannelCommand
from iwf.communication import Communication
from iwf.communication_schema import CommunicationMethod, CommunicationSchema
from iwf.errors import (
    WorkflowNotExistsError,
    WorkflowRPCAcquiringLockFailure,
    WorkflowRPCExecutionError,
)
from iwf.iwf_api.models import (
    PersistenceLoadingPolicy,
    PersistenceLoadingType,
    SearchAttributeValueType,
)
from iwf.persistence import Persistence
from iwf.persistence_options import PersistenceOptions
from iwf.persistence_schema import PersistenceField, PersistenceSchema
from iwf.rpc import rpc
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_context import WorkflowContext
from iwf.workflow_state import WorkflowState
from iwf.workflow_state_options import WorkflowStateOptions
from worker import note, workflow

LOCKED = PersistenceLoadingPolicy(
    persistence_loading_type=PersistenceLoadingType.LOAD_PARTIAL_WITH_EXCLUSIVE_LOCK,
    partial_loading_keys=["count"],
    locking_keys=["count"],
)

LET_GO = Event()


class Listens(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        return CommandRequest.for_all_command_completed(
            InternalChannelCommand.by_name("orders")
        )

    def execute(self, ctx, input, command_results, persistence, communication):
        order = command_results.internal_channel_commands[0].value
        return StateDecision.single_next_state(Finishes, order)


class Finishes(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        count = persistence.get_data_attribute("count")
        return StateDecision.graceful_complete_workflow([input, count])


class Shop(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Listens(), Finishes())

    def get_persistence_schema(self):
        return PersistenceSchema.create(
            PersistenceField.data_attribute_def("count", int),
            PersistenceField.search_attribute_def(
                "CustomKeywordField", SearchAttributeValueType.KEYWORD
            ),
        )

    def get_communication_schema(self):
        return CommunicationSchema.create(
            CommunicationMethod.internal_channel_def("orders", str),
            CommunicationMethod.signal_channel_def("hints", str),
        )

    @rpc()
    def order(
        self,
        ctx: WorkflowContext,
        input: str,
        persistence: Persistence,
        communication: Communication,
    ):
        persistence.set_data_attribute("count", 1)
        persistence.set_search_attribute_keyword("CustomKeywordField", input)
        persistence.record_event("ordered", input)
        communication.publish_to_internal_channel("orders", input)
        return f"{ctx.workflow_id} took {input}"

    @rpc()
    def finish(self, input: str, communication: Communication):
        communication.trigger_state_execution(Finishes, input)

    @rpc()
    def look(self, persistence: Persistence):
        return persistence.get_data_attribute("count")

    @rpc()
    def sizes(self, communication: Communication):
        return [
            communication.get_internal_channel_size("orders"),
            communication.get_signal_channel_size("hints"),
        ]

    @rpc(data_attribute_loading_policy=LOCKED)
    def count_up(self, persistence: Persistence):
        count = (persistence.get_data_attribute("count") or 0) + 1
        persistence.set_data_attribute("count", count)
        return count

    @rpc()
    def stumble(self):
        raise ValueError("there is no such thing")


workflow(Shop)


@workflow
class CachedShop(Shop):
    """The same with the SDK's cache switched on: attributes are kept in the run's metadata too."""

    def get_persistence_options(self):
        return PersistenceOptions(enable_caching=True)


@pytest.mark.parametrize("shop", [Shop, CachedShop])
def test_an_rpc_reads_writes_and_publishes_at_once(client, wf_id, search, shop):
    client.start_workflow(shop, wf_id, 60)
    method = getattr(shop(), "order")
    assert client.invoke_rpc(wf_id, method, "tea", str) == f"{wf_id} took tea"
    assert client.wait_for_workflow_completion(wf_id) == ["tea", 1]
    query = f"CustomKeywordField = 'tea' AND WorkflowId = '{wf_id}'"
    assert search.until(query, 1) == [wf_id]
    # Reading works on a closed run, writing does not.
    assert client.invoke_rpc(wf_id, getattr(shop(), "look"), None, int) == 1
    with pytest.raises(WorkflowNotExistsError):
        client.invoke_rpc(wf_id, method, "coffee")


def test_an_rpc_starts_states(client, wf_id):
    client.start_workflow(Shop, wf_id, 60)
    client.invoke_rpc(wf_id, Shop.finish, "first")
    client.invoke_rpc(wf_id, Shop.order, "second")
    # Two threads, two outputs; the last one closes the workflow.
    with pytest.raises(Exception, match="one or zero"):
        client.wait_for_workflow_completion(wf_id)


def test_an_rpc_sees_how_much_waits_in_the_channels(client, wf_id):
    client.start_workflow(Silent, wf_id, 60)
    client.signal_workflow(wf_id, "hints", "one")
    client.signal_workflow(wf_id, "hints", "two")
    client.invoke_rpc(wf_id, Silent().order, "kept")
    assert client.invoke_rpc(wf_id, Silent().sizes) == [1, 2]
    client.stop_workflow(wf_id)


@workflow
class Silent(Shop):
    """Nobody listens: everything stays in the channels."""

    def get_workflow_states(self):
        return StateSchema.no_starting_state(Listens(), Finishes())


def test_locking_rpcs_lose_no_update(client, wf_id):
    client.start_workflow(Silent, wf_id, 60)

    def count_up(_):
        while True:
            try:
                return client.invoke_rpc(wf_id, Silent().count_up, None, int)
            except WorkflowRPCAcquiringLockFailure:
                pass  # the answer that the SDK calls safe to retry

    with ThreadPoolExecutor(8) as callers:
        counts = sorted(callers.map(count_up, range(40)))
    assert counts == list(range(1, 41))
    assert client.invoke_rpc(wf_id, Silent().look, None, int) == 40
    client.stop_workflow(wf_id)


class Holds(WorkflowState[None]):
    """Keeps the lock until it is let go."""

    def get_state_options(self):
        return WorkflowStateOptions(execute_api_data_attributes_loading_policy=LOCKED)

    def execute(self, ctx, input, command_results, persistence, communication):
        note(ctx, "holds")
        assert LET_GO.wait(20)
        return StateDecision.single_next_state(Finishes, "let go")


@workflow
class BusyShop(Shop):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Holds(), Finishes())


def test_a_locking_rpc_is_refused_while_a_state_holds_the_lock(client, wf_id, journal, eventually):
    client.start_workflow(BusyShop, wf_id, 60)
    eventually(lambda: journal == ["holds"])
    with pytest.raises(WorkflowRPCAcquiringLockFailure):
        client.invoke_rpc(wf_id, BusyShop().count_up, None, int)
    LET_GO.set()
    assert client.wait_for_workflow_completion(wf_id) == ["let go", None]


def test_a_failing_rpc_tells_what_the_worker_said(client, wf_id):
    client.start_workflow(Shop, wf_id, 60)
    with pytest.raises(WorkflowRPCExecutionError) as caught:
        client.invoke_rpc(wf_id, Shop.stumble)
    said = caught.value.error_resp
    assert said.original_worker_error_type == "ValueError"
    assert said.original_worker_error_detail == "there is no such thing"
    assert said.original_worker_error_status == 500
    client.stop_workflow(wf_id)


def test_an_rpc_of_an_unknown_workflow_is_told_apart(client, wf_id):
    with pytest.raises(WorkflowNotExistsError):
        client.invoke_rpc(wf_id, Shop.look)

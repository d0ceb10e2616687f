"""Data and search attributes of every type, set and read from inside and outside, and found again."""

from dataclasses import dataclass

import pytest
from iwf.command_request import CommandRequest
from iwf.iwf_api.models import SearchAttribute, SearchAttributeValueType
from iwf.persistence_schema import PersistenceField, PersistenceSchema
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from worker import workflow

KEYWORD, TEXT, INT, DOUBLE, BOOL, DATETIME, KEYWORDS = (
    SearchAttributeValueType.KEYWORD,
    SearchAttributeValueType.TEXT,
    SearchAttributeValueType.INT,
    SearchAttributeValueType.DOUBLE,
    SearchAttributeValueType.BOOL,
    SearchAttributeValueType.DATETIME,
    SearchAttributeValueType.KEYWORD_ARRAY,
)
SEARCH_ATTRIBUTES = {
    "CustomKeywordField": KEYWORD,
    "CustomStringField": TEXT,
    "CustomIntField": INT,
    "CustomDoubleField": DOUBLE,
    "CustomBoolField": BOOL,
    "CustomDatetimeField": DATETIME,
    "CustomKeywordArrayField": KEYWORDS,
}


@dataclass
class Address:
    street: str
    number: int


class Moves(WorkflowState[None]):
    def wait_until(self, ctx, input, persistence, communication):
        address = persistence.get_data_attribute("address")
        persistence.set_data_attribute("address", Address(address.street, address.number + 1))
        persistence.set_search_attribute_int64("CustomIntField", address.number + 1)
        return CommandRequest.empty()

    def execute(self, ctx, input, command_results, persistence, communication):
        address = persistence.get_data_attribute("address")
        persistence.set_data_attribute("note-moved", f"to {address.number}")
        assert persistence.get_search_attribute_int64("CustomIntField") == address.number
        persistence.set_search_attribute_keyword("CustomKeywordField", "moved")
        persistence.set_search_attribute_text("CustomStringField", "the house next door")
        persistence.set_search_attribute_double("CustomDoubleField", 2.5)
        persistence.set_search_attribute_boolean("CustomBoolField", False)
        persistence.set_search_attribute_datetime(
            "CustomDatetimeField", "2026-03-01T12:00:00+01:00"
        )
        persistence.set_search_attribute_keyword_array(
            "CustomKeywordArrayField", ["new", "house"]
        )
        return StateDecision.graceful_complete_workflow()


class Household(ObjectWorkflow):
    def get_persistence_schema(self):
        return PersistenceSchema.create(
            PersistenceField.data_attribute_def("address", Address),
            PersistenceField.data_attribute_prefix_def("note-", str),
            *(
                PersistenceField.search_attribute_def(key, kind)
                for key, kind in SEARCH_ATTRIBUTES.items()
            ),
        )


@workflow
class Moving(Household):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Moves())


@workflow
class Staying(Household):
    """Without states: attributes change from outside alone."""

    def get_workflow_states(self):
        return StateSchema.no_starting_state(Moves())


HOME = WorkflowOptions(
    initial_data_attributes={"address": Address("Elm Street", 12)},
    initial_search_attributes={
        "CustomKeywordField": "settled",
        "CustomStringField": "a quiet place",
        "CustomIntField": 12,
        "CustomDoubleField": 1.25,
        "CustomBoolField": True,
        "CustomDatetimeField": "2026-01-02T03:04:05.678-05:00",
        "CustomKeywordArrayField": ["old", "house"],
    },
)


def test_attributes_of_every_type_go_in_and_come_out(client, wf_id):
    client.start_workflow(Staying, wf_id, 60, None, HOME)
    found = client.get_all_workflow_data_attributes(Staying, wf_id)
    assert found == {"address": Address("Elm Street", 12)}
    assert client.get_all_search_attributes(Staying, wf_id) == {
        "CustomKeywordField": "settled",
        "CustomStringField": "a quiet place",
        "CustomIntField": 12,
        "CustomDoubleField": 1.25,
        "CustomBoolField": True,
        "CustomDatetimeField": "2026-01-02T08:04:05.678Z",
        "CustomKeywordArrayField": ["old", "house"],
    }
    client.stop_workflow(wf_id)


def test_states_change_attributes(client, wf_id):
    client.start_workflow(Moving, wf_id, 60, None, HOME)
    client.wait_for_workflow_completion(wf_id)
    assert client.get_all_workflow_data_attributes(Moving, wf_id) == {
        "address": Address("Elm Street", 13),
        "note-moved": "to 13",
    }
    assert client.get_all_search_attributes(Moving, wf_id) == {
        "CustomKeywordField": "moved",
        "CustomStringField": "the house next door",
        "CustomIntField": 13,
        "CustomDoubleField": 2.5,
        "CustomBoolField": False,
        "CustomDatetimeField": "2026-03-01T11:00:00Z",
        "CustomKeywordArrayField": ["new", "house"],
    }


def test_attributes_change_from_outside(client, wf_id):
    client.start_workflow(Staying, wf_id, 60, None, HOME)
    notes = {"note-a": "one", "note-b": "two"}
    client.set_workflow_data_attributes(Staying, wf_id, "", notes)
    found = client.get_workflow_data_attributes(Staying, wf_id, "", ["note-a", "note-none"])
    assert found == {"note-a": "one"}

    keyword = SearchAttribute(key="CustomKeywordField", string_value="sold", value_type=KEYWORD)
    number = SearchAttribute(key="CustomIntField", integer_value=2**53, value_type=INT)
    client.set_workflow_search_attributes(Staying, wf_id, [keyword, number])
    keys = ["CustomKeywordField", "CustomIntField"]
    found = client.get_workflow_search_attributes(Staying, wf_id, keys)
    assert found == {"CustomKeywordField": "sold", "CustomIntField": 2**53}
    client.stop_workflow(wf_id)


@pytest.mark.parametrize(
    "condition",
    [
        "CustomKeywordField = 'settled'",
        "CustomStringField = 'quiet'",
        "CustomIntField > 11 AND CustomIntField < 13",
        "CustomDoubleField BETWEEN 1 AND 1.5",
        "CustomBoolField = true",
        "CustomDatetimeField > '2026-01-02T00:00:00Z'",
        "CustomKeywordArrayField = 'old'",
        "IwfWorkflowType = 'Staying' AND ExecutionStatus = 'Running'",
    ],
)
def test_workflows_are_found_by_their_attributes(client, wf_id, search, condition):
    # Letters and digits of pytest's parameters would need quoting in the query.
    workflow_id = f"found-{wf_id[-8:]}"
    client.start_workflow(Staying, workflow_id, 60, None, HOME)
    query = f"{condition} AND WorkflowId = '{workflow_id}'"
    assert search.until(query, 1) == [workflow_id]
    client.stop_workflow(workflow_id)
    search.until(f"{query} AND ExecutionStatus = 'Running'", 0)


def test_a_long_answer_comes_in_pages(client, wf_id, search):
    started = {f"{wf_id}-{number}" for number in range(7)}
    for workflow_id in started:
        client.start_workflow(Staying, workflow_id, 60)
    query = f"WorkflowId STARTS_WITH '{wf_id}'"
    search.until(query, 7)
    found, token = [], ""
    while True:
        page = search.page(query, 3, token)
        found += [entry.workflow_id for entry in page.workflow_executions or []]
        token = page.next_page_token
        if not token:
            break
    assert sorted(found) == sorted(started)
    for workflow_id in started:
        client.stop_workflow(workflow_id)

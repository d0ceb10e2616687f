"""A cron schedule: each firing starts a run with an id of its own."""

from datetime import datetime, timedelta, timezone

import pytest
from iwf.errors import WorkflowAlreadyStartedError, WorkflowNotExistsError
from iwf.state_decision import StateDecision
from iwf.state_schema import StateSchema
from iwf.workflow import ObjectWorkflow
from iwf.workflow_options import WorkflowOptions
from iwf.workflow_state import WorkflowState
from worker import workflow


class Reports(WorkflowState[str]):
    def execute(self, ctx, input, command_results, persistence, communication):
        return StateDecision.graceful_complete_workflow(f"{input} reported")


@workflow
class Report(ObjectWorkflow):
    def get_workflow_states(self):
        return StateSchema.with_starting_state(Reports())


def test_a_schedule_starts_runs_with_the_time_in_their_id(client, wf_id, search):
    # The form with seconds and a year: it fires once, in some seconds, and never again.
    due = (datetime.now(timezone.utc) + timedelta(seconds=3)).replace(microsecond=0)
    schedule = f"{due.second} {due.minute} {due.hour} {due.day} {due.month} * {due.year}"
    options = WorkflowOptions(workflow_cron_schedule=schedule)
    assert not client.start_workflow(Report, wf_id, 60, "sales", options)
    with pytest.raises(WorkflowAlreadyStartedError):
        client.start_workflow(Report, wf_id, 60, "sales", options)
    with pytest.raises(WorkflowNotExistsError):
        client.describe_workflow(wf_id)

    (fired,) = search.until(f"WorkflowId STARTS_WITH '{wf_id}-'", 1)
    assert fired == f"{wf_id}-{due:%Y-%m-%dT%H:%M:%SZ}"
    assert client.wait_for_workflow_completion(fired, str) == "sales reported"

"""Litestream beside the engine: replicate under load, lose the machine, restore, go on."""

import time

import pytest
from load import MESSAGES, Client, Load, Worker
from processes import DATABASE, Engine, Litestream, check, restore

LOAD_SECONDS = 10

# Litestream looks at the log each second and copies to the replica each second, and needs a moment
# for either. What was acknowledged longer ago than this must be in the replica.
LAG_SECONDS = 5

LATE = "after the restore"


@pytest.fixture
def folders(tmp_path):
    return tmp_path / "data", tmp_path / "replica", tmp_path / "restored"


@pytest.mark.parametrize("pause_seconds", [0, 5])
def test_what_was_acknowledged_before_the_lag_survives(folders, tmp_path, pause_seconds):
    """The loss of the machine; also after Litestream was away for a while, under load."""
    data, replica, restored = folders
    worker = Worker()
    engine = Engine(data, tmp_path / "engine.log")
    litestream = Litestream(data / DATABASE, replica, tmp_path / "litestream.log")
    load = Load(engine.port, worker.url)
    if pause_seconds:
        time.sleep(3)
        litestream.kill()
        time.sleep(pause_seconds)
        litestream = Litestream(data / DATABASE, replica, tmp_path / "litestream.log")
    time.sleep(LOAD_SECONDS)
    load.stop()
    lost_at = time.monotonic()
    litestream.kill()
    engine.kill()
    load.join()
    assert not load.errors

    restore(replica, restored / DATABASE)
    checked = check(restored)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    engine = Engine(restored, tmp_path / "restored.log")
    try:
        certain = lost_at - LAG_SECONDS
        kept = [workflow for workflow in load.acknowledged if workflow.started_at < certain]
        assert len(kept) > 100, "too little load to tell anything"
        client = Client(engine.port)
        newest = newest_restored(client, load.acknowledged)
        for workflow in kept:
            go_on(client, workflow, certain)
    finally:
        engine.kill()
    commands = sum(1 + len(workflow.messages) for workflow in load.acknowledged)
    generations = len(list((replica / "generations").iterdir()))
    print(
        f"\n  {commands} commands, the slowest {load.slowest * 1000:.0f} ms;"
        f" generations: {generations}; the replica ended {lost_at - newest:.1f} s before the loss;"
        f" {len(kept)} workflows went on to their end"
    )


def newest_restored(client, acknowledged):
    """When the last workflow was acknowledged that the replica had: what the lag really was."""
    by_age = sorted(acknowledged, key=lambda workflow: workflow.started_at, reverse=True)
    return next(one.started_at for one in by_age if client.knows(one.workflow_id))


def go_on(client, workflow, certain):
    """Sends the messages that the replica need not have, and looks at what the workflow got."""
    (owner,) = client.data_attributes(workflow.workflow_id)
    assert workflow.workflow_id in owner["value"]["data"]
    sure = sum(acknowledged < certain for acknowledged in workflow.messages)
    for _ in range(sure, MESSAGES):
        # 400 is the answer of a run that had more than we were sure of, and is complete.
        client.publish(workflow.workflow_id, LATE, accepted=(200, 400))
    got = client.result(workflow.workflow_id)
    # All that were sure, each once and in order; perhaps some more of them; then the late ones.
    numbers = [message for message in got if message != LATE]
    assert len(numbers) >= sure
    assert got == [*range(len(numbers)), *[LATE] * (MESSAGES - len(numbers))]


def test_the_engine_stops_and_starts_while_litestream_replicates(folders, tmp_path):
    data, replica, restored = folders
    worker = Worker()
    engine = Engine(data, tmp_path / "engine.log")
    litestream = Litestream(data / DATABASE, replica, tmp_path / "litestream.log")
    for life in range(3):
        Client(engine.port).start(f"life-{life}", worker.url)
        time.sleep(1.5)
        took = engine.stop()
        # It does not wait for Litestream, which never stops reading.
        assert took < 4
        engine = Engine(data, tmp_path / "engine.log")
    time.sleep(LAG_SECONDS)
    litestream.kill()
    engine.kill()

    restore(replica, restored / DATABASE)
    engine = Engine(restored, tmp_path / "restored.log")
    client = Client(engine.port)
    for life in range(3):
        for message in range(MESSAGES):
            client.publish(f"life-{life}", message)
        assert client.result(f"life-{life}") == list(range(MESSAGES))
    engine.kill()

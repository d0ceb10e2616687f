"""The client of these tests, and a fresh id for the workflow of each."""

import time
import uuid

import pytest
import worker
from addresses import SERVER_URL, WORKER_URL
from iwf.client import Client
from iwf.client_options import ClientOptions
from iwf.iwf_api.models import WorkflowSearchRequest
from iwf.object_encoder import ObjectEncoder
from iwf.unregistered_client import UnregisteredClient

OPTIONS = ClientOptions(SERVER_URL, WORKER_URL, ObjectEncoder.default)


@pytest.fixture(scope="session", autouse=True)
def served():
    """The worker, from the first test to the last."""
    server = worker.serve(WORKER_URL)
    yield
    server.shutdown()


@pytest.fixture(scope="session")
def client():
    return Client(worker.registry, OPTIONS)


@pytest.fixture(scope="session")
def plain_client():
    """The SDK's client for what its typed one leaves out: run ids, search, several results."""
    return UnregisteredClient(OPTIONS)


@pytest.fixture
def wf_id(request):
    return f"{request.node.name}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def journal(wf_id):
    """What the worker noted about the workflow of this test."""
    return worker.journal[wf_id]


@pytest.fixture
def eventually():
    """Asks again until the answer is true: for what the protocol lets lag behind an answer."""

    def ask(question, seconds=20):
        end = time.monotonic() + seconds
        while not (answer := question()):
            assert time.monotonic() < end, "it did not come true in time"
            time.sleep(0.02)
        return answer

    return ask


@pytest.fixture
def search(plain_client, eventually):
    """Queries, answered with workflow ids."""
    return Search(plain_client, eventually)


class Search:
    def __init__(self, plain_client, eventually):
        self.plain_client = plain_client
        self.eventually = eventually

    def page(self, query, page_size=1000, token=""):
        request = WorkflowSearchRequest(query, page_size, token)
        return self.plain_client.search_workflow(request)

    def ids(self, query):
        return [found.workflow_id for found in self.page(query).workflow_executions or []]

    def until(self, query, count):
        """The protocol lets the index lag behind the runs."""
        self.eventually(lambda: len(self.ids(query)) == count)
        return self.ids(query)

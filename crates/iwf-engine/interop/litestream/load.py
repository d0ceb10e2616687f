"""Clients that keep an engine busy, a worker that answers it, and the record of what was acknowledged."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MESSAGES = 3
CHANNEL = "messages"


@dataclass
class Acknowledged:
    """One workflow: when the engine acknowledged its start and each of its messages."""

    workflow_id: str
    started_at: float
    messages: list = field(default_factory=list)


class Client:
    """One connection; every answer must be 200."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, path, body, accepted=(200,)):
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", f"/api/v1/workflow/{path}", json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in accepted:
            raise AssertionError(f"{path} was answered with {answer.status}: {text.decode()}")
        return json.loads(text)

    def start(self, workflow_id, worker_url):
        self.post(
            "start",
            {
                "workflowId": workflow_id,
                "iwfWorkflowType": "Collecting",
                "workflowTimeoutSeconds": 0,
                "iwfWorkerUrl": worker_url,
                "startStateId": "Collect",
                "workflowStartOptions": {
                    "dataAttributes": [_pair("owner", workflow_id)],
                },
            },
        )

    def publish(self, workflow_id, message, accepted=(200,)):
        messages = [{"channelName": CHANNEL, "value": _encoded(message)}]
        body = {"workflowId": workflow_id, "messages": messages}
        self.post("publishToInternalChannel", body, accepted)

    def knows(self, workflow_id):
        answer = self.post("get", {"workflowId": workflow_id}, accepted=(200, 400))
        return "workflowStatus" in answer

    def data_attributes(self, workflow_id):
        return self.post("dataobjects/get", {"workflowId": workflow_id}).get("objects", [])

    def result(self, workflow_id):
        body = {"workflowId": workflow_id, "needsResults": True, "waitTimeSeconds": 30}
        got = self.post("getWithWait", body)
        assert got["workflowStatus"] == "COMPLETED", got
        return json.loads(got["results"][0]["completedStateOutput"]["data"])


def _encoded(value):
    return {"encoding": "json", "data": json.dumps(value)}


def _pair(key, value):
    return {"key": key, "value": _encoded(value)}


class Load:
    """Client threads that start workflows and send each its first messages, until told to stop."""

    def __init__(self, port, worker_url, threads=8):
        self.acknowledged = []
        self.errors = []
        self.slowest = 0.0
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(port, worker_url, number))
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Before the engine ends: what comes afterwards is no failure of a command."""
        self._is_over.set()

    def join(self):
        for thread in self._threads:
            thread.join()

    def _run(self, port, worker_url, number):
        client, count = Client(port), 0
        try:
            while not self._is_over.is_set():
                count += 1
                workflow_id = f"collecting-{number}-{count}"
                self._timed(client.start, workflow_id, worker_url)
                workflow = Acknowledged(workflow_id, time.monotonic())
                self.acknowledged.append(workflow)
                for message in range(MESSAGES - 1):
                    self._timed(client.publish, workflow_id, message)
                    workflow.messages.append(time.monotonic())
        except (AssertionError, OSError, http.client.HTTPException) as error:
            if not self._is_over.is_set():
                self.errors.append(error)

    def _timed(self, work, *words):
        began = time.monotonic()
        work(*words)
        self.slowest = max(self.slowest, time.monotonic() - began)


class Worker:
    """Answers for the state `Collect`: wait for all messages, then complete with their values."""

    def __init__(self):
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """An engine that was killed leaves broken connections behind, which is the point."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        is_wait_until = self.path.endswith("/start")
        body = json.dumps(_wait() if is_wait_until else _complete(request)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silence."""


def _wait():
    command = {"channelName": CHANNEL}
    return {
        "commandRequest": {
            "commandWaitingType": "ALL_COMPLETED",
            "interStateChannelCommands": [command] * MESSAGES,
        }
    }


def _complete(request):
    results = request["commandResults"]["interStateChannelResults"]
    values = [json.loads(result["value"]["data"]) for result in results]
    close = {"stateId": "_SYS_FORCE_COMPLETING_WORKFLOW", "stateInput": _encoded(values)}
    return {"stateDecision": {"nextStates": [close]}}

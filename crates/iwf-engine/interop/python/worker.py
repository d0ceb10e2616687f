"""The worker of these tests: the SDK's WorkerService behind the standard library's HTTP server.

Tests mark their workflows with `@workflow`. The worker runs in the process of the tests, so they can
look into its `journal`: what each workflow's states and RPCs noted with `note`.
"""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from iwf.iwf_api.models import (
    WorkerErrorResponse,
    WorkflowStateExecuteRequest,
    WorkflowStateWaitUntilRequest,
    WorkflowWorkerRpcRequest,
)
from iwf.registry import Registry
from iwf.worker_service import WorkerService

registry = Registry()
journal = defaultdict(list)

_service = WorkerService(registry)
_ROUTES = {
    WorkerService.api_path_workflow_state_wait_until: (
        WorkflowStateWaitUntilRequest,
        _service.handle_workflow_state_wait_until,
    ),
    WorkerService.api_path_workflow_state_execute: (
        WorkflowStateExecuteRequest,
        _service.handle_workflow_state_execute,
    ),
    WorkerService.api_path_workflow_worker_rpc: (
        WorkflowWorkerRpcRequest,
        _service.handle_workflow_worker_rpc,
    ),
}


def workflow(definition):
    """Registers a workflow class with client and worker."""
    registry.add_workflow(definition())
    return definition


def note(ctx, what):
    """Remembers in the journal what the worker was asked to do, or saw."""
    journal[ctx.workflow_id].append(what)


def serve(url):
    """Answers the engine's calls until the process ends."""
    address = urlsplit(url)
    server = ThreadingHTTPServer((address.hostname, address.port), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request_type, handle = _ROUTES[self.path]
        try:
            self._answer(200, handle(request_type.from_dict(json.loads(body))))
        except Exception as error:
            kind = type(error).__name__
            self._answer(500, WorkerErrorResponse(detail=str(error), error_type=kind))

    def _answer(self, status, message):
        body = json.dumps(message.to_dict()).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silence: failures reach the tests through the engine."""

"""A pytest plugin that sends the tests shipped inside the SDK to our engine.

Those tests expect a server on port 8801 and open their worker on port 8802 of every interface.
The plugin changes the two addresses and nothing else:

    pytest -p shipped_tests --pyargs iwf.tests
"""

from urllib.parse import urlsplit

import flask
from addresses import SERVER_URL, WORKER_URL
from iwf.client_options import ClientOptions
from iwf.object_encoder import ObjectEncoder

ClientOptions.local_default = classmethod(
    lambda options: options(SERVER_URL, WORKER_URL, ObjectEncoder.default)
)

_run = flask.Flask.run


def _run_on_our_port(app, _host, _port):
    worker = urlsplit(WORKER_URL)
    _run(app, worker.hostname, worker.port, threaded=True)


flask.Flask.run = _run_on_our_port

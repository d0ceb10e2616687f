"""The engine and Litestream as processes, named by `cargo xtask interop`."""

import http.client
import os
import socket
import subprocess
import time

import pytest

try:
    ENGINE = os.environ["IWF_ENGINE_BIN"]
    LITESTREAM = os.environ["LITESTREAM_BIN"]
except KeyError as missing:
    pytest.exit(f"{missing} is not set: run these tests with `cargo xtask interop litestream`")

DATABASE = "iwf-engine.db"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Engine:
    """`iwf-engine serve` on one data folder."""

    def __init__(self, data, log):
        self.port = free_port()
        self.process = subprocess.Popen(
            [ENGINE, "serve", "--addr", f"127.0.0.1:{self.port}", "--data-dir", data],
            stderr=open(log, "ab"),
        )
        self._wait_until_ready(log)

    def _wait_until_ready(self, log):
        end = time.monotonic() + 30
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            assert self.process.poll() is None, f"the engine ended: {log} says why"
            assert time.monotonic() < end, f"the engine does not answer: {log} says why"
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """In good order; returns the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        assert self.process.wait(60) == 0
        return time.monotonic() - began


class Litestream:
    """`litestream replicate` of one database into a folder, with Litestream's defaults."""

    def __init__(self, database, replica, log):
        self.process = subprocess.Popen(
            [LITESTREAM, "replicate", str(database), f"file://{replica}"],
            stdout=open(log, "ab"),
            stderr=subprocess.STDOUT,
        )

    def kill(self):
        self.process.kill()
        self.process.wait()


def restore(replica, database):
    database.parent.mkdir(parents=True)
    subprocess.run([LITESTREAM, "restore", "-o", str(database), f"file://{replica}"], check=True)


def check(data):
    """`iwf-engine check`: what the engine itself says about a data folder."""
    return subprocess.run(
        [ENGINE, "check", "--data-dir", str(data)], capture_output=True, text=True
    )

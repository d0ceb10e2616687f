"""Where the engine listens and where our worker shall listen, as `cargo xtask interop` chose them."""

import os

import pytest

try:
    SERVER_URL = os.environ["IWF_SERVER_URL"]
    WORKER_URL = os.environ["IWF_WORKER_URL"]
except KeyError as missing:
    pytest.exit(f"{missing} is not set: run these tests with `cargo xtask interop python`")

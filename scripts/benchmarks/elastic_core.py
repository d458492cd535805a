"""The Elasticsearch that measurements use."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CORE = Path(__file__).resolve().parents[3] / "shared" / "es_core"


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of SEARCH_TEST_URL, else of a core of our own; blank when there is neither."""
    if address := os.environ.get("SEARCH_TEST_URL", ""):
        yield address
    elif not CORE.is_dir():
        print("No SEARCH_TEST_URL and no ../shared/es_core: without Elasticsearch.")
        yield ""
    else:
        with tempfile.TemporaryDirectory() as data:
            port = _free_port()
            started = subprocess.run(
                [CORE / "start", port, data], check=True, stdout=subprocess.PIPE, text=True
            )
            try:
                yield started.stdout.strip()
            finally:
                subprocess.run([CORE / "stop", port], check=True, stdout=sys.stderr)


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])

"""A Redis that only one measurement uses; the tests of earlier revisions have none to lend."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

START_SECONDS = 20.0


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a redis-server on a free port, without files, which is ended afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="luffy-bench-") as folder:
        options = f"--port {port} --bind 127.0.0.1 --dir {folder} --appendonly no"
        # It ends with this process, however this process ends.
        command = ["setpriv", "--pdeathsig", "TERM", "redis-server", *options.split(), "--save", ""]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()
            process.wait()


@contextmanager
def optional_redis(wanted: bool) -> Iterator[dict[str, str]]:
    """What a shop has in its environment to use one."""
    with ExitStack() as stack:
        yield {"REDIS_URL": stack.enter_context(redis_server())} if wanted else {}


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(b"PING\r\n")
            if connection.recv(16).startswith(b"+PONG"):
                return
        time.sleep(0.02)
    raise SystemExit("redis-server does not answer")

"""A Redis server of a test's own, which it may kill, freeze, fill and lock."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import RedisError

PASSWORD = "secret"
NEEDS_REDIS = pytest.mark.skipif(
    not shutil.which("redis-server") and not os.environ.get("CI"), reason="no redis-server"
)


class RedisServer:
    """A redis-server on a free port of 127.0.0.1, without files; `password` is one of `options`."""

    def __init__(
        self, folder: Path, options: Sequence[str] = (), *, password: str | None = None
    ) -> None:
        self.folder, self.options, self.password = folder, options, password
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, or start it anew on the same port, and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self.folder), *self.options],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("PING"))
        except RedisError:
            return False

    def ask(self, *command: Any, password: str | None = None) -> Any:
        """The answer to one command, on a connection of its own."""
        password = password or self.password
        with Redis(port=self.port, password=password, socket_timeout=5, retry=None) as client:
            return client.execute_command(*command)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def fill(self) -> None:
        """From now on every write is refused: OOM command not allowed."""
        self.ask("CONFIG", "SET", "maxmemory", 1)

    def empty(self) -> None:
        self.ask("CONFIG", "SET", "maxmemory", 0)

    def lock(self) -> None:
        """From now on it wants a password that the shop does not know."""
        self.ask("CONFIG", "SET", "requirepass", PASSWORD)
        self.ask("CLIENT", "KILL", "TYPE", "normal", password=PASSWORD)

    def unlock(self) -> None:
        self.ask("CONFIG", "SET", "requirepass", "", password=PASSWORD)


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def wait_until(happened: Any, seconds: float = 60) -> None:
    """Returns when `happened()` is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)

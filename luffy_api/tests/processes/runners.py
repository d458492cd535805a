"""Processes that run tasks, each with roles of its own, as the units of deploy/ start them."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from luffy_api.tests.processes.shop import ROOT, Gateways, environment


class ServiceManager:
    """The socket at which systemd is told that a service is ready."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.settimeout(60)

    def wait_until_ready(self) -> None:
        """Wait until one more process has reported; raises TimeoutError."""
        assert b"READY=1" in self._socket.recv(1024).split(b"\n")

    def close(self) -> None:
        self._socket.close()


class Runners:
    """Task runners over the test's database and one VAR_DIR."""

    def __init__(self, folder: Path, *, gateways: Gateways) -> None:
        self.folder = folder
        self.manager = ServiceManager(folder)
        self.environment = environment(
            folder, public_url="http://127.0.0.1:9", gateways=gateways
        ) | {"NOTIFY_SOCKET": str(self.manager.path)}
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Runners":
        return self

    def __exit__(self, *error: Any) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)
        self.manager.close()

    def start(self, *roles: str) -> subprocess.Popen[bytes]:
        """Start a process with these roles, without waiting for it."""
        # It ends with this process, however this process ends.
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "manage.py", "run_tasks"]
        with (self.folder / "runners.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *roles],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def log(self) -> str:
        """What all of them wrote."""
        return (self.folder / "runners.log").read_text(errors="replace")

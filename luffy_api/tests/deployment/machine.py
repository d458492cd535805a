"""A machine of its own below one folder: the files of deploy/ with their paths replaced.

What systemd would do is done here: the socket of the web services, start, filter, readiness, stop.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from django.conf import settings

from luffy_api.tests.deployment import filtered

PROJECT: Path = settings.BASE_DIR
DEPLOY = PROJECT / "deploy"
FOLDERS = (
    *("/opt/luffy", "/etc/luffy", "/var/lib/luffy", "/var/log/luffy", "/run/luffy"),
    *("/etc/nginx/luffy", "/srv/backups/luffy"),
)
WEB = ("luffy-web@1", "luffy-web@2")
# What stands for systemctl: it passes its arguments on and ends with the answered status.
SYSTEMCTL = """#!{python} -SE
import socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect("{address}")
    asked.sendall(" ".join(sys.argv[1:]).encode())
    sys.exit(int(asked.recv(8)))
"""
LAUNCH = 'exec 3<&{handed} && export LISTEN_FDS=1 LISTEN_PID=$$ && exec "$@"'


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def values(unit: str, key: str) -> list[str]:
    """What a unit file sets `key` to, each time that it does."""
    lines = unit.replace("\\\n", " ").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


@dataclass
class Machine:
    """Its files are made by `install`; `address` is where the web services listen."""

    root: Path
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.socket.set_inheritable(True)
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.log = self.root / "services.log"
        self.services: dict[str, subprocess.Popen[bytes]] = {}
        self.failed: list[str] = []
        # Seconds that each start has taken.
        self.starts: list[float] = []

    def text(self, name: str) -> str:
        """A file of deploy/ for this machine."""
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("127.0.0.1:8000", self.address)
        for folder in FOLDERS:
            text = text.replace(folder, f"{self.root}{folder}")
        return text

    def path(self, name: str) -> Path:
        """Where a file of the machine lies here; its folder exists."""
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def install_tools(self) -> None:
        """deploy/bin, for the user who runs the tests."""
        for name in ("luffy-run", "luffy-activate"):
            tool = self.path(f"/opt/luffy/bin/{name}")
            text = self.text(f"bin/{name}").replace(" -o luffy -g luffy", "")
            tool.write_text(text.replace("setpriv --reuid luffy --regid luffy --init-groups", ""))
            tool.chmod(0o755)
        systemctl = self.path("/bin/systemctl")
        systemctl.write_text(
            SYSTEMCTL.format(python=sys.executable, address=self.root / "systemctl.socket")
        )
        systemctl.chmod(0o755)

    def release(self, name: str) -> Path:
        """The project as a prepared release whose pages tell its name."""
        release = self.path(f"/opt/luffy/releases/{name}")
        # A test that is repeated has left it behind.
        shutil.rmtree(release, ignore_errors=True)
        ignored = shutil.ignore_patterns("tests", "node_modules", "*.webp", "*.mp4", "*.ts")
        shutil.copytree(PROJECT / "luffy_api", release / "luffy_api", ignore=ignored)
        shutil.copy(PROJECT / "manage.py", release)
        (release / ".venv").symlink_to(Path(sys.prefix))
        assets = release / "luffy_web" / "dist" / "assets"
        assets.mkdir(parents=True)
        (assets / f"index-{name}.js").write_text(f"console.log('{name}')\n" * 200)
        page = f"<!doctype html><script src=/assets/index-{name}.js></script>{name}"
        (assets.parent / "index.html").write_text(page)
        return release

    def start(self, unit: str) -> None:
        """Start a service as its unit says, with one process, and wait until it is ready.

        Raises TimeoutError.
        """
        template = f"{unit.partition('@')[0]}@.service" if "@" in unit else f"{unit}.service"
        said = self.text(f"systemd/{template}")
        [command] = values(said, "ExecStart")
        self.path("/run/luffy/metrics").mkdir(parents=True, exist_ok=True)
        environment = dict(
            pair.split("=", 1) for line in values(said, "Environment") for pair in line.split()
        )
        manager = self.root / f"{unit}.notify"
        manager.unlink(missing_ok=True)
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified,
            self.log.open("ab") as log,
        ):
            notified.bind(str(manager))
            handed = self.socket.fileno()
            # It ends with this process, however this process ends.
            confined = [sys.executable, filtered.__file__, DEPLOY / "systemd" / template]
            launch = ["setpriv", "--pdeathsig", "TERM", "bash", "-c", LAUNCH.format(handed=handed)]
            self.services[unit] = subprocess.Popen(
                [
                    *launch,
                    "bash",
                    *confined,
                    *command.replace("--workers 2", "--workers 1").split(),
                ],
                cwd=values(said, "WorkingDirectory")[0],
                env={**environment, "PATH": os.environ["PATH"], "NOTIFY_SOCKET": str(manager)},
                pass_fds=[handed],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            self._wait_until_ready(unit, notified)

    def _wait_until_ready(self, unit: str, notified: socket.socket) -> None:
        notified.settimeout(0.1)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.services[unit].poll() is None:
            try:
                if b"READY=1" in notified.recv(1024):
                    return
            except TimeoutError:
                pass
        raise TimeoutError(f"{unit} did not start")

    def stop(self, unit: str) -> None:
        """End it politely; it may take as long as the unit says."""
        process = self.services.pop(unit, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def restart(self, unit: str) -> int:
        """Like systemctl restart: 0 when it is ready, 1 when it did not start."""
        self.stop(unit)
        began = time.monotonic()
        try:
            self.start(unit)
            self.starts.append(time.monotonic() - began)
        except TimeoutError:
            self.failed.append(unit)
            self.stop(unit)
            return 1
        return 0

    def serve_systemctl(self, units: tuple[str, ...]) -> None:
        """Answer the machine's systemctl, in a thread; other units count as restarted."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.root / "systemctl.socket"))
        listener.listen()

        def answer() -> None:
            while True:
                asked, _ = listener.accept()
                with asked:
                    verb, unit = asked.recv(200).decode().split()
                    assert verb == "restart"
                    asked.sendall(str(self.restart(unit) if unit in units else 0).encode())

        Thread(target=answer, daemon=True).start()

    def activate(self, release: Path, *options: str) -> subprocess.CompletedProcess[str]:
        """Run luffy-activate."""
        return subprocess.run(
            [self.path("/opt/luffy/bin/luffy-activate"), release, *options],
            env={"PATH": f"{self.root}/bin:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def close(self) -> None:
        """End what runs, by force."""
        for process in self.services.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.socket.close()


def unit_files() -> Iterator[Path]:
    """Every unit of deploy/."""
    yield from sorted((DEPLOY / "systemd").iterdir())

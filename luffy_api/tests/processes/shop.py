"""Server processes over the test's own database, started as scripts/start starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection

from luffy_api.tests.processes.clients import Client

ROOT = Path(__file__).resolve().parents[3]
CONFIG = "luffy_api.tests.processes.gunicorn_config"
THREADS = 16
# Of a shop by quiet_wsgi: seconds for which it takes published answers for good.
ANSWERS_GOOD_FOR = 0.3
# The new one and the old one, as while they are rotated.
ENCRYPTION_KEYS = [Fernet.generate_key().decode() for _ in range(2)]
WECHATPAY = (
    *("MCH_ID", "APP_ID", "APP_SECRET", "SERIAL_NO", "PRIVATE_KEY"),
    *("API_V3_KEY", "PUBLIC_KEY", "PUBLIC_KEY_ID"),
)
# The URLs of the payment providers, by the names of their peers.
Gateways = Mapping[str, str]
NOWHERE: Gateways = {
    "alipay": "http://127.0.0.1:9/gateway.do",
    "wechat": "http://127.0.0.1:9/wechatpay",
}
READY = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Server:
    """One gunicorn: a master, and workers that it starts again when they die."""

    def __init__(
        self, folder: Path, *, application: str, worker: str, workers: int, gateways: Gateways
    ) -> None:
        self.folder = folder
        self.application = application
        self.worker = worker
        self.workers = workers
        self.gateways = gateways
        self.log = folder / "server.log"
        # Bound here and handed down: no other program can take the port between two starts.
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.socket.set_inheritable(True)
        self.port = int(self.socket.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        # The end to read of a pipe whose other end master and workers have: it ends with the last.
        self.held_open = -1

    def start(self) -> None:
        """Start it, without waiting until it answers."""
        handed = self.socket.fileno()
        options = f"--config python:{CONFIG} --bind fd://{handed}"
        options += f" --worker-class {self.worker} --workers {self.workers}"
        options += f" --threads {THREADS} --timeout 60 --graceful-timeout 3 --keep-alive 15"
        options += " --no-control-socket --log-level warning"
        # It ends with this process, however this process ends.
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "gunicorn"]
        self.held_open, held = os.pipe()
        with self.log.open("ab") as log, open(held, "wb"):
            self.process = subprocess.Popen(
                [*command, self.application, *options.split()],
                cwd=ROOT,
                env=self._environment(),
                pass_fds=[handed, held],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def worker_pids(self) -> list[int]:
        """Process ids of the current workers."""
        assert self.process
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(child) for child in children.read_text().split()]

    def kill(self) -> None:
        """Kill master and workers with -9; wait until all have let go of their files."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)
        with open(self.held_open, "rb") as pipe:
            pipe.read()

    def stop(self) -> None:
        """Stop it and close its port."""
        self.stop_processes()
        self.socket.close()

    def stop_processes(self) -> None:
        """End master and workers; it may be started again."""
        if self.process and self.process.poll() is None:
            self.kill()

    def _environment(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self.port}"
        return environment(self.folder, public_url=url, gateways=self.gateways)


class Shop:
    """Several servers over one database, each with a port of its own, so that all get requests."""

    def __init__(
        self,
        folder: Path,
        *,
        application: str = "luffy_api.wsgi",
        worker: str = "gthread",
        servers: int = 2,
        workers: int = 1,
        gateways: Gateways = NOWHERE,
    ) -> None:
        self.servers = []
        for number in range(servers):
            own = folder / f"server{number}"
            own.mkdir(parents=True)
            server = Server(
                own, application=application, worker=worker, workers=workers, gateways=gateways
            )
            self.servers.append(server)

    def __enter__(self) -> "Shop":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        for server in self.servers:
            server.stop()

    @property
    def ports(self) -> list[int]:
        """The port of each server."""
        return [server.port for server in self.servers]

    def start(self) -> None:
        """Start every server and wait until each answers."""
        for server in self.servers:
            server.start()
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Wait until the health check of every server succeeds."""
        deadline = time.monotonic() + seconds
        for server in self.servers:
            while _status_of(server) != 200:
                assert server.process
                assert server.process.poll() is None, self.log()
                assert time.monotonic() < deadline, self.log()
                time.sleep(0.05)

    def worker_pids(self) -> list[int]:
        """Process ids of the workers of all servers."""
        return [pid for server in self.servers for pid in server.worker_pids()]

    def kill(self) -> None:
        """Kill all servers with -9."""
        for server in self.servers:
            server.kill()

    def log(self) -> str:
        """The logs of all servers."""
        return "\n".join(server.log.read_text(errors="replace") for server in self.servers)


def _status_of(server: Server) -> int:
    with Client(server.port, timeout=10) as client:
        answer = client.send(READY)
    return answer.status if answer else 0


def environment(folder: Path, *, public_url: str, gateways: Gateways) -> dict[str, str]:
    """The environment of a process of the shop over the test's database, with this VAR_DIR."""
    ours = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in ours if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "luffy_api.settings.dev",
        "ENV_FILE": os.devnull,
        "VAR_DIR": str(folder),
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(connection.settings_dict),
        "PUBLIC_URL": public_url,
        "ALIPAY_GATEWAY": gateways["alipay"],
        "ALIPAY_APP_ID": settings.ALIPAY["APP_ID"],
        "ALIPAY_SELLER_ID": settings.ALIPAY["SELLER_ID"],
        "ALIPAY_APP_PRIVATE_KEY": settings.ALIPAY["APP_PRIVATE_KEY"],
        "ALIPAY_PUBLIC_KEY": settings.ALIPAY["ALIPAY_PUBLIC_KEY"],
        "WECHATPAY_GATEWAY": gateways["wechat"],
        **{f"WECHATPAY_{name}": settings.WECHATPAY[name] for name in WECHATPAY},
        "KEY_ENCRYPTION_KEY": ",".join(ENCRYPTION_KEYS),
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
    }


def database_url(database: dict[str, Any]) -> str:
    """A Django database as DATABASE_URL."""
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{Path(database['NAME']).resolve()}"
    place = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return f"mysql://{database['USER']}:{database['PASSWORD']}@{place}"

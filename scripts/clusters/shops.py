"""The shop of a host: web server and task runner with the production settings."""

import re
import sys
from pathlib import Path
from threading import Lock

from luffy_api.tests.processes.shop import ROOT, environment
from scripts.clusters.galera import DATABASE, PASSWORD, USER
from scripts.clusters.network import Host, wait_until
from scripts.clusters.services import DATABASE_PROXY_PORT, SHOP_PORT, Edge, redis_url

CODE = re.compile(r"短信验证码 (\d{6}) -> (\S+)")
THREADS = 8


class Shop:
    """gunicorn and `run_tasks`; the database is found through the proxy of its own host."""

    def __init__(self, host: Host, edge: Edge, search_url: str) -> None:
        self.host = host
        self.folder = host.folder / "shop"
        self.folder.mkdir()
        (self.folder / "metrics").mkdir()
        self.environment = self._environment(edge, search_url)
        python = ["env", "-C", ROOT, sys.executable]
        options = f"--config python:luffy_api.gunicorn_config --bind {host.address}:{SHOP_PORT}"
        options += f" --workers 1 --threads {THREADS} --graceful-timeout 10"
        web = [*python, "-m", "gunicorn", "luffy_api.wsgi", *options.split()]
        tasks = [*python, "manage.py", "run_tasks", "worker", "scheduler"]
        self.web = host.process("web", *web, **self.environment)
        self.tasks = host.process("tasks", *tasks, "--shutdown-timeout", "5", **self.environment)

    def _environment(self, edge: Edge, search_url: str) -> dict[str, str]:
        gateways = {
            "alipay": f"{edge.addresses['alipay']}/gateway.do",
            "wechat": edge.addresses["wechat"],
        }
        return environment(self.folder, public_url="http://127.0.0.1", gateways=gateways) | {
            "DJANGO_SETTINGS_MODULE": "luffy_api.settings.prod",
            "DATABASE_URL": f"mysql://{USER}:{PASSWORD}@127.0.0.1:{DATABASE_PROXY_PORT}/{DATABASE}",
            "REDIS_URL": redis_url(self.host.network.hosts),
            "SEARCH_URL": search_url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "TRUSTED_PROXIES": "1",
            "SMS_BACKEND": "console",
            "SMS_SITE_DAILY_CAP": "1000000",
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
            "STORAGE": "s3",
            "NO_PROXY": "*",
            **edge.storage,
        }

    def start(self) -> None:
        """Both; the first answer may take some seconds."""
        self.web.start()
        self.tasks.start()

    def stop(self) -> None:
        """As systemd stops them."""
        self.web.stop()
        self.tasks.stop()

    def is_listening(self) -> bool:
        """Whether its workers answer, whatever the database does."""
        from luffy_api.tests.processes.clients import request

        return _asks(self.host.address, request("/healthz", method="GET")) == 200

    def wait_until_listening(self) -> float:
        """Seconds that it took."""

        def answers() -> bool:
            if not self.web.is_running:
                raise RuntimeError(f"the shop of {self.host.name} ended; see {self.web.log}")
            return self.is_listening()

        return wait_until(answers, 300, f"the shop of {self.host.name} answers")


def _asks(address: str, request: bytes) -> int:
    import socket

    try:
        with socket.create_connection((address, SHOP_PORT), 2) as connection:
            connection.sendall(request)
            return int(connection.recv(100).split()[1])
    except (OSError, IndexError, ValueError):
        return 0


class Codes:
    """The codes of text messages, which the shops write to their logs instead."""

    def __init__(self, logs: list[Path]) -> None:
        self.logs = dict.fromkeys(logs, 0)
        self.codes: dict[str, str] = {}
        self.lock = Lock()

    def code_for(self, mobile: str) -> str | None:
        """The last one for this number, if any was sent."""
        if mobile not in self.codes:
            with self.lock:
                self._read()
        return self.codes.get(mobile)

    def _read(self) -> None:
        for path, position in self.logs.items():
            with path.open("rb") as log:
                log.seek(position)
                text = log.read()
            end = text.rfind(b"\n") + 1
            self.logs[path] = position + end
            for code, mobile in CODE.findall(text[:end].decode(errors="replace")):
                self.codes[mobile] = code

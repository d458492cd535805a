"""Swift on this machine: its three servers of data, and a proxy server for each provider."""

import getpass
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType

import requests

from luffy_api.libs.storage.tests.recording_peer import write_certificate
from scripts.clusters.services import free_port
from scripts.swifts.providers import ACCOUNT, PROVIDERS, SECRET, USER, Provider
from scripts.swifts.tunnel import Tunnel

PYTHON = "/usr/bin/python3"
NODE = Path(__file__).with_name("node.py")
KINDS = ("account", "container", "object")
# Seconds.
START_TIME = 300
SWIFT_CONF = """
[swift-hash]
swift_hash_path_suffix = tests
swift_hash_path_prefix = tests
[storage-policy:0]
name = tests
default = yes
"""
COMMON = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
"""
SERVER = """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
cert_file = {certificate}
key_file = {key}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck no_cache listing_formats bulk s3api tempauth copy \
slo dlo versioned_writes proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:no_cache]
paste.filter_factory = node:no_cache
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{name} = {secret} .admin
[filter:s3api]
use = egg:swift#s3api
location = {region}
storage_domain = {domains}
cors_preflight_allow_origin = https://school.example
"""
FILTERS = (
    *("catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk"),
    *("copy", "slo", "dlo", "versioned_writes"),
)


class Swift:
    """All servers, from the beginning of the context to its end; `folder` is below `scratch`."""

    def __init__(self, scratch: Path, logs: Path) -> None:
        self.folder, self.logs = scratch / "swift", logs
        self.user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self.ports = {kind: free_port() for kind in (*KINDS, *PROVIDERS)}
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Swift":
        (self.folder / "devices" / "d1").mkdir(parents=True)
        _need_attributes(self.folder)
        hosts = [host for each in PROVIDERS.values() for host in each.hosts]
        self.certificate, key = write_certificate(self.folder, hosts)
        (self.folder / "swift.conf").write_text(SWIFT_CONF, encoding="utf-8")
        ports = self.folder / "ports.json"
        ports.write_text(json.dumps({kind: self.ports[kind] for kind in KINDS}), encoding="utf-8")
        subprocess.run([PYTHON, str(NODE), "rings", str(ports)], check=True)
        for kind in KINDS:
            self._write(kind, SERVER.format(kind=kind))
        for provider in PROVIDERS.values():
            self._write(provider.name, self._proxy(provider, key))
        for path in self.folder.rglob("*"):
            shutil.chown(path, self.user)
        for name in self.ports:
            self._start(name)
        self.tunnel = Tunnel(
            {
                domain: self.ports[each.name]
                for each in PROVIDERS.values()
                for domain in (each.host, *each.domains)
            }
        )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.tunnel.shutdown()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """How programs reach and trust the servers."""
        names = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
        return {
            **dict.fromkeys(names, str(self.certificate)),
            **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), self.tunnel.url),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
        }

    def _proxy(self, provider: Provider, key: Path) -> str:
        filters = "".join(f"[filter:{name}]\nuse = egg:swift#{name}\n" for name in FILTERS)
        proxy = PROXY.format(
            certificate=self.certificate,
            key=key,
            account=ACCOUNT,
            name=USER,
            secret=SECRET,
            region=provider.region,
            domains=", ".join(provider.domains),
        )
        return proxy + filters

    def _write(self, name: str, text: str) -> None:
        common = COMMON.format(port=self.ports[name], user=self.user, folder=self.folder)
        (self.folder / f"{name}.conf").write_text(common + text, encoding="utf-8")

    def _start(self, name: str) -> None:
        kind = name if name in KINDS else "proxy"
        config = str(self.folder / f"{name}.conf")
        with (self.logs / f"swift-{name}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", PYTHON, str(NODE), kind, config],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
                )
            )

    def _wait(self) -> None:
        """Until every proxy says that it is healthy."""
        end = time.monotonic() + START_TIME
        with requests.Session() as session:
            session.trust_env = False
            session.proxies = {"https": self.tunnel.url}
            for provider in PROVIDERS.values():
                while not self._is_healthy(session, provider):
                    if time.monotonic() > end or any(
                        each.poll() is not None for each in self.processes
                    ):
                        raise SystemExit(f"Swift did not start; {self.logs} says why.")
                    time.sleep(0.1)

    def _is_healthy(self, session: requests.Session, provider: Provider) -> bool:
        try:
            url = f"https://{provider.host}/healthcheck"
            return session.get(url, timeout=5, verify=str(self.certificate)).ok
        except requests.RequestException:
            return False


def _need_attributes(folder: Path) -> None:
    """Swift keeps what it knows of a file in extended attributes."""
    try:
        os.setxattr(folder, "user.swift.test", b"x" * 1000)
    except OSError as error:
        raise SystemExit(f"{folder} has no extended attributes ({error}): set TMPDIR.") from error

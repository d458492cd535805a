"""What stands around database and shop: HAProxy, Redis with Sentinel, and the edge of the site."""

import shutil
import socket
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from scripts.clusters.galera import DEPLOY, EXAMPLE
from scripts.clusters.network import Host, wait_until

DATABASE_PROXY_PORT = 3307
REDIS_PORT, SENTINEL_PORT = 6379, 26379
SHOP_PORT = 8000
EDGE = """
global
    maxconn 2000
defaults
    timeout connect 1s
    timeout client 60s
    timeout server 30s
    timeout check 3s
frontend site
    mode http
    bind 127.0.0.1:{port}
    default_backend shops
backend shops
    mode http
    balance roundrobin
    option httpchk
    http-check send meth GET uri /readyz hdr Host 127.0.0.1
    http-check expect status 200
    # Only what has reached nobody is sent to another shop.
    retries 2
    retry-on conn-failure
    option redispatch
    default-server inter 1s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{shops}
{inward}
"""
# From the hosts to servers that listen on this machine's own 127.0.0.1.
INWARD = """
listen {name}
    mode tcp
    bind {address}:{port}
    server {name} 127.0.0.1:{to}
"""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class DatabaseProxy:
    """The HAProxy of a host, with the file of deploy/; `spread` has all three nodes take writes."""

    def __init__(self, host: Host, *, spread: bool) -> None:
        text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
        for each in host.network.hosts:
            text = text.replace(EXAMPLE.format(each.number), each.address)
        text = text.replace("/run/haproxy/admin.sock", f"{host.folder}/haproxy.sock")
        if spread:
            text = text.replace("check backup", "check").replace(
                "listen database", "listen database\n    balance leastconn"
            )
        config = host.folder / "haproxy.cfg"
        config.write_text(text, encoding="utf-8")
        self.process = host.process("haproxy", "haproxy", "-db", "-f", config)


class Edge:
    """What the load balancer of a school does: one address for all shops that are ready."""

    def __init__(self, outside: Host, shops: list[Host], inward: dict[str, int]) -> None:
        self.port = free_port()
        self.addresses: dict[str, str] = {}
        # What the shops need to know of the servers behind them.
        self.storage: dict[str, str] = {}
        blocks = []
        for number, (name, to) in enumerate(inward.items()):
            port = 9000 + number
            self.addresses[name] = f"http://{outside.address}:{port}"
            blocks.append(INWARD.format(name=name, address=outside.address, port=port, to=to))
        servers = [f"    server {host.name} {host.address}:{SHOP_PORT} check" for host in shops]
        config = outside.folder / "haproxy.cfg"
        config.write_text(
            EDGE.format(port=self.port, shops="\n".join(servers), inward="".join(blocks)),
            encoding="utf-8",
        )
        self.process = outside.process("haproxy", "haproxy", "-db", "-f", config)


class RedisNode:
    """Redis and Sentinel of a host, with the file of deploy/; the first host has the master."""

    def __init__(self, host: Host, master: Host) -> None:
        self.host = host
        self.folder = host.folder / "redis"
        self.folder.mkdir()
        text = (DEPLOY / "redis" / "luffy.conf").read_text(encoding="utf-8")
        text = text.replace("bind 127.0.0.1 -::1", f"bind {host.address} 127.0.0.1")
        text += f"\ndir {self.folder}\nprotected-mode no\nrepl-diskless-sync-delay 0\n"
        if host is not master:
            text += f"replicaof {master.address} {REDIS_PORT}\n"
        config = self.folder / "redis.conf"
        config.write_text(text, encoding="utf-8")
        self.process = host.process("redis", "redis-server", config)
        sentinel = self.folder / "sentinel.conf"
        sentinel.write_text(self._sentinel(master), encoding="utf-8")
        self.sentinel = host.process("sentinel", "redis-sentinel", sentinel)

    def _sentinel(self, master: Host) -> str:
        text = (DEPLOY / "redis" / "luffy-sentinel.conf").read_text(encoding="utf-8")
        text = text.replace("10.0.0.1", master.address)
        return text.replace("dir /var/lib/redis", f"dir {self.folder}")

    def start(self) -> None:
        """Both."""
        self.process.start()
        self.sentinel.start()

    def role(self) -> str:
        """master, slave, or "" when it does not answer."""
        with (
            suppress(RedisError),
            Redis(host=self.host.address, port=REDIS_PORT, socket_timeout=1, retry=None) as client,
        ):
            return str(client.role()[0].decode())
        return ""


def wait_for_master(nodes: list[RedisNode], *, except_for: RedisNode | None = None) -> float:
    """Seconds until one of the others is the master."""
    others = [node for node in nodes if node is not except_for]
    return wait_until(
        lambda: any(node.role() == "master" for node in others), 60, "Redis has a master"
    )


def master_of(nodes: list[RedisNode]) -> RedisNode:
    """The present one."""
    return next(node for node in nodes if node.role() == "master")


def redis_url(hosts: list[Host]) -> str:
    """REDIS_URL of the shops."""
    places = ",".join(f"{host.address}:{SENTINEL_PORT}" for host in hosts)
    return f"redis+sentinel://{places}/mymaster/0"


def search_core() -> Path | None:
    """The Elasticsearch that stands beside the project, where there is one."""
    core = DEPLOY.parents[1] / "shared" / "es_core"
    return core if shutil.which("start", path=str(core)) else None

"""A Redis with a replica, and the three sentinels that watch them."""

import shutil
import subprocess
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from luffy_api.tests.redis_server import RedisServer, free_port, wait_until

SERVICE = "mymaster"
PASSWORD = "sehr:geheim"
SENTINEL_PASSWORD = "auch@geheim"
QUOTED = "sehr%3Ageheim", "auch%40geheim"
DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "redis" / "luffy-sentinel.conf"
# A failover within two seconds, where the file of deploy/ waits for a network.
DOWN_AFTER_MS = 500


class Sentinels:
    """Two Redis servers with a password, and three sentinels with another one."""

    def __init__(self, folder: Path) -> None:
        options = ["--requirepass", PASSWORD, "--masterauth", PASSWORD]
        options += ["--repl-diskless-sync-delay", "0"]
        self.master = RedisServer(folder, options, password=PASSWORD)
        replica_of = ["--replicaof", f"127.0.0.1 {self.master.port}"]
        self.replica = RedisServer(folder, [*options, *replica_of], password=PASSWORD)
        self.folder = folder
        self.ports: list[int] = []
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the sentinels; until each knows the replica and the others."""
        for number in range(3):
            self.processes.append(self._start(self.folder / str(number)))
        wait_until(self._know_each_other)

    @property
    def url(self) -> str:
        """As REDIS_URL."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        password, own = QUOTED
        return f"redis+sentinel://:{password}@{hosts}/{SERVICE}/0?sentinel_password={own}"

    def _start(self, folder: Path) -> subprocess.Popen[bytes]:
        """One sentinel, by the file of deploy/."""
        folder.mkdir()
        port = free_port()
        text = DEPLOYED.read_text(encoding="utf-8")
        changes = {
            "port 26379": f"port {port}\nbind 127.0.0.1",
            "dir /var/lib/redis": f"dir {folder}",
            "10.0.0.1 6379": f"127.0.0.1 {self.master.port}",
            "#sentinel auth-pass mymaster PASSWORD": f"sentinel auth-pass mymaster {PASSWORD}",
            "#requirepass PASSWORD": f"requirepass {SENTINEL_PASSWORD}",
            "milliseconds mymaster 2000": f"milliseconds {SERVICE} {DOWN_AFTER_MS}",
        }
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (folder / "sentinel.conf").write_text(text, encoding="utf-8")
        self.ports.append(port)
        program = shutil.which("redis-sentinel")
        assert program, "redis-sentinel is not installed (Debian: redis-sentinel)"
        command = ["setpriv", "--pdeathsig", "KILL", program, str(folder / "sentinel.conf")]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def client(self, number: int) -> Redis:
        """A client of one sentinel."""
        port = self.ports[number]
        return Redis(port=port, password=SENTINEL_PASSWORD, socket_timeout=5, retry=None)

    def master_port(self) -> int:
        """Where the last sentinel says that the master is."""
        with self.client(2) as client:
            return int(client.sentinel_get_master_addr_by_name(SERVICE)[1])

    def _know_each_other(self) -> bool:
        try:
            return all(self._knows_others(number) for number in range(3))
        except RedisError:
            return False

    def _knows_others(self, number: int) -> bool:
        with self.client(number) as client:
            state = client.sentinel_master(SERVICE)
        return (state["num-other-sentinels"], state["num-slaves"]) == (2, 1)

    def stop(self) -> None:
        """End all of them."""
        for process in self.processes:
            process.kill()
            process.wait()
        for server in (self.master, self.replica):
            server.kill()

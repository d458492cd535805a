"""Hosts as network namespaces on a bridge of their own, and the processes in them.

    python -m scripts.clusters.network SCRATCH

removes everything that belongs to a run with this scratch folder, however the run ended.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

# 198.18.0.0/15 is for measurements between networks (RFC 2544): no host on the internet has one.
ADDRESS = "198.18.{run}.{host}"
RUNS = range(1, 255)
NUMBER_FILE = "network"


def command(*words: object, check: bool = True) -> str:
    """Output of a command. Raises CalledProcessError with its words unless it succeeds."""
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr or done.stdout}")
    return done.stdout


class Process:
    """A process of a host in a session of its own, with its log; it can be started again."""

    def __init__(
        self, host: "Host", name: str, arguments: Sequence[object], **environment: str
    ) -> None:
        self.host = host
        self.name = name
        self.arguments = [str(argument) for argument in arguments]
        self.environment = environment
        self.log = host.network.logs / f"{host.name}-{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        """Start it, with more arguments this time; it ends with this process at the latest."""
        inside = ["ip", "netns", "exec", self.host.namespace] if self.host.namespace else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*inside, "setpriv", "--pdeathsig", "KILL", *self.arguments, *more],
                env={**self.environment, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the whole session."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it by -9."""
        if self.process:
            self.send(signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float = 60) -> None:
        """End it as a service is stopped."""
        if self.process and self.is_running:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            self.kill()

    def processor_seconds(self) -> float:
        """What all processes of its session have used that still run, and their ended children."""
        if not self.process:
            return 0.0
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.process.pid:
                    ticks += sum(int(field) for field in fields[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def freeze(self) -> None:
        """Stop it without ending it."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self.send(signal.SIGCONT)


class Host:
    """One machine: an address, a folder, and a cable that can be pulled out.

    Number 1 is this machine itself, which has the other end of the bridge.
    """

    def __init__(self, network: "Network", number: int) -> None:
        self.network = network
        self.number = number
        self.is_outside = number == 1
        self.name = "outside" if self.is_outside else f"host{number - 10}"
        self.namespace = "" if self.is_outside else f"luffy{network.run}-{number}"
        self.address = ADDRESS.format(run=network.run, host=number)
        self.cable = f"luffy{network.run}v{number}"
        self.folder = network.scratch / self.name
        self.folder.mkdir()
        self.folder.chmod(0o755)

    def plug_in(self) -> None:
        """Make the namespace, and connect it to the bridge."""
        command("ip", "netns", "add", self.namespace)
        inside = ["ip", "-n", self.namespace]
        command("ip", "link", "add", self.cable, "type", "veth", "peer", "eth0", "netns",
                self.namespace)  # fmt: skip
        command("ip", "link", "set", self.cable, "master", self.network.bridge, "up")
        command(*inside, "addr", "add", f"{self.address}/24", "dev", "eth0")
        command(*inside, "link", "set", "lo", "up")
        command(*inside, "link", "set", "eth0", "up")

    def pull_out(self) -> None:
        """From now on nothing that is sent arrives, and nobody is told."""
        command("ip", "link", "set", self.cable, "nomaster")

    def put_back(self) -> None:
        """Undo `pull_out`."""
        command("ip", "link", "set", self.cable, "master", self.network.bridge)

    def process(self, name: str, *arguments: object, **environment: str) -> Process:
        """A process of this host, not yet started."""
        process = Process(self, name, arguments, **environment)
        self.network.processes.append(process)
        return process


class Network:
    """A bridge, this machine at its address 1, and three hosts at 11, 12 and 13."""

    def __init__(self, scratch: Path, logs: Path) -> None:
        self.scratch = scratch
        self.logs = logs
        self.processes: list[Process] = []
        self.run = self._claim()
        self.bridge = f"luffy{self.run}br"
        self.outside = Host(self, 1)
        self.hosts = [Host(self, number) for number in (11, 12, 13)]

    def _claim(self) -> int:
        """The first free number; a bridge of that name belongs to one run."""
        for run in RUNS:
            with suppress(RuntimeError):
                command("ip", "link", "add", f"luffy{run}br", "type", "bridge")
                (self.scratch / NUMBER_FILE).write_text(str(run), encoding="ascii")
                return run
        raise SystemExit("error: every network of scripts/cluster is taken; see ip link.")

    def __enter__(self) -> "Network":
        command("ip", "addr", "add", f"{self.outside.address}/24", "dev", self.bridge)
        command("ip", "link", "set", self.bridge, "up")
        for host in self.hosts:
            host.plug_in()
        return self

    def __exit__(self, *error: object) -> None:
        for process in self.processes:
            if process.is_running:
                process.kill()
        remove(self.scratch)


def remove(scratch: Path) -> None:
    """End what runs in the namespaces of a run, and remove them and the bridge."""
    try:
        run = int((scratch / NUMBER_FILE).read_text(encoding="ascii"))
    except OSError:
        return
    for number in (11, 12, 13):
        name = f"luffy{run}-{number}"
        for _ in range(50):
            if not (pids := command("ip", "netns", "pids", name, check=False).split()):
                break
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            time.sleep(0.1)
        command("ip", "netns", "delete", name, check=False)
    command("ip", "link", "delete", f"luffy{run}br", check=False)
    (scratch / NUMBER_FILE).unlink()


def wait_until(happened: Callable[[], bool], seconds: float, what: str) -> float:
    """Seconds until `happened()` is true. Raises TimeoutError with `what` did not happen."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


if __name__ == "__main__":
    remove(Path(sys.argv[1]))

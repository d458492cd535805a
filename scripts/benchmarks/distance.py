"""A line to a server far away: what goes through it arrives some milliseconds later, each way.

    python -m scripts.benchmarks.distance PORT MILLISECONDS

is what `far_away` starts: it forwards to 127.0.0.1:PORT and prints the port that it listens on.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def far_away(port: int, *, milliseconds: float) -> Iterator[int]:
    """The port of a line to `port`; an answer comes no sooner than after so many milliseconds."""
    command = [sys.executable, "-m", "scripts.benchmarks.distance", str(port), str(milliseconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline() if process.stdout else 0)
        finally:
            process.terminate()


class End(asyncio.Protocol):
    """One end of a connection; what it receives leaves the other end later."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.transport: Any = None
        self.other: End | None = None
        self.early: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.early.append(data)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(self.seconds, self.other.transport.write, data)

    def connection_lost(self, error: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()

    def join(self, other: "End") -> None:
        """Forward to the other end, and what came before first."""
        self.other = other
        for data in self.early:
            self.data_received(data)


async def serve(port: int, seconds: float) -> None:
    """Until the process ends."""
    loop = asyncio.get_running_loop()
    tasks = set()

    async def connect(near: End) -> None:
        _, far = await loop.create_connection(lambda: End(seconds), "127.0.0.1", port)
        near.join(far)
        far.join(near)

    class Near(End):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            task = asyncio.create_task(connect(self))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await loop.create_server(lambda: Near(seconds), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 2000))

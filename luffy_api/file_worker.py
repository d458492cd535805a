"""gunicorn's threaded worker, with files sent by its event loop instead of by a thread.

A viewer on a slow line would otherwise hold one of sixteen threads for as long as the film takes,
and a few dozen of them the whole shop. Here a thread answers the request and its headers; the bytes
of a file follow by sendfile whenever the viewer's connection has room for them.
"""

import os
import selectors
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Bytes at a time, so that one fast viewer does not keep the loop from the others.
BLOCK = 256 * 1024
# A viewer who takes nothing for that many seconds has gone, or pauses and will ask again.
STALL = 60


@dataclass
class Part:
    """What is still to be sent of a file, and when something last was."""

    file: int
    offset: int
    left: int
    moved: float = field(default_factory=time.monotonic)


class FileSocket(socket.socket):
    """A connection that takes a file as a task; gunicorn calls `sendfile` and nothing else."""

    part: Part | None = None

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Keeps the file open, for `FileWorker` to send later."""
        assert count is not None
        self.part = Part(os.dup(file.fileno()), offset, count)
        return count

    def drop_part(self) -> None:
        """Lets go of the file."""
        if self.part is not None:
            os.close(self.part.file)
            self.part = None


class FileWorker(ThreadWorker):  # type: ignore[misc]
    """Chosen by scripts/start; pinned to the gunicorn of requirements.txt, which a test guards."""

    def init_process(self) -> None:
        """gunicorn's."""
        self.sending: set[TConn] = set()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """gunicorn's: each request of a connection begins here."""
        if type(conn.sock) is socket.socket:
            plain = conn.sock
            timeout = plain.gettimeout()
            conn.sock = FileSocket(plain.family, plain.type, plain.proto, plain.detach())
            conn.sock.settimeout(timeout)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """gunicorn's, on its loop: a thread has done its work with this connection."""
        if getattr(conn.sock, "part", None) is None:
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        self.sending.add(conn)
        self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._send, conn, fs))

    def _send(self, conn: TConn, fs: Any, sock: FileSocket) -> None:
        part = sock.part
        assert part is not None
        try:
            sent = os.sendfile(sock.fileno(), part.file, part.offset, min(part.left, BLOCK))
        except BlockingIOError:
            return
        except OSError:
            sent = 0
        if sent == 0:  # the viewer has gone, or the file has become shorter
            self._give_up(conn)
            return
        part.offset, part.left, part.moved = part.offset + sent, part.left - sent, time.monotonic()
        if part.left == 0:
            self._stop(conn)
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """gunicorn's, about every second: ends connections that wait in vain."""
        super().murder_pending()
        limit = time.monotonic() - STALL
        for conn in [each for each in self.sending if each.sock.part.moved < limit]:
            self._give_up(conn)

    def _give_up(self, conn: TConn) -> None:
        self._stop(conn)
        self.nr_conns -= 1
        conn.close()

    def _stop(self, conn: TConn) -> None:
        self.sending.discard(conn)
        self.poller.unregister(conn.sock)
        conn.sock.drop_part()

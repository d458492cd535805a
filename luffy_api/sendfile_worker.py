"""gunicorn's threaded worker, with file bodies sent by its event loop instead of by a thread.

A client on a slow connection would otherwise hold one of sixteen threads for the whole transfer,
and a few dozen of them all threads of the server. Here a thread answers the request and writes the
headers; the loop sends the file with sendfile(2) whenever the socket is writable.
"""

import os
import selectors
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Bytes per sendfile call: a fast client must not keep the loop from the other connections.
BLOCK_SIZE = 256 * 1024
# Seconds without progress after which a transfer is aborted; a paused player asks again.
STALL_TIMEOUT = 60


@dataclass
class Part:
    """The rest of a file body, and when some of it was last sent (monotonic seconds)."""

    file: int
    offset: int
    remaining: int
    last_progress: float = field(default_factory=time.monotonic)


class FileSocket(socket.socket):
    """A socket whose `sendfile`, which gunicorn calls for a file body, only records the range."""

    part: Part | None = None

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Duplicates the descriptor, for `SendfileWorker` to send from; returns `count`."""
        assert count is not None
        self.part = Part(os.dup(file.fileno()), offset, count)
        return count

    def close_part(self) -> None:
        """Closes the duplicated descriptor, if there is one."""
        if self.part is not None:
            os.close(self.part.file)
            self.part = None


class SendfileWorker(ThreadWorker):  # type: ignore[misc]
    """The worker class that scripts/start names.

    It overrides internals of the pinned gunicorn; test_sendfile_worker.py runs a real server.
    """

    def init_process(self) -> None:
        """Hook of gunicorn: called once in each worker process."""
        self.sending: set[TConn] = set()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hook of gunicorn: called before each request of a connection."""
        if type(conn.sock) is socket.socket:
            plain = conn.sock
            timeout = plain.gettimeout()
            conn.sock = FileSocket(plain.family, plain.type, plain.proto, plain.detach())
            conn.sock.settimeout(timeout)
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Hook of gunicorn, on the loop: the thread is done, the file body may be left to send."""
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
            count = min(part.remaining, BLOCK_SIZE)
            sent = os.sendfile(sock.fileno(), part.file, part.offset, count)
        except BlockingIOError:
            return
        except OSError:
            sent = 0
        if sent == 0:  # the client is gone, or the file was truncated
            self._abort(conn)
            return
        part.offset, part.remaining = part.offset + sent, part.remaining - sent
        part.last_progress = time.monotonic()
        if part.remaining == 0:
            self._stop(conn)
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Hook of gunicorn, called about once a second: aborts stalled transfers, too."""
        super().murder_pending()
        limit = time.monotonic() - STALL_TIMEOUT
        for conn in [each for each in self.sending if each.sock.part.last_progress < limit]:
            self._abort(conn)

    def _abort(self, conn: TConn) -> None:
        self._stop(conn)
        self.nr_conns -= 1
        conn.close()

    def _stop(self, conn: TConn) -> None:
        self.sending.discard(conn)
        self.poller.unregister(conn.sock)
        conn.sock.close_part()

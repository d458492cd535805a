"""gunicorn's threaded worker, with file bodies sent by its event loop instead of by a thread.

A client on a slow connection would otherwise hold one of sixteen threads for the whole transfer,
and a few dozen of them all threads of the server. Here a thread answers the request and writes the
headers; the loop sends the file with sendfile(2) whenever the socket is writable.

Nor does a thread wait for the first bytes of a connection; and /readyz and /healthz have threads of
their own, so that they are answered in time while all others wait, for example for a database.
"""

import os
import re
import selectors
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Bytes per sendfile call: a fast client must not keep the loop from the other connections.
BLOCK_SIZE = 256 * 1024
# Seconds without progress after which a transfer is aborted; a paused player asks again.
STALL_TIMEOUT = 60
# A load balancer's and an operator's; more of them wait for a second at most.
PROBE_THREADS = 2
# With all of its headers: one that comes byte by byte would keep the others from these threads.
PROBE = re.compile(rb"(?:GET|HEAD) /(?:readyz|healthz)[? ].*\r\n\r\n", re.DOTALL)
PEEK_BYTES = 4096


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


def _peek(sock: socket.socket) -> bytes | None:
    """What has arrived and is not read yet, b"" at the end of the connection, None for nothing."""
    try:
        return sock.recv(PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""


class SendfileWorker(ThreadWorker):  # type: ignore[misc]
    """The worker class that scripts/start names.

    It overrides internals of the pinned gunicorn; test_sendfile_worker.py runs a real server.
    """

    def init_process(self) -> None:
        """Hook of gunicorn: called once in each worker process."""
        self.sending: set[TConn] = set()
        self.probe_pool = ThreadPoolExecutor(PROBE_THREADS, thread_name_prefix="probe")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hook of gunicorn: called for a new connection and before each further request."""
        if type(conn.sock) is socket.socket:
            plain = conn.sock
            timeout = plain.gettimeout()
            conn.sock = FileSocket(plain.family, plain.type, plain.proto, plain.detach())
            conn.sock.settimeout(timeout)
        arrived = _peek(conn.sock)
        if arrived is None and self.alive and not conn.initialized:
            self._wait_for_request(conn)
        elif arrived and PROBE.match(arrived):
            future = self.probe_pool.submit(self.handle, conn)
            future.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))
        else:
            super().enqueue_req(conn)

    def _wait_for_request(self, conn: TConn) -> None:
        """On the loop: gunicorn would let a thread wait for the first bytes."""
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        on_readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, on_readable)

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

    def _cap_keepalive(self, deadline: float) -> None:
        """Hook of gunicorn, before it stops: who has asked for nothing yet is not waited for."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _abort(self, conn: TConn) -> None:
        self._stop(conn)
        self.nr_conns -= 1
        conn.close()

    def _stop(self, conn: TConn) -> None:
        self.sending.discard(conn)
        self.poller.unregister(conn.sock)
        conn.sock.close_part()

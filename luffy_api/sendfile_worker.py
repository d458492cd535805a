"""gunicorn's threaded worker, whose event loop does all the waiting for clients.

A client on a slow connection would otherwise hold one of sixteen threads for as long as it sends
its request or takes a file, and a few dozen of them all threads; one that does not end
its connection would hold the loop itself for two seconds. Here the loop

* collects a request, its body included, before a thread has it;
* sends what a client does not take at once of an answer, and files with sendfile(2), after a thread
  wrote the headers;
* awaits the client's end of a connection that the shop has ended;
* ends the connections that have been idle for longest when somebody comes and there is no room.

/readyz and /healthz have threads of their own, so that they are answered in time while all others
wait, for example for a database.
"""

import errno
import resource
import selectors
import socket
import time
from functools import partial

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from luffy_api.client_socket import (
    COLLECTED_BYTES,
    READ_BYTES,
    SENT_LATER_BYTES,
    STALL_SECONDS,
    ClientSocket,
    is_probe,
    is_whole,
)
from luffy_api.request_threads import RequestThreads

# More probes at a time wait for a second at most.
PROBE_THREADS = 2
# Of the requests of all connections, and again of their answers: many large ones cannot take all.
MEMORY = 64 * 1024 * 1024
# RFC 9112, 9.6: a connection that is closed while the client still sends is reset, and the client
# may lose the answer. So it is read on for a while.
LINGER_SECONDS = 2
LINGER_BYTES = 64 * 1024
MAX_LINGERING = 200
# For what is left of a body that nobody has read. It is there already, or the connection is closed.
DRAIN_SECONDS = 0.05
# Between two looks at who has waited too long.
ROUND_SECONDS = 1
# Of a process, for what is no client: databases, logs, files that are read.
OTHER_DESCRIPTORS = 100
FEWEST_CONNECTIONS = 16
NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class SendfileWorker(ThreadWorker):  # type: ignore[misc]
    """The worker class that scripts/start names.

    It overrides internals of the pinned gunicorn; test_sendfile_worker.py runs a real server.
    """

    def init_process(self) -> None:
        """Hook of gunicorn: called once in each worker process."""
        # In the order in which they began; a set would have none.
        self.reading: dict[TConn, None] = {}
        self.sending: dict[TConn, None] = {}
        # Have a thread, or wait for one with what was collected.
        self.submitted = 0
        # With the bytes that came since the shop has ended the connection.
        self.lingering: dict[TConn, int] = {}
        self.next_round = self.next_sign = 0.0
        self.stop_at = float("inf")
        self.worker_connections = self.most_connections = self._find_most_connections()
        self.probe_pool = RequestThreads(PROBE_THREADS, name="probe")
        try:
            super().init_process()
        finally:
            self.tpool.shutdown()
            self.probe_pool.shutdown()

    def get_thread_pool(self) -> RequestThreads:
        """Hook of gunicorn."""
        return RequestThreads(self.cfg.threads, name="request")

    def notify(self) -> None:
        """Hook of gunicorn, in each round of the loop: a sign of life; one a second is enough."""
        now = time.monotonic()
        if now >= self.next_sign:
            self.next_sign = now + ROUND_SECONDS
            super().notify()

    # --- Connections ---

    def _find_most_connections(self) -> int:
        """A viewer takes two descriptors, the connection and the file."""
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = max(FEWEST_CONNECTIONS, (descriptors - OTHER_DESCRIPTORS) // 2)
        return min(int(self.cfg.worker_connections), most)

    def accept(self, listener: socket.socket) -> None:
        """Hook of gunicorn, on the loop: somebody connects.

        gunicorn would accept nobody as long as idle connections are as many as may be, and end the
        process when there is no descriptor left.
        """
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            if not self._make_room():
                # The loop accepts nobody until there are fewer, or until the next round.
                self.worker_connections = max(1, self.nr_conns)

    def _make_room(self) -> bool:
        """End the connection of whoever has asked for nothing for longest, if there is one."""
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
        elif self.reading:
            conn = next(iter(self.reading))
            self._stop_waiting(conn, self.reading)
        else:
            return False
        self._drop(conn)
        return True

    def on_client_socket_readable(self, conn: TConn, client: ClientSocket) -> None:
        """Hook of gunicorn, on the loop: a further request begins, unless it had to make room."""
        if client.fileno() >= 0:
            super().on_client_socket_readable(conn, client)

    # --- Requests ---

    def enqueue_req(self, conn: TConn) -> None:
        """Hook of gunicorn: called for a new connection, and when a further request begins."""
        if type(conn.sock) is socket.socket:
            conn.sock = ClientSocket.of(conn.sock)
        else:
            conn.sock.begin()
        self._collect(conn)

    def _collect(self, conn: TConn) -> None:
        limit = min(COLLECTED_BYTES, MEMORY // (len(self.reading) + self.submitted + 1))
        try:
            whole = conn.sock.collect(limit)
        except OSError:
            self._stop_waiting(conn, self.reading)
            self._drop(conn)
            return
        if whole:
            self._stop_waiting(conn, self.reading)
            self._submit(conn)
        else:
            self._await_more(conn)

    def _await_more(self, conn: TConn) -> None:
        conn.sock.give_leave()
        if conn not in self.reading:
            self.reading[conn] = None
            more = partial(self._more, conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, more)

    def _more(self, conn: TConn, sock: ClientSocket) -> None:
        if conn in self.reading:
            self._collect(conn)

    def _submit(self, conn: TConn) -> None:
        conn.data_ready = conn.sock.lent = True
        self.submitted += 1
        pool = self.probe_pool if is_probe(conn.sock.received) else self.tpool
        pool.submit(self._answer, conn)

    def _answer(self, conn: TConn) -> None:
        lives_on = False
        try:
            lives_on = self.handle(conn)
        finally:
            self.method_queue.defer(self.finish_request, conn, lives_on)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Hook of gunicorn, in a thread: whether the connection lives on.

        gunicorn awaits the rest of a body that nobody has read, here, for five seconds.
        """
        deadline = time.monotonic() + DRAIN_SECONDS
        return bool(
            keepalive and conn.parser.finish_body(deadline=deadline, max_bytes=COLLECTED_BYTES)
        )

    def finish_request(self, conn: TConn, lives_on: bool) -> None:
        """On the loop: the thread is done, not all may have been sent."""
        if conn.sock.lent:
            conn.sock.lent = False
            self.submitted -= 1
        if conn.sock.unsent or conn.sock.part is not None:
            self._send_rest(conn, lives_on)
        elif not lives_on:
            self._linger(conn)
        elif self._has_next_request(conn):
            conn.sock.begin()
            if is_whole(conn.sock.received):
                self._submit(conn)
            else:
                self._await_more(conn)
        else:
            self._await_next_request(conn)

    def _await_next_request(self, conn: TConn) -> None:
        conn.set_timeout()
        if not self.alive:
            conn.timeout = min(conn.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        self.keepalived_conns.append(conn)
        readable = partial(self.on_client_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def _has_next_request(self, conn: TConn) -> bool:
        """Whether some of it came together with the last one.

        gunicorn would let a thread await the rest.
        """
        if conn.parser.unreader.buf.getvalue():
            conn.sock.give_back(conn.parser.unreader.take_buffered())
        return bool(conn.sock.received)

    # --- Answers ---

    def _send_rest(self, conn: TConn, lives_on: bool) -> None:
        conn.sock.begin_sending()
        self.sending[conn] = None
        self._share_memory()
        self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._send, conn, lives_on))

    def _send(self, conn: TConn, lives_on: bool, sock: ClientSocket) -> None:
        try:
            done = sock.send_rest()
        except OSError:
            self._abort(conn)
            return
        if done:
            self._stop_waiting(conn, self.sending)
            self._share_memory()
            self.finish_request(conn, lives_on)

    def _share_memory(self) -> None:
        ClientSocket.allowance = min(SENT_LATER_BYTES, MEMORY // (len(self.sending) + 1))

    def _abort(self, conn: TConn) -> None:
        self._stop_waiting(conn, self.sending)
        self._share_memory()
        conn.sock.close_part()
        self._drop(conn)

    # --- Ends of connections ---

    def _linger(self, conn: TConn) -> None:
        """gunicorn awaits the client's end here, and nobody else is served meanwhile."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        if len(self.lingering) >= MAX_LINGERING:
            self._drop(conn)
            return
        conn.timeout = time.monotonic() + LINGER_SECONDS
        self.lingering[conn] = 0
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: TConn, sock: ClientSocket) -> None:
        try:
            count = len(socket.socket.recv(sock, READ_BYTES, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return
        except OSError:
            count = 0
        self.lingering[conn] += count
        if count == 0 or self.lingering[conn] > LINGER_BYTES:
            self._end_lingering(conn)

    def _end_lingering(self, conn: TConn) -> None:
        del self.lingering[conn]
        self.poller.unregister(conn.sock)
        self._drop(conn)

    def _stop_waiting(self, conn: TConn, waiting: dict[TConn, None]) -> None:
        if conn in waiting:
            del waiting[conn]
            self.poller.unregister(conn.sock)

    def _drop(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    # --- Rounds ---

    def murder_pending(self) -> None:
        """Hook of gunicorn, in each round of the loop: ends whoever has waited for too long."""
        if self.alive and self.nr_conns >= self.most_connections:
            # All were busy at a time, and the loop accepts nobody until there is room.
            self._make_room()
        now = time.monotonic()
        if now < self.next_round:
            return
        self.next_round = now + ROUND_SECONDS
        self.worker_connections = self.most_connections
        for conn in [each for each in self.reading if self._end_of_waiting(each.sock) < now]:
            self._stop_waiting(conn, self.reading)
            self._drop(conn)
        limit = now - STALL_SECONDS
        for conn in [each for each in self.sending if each.sock.last_progress < limit]:
            self._abort(conn)
        for conn in [each for each in self.lingering if each.timeout < now]:
            self._end_lingering(conn)

    def _end_of_waiting(self, sock: ClientSocket) -> float:
        return sock.deadline if sock.received else min(sock.deadline, self.stop_at)

    def _cap_keepalive(self, deadline: float) -> None:
        """Hook of gunicorn, before it stops: who has asked for nothing yet is not waited for."""
        super()._cap_keepalive(deadline)
        self.stop_at = time.monotonic() + STOP_KEEPALIVE_LINGER

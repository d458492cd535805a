"""A client's connection, as gunicorn's loop and its threads read and write it.

The loop collects a request before a thread has it (`collect`), as nginx does for the servers behind
it: who sends slowly keeps no thread from others. A thread then reads what was collected. It waits
for the client only within a larger body, and only as long as bytes come fast enough.
"""

import errno
import os
import re
import select
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

# Of bodies that come in no faster, uploads for instance, a thread and the loop await no more.
BYTES_PER_SECOND = 16 * 1024
GRACE_SECONDS = 20
# Without progress: a paused player asks again.
STALL_SECONDS = 60
# A request with its body; of larger ones a thread reads the rest itself.
COLLECTED_BYTES = 1024 * 1024
READ_BYTES = 64 * 1024
# Of an answer, after its thread has ended.
SENT_LATER_BYTES = 1024 * 1024
# Per sendfile call: a fast client must not keep the loop from the other connections.
BLOCK_SIZE = 256 * 1024

HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_BODY = re.compile(rb"\r\n(?:content-length:[ \t]*0*[1-9]|transfer-encoding:)", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*(100-continue[ \t]*\r\n)?", re.IGNORECASE)
LEAVE = b"HTTP/1.1 100 Continue\r\n\r\n"
# A load balancer's and an operator's.
_PROBE = re.compile(rb"(?:GET|HEAD) /(?:readyz|healthz)[? ]")
_SEND_TIMEOUT = struct.pack("ll", STALL_SECONDS, 0)


def is_whole(received: bytes, limit: int = COLLECTED_BYTES) -> bool:
    """Whether a thread need not wait for this request, or has to find out itself what it is."""
    end = received.find(HEAD_END)
    if end < 0:
        # A line that ends otherwise is refused by gunicorn's parser, whatever follows.
        return len(received) >= limit or received.count(b"\n") != received.count(b"\r\n")
    length = _LENGTH.search(received, 0, end + 2)
    if length is None:
        return True
    missing = int(length[1]) + end + len(HEAD_END) - len(received)
    if missing <= 0 or len(received) + missing > limit:
        return True
    expected = _EXPECT.search(received, 0, end + 2)
    return expected is not None and expected[1] is None


def awaits_leave(received: bytes) -> bool:
    """Whether the client sends its body only when told to (RFC 9110, 10.1.1)."""
    end = received.find(HEAD_END)
    expected = _EXPECT.search(received, 0, max(0, end + 2))
    line = received.lstrip(b"\r\n").partition(b"\r\n")[0]
    return bool(expected and expected[1] and line.endswith(b" HTTP/1.1"))


def is_probe(received: bytes) -> bool:
    """Whether this is a question for /readyz or /healthz, and nothing else."""
    return bool(
        _PROBE.match(received) and received.endswith(HEAD_END) and not _BODY.search(received)
    )


@dataclass
class Part:
    """The rest of a file body."""

    file: int
    offset: int
    remaining: int


class ClientSocket(socket.socket):
    """A socket whose descriptor always blocks; the loop asks for what is there with MSG_DONTWAIT.

    gunicorn switches between both around each request, and each call gives away Python's lock.
    """

    # What a thread may leave to the loop to send, in bytes; `SendfileWorker` shares its memory out.
    allowance = SENT_LATER_BYTES

    # What the loop has yet to send, in this order.
    unsent: bytearray
    part: Part | None = None
    after_part = b""
    # A thread has it.
    lent = False
    received = b""
    # Until when the loop awaits a request.
    deadline = last_progress = 0.0
    # How long a thread may yet wait for the client.
    _patience = 0.0
    _timeout: float | None = None
    _has_leave = False

    @classmethod
    def of(cls, plain: socket.socket) -> "ClientSocket":
        """The same connection; `plain` has it no longer."""
        sock = cls(plain.family, plain.type, plain.proto, plain.detach())
        socket.socket.setblocking(sock, True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_TIMEOUT)
        sock.unsent = bytearray()
        sock.begin()
        return sock

    # --- The loop ---

    def begin(self) -> None:
        """From now on the client has `GRACE_SECONDS`, and more for what it sends."""
        self.deadline = time.monotonic() + GRACE_SECONDS
        self._patience, self._has_leave = GRACE_SECONDS, False

    def collect(self, limit: int) -> bool:
        """Read what has arrived; whether a thread can go on with it. Raises OSError at the end."""
        try:
            more = socket.socket.recv(self, READ_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        if not more:
            raise ConnectionResetError
        self.received += more
        self.deadline += len(more) / BYTES_PER_SECOND
        return is_whole(self.received, limit)

    def give_leave(self) -> None:
        """Have the client send a body that it holds back, so that no thread has to await it."""
        if not self._has_leave and awaits_leave(self.received):
            with suppress(OSError):
                super().send(LEAVE, socket.MSG_DONTWAIT)
                self._has_leave = True

    def give_back(self, data: bytes) -> None:
        """What was read after the end of a request begins the next one."""
        self.received = data + self.received

    def begin_sending(self) -> None:
        """The thread is done: from now on a call returns at once, and the client may not stall."""
        socket.socket.setblocking(self, False)
        self.last_progress = time.monotonic()

    def send_rest(self) -> bool:
        """Send what the client takes now; whether that was all. Raises OSError if it is gone."""
        try:
            if self.unsent:
                del self.unsent[: super().send(self.unsent)]
            elif self.part is not None:
                self._send_part(self.part)
        except BlockingIOError:
            return False
        self.last_progress = time.monotonic()
        if self.unsent or self.part is not None:
            return False
        socket.socket.setblocking(self, True)
        return True

    def _send_part(self, part: Part) -> None:
        count = min(part.remaining, BLOCK_SIZE)
        sent = os.sendfile(self.fileno(), part.file, part.offset, count)
        if sent == 0:
            raise ConnectionResetError(errno.ECONNRESET, "the file was truncated")
        part.offset, part.remaining = part.offset + sent, part.remaining - sent
        if part.remaining == 0:
            self.close_part()

    def close_part(self) -> None:
        """Close the duplicated descriptor, if there is one."""
        if self.part is not None:
            os.close(self.part.file)
            self.part = None
            self.unsent += self.after_part
            self.after_part = b""

    # --- Threads ---

    def recv(self, size: int, flags: int = 0) -> bytes:
        """What was collected, or what comes next. Raises OSError if the client is too slow."""
        if not self.received:
            return self._await(size)
        data, self.received = self.received[:size], self.received[size:]
        return data

    def _await(self, size: int) -> bytes:
        """Only what the thread itself waits is the client's time.

        Before, the request may have waited for a thread, and the application for a database.
        """
        seconds = self._patience if self._timeout is None else min(self._patience, self._timeout)
        readable = select.poll()
        readable.register(self, select.POLLIN)
        began = time.monotonic()
        is_there = readable.poll(max(0, min(seconds, STALL_SECONDS)) * 1000)
        self._patience -= time.monotonic() - began
        if not is_there:
            # gunicorn sets a time-out only for what it reads and throws away.
            if self._timeout is not None:
                raise TimeoutError
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow")
        data = socket.socket.recv(self, size)
        self._patience += len(data) / BYTES_PER_SECOND
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send what the client takes at once; what it does not, the loop sends later.

        What it did not take of earlier pieces is tried again with each: one that reads on need not
        wait for the end of the thread. Raises ConnectionResetError if too much is left, and the
        client takes nothing for `STALL_SECONDS`.
        """
        if self.part is not None:
            # The end of a chunk, for example.
            self.after_part += data
        elif self.unsent:
            self.unsent += data
            del self.unsent[: self._send_now(self.unsent)]
        elif (sent := self._send_now(data)) < len(data):
            self.unsent += data[sent:]
        if len(self.unsent) > self.allowance:
            self._send_and_wait()

    def send(self, data: Any, flags: int = 0) -> int:
        """gunicorn itself calls this only to give leave."""
        if self._has_leave and data == LEAVE:
            return len(data)
        return super().send(data, flags)

    def _send_now(self, data: bytes | bytearray) -> int:
        try:
            return super().send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def _send_and_wait(self) -> None:
        # Half, so that an answer in many small pieces does not await the client with each.
        data, self.unsent = self.unsent, bytearray()
        first = len(data) - self.allowance // 2
        try:
            super().sendall(bytes(data[:first]))
        except BlockingIOError:
            raise ConnectionResetError(errno.ECONNRESET, "the client takes nothing") from None
        del data[:first]
        self.unsent = data

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Only records the range, for the loop to send; returns `count`."""
        assert count is not None
        self.part = Part(os.dup(file.fileno()), offset, count)
        return count

    def shutdown(self, how: int) -> None:
        """Raises OSError in a thread: the loop ends connections, after all has been sent."""
        if self.lent:
            raise OSError(errno.EBUSY, "only the loop ends a connection")
        super().shutdown(how)

    def close(self) -> None:
        """Nothing in a thread, for the same reason."""
        if not self.lent:
            super().close()

    def setblocking(self, flag: bool) -> None:
        """Nothing: see the class."""

    def settimeout(self, value: float | None) -> None:
        """For `recv` alone, and at the moment that it waits."""
        self._timeout = value

    def gettimeout(self) -> float | None:
        """That of `settimeout`."""
        return self._timeout

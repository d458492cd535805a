"""A TCP proxy in front of MariaDB that reads its protocol and can fail in the middle of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Self

from django.db import connection

COM_QUERY = 3
COM_PING = 14


class Cut(Enum):
    """Where the line is cut at a statement."""

    BEFORE = "before it arrives"
    AFTER = "before its answer arrives"


@dataclass
class DatabaseProxy:
    """Forwards to the database of the tests, at `port`; `commands` are those of all clients."""

    host: str
    target: int
    port: int = 0
    commands: list[int] = field(default_factory=list)
    statements: list[bytes] = field(default_factory=list)
    # The number of the statement that is cut, counted from `watch` on; one cut for a watch.
    cut_at: int = -1
    cut: Cut = Cut.BEFORE
    was_cut: bool = False
    _refusing: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)
    _mutes: list[threading.Event] = field(default_factory=list)

    @classmethod
    @contextmanager
    def between(cls) -> Iterator[Self]:
        """The connections of this thread go through it meanwhile."""
        ours = connection.settings_dict
        before = ours["HOST"], ours["PORT"]
        proxy = cls(before[0], int(before[1]))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            proxy.port = listening.getsockname()[1]
            threading.Thread(target=proxy._accept, args=[listening], daemon=True).start()
            connection.close()
            ours["HOST"], ours["PORT"] = "127.0.0.1", str(proxy.port)
            try:
                yield proxy
            finally:
                connection.close()
                ours["HOST"], ours["PORT"] = before
                proxy.cut_all()

    def watch(self, *, cut_at: int = -1, cut: Cut = Cut.BEFORE) -> None:
        """Forget what was sent; cut the line at this statement, the first is 0."""
        self.commands, self.statements = [], []
        self.cut_at, self.cut, self.was_cut = cut_at, cut, False

    def mute(self) -> None:
        """What goes through the connections of now is lost from now on, both ways."""
        for mute in self._mutes:
            mute.set()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """The same, and further ones are accepted without a word."""
        self._refusing = True
        self.mute()
        try:
            yield
        finally:
            self._refusing = False

    @property
    def committed(self) -> bool:
        """Whether a COMMIT came to the server before the cut, whose answer may be lost."""
        arrived = self.cut_at + (self.cut is Cut.AFTER)
        # By itself, or behind what was sent together with it.
        return any(each.endswith(b"COMMIT") for each in self.statements[:arrived])

    def cut_all(self) -> None:
        """Close all connections, as a server that restarts, or somebody who kills them."""
        while self._sockets:
            _hang_up(self._sockets.pop())

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                self._sockets.append(client)
                if not self._refusing:
                    threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection((self.host, self.target))
        line = _Line(client, server)
        self._sockets.append(server)
        self._mutes.append(line.mute)
        threading.Thread(target=line.answer, daemon=True).start()
        with suppress(OSError):
            while packet := _packet(client):
                if self._is_cut(packet):
                    if self.cut is Cut.BEFORE:
                        break
                    line.cut.set()
                if not line.mute.is_set():
                    server.sendall(packet)
        line.hang_up()

    def _is_cut(self, packet: bytes) -> bool:
        number, command = packet[3], packet[4]
        if number != 0:  # part of the login
            return False
        self.commands.append(command)
        if command != COM_QUERY:
            return False
        self.statements.append(packet[5:])
        if len(self.statements) != self.cut_at + 1 or self.was_cut:
            return False
        self.was_cut = True
        return True


@dataclass
class _Line:
    client: socket.socket
    server: socket.socket
    mute: threading.Event = field(default_factory=threading.Event)
    cut: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> None:
        """Forward what the server says, until it is to be cut."""
        with suppress(OSError):
            while (data := self.server.recv(65536)) and not self.cut.is_set():
                if not self.mute.is_set():
                    self.client.sendall(data)
        if not self.mute.is_set():
            self.hang_up()

    def hang_up(self) -> None:
        """Both ends."""
        _hang_up(self.client)
        _hang_up(self.server)


def _packet(line: socket.socket) -> bytes:
    """One packet with its head: three bytes of length, one of its number. b"" at the end."""
    head = _exactly(line, 4)
    return head + _exactly(line, int.from_bytes(head[:3], "little")) if head else b""


def _exactly(line: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        if not (more := line.recv(length - len(data))):
            return b""
        data += more
    return data


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()

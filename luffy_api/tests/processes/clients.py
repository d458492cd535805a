"""Cheap HTTP clients, many of them concurrently."""

import json
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from luffy_api.apps.order.models import Order
from luffy_api.tests import peers
from luffy_api.tests.peers import Answer as Expected
from luffy_api.tests.peers import Message, Peer

R = TypeVar("R")


@dataclass(frozen=True)
class Answer:
    """An HTTP response; `headers` have lower-case names, `seconds` is from sending to the end."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        """The body as JSON: the envelope."""
        return json.loads(self.body)


class Client:
    """One keep-alive connection that is opened again when it has been lost."""

    def __init__(self, port: int, *, timeout: float = 60) -> None:
        self.port = port
        self.timeout = timeout
        self.socket: socket.socket | None = None
        self.received = b""

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def send(self, request: bytes) -> Answer | None:
        """The answer, or None when the connection ended before it was complete."""
        began = time.perf_counter()
        try:
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(request)
            status, headers, body = self._read()
        except OSError:
            self.close()
            return None
        if headers.get("connection") == "close":
            self.close()
        return Answer(status, headers, body, time.perf_counter() - began)

    def close(self) -> None:
        """Close the connection."""
        if self.socket:
            self.socket.close()
        self.socket, self.received = None, b""

    def _read(self) -> tuple[int, dict[str, str], bytes]:
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            self._receive()
        first, *lines = self.received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (li.partition(": ") for li in lines)}
        size = end + 4 + int(headers.get("content-length", 0))
        while len(self.received) < size:
            self._receive()
        body, self.received = self.received[end + 4 : size], self.received[size:]
        return int(first.split()[1]), headers, body

    def _receive(self) -> None:
        assert self.socket
        if not (more := self.socket.recv(65536)):
            raise ConnectionError("the server hung up")
        self.received += more


def request(path: str, body: bytes = b"", *, method: str = "POST", **headers: str) -> bytes:
    """A request as bytes; `Content_Type="…"` becomes a header of that name."""
    fields = {"Host": "127.0.0.1", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def posted(message: Message) -> bytes:
    """A notification as it comes over the line."""
    headers = {"Content_Type": message.content_type, **message.headers}
    return request(message.path, message.body, **headers)


def paid_for(order: Order, peer: Peer | None = None) -> bytes:
    """The notification that this order is paid, by its own provider unless another one is named."""
    return posted(peers.paid(peer or peers.peer_of(order), order))


def refunded_for(order: Order) -> bytes:
    """The notification of a full refund."""
    return posted(peers.refunded(peers.peer_of(order), order))


def api(path: str, token: str, body: Any = None, *, method: str = "POST", **headers: str) -> bytes:
    """A request to the API with a student's token."""
    raw = b"" if body is None else json.dumps(body).encode()
    return request(
        f"/api/v1/{path}",
        raw,
        method=method,
        Authorization=f"jwt {token}",
        Content_Type="application/json",
        **headers,
    )


def in_threads(act: Callable[[int], R], threads: int) -> list[R]:
    """What `act(number)` returns in each of many threads."""

    def run(number: int) -> R:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def send_all(
    ports: Sequence[int], requests: Sequence[bytes], *, threads: int = 32
) -> list[Answer | None]:
    """Every request once, by that many clients at the same time; answers in the same order.

    The clients are shared out over the ports. Each takes every n-th request, so that neighbours in
    the sequence are sent at the same moment.
    """

    def send_share(number: int) -> list[Answer | None]:
        with Client(ports[number % len(ports)]) as client:
            return [client.send(each) for each in requests[number::threads]]

    shares = in_threads(send_share, threads)
    return [shares[i % threads][i // threads] for i in range(len(requests))]


def told(answers: Iterable[Answer | None]) -> list[Expected | None]:
    """Answers as `peers` compares them; None for one that never came."""
    return [Expected(answer.status, answer.body) if answer else None for answer in answers]

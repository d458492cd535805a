"""Servers that are no Elasticsearch: what stands behind an address when something went wrong."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve) -> Iterator[str]:
    """The address of a server that hands each connection to `serve`."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        threading.Thread(target=_accept, args=(server, serve), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        # Wakes accept(), which would otherwise outlive the closed socket.
        server.shutdown(socket.SHUT_RDWR)


@contextmanager
def nobody() -> Iterator[str]:
    """An address where connections are refused."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def silent(connection: socket.socket) -> None:
    """Takes the question and never answers."""
    while connection.recv(65536):
        pass


def dripping(connection: socket.socket) -> None:
    """Sends a byte now and then for 8 s, so that no single read times out."""
    connection.recv(65536)
    connection.sendall(_head("200 OK", "application/json", 10_000))
    for _ in range(40):
        connection.sendall(b" ")
        time.sleep(0.2)


def hanging_up(connection: socket.socket) -> None:
    """Closes the connection in the middle of an answer."""
    connection.recv(65536)
    connection.sendall(_head("200 OK", "application/json", 500) + b'{"took": 1, "hits"')


def answering(status: str, kind: str, body: str) -> Serve:
    """Gives the same answer to everything."""
    content = body.encode()

    def serve(connection: socket.socket) -> None:
        while connection.recv(65536):
            connection.sendall(_head(status, kind, len(content)) + content)

    return serve


def _head(status: str, kind: str, length: int) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
        "X-Elastic-Product: Elasticsearch",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _accept(server: socket.socket, serve: Serve) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, serve), daemon=True).start()


def _serve(connection: socket.socket, serve: Serve) -> None:
    with connection, suppress(OSError):
        serve(connection)

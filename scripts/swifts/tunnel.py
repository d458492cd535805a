"""A proxy for https that brings every host of a table to a port of this machine, and no other."""

import select
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

BLOCK = 65536


class Tunnel(ThreadingHTTPServer):
    """`ports` by host; a host below one of them goes the same way."""

    daemon_threads = True

    def __init__(self, ports: dict[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ports = ports
        self.url = f"http://127.0.0.1:{self.server_port}"
        Thread(target=self.serve_forever, daemon=True).start()

    def port_of(self, host: str) -> int | None:
        """None for a host that is not in the table."""
        for name, port in self.ports.items():
            if host == name or host.endswith(f".{name}"):
                return port
        return None


class _Handler(BaseHTTPRequestHandler):
    server: Tunnel
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        port = self.server.port_of(self.path.rpartition(":")[0])
        try:
            target = socket.create_connection(("127.0.0.1", port or 0), timeout=5)
        except OSError:
            self.send_error(502)
            return
        with target:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            _join(self.connection, target)
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Logs nothing."""


def _join(one: socket.socket, other: socket.socket) -> None:
    """Until one of them has said everything."""
    others = {one: other, other: one}
    while True:
        for ready in select.select([one, other], [], [])[0]:
            block = ready.recv(BLOCK)
            if not block:
                return
            others[ready].sendall(block)

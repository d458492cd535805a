"""The network connection below a connection to MariaDB."""

import os
import select
import socket
import time
from contextlib import suppress

# A host that has vanished, or a network that is cut, is noticed after a minute, however long an
# answer may take.
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class Line:
    """A second handle of the driver's socket, which the driver cannot close and give away."""

    def __init__(self, fileno: int) -> None:
        self._socket = socket.socket(fileno=os.dup(fileno))
        self.last_used = time.monotonic()
        if self._socket.family != socket.AF_UNIX:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in KEEPALIVE.items():
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def __del__(self) -> None:
        """The driver closes its own handle where a thread ends with an open connection."""
        self.close()

    @property
    def idle_seconds(self) -> float:
        """Since the last answer."""
        return time.monotonic() - self.last_used

    def has_ended(self) -> bool:
        """Whether the server has hung up, or has said something unasked: a farewell."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def shut_down(self) -> None:
        """End it for the driver too: whoever reads from it gets an error, now and later."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give this handle back."""
        self._socket.close()

"""The shop, with addresses that keep something busy: for sendfile_server.py."""

import os
import socket
import time
from collections.abc import Iterable
from typing import Any

from luffy_api.wsgi import application as shop

# Bytes: more than these buffers hold, and less than what may be sent later.
LONG, BUFFER = 120_000, 16 * 1024


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers as the shop does, but to the addresses that are named here."""
    if environ["PATH_INFO"] == "/busy":
        environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/descriptors":
        _take_all_descriptors()
    if environ["PATH_INFO"] in {"/long", "/broken"}:
        environ["gunicorn.socket"].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        start_response("200 OK", [("Content-Length", str(LONG))])
        return [bytes(LONG // 4)] * 4 if environ["PATH_INFO"] == "/long" else _break_off()
    return shop(environ, start_response)


def _break_off() -> Iterable[bytes]:
    yield bytes(LONG // 2)
    raise ValueError("within an answer")


def _take_all_descriptors() -> None:
    """For two seconds there is none left for a connection."""
    taken: list[int] = []
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        time.sleep(2)
    for descriptor in taken:
        os.close(descriptor)

"""The shop, and an address whose thread reads whatever is sent: for test_sendfile_worker.py."""

from collections.abc import Iterable
from typing import Any

from luffy_api.wsgi import application as shop


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """`/busy` is the shop's 404 after its body."""
    if environ["PATH_INFO"] == "/busy":
        environ["wsgi.input"].read()
    return shop(environ, start_response)

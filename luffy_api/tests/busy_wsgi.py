"""The shop, with addresses that keep something busy: for test_sendfile_worker.py."""

import os
import time
from collections.abc import Iterable
from typing import Any

from luffy_api.wsgi import application as shop


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers as the shop does, after what `/busy` and `/descriptors` do."""
    if environ["PATH_INFO"] == "/busy":
        environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/descriptors":
        _take_all_descriptors()
    return shop(environ, start_response)


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

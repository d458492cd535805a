"""A button of the local cashiers, pressed in a test's own process."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def opened(url: str) -> Callable[[str], Any]:
    """The page of the cashier as a browser with its CSRF token has it; call it to press a button.

    The token is read from the page: the `context` of a test client also holds what is rendered for
    other clients at the same moment.
    """
    parts = urlsplit(url)
    buyer, path = Client(enforce_csrf_checks=True), f"{parts.path}?{parts.query}"
    page = buyer.get(path)
    text = page.content.decode()
    assert page.status_code == 200, text
    [token] = TOKEN.findall(text)
    return lambda action: buyer.post(path, {"action": action, "csrfmiddlewaretoken": token})


def press(url: str, action: str = "pay") -> Any:
    """Open the cashier and press a button."""
    return opened(url)(action)

"""A buyer at the local cashier, over real HTTP."""

import re
import time
from html import unescape
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, ProxyHandler, build_opener

from luffy_api.apps.order.models import Order
from luffy_api.apps.order.payment import cashier


def cashier_url(order: Order) -> str:
    """The URL that leads to Alipay's cashier for this order."""
    return cashier.open_cashier(order, cashier.Choice()).pay_url


class StopAtReturn(HTTPRedirectHandler):
    """Follows redirects like a browser, except the return to the shop."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any):
        if "/pay/success" in newurl:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Buyer:
    """A buyer's browser at the cashier."""

    def __init__(self) -> None:
        self.opener = build_opener(
            HTTPCookieProcessor(CookieJar()), StopAtReturn(), ProxyHandler({})
        )

    def open_cashier(self, pay_url: str) -> None:
        with self.opener.open(pay_url, timeout=10) as page:
            self.address = page.url
            self.html = page.read().decode()

    def press(self, action: str) -> str:
        """Presses a button of the form; returns the URL that the browser is sent to."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.html)
        form = re.search(r'<form[^>]*action="([^"]*)"', self.html)
        assert token
        body = urlencode({"csrfmiddlewaretoken": token[1], "action": action}).encode()
        target = urljoin(self.address, unescape(form[1]) if form else "")
        try:
            with self.opener.open(target, body, timeout=10) as page:
                return str(page.url)
        except HTTPError as redirect:  # the one that was not followed
            return str(redirect.headers["Location"])


def pay_at_cashier(pay_url: str) -> None:
    """Opens the cashier and pays."""
    buyer = Buyer()
    buyer.open_cashier(pay_url)
    buyer.press("pay")


def wait_until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)

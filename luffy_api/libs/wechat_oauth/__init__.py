"""The openid of a visitor inside WeChat's browser, by the official account's OAuth 2.0.

Source: "网页授权" of the manual of official accounts: scope `snsapi_base`, which asks the visitor
nothing. The visitor goes to `authorize_url` and comes back with a `code`, good once and for five
minutes; `fetch_openid` exchanges it.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

from luffy_api.libs.direct_http import opener

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10.0
MAX_ANSWER_BYTES = 64 * 1024
STATE = re.compile(r"[0-9A-Za-z]{1,128}", re.ASCII)
OPENID = re.compile(r"[0-9A-Za-z_-]{1,128}", re.ASCII)
# The code is of another account, too old, or used.
CODE_ERRORS = frozenset({40029, 40163, 42003})

Values = Mapping[str, Any]
_registered: dict[str, Callable[[], Values]] = {}


class OAuthUnavailable(Exception):
    """There was no usable answer, or the account is not configured: try again later."""


class CodeRejected(Exception):
    """The code is wrong, too old, or was used before: the visitor has to be sent again."""


def register_loader(loader: Callable[[], Values]) -> None:
    """Set the function that returns AUTHORIZE_URL, TOKEN_URL, APP_ID and APP_SECRET."""
    _registered["loader"] = loader


def authorize_url(*, redirect_uri: str, state: str) -> str:
    """Where to send the visitor; WeChat returns to `redirect_uri` with `code` and `state` added.

    `state` is at most 128 letters and digits. Raises ValueError for another one, and
    OAuthUnavailable without configuration.
    """
    if not STATE.fullmatch(state):
        raise ValueError("a state may hold 1 to 128 letters and digits")
    values = _values()
    # WeChat reads the parameters in this order only.
    query = urlencode(
        {
            "appid": values["APP_ID"],
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
    )
    return f"{values['AUTHORIZE_URL']}?{query}#wechat_redirect"


def fetch_openid(code: str) -> str:
    """Exchange a code for the visitor's openid at this account.

    Raises CodeRejected, and OAuthUnavailable for everything else. Waits for the network.
    """
    values = _values()
    query = {
        "appid": values["APP_ID"],
        "secret": values["APP_SECRET"],
        "code": code,
        "grant_type": "authorization_code",
    }
    try:
        answer = _get(f"{values['TOKEN_URL']}?{urlencode(query)}")
        error, openid = int(answer.get("errcode") or 0), str(answer.get("openid") or "")
    except Exception as failure:  # urllib and JSON raise many kinds
        # Neither the URL nor the failure may be logged: the secret stands in both.
        logger.warning("No usable answer to a code: %s", type(failure).__name__)
        raise OAuthUnavailable("no usable answer") from None
    if error in CODE_ERRORS:
        raise CodeRejected(str(error))
    if error or not OPENID.fullmatch(openid):
        logger.warning("A code was answered with errcode %s", error)
        raise OAuthUnavailable(f"errcode {error}")
    return openid


def _values() -> Values:
    values = _registered["loader"]() if "loader" in _registered else {}
    if not all(values.get(name) for name in ("AUTHORIZE_URL", "TOKEN_URL", "APP_ID", "APP_SECRET")):
        raise OAuthUnavailable("the official account is not configured")
    return values


def _get(url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("not an http address")
    with opener(url).open(Request(url), timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        raw = answer.read(MAX_ANSWER_BYTES)
    return dict(json.loads(raw))

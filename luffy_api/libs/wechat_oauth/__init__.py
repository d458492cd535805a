"""Who a visitor is for WeChat, by its OAuth 2.0.

Two kinds of apps speak it. An official account knows visitors inside WeChat (“网页授权” in the
manual of official accounts; scope `snsapi_base`, which asks the visitor nothing, or
`snsapi_userinfo`, which does). A website of the open platform shows a QR code to visitors of
other browsers ("网站应用微信登录"; scope `snsapi_login`). The visitor goes to `authorize_url` and
comes back with a `code`, good once and for five minutes; `fetch_visitor` exchanges it.

The openid of one person is another one for each app. The unionid is the same for all apps that
are bound to one account of the open platform ("UnionID 机制"); it is missing for others, and for
the scope `snsapi_base` ("只有当 scope 为 snsapi_userinfo 时返回").

Who looks at a page snapshot ("快照页模式") has agreed to nothing: WeChat answers with a virtual
account, whose openid and unionid are not the person's, and marks it by `is_snapshotuser`.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """An app that WeChat knows: an official account, or a website of the open platform."""

    authorize_url: str
    token_url: str
    app_id: str
    app_secret: str = field(repr=False)
    scope: str = "snsapi_base"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at one app; `unionid` is "" where WeChat does not tell it."""

    openid: str
    unionid: str = ""


class OAuthUnavailable(Exception):
    """There was no usable answer, or the account is not configured: try again later."""


class CodeRejected(Exception):
    """The code is wrong, too old, or was used before: the visitor has to be sent again."""


class SnapshotVisitor(CodeRejected):
    """The code stands for the virtual account of a page snapshot, not for a person."""


def register_loader(loader: Callable[[], Values]) -> None:
    """Set the function that returns AUTHORIZE_URL, TOKEN_URL, APP_ID and APP_SECRET."""
    _registered["loader"] = loader


def authorize_url(*, redirect_uri: str, state: str, app: OAuthApp | None = None) -> str:
    """Where to send the visitor; WeChat returns to `redirect_uri` with `code` and `state` added.

    A visitor who refuses comes back without a `code`. `state` is at most 128 letters and digits;
    `app` is the registered one by default. Raises ValueError for another state, and
    OAuthUnavailable without configuration.
    """
    if not STATE.fullmatch(state):
        raise ValueError("a state may hold 1 to 128 letters and digits")
    app = app or _registered_app()
    # WeChat reads the parameters in this order only.
    query = urlencode(
        {
            "appid": app.app_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": app.scope,
            "state": state,
        }
    )
    return f"{app.authorize_url}?{query}#wechat_redirect"


def fetch_openid(code: str) -> str:
    """Exchange a code for the visitor's openid at the registered app; raises as `fetch_visitor`."""
    return fetch_visitor(code, app=_registered_app()).openid


def fetch_visitor(code: str, *, app: OAuthApp) -> Visitor:
    """Exchange a code of this app for the visitor.

    Raises CodeRejected (SnapshotVisitor among them), and OAuthUnavailable for everything else.
    Waits for the network.
    """
    query = {
        "appid": app.app_id,
        "secret": app.app_secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    try:
        answer = _get(f"{app.token_url}?{urlencode(query)}")
        error, openid = int(answer.get("errcode") or 0), str(answer.get("openid") or "")
        unionid = str(answer.get("unionid") or "")
        is_snapshot = bool(int(answer.get("is_snapshotuser") or 0))
    except Exception as failure:  # urllib and JSON raise many kinds
        # Neither the URL nor the failure may be logged: the secret stands in both.
        logger.warning("No usable answer to a code: %s", type(failure).__name__)
        raise OAuthUnavailable("no usable answer") from None
    if error in CODE_ERRORS:
        raise CodeRejected(str(error))
    if error or not OPENID.fullmatch(openid) or (unionid and not OPENID.fullmatch(unionid)):
        logger.warning("A code was answered with errcode %s", error)
        raise OAuthUnavailable(f"errcode {error}")
    if is_snapshot:
        raise SnapshotVisitor
    return Visitor(openid, unionid)


def _registered_app() -> OAuthApp:
    values = _registered["loader"]() if "loader" in _registered else {}
    names = ("AUTHORIZE_URL", "TOKEN_URL", "APP_ID", "APP_SECRET")
    if not all(values.get(name) for name in names):
        raise OAuthUnavailable("the official account is not configured")
    return OAuthApp(*(values[name] for name in names))


def _get(url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("not an http address")
    with opener(url).open(Request(url), timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        raw = answer.read(MAX_ANSWER_BYTES)
    return dict(json.loads(raw))

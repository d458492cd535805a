"""Who a visitor is for Alipay ("网站支付宝登录"): a page to go to, and a code to exchange.

The visitor comes back with `auth_code`, good once and for three minutes at least. An app that was
made before 2023 knows people by `user_id`, a later one by `open_id`, which is another one for each
app ("OpenID 改造"); an app that changes over gets both for a while.
"""

import json
import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from luffy_api.libs.alipay_v1.client import fetch, signed_url, verified_node
from luffy_api.libs.alipay_v1.exceptions import (
    AlipayCodeRejected,
    AlipayNotConfigured,
    AlipayUnknown,
)
from luffy_api.libs.alipay_v1.settings import alipay_config

logger = logging.getLogger(__name__)
METHOD, NODE = "alipay.system.oauth.token", "alipay_system_oauth_token_response"
# The code is wrong, too old or used ("业务错误码" of that method).
CODE_INVALID = "isv.code-invalid"
ID = re.compile(r"[0-9A-Za-z_-]{1,128}", re.ASCII)
STATE = re.compile(r"[0-9A-Za-z]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """A person at our app, by one of the first two ids or both; "" is what Alipay does not tell."""

    app_id: str
    open_id: str
    user_id: str
    union_id: str


def authorize_url(page: str, *, redirect_uri: str, state: str) -> str:
    """Where to send the visitor; `page` is Alipay's `publicAppAuthorize.htm`.

    `state` is at most 100 letters and digits. Raises ValueError for another one, and
    AlipayUnknown (AlipayNotConfigured among it).
    """
    if not STATE.fullmatch(state):
        raise ValueError("a state may hold 1 to 100 letters and digits")
    query = {
        "app_id": _app_id(),
        "scope": "auth_user",
        "redirect_uri": redirect_uri,
        "state": state,
    }
    return f"{page}?{urlencode(query)}"


def _app_id() -> str:
    try:
        return alipay_config().app_id
    except AlipayUnknown:
        raise
    except Exception as error:  # whatever the loader of the keys raises
        raise AlipayUnknown("the keys cannot be read") from error


def exchange_code(code: str) -> Member:
    """The person an `auth_code` stands for.

    Raises AlipayCodeRejected, and AlipayUnknown for everything else. Waits for the network.
    """
    try:
        config = alipay_config()
        url = signed_url(METHOD, {}, grant_type="authorization_code", code=code)
        raw = fetch(url, config.timeout)
        is_rejected = _is_rejected(raw)
        node = {} if is_rejected else verified_node(config, raw, NODE)
    except AlipayNotConfigured:
        raise
    except Exception as error:  # the SDK, urllib and the loader of the keys raise many kinds
        logger.warning("No trustworthy answer to %s: %s", METHOD, type(error).__name__)
        raise AlipayUnknown(f"no trustworthy answer to {METHOD}") from error
    if is_rejected:
        raise AlipayCodeRejected(CODE_INVALID)
    return _member(config.app_id, node)


def _is_rejected(raw: str) -> bool:
    """Whoever could forge this answer could as well let none arrive: it needs no signature."""
    answer = json.loads(raw)
    nodes = [answer.get(name) for name in ("error_response", NODE)]
    return any(isinstance(node, dict) and node.get("sub_code") == CODE_INVALID for node in nodes)


def _member(app_id: str, node: dict[str, Any]) -> Member:
    names = [str(node.get(name) or "") for name in ("open_id", "user_id", "union_id")]
    if not any(names[:2]) or not all(ID.fullmatch(name) for name in names if name):
        logger.warning("A code was answered with %s", node.get("sub_code"))
        raise AlipayUnknown("nobody is in the answer")
    return Member(app_id, *names)

"""A merchant's request: read it, verify its signature, unpack its content."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from luffy_api.apps.alipay_sandbox.conf import GatewaySettings, gateway_settings
from luffy_api.apps.alipay_sandbox.exceptions import invalid
from luffy_api.apps.alipay_sandbox.signing import text_of, verify


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """A request whose signature has been verified; `origin` is where it reached the gateway."""

    params: dict[str, str]
    content: dict[str, Any]
    origin: str = ""


def raw_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Every parameter of the query string and of the form, repeated ones included."""
    sources = (request.GET, request.POST)
    return [(name, str(v)) for form in sources for name, vs in form.lists() for v in vs]


def read_request(pairs: list[tuple[str, str]], *, origin: str = "") -> GatewayRequest:
    """Verify and unpack; raises GatewayError with Alipay's code for the first error found."""
    params = dict(pairs)
    if len(params) != len(pairs):
        raise invalid("isv.invalid-parameter", "参数重复")
    _verify_sender(params)
    return GatewayRequest(params=params, content=_content(params), origin=origin)


def _verify_sender(params: dict[str, str]) -> None:
    known = gateway_settings()
    if params.get("app_id") != known.app_id:
        raise invalid("isv.invalid-app-id", "无效的AppID参数", signed=False)
    if params.get("sign_type") != "RSA2":
        raise invalid("isv.invalid-signature-type", "签名类型有误, 只支持 RSA2")
    if not params.get("sign"):
        raise invalid("isv.missing-signature", "缺少签名参数")
    _check_serials(params, known)
    # Unlike a notification, a request signs its sign_type too.
    text = text_of(params, leave_out=("sign",))
    if not verify(text, params["sign"], known.app_public_key):
        raise invalid("isv.invalid-signature", "验签出错, 请检查密钥和待签名字符串")


def _check_serials(params: dict[str, str], known: GatewaySettings) -> None:
    """The serial numbers that an app with certificates must send, and no other may."""
    app, root = params.get("app_cert_sn", ""), params.get("alipay_root_cert_sn", "")
    if known.app_cert_sn and not app:
        raise invalid("isv.missing-app-cert-sn", "缺少应用公钥证书序列号")
    if app != known.app_cert_sn:
        raise invalid("isv.app-cert-not-exist", "应用公钥证书不存在")
    if known.root_cert_sn and not root:
        raise invalid("isv.missing-alipay-root-cert-sn", "缺少支付宝根证书序列号")
    if root != known.root_cert_sn:
        raise invalid("isv.invalid-alipay-root-cert-sn", "支付宝根证书序列号错误")


def _content(params: dict[str, str]) -> dict[str, Any]:
    try:
        content = json.loads(params.get("biz_content", ""))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise invalid("isv.invalid-parameter", "biz_content 不是 JSON 对象")
    return content

"""A merchant's request: read it, verify its signature, unpack its content."""

import json
import re
import time
from typing import Any

from django.http import HttpRequest

from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import GatewayError, invalid
from luffy_api.apps.wechatpay_sandbox.signing import verify

SCHEME = "WECHATPAY2-SHA256-RSA2048 "
MAX_CLOCK_DIFFERENCE_SECONDS = 300
FIELD = re.compile(r'([a-z_]+)="([^"]*)"')
WRONG_SIGN = GatewayError(401, "SIGN_ERROR", "签名错误, 请检查后再试")


def verify_sender(request: HttpRequest) -> None:
    """Raise GatewayError unless our merchant signed this very request within five minutes."""
    header = request.headers.get("Authorization", "")
    fields = dict(FIELD.findall(header)) if header.startswith(SCHEME) else {}
    known = gateway_settings()
    stamp = fields.get("timestamp", "")
    if (fields.get("mchid"), fields.get("serial_no")) != (known.mch_id, known.serial_no):
        raise GatewayError(401, "SIGN_ERROR", "商户号或证书序列号有误")
    if not stamp.isdecimal() or abs(time.time() - int(stamp[:12])) > MAX_CLOCK_DIFFERENCE_SECONDS:
        raise GatewayError(401, "SIGN_ERROR", "Http头Authorization值中的timestamp已过期")
    lines = [request.method or "", request.get_full_path(), stamp, fields.get("nonce_str", "")]
    message = "\n".join(lines).encode() + b"\n" + request.body + b"\n"
    if not verify(message, fields.get("signature", ""), known.merchant_public_key):
        raise WRONG_SIGN


def content_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of the body, addressed to this merchant. Raises GatewayError."""
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise invalid("请求的内容不是 JSON 对象")
    return content


def require_merchant(value: object) -> None:
    """Raise GatewayError unless the request is about our one merchant."""
    if value != gateway_settings().mch_id:
        raise invalid("参数有误: mchid")

"""What one attempt to deliver a notification sends."""

import json

from luffy_api.apps.wechatpay_sandbox import signing, values
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification


def signed(message: WechatNotification) -> tuple[bytes, dict[str, str]]:
    """The body of one attempt and the headers that prove it."""
    kind = "refund" if message.event_type.startswith("REFUND") else "transaction"
    resource = signing.encrypt(message.plain.encode(), kind=kind)
    envelope = {
        "id": message.event_id,
        "create_time": values.rfc3339(message.created_at),
        "resource_type": "encrypt-resource",
        "event_type": message.event_type,
        "summary": "退款成功" if kind == "refund" else "支付成功",
        "resource": {"original_type": kind, **resource},
    }
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    serial = gateway_settings().public_key_id
    headers = signing.headers_for(body, serial=serial)
    return body, {"Content-Type": "application/json; charset=utf-8", **headers}

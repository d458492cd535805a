"""The asynchronous notification: the row from which it is delivered."""

import json
import secrets
from functools import partial
from typing import Any

from django.db import transaction

from luffy_api.apps.wechatpay_sandbox.delivery import deliver_soon
from luffy_api.apps.wechatpay_sandbox.models import WechatNotification, WechatTrade


def enqueue(*, trade: WechatTrade, event_type: str, url: str, plain: dict[str, Any]) -> None:
    """Store a notification in the caller's transaction and deliver it after the commit."""
    message = WechatNotification.objects.create(
        trade=trade,
        event_id=f"EV-{secrets.token_hex(16)}",
        event_type=event_type,
        url=url,
        plain=json.dumps(plain, ensure_ascii=False),
    )
    transaction.on_commit(partial(deliver_soon, message.pk))

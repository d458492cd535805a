"""The asynchronous notification: its fields, and the row from which it is delivered."""

import json
import secrets
from functools import partial
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.alipay_sandbox.conf import gateway_settings
from luffy_api.apps.alipay_sandbox.delivery import deliver_soon
from luffy_api.apps.alipay_sandbox.models import SandboxNotification, SandboxTrade
from luffy_api.apps.alipay_sandbox.signing import sign_fields
from luffy_api.apps.alipay_sandbox.values import beijing


def enqueue(*, trade: SandboxTrade) -> None:
    """Store a notification in the caller's transaction and deliver it after the commit."""
    if not trade.notify_url:
        return
    message = SandboxNotification.objects.create(trade=trade, body=signed_body(trade))
    transaction.on_commit(partial(deliver_soon, message.pk))


def signed_body(trade: SandboxTrade) -> str:
    """The form body, with the field set of "异步通知参数说明" (alipay.trade.page.pay)."""
    fields = {**_identity(trade), **_money(trade), **_times(trade)}
    return urlencode(sign_fields(fields, gateway_settings().private_key))


def _identity(trade: SandboxTrade) -> dict[str, str]:
    gateway = gateway_settings()
    return {
        "charset": "utf-8",
        "version": "1.0",
        "notify_type": "trade_status_sync",
        "notify_id": secrets.token_hex(17),
        "app_id": gateway.app_id,
        "auth_app_id": gateway.app_id,
        "seller_id": gateway.seller_id,
        "buyer_id": trade.buyer_id,
        "out_trade_no": trade.out_trade_no,
        "trade_no": trade.trade_no,
        "trade_status": trade.status,
        "subject": trade.subject,
    }


def _money(trade: SandboxTrade) -> dict[str, str]:
    total = f"{trade.total_amount:.2f}"
    bill = [{"amount": total, "fundChannel": "ALIPAYACCOUNT"}]
    same = ("total_amount", "receipt_amount", "buyer_pay_amount", "invoice_amount")
    refund = {"refund_fee": f"{trade.refunded_amount:.2f}"} if trade.refunded_amount else {}
    return {
        **dict.fromkeys(same, total),
        "point_amount": "0.00",
        "fund_bill_list": json.dumps(bill, separators=(",", ":")),
        **refund,
    }


def _times(trade: SandboxTrade) -> dict[str, str]:
    now = beijing(timezone.now())
    times = {"gmt_create": beijing(trade.created_at), "notify_time": now}
    if trade.paid_at:
        times["gmt_payment"] = beijing(trade.paid_at)
    if trade.refunded_amount:
        times["gmt_refund"] = f"{now}.000"
    if trade.closed_at:
        times["gmt_close"] = beijing(trade.closed_at)
    return times

"""Signed answers of the gateway: JSON nodes and the return URL of the browser."""

import json
from urllib.parse import urlencode, urlsplit

from django.utils import timezone

from luffy_api.apps.alipay_sandbox.conf import gateway_settings
from luffy_api.apps.alipay_sandbox.models import SandboxRefund, SandboxTrade
from luffy_api.apps.alipay_sandbox.signing import sign, sign_fields
from luffy_api.apps.alipay_sandbox.values import beijing

BUYER = {"buyer_logon_id": "lu***@luffy.test"}


def signed_answer(node_name: str, node: dict[str, str], *, signed: bool = True) -> str:
    """The JSON answer. The signature is over the exact text of the node, written once.

    An app with certificates is told which one of Alipay's verifies it.
    """
    gateway = gateway_settings()
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    if not signed:
        return f'{{"{node_name}":{text}}}'
    serial = f'"alipay_cert_sn":"{gateway.alipay_cert_sn}",' if gateway.alipay_cert_sn else ""
    return f'{{"{node_name}":{text},{serial}"sign":"{sign(text, gateway.private_key)}"}}'


def query_node(trade: SandboxTrade) -> dict[str, str]:
    """The answer to `alipay.trade.query`."""
    total = f"{trade.total_amount:.2f}"
    paid = total if trade.paid_at else "0.00"
    node = {
        **_success(trade),
        "buyer_user_id": trade.buyer_id,
        "trade_status": trade.status,
        "total_amount": total,
        "buyer_pay_amount": paid,
        "receipt_amount": paid,
        "invoice_amount": paid,
        "point_amount": "0.00",
    }
    return {**node, "send_pay_date": beijing(trade.paid_at)} if trade.paid_at else node


def close_node(trade: SandboxTrade) -> dict[str, str]:
    """The answer to `alipay.trade.close`."""
    return _success(trade)


def refund_node(trade: SandboxTrade, *, moved: bool) -> dict[str, str]:
    """The answer to `alipay.trade.refund`; `refund_fee` is the sum of all refunds."""
    return {
        **_success(trade),
        "buyer_user_id": trade.buyer_id,
        "fund_change": "Y" if moved else "N",
        "refund_fee": f"{trade.refunded_amount:.2f}",
        "send_back_fee": "0.00",
        "gmt_refund_pay": beijing(timezone.now()),
    }


def bill_node(url: str) -> dict[str, str]:
    """The answer to `alipay.data.dataservice.bill.downloadurl.query`."""
    return {"code": "10000", "msg": "Success", "bill_download_url": url}


def refund_query_node(trade: SandboxTrade, refund: SandboxRefund | None) -> dict[str, str]:
    """The answer to `alipay.trade.fastpay.refund.query`: bare success for an unknown refund."""
    if refund is None:
        return {"code": "10000", "msg": "Success", "out_trade_no": trade.out_trade_no}
    return {
        **_success(trade),
        "out_request_no": refund.request_no,
        "refund_status": "REFUND_SUCCESS",
        "refund_amount": f"{refund.amount:.2f}",
        "total_amount": f"{trade.total_amount:.2f}",
        "gmt_refund_pay": beijing(refund.created_at),
    }


def return_url_of(trade: SandboxTrade) -> str:
    """Where the buyer goes after paying: the merchant's return URL with signed parameters."""
    gateway = gateway_settings()
    fields = {
        "charset": "utf-8",
        "out_trade_no": trade.out_trade_no,
        "method": "alipay.trade.page.pay.return",
        "total_amount": f"{trade.total_amount:.2f}",
        "trade_no": trade.trade_no,
        "auth_app_id": gateway.app_id,
        "version": "1.0",
        "app_id": gateway.app_id,
        "seller_id": gateway.seller_id,
        "timestamp": beijing(timezone.now()),
    }
    query = urlencode(sign_fields(fields, gateway.private_key))
    parts = urlsplit(trade.return_url)
    return parts._replace(query=f"{parts.query}&{query}" if parts.query else query).geturl()


def shop_url(trade: SandboxTrade) -> str:
    """The merchant's home page, or an empty text when it is unknown."""
    parts = urlsplit(trade.return_url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def _success(trade: SandboxTrade) -> dict[str, str]:
    numbers = {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}
    return {"code": "10000", "msg": "Success", **BUYER, **numbers}

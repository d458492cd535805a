"""What answers and notifications say about trades and refunds."""

from typing import Any

from luffy_api.apps.wechatpay_sandbox import signing, values
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.models import TradeState, WechatRefund, WechatTrade


def trade_content(trade: WechatTrade) -> dict[str, Any]:
    """A trade as queries and notifications describe it."""
    gateway = gateway_settings()
    content: dict[str, Any] = {
        "appid": gateway.app_id,
        "mchid": gateway.mch_id,
        "out_trade_no": trade.out_trade_no,
        "trade_type": trade.trade_type,
        "trade_state": trade.state,
        "trade_state_desc": trade.get_state_display(),
        "attach": "",
    }
    if trade.state not in {TradeState.SUCCESS, TradeState.REFUND} or trade.paid_at is None:
        return {**content, "amount": {"total": trade.total, "currency": "CNY"}}
    return {
        **content,
        "transaction_id": trade.transaction_id,
        "bank_type": "OTHERS",
        "success_time": values.rfc3339(trade.paid_at),
        "payer": {"openid": trade.openid},
        "amount": {
            "total": trade.total,
            "payer_total": trade.total,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }


def refund_content(refund: WechatRefund, *, state: str) -> dict[str, Any]:
    """A refund as answers describe it, in this state."""
    finished = refund.finished_at if state == WechatRefund.State.SUCCESS else None
    return {
        **_refund(refund),
        "channel": "ORIGINAL",
        "create_time": values.rfc3339(refund.created_at),
        "funds_account": "AVAILABLE",
        "status": state,
        **({"success_time": values.rfc3339(finished)} if finished else {}),
        "amount": {
            **_amounts(refund),
            "settlement_refund": refund.amount,
            "settlement_total": refund.trade.total,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }


def refund_event(refund: WechatRefund) -> dict[str, Any]:
    """A refund as a notification describes it."""
    finished = refund.finished_at
    return {
        "mchid": gateway_settings().mch_id,
        **_refund(refund),
        "refund_status": refund.state,
        **({"success_time": values.rfc3339(finished)} if finished else {}),
        "amount": _amounts(refund),
    }


def certificates_content() -> dict[str, Any]:
    """The one platform certificate, encrypted."""
    serial, pem = signing.platform_certificate()
    expires = signing.VALID_SINCE + signing.VALID_FOR
    return {
        "data": [
            {
                "serial_no": serial,
                "effective_time": values.rfc3339(signing.VALID_SINCE),
                "expire_time": values.rfc3339(expires),
                "encrypt_certificate": signing.encrypt(pem.encode(), kind="certificate"),
            }
        ]
    }


def _refund(refund: WechatRefund) -> dict[str, Any]:
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": refund.trade.transaction_id,
        "out_trade_no": refund.trade.out_trade_no,
        "user_received_account": "支付用户零钱",
    }


def _amounts(refund: WechatRefund) -> dict[str, int]:
    return {
        "total": refund.trade.total,
        "refund": refund.amount,
        "payer_total": refund.trade.total,
        "payer_refund": refund.amount,
    }

"""State changes of a trade. Each is a conditional update, so that it happens once."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox import answers, values
from luffy_api.apps.wechatpay_sandbox.conf import gateway_settings
from luffy_api.apps.wechatpay_sandbox.exceptions import refused
from luffy_api.apps.wechatpay_sandbox.models import TradeState, TradeType, WechatTrade
from luffy_api.apps.wechatpay_sandbox.notifications import enqueue
from luffy_api.apps.wechatpay_sandbox.requests import require_merchant


def open_trade(*, content: dict[str, Any], trade_type: TradeType) -> WechatTrade:
    """Create the trade of an order, or find it again.

    Raises GatewayError when a parameter is wrong or another one than before ("201 商户订单号重复"),
    and for a trade that is over.
    """
    require_merchant(content.get("mchid"))
    if content.get("appid") != gateway_settings().app_id:
        raise refused("APPID_MCHID_NOT_MATCH", "appid 和 mchid 不匹配")
    fields = {
        "trade_type": trade_type,
        "description": values.text(content, "description", limit=127),
        "total": values.fen(content, "total"),
        "notify_url": values.http_url(content.get("notify_url"), "notify_url"),
        "expires_at": values.moment(content, "time_expire"),
        "openid": _payer(content, trade_type),
    }
    WechatTrade.objects.close_expired()
    trade, _ = WechatTrade.objects.get_or_create(
        out_trade_no=values.number(content, "out_trade_no"), defaults=fields
    )
    _check_payable(trade, fields)
    return trade


def _payer(content: dict[str, Any], trade_type: TradeType) -> str:
    if trade_type == TradeType.H5:
        values.nested(content, "scene_info.payer_client_ip", limit=45)
        values.nested(content, "scene_info.h5_info.type", limit=32)
    if trade_type != TradeType.JSAPI:
        return ""
    return values.nested(content, "payer.openid", limit=128)


def _check_payable(trade: WechatTrade, fields: dict[str, Any]) -> None:
    if trade.state == TradeState.CLOSED or _is_late(trade.expires_at):
        raise refused("ORDER_CLOSED", "订单已关闭")
    if trade.state != TradeState.NOTPAY:
        raise refused("ORDER_PAID", "订单已支付")
    if any(getattr(trade, name) != value for name, value in fields.items()):
        raise refused("INVALID_REQUEST", "201 商户订单号重复")


def _is_late(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= timezone.now()


def pay_trade(*, trade: WechatTrade) -> bool:
    """Mark a trade paid, once, and notify the merchant; False when it cannot be paid."""
    WechatTrade.objects.close_expired()
    waiting = WechatTrade.objects.filter(pk=trade.pk, state=TradeState.NOTPAY)
    payer = trade.openid or new_openid()
    with transaction.atomic():
        paid = waiting.update(state=TradeState.SUCCESS, paid_at=timezone.now(), openid=payer) == 1
        trade.refresh_from_db()
        if paid:
            plain = answers.trade_content(trade)
            enqueue(
                trade=trade, event_type="TRANSACTION.SUCCESS", url=trade.notify_url, plain=plain
            )
    return paid


def find_trade(**number: str) -> WechatTrade:
    """A trade by one of its numbers. Raises GatewayError when there is none."""
    WechatTrade.objects.close_expired()
    trade = WechatTrade.objects.filter(**number).first()
    if trade is None:
        raise refused("ORDER_NOT_EXIST", "订单不存在", status=404)
    return trade


def close_trade(*, out_trade_no: str) -> None:
    """Close a trade that waits; raises GatewayError for a paid one. Sends no notification."""
    trade = find_trade(out_trade_no=out_trade_no)
    waiting = WechatTrade.objects.filter(pk=trade.pk, state=TradeState.NOTPAY)
    if waiting.update(state=TradeState.CLOSED):
        return
    trade.refresh_from_db()
    if trade.state != TradeState.CLOSED:
        raise refused("ORDER_PAID", "订单已支付")


def new_openid() -> str:
    """28 characters, as WeChat's own."""
    return f"o{secrets.token_urlsafe(24)[:27]}"

"""Refunds: accepted as PROCESSING, finished at once, and reported."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.wechatpay_sandbox import answers, locks, values
from luffy_api.apps.wechatpay_sandbox.exceptions import refused
from luffy_api.apps.wechatpay_sandbox.models import TradeState, WechatRefund, WechatTrade
from luffy_api.apps.wechatpay_sandbox.notifications import enqueue
from luffy_api.apps.wechatpay_sandbox.services import find_trade


def refund_trade(*, content: dict[str, Any]) -> dict[str, Any]:
    """Carry out a refund and return its answer: PROCESSING at first, its true state later.

    A repeated `out_refund_no` moves nothing. Raises GatewayError when the trade is not paid or has
    less left.
    """
    name = "transaction_id" if "transaction_id" in content else "out_trade_no"
    trade = find_trade(**{name: values.number(content, name)})
    refund_no = values.number(content, "out_refund_no", values.REFUND_NO)
    amount, total = values.fen(content, "refund"), values.fen(content, "total")
    url = content.get("notify_url")
    url = values.http_url(url, "notify_url") if url is not None else ""
    if total != trade.total:
        raise refused("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致")
    with transaction.atomic():
        refund, is_new = _refund_once(trade, refund_no, amount, url)
    state = WechatRefund.State.PROCESSING if is_new else refund.state
    return answers.refund_content(refund, state=state)


def _refund_once(
    trade: WechatTrade, refund_no: str, amount: int, url: str
) -> tuple[WechatRefund, bool]:
    locks.lock_trade(trade)
    before = WechatRefund.objects.filter(out_refund_no=refund_no).select_related("trade").first()
    if before is not None:
        if (before.trade_id, before.amount) != (trade.pk, amount):
            raise refused("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致")
        return before, False
    _add_refund(trade, amount)
    refund = WechatRefund.objects.create(
        trade=trade,
        out_refund_no=refund_no,
        amount=amount,
        notify_url=url,
        state=WechatRefund.State.SUCCESS,
        finished_at=timezone.now(),
    )
    if url:
        plain = answers.refund_event(refund)
        enqueue(trade=trade, event_type="REFUND.SUCCESS", url=url, plain=plain)
    return refund, True


def _add_refund(trade: WechatTrade, amount: int) -> None:
    paid = WechatTrade.objects.filter(
        pk=trade.pk, state__in=[TradeState.SUCCESS, TradeState.REFUND]
    )
    if not paid.exists():
        raise refused("INVALID_REQUEST", "订单状态不可退款")
    enough = paid.filter(total__gte=F("refunded") + amount)
    if not enough.update(refunded=F("refunded") + amount, state=TradeState.REFUND):
        raise refused("INVALID_REQUEST", "退款金额大于可退金额")
    trade.refresh_from_db()


def find_refund(*, out_refund_no: str) -> WechatRefund:
    """A refund by the merchant's number. Raises GatewayError when there is none."""
    refund = (
        WechatRefund.objects.filter(out_refund_no=out_refund_no).select_related("trade").first()
    )
    if refund is None:
        raise refused("RESOURCE_NOT_EXISTS", "退款单不存在", status=404)
    return refund

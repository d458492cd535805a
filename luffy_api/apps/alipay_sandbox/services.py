"""State changes of a trade. Each is a conditional update, so that it happens once."""

from django.db import transaction
from django.utils import timezone

from luffy_api.apps.alipay_sandbox import values
from luffy_api.apps.alipay_sandbox.exceptions import refused
from luffy_api.apps.alipay_sandbox.models import SandboxTrade, TradeStatus
from luffy_api.apps.alipay_sandbox.notifications import enqueue
from luffy_api.apps.alipay_sandbox.requests import GatewayRequest

PRODUCT_CODES = {
    "alipay.trade.page.pay": "FAST_INSTANT_TRADE_PAY",
    "alipay.trade.wap.pay": "QUICK_WAP_WAY",
}


def open_trade(*, request: GatewayRequest) -> SandboxTrade:
    """Create the trade of an `alipay.trade.page.pay` or `….wap.pay`, or find it again.

    Raises GatewayError when a parameter is wrong, the amount is another one than before, or the
    trade is over.
    """
    content = request.content
    fields = {
        "subject": values.text(content, "subject", limit=256),
        "total_amount": values.amount(content, "total_amount"),
        "notify_url": values.http_url(request.params, "notify_url"),
        "return_url": values.http_url(request.params, "return_url"),
        "expires_at": values.moment(content, "time_expire"),
    }
    if content.get("product_code") != PRODUCT_CODES[request.params["method"]]:
        raise refused("ACQ.INVALID_PARAMETER", "product_code 有误")
    SandboxTrade.objects.close_expired()
    trade, _ = SandboxTrade.objects.get_or_create(
        out_trade_no=values.number(content, "out_trade_no"), defaults=fields
    )
    _check_payable(trade, same_amount=trade.total_amount == fields["total_amount"])
    return trade


def pay_trade(*, trade: SandboxTrade) -> bool:
    """Mark a trade paid, once, and notify the merchant; False when it cannot be paid."""
    now = timezone.now()
    SandboxTrade.objects.close_expired()
    waiting = SandboxTrade.objects.filter(pk=trade.pk, status=TradeStatus.WAITING)
    with transaction.atomic():
        paid = waiting.update(status=TradeStatus.PAID, paid_at=now) == 1
        trade.refresh_from_db()
        if paid:
            enqueue(trade=trade)
    return paid


def find_trade(*, request: GatewayRequest) -> SandboxTrade:
    """The trade that a request names by the gateway's number or the merchant's.

    Raises GatewayError when there is none. As with Alipay, `trade_no` counts when both are sent.
    """
    trade_no = values.number(request.content, "trade_no", required=False)
    name = "trade_no" if trade_no else "out_trade_no"
    SandboxTrade.objects.close_expired()
    trade = SandboxTrade.objects.filter(**{name: values.number(request.content, name)}).first()
    if trade is None:
        raise refused("ACQ.TRADE_NOT_EXIST", "交易不存在")
    return trade


def close_trade(*, request: GatewayRequest) -> SandboxTrade:
    """Close a trade that waits; raises GatewayError in every other state. Sends no notification."""
    trade = find_trade(request=request)
    waiting = SandboxTrade.objects.filter(pk=trade.pk, status=TradeStatus.WAITING)
    if not waiting.update(status=TradeStatus.CLOSED, closed_at=timezone.now()):
        raise refused("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    return trade


def _check_payable(trade: SandboxTrade, *, same_amount: bool) -> None:
    if trade.status == TradeStatus.PAID:
        raise refused("ACQ.TRADE_HAS_SUCCESS", "这笔订单已经付过款了, 请勿重复付款")
    if trade.status == TradeStatus.CLOSED or _is_late(trade):
        raise refused("ACQ.TRADE_HAS_CLOSE", "这笔交易已经关闭, 请回到商家重新下单")
    if not same_amount:
        raise refused("ACQ.CONTEXT_INCONSISTENT", "订单金额与之前不一致, 请回到商家重新下单")


def _is_late(trade: SandboxTrade) -> bool:
    return trade.expires_at is not None and trade.expires_at <= timezone.now()

"""Refunds: `alipay.trade.refund` and `alipay.trade.fastpay.refund.query`."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from luffy_api.apps.alipay_sandbox import locks, values
from luffy_api.apps.alipay_sandbox.exceptions import refused
from luffy_api.apps.alipay_sandbox.models import SandboxRefund, SandboxTrade, TradeStatus
from luffy_api.apps.alipay_sandbox.notifications import enqueue
from luffy_api.apps.alipay_sandbox.requests import GatewayRequest
from luffy_api.apps.alipay_sandbox.services import find_trade


def refund_trade(*, request: GatewayRequest) -> tuple[SandboxTrade, bool]:
    """Refund a trade; return it and whether money moved now.

    A repeated `out_request_no` moves nothing; without one only the whole amount goes back. Raises
    GatewayError when the trade is not paid or has less left. As with Alipay a partial refund is
    reported to the merchant as TRADE_SUCCESS again, a full one as TRADE_CLOSED.
    """
    trade = find_trade(request=request)
    amount = values.amount(request.content, "refund_amount")
    request_no = values.number(request.content, "out_request_no", required=False)
    if not request_no and amount != trade.total_amount:
        raise refused("ACQ.INVALID_PARAMETER", "部分退款必须传 out_request_no")
    with transaction.atomic():
        moved = _refund_once(trade, request_no or trade.out_trade_no, amount)
    return trade, moved


def find_refund(*, request: GatewayRequest) -> tuple[SandboxTrade, SandboxRefund | None]:
    """The trade that a query names, and its refund with that `out_request_no` if there is one.

    Raises GatewayError for an unknown trade or a missing number.
    """
    request_no = values.number(request.content, "out_request_no")
    trade = find_trade(request=request)
    return trade, SandboxRefund.objects.filter(trade=trade, request_no=request_no).first()


def _refund_once(trade: SandboxTrade, request_no: str, amount: Decimal) -> bool:
    locks.lock_trade(trade)
    before = SandboxRefund.objects.filter(trade=trade, request_no=request_no).first()
    if before is None:
        _add_refund(trade, amount)
        SandboxRefund.objects.create(trade=trade, request_no=request_no, amount=amount)
        enqueue(trade=trade)
    elif before.amount != amount:
        raise refused("ACQ.DISCORDANT_REPEAT_REQUEST", "同一退款请求号的金额不一致")
    trade.refresh_from_db()
    return before is None


def _add_refund(trade: SandboxTrade, amount: Decimal) -> None:
    paid = SandboxTrade.objects.filter(pk=trade.pk, status=TradeStatus.PAID)
    if not paid.exists():
        raise refused("ACQ.TRADE_STATUS_ERROR", "交易状态不合法, 不能退款")
    enough = paid.filter(total_amount__gte=F("refunded_amount") + amount)
    if not enough.update(refunded_amount=F("refunded_amount") + amount):
        raise refused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超过可退金额")
    spent = paid.filter(refunded_amount=F("total_amount"))
    spent.update(status=TradeStatus.CLOSED, closed_at=timezone.now())
    trade.refresh_from_db()

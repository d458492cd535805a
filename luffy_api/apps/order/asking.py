"""Asking Alipay what became of an order; never under a lock, never inside a transaction."""

from luffy_api.apps.order import counters, services
from luffy_api.apps.order.exceptions import PaymentDisputed, PaymentRefused, PaymentUnknown
from luffy_api.apps.order.models import GatewayCounter, Order
from luffy_api.libs import alipay_v1
from luffy_api.libs.alipay_v1 import TradeState, TradeStatus


def ask(order: Order, *, timeout: float | None = None) -> TradeState:
    """What Alipay knows about the order; money that it reports is recorded at once.

    `timeout` in seconds, the configured one by default. Raises PaymentUnknown without a trustworthy
    answer, PaymentDisputed when it was paid with an amount that is not the order's.
    """
    try:
        status = alipay_v1.query_trade(out_trade_no=order.out_trade_no, timeout=timeout)
    except alipay_v1.AlipayError as error:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise PaymentUnknown from error
    counters.count_answer(status.state)
    if status.state is TradeState.PAID:
        _record(status)
    return status.state


def close_trade(order: Order) -> None:
    """Closes a trade that waits for its buyer. Raises PaymentUnknown: it may be paid meanwhile."""
    try:
        alipay_v1.close_trade(out_trade_no=order.out_trade_no)
    except alipay_v1.AlipayError as error:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise PaymentUnknown from error


def _record(status: TradeStatus) -> None:
    payment = services.payment_of(status)
    try:
        services.record_payment(payment)
    except PaymentRefused as error:
        services.keep_refused(payment, error.reason)
        raise PaymentDisputed from error

"""The payment gateway: chooses the provider, and counts its answers.

A provider is a module of `payment/providers` and an entry of PROVIDERS.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.core.checks import CheckMessage

from luffy_api.apps.order.exceptions import GatewayUnavailable
from luffy_api.apps.order.metrics import gateway_call
from luffy_api.apps.order.models import GatewayCounter, Order, OrderPayment, PayMethod, PayType
from luffy_api.apps.order.payment import counters, references, slots
from luffy_api.apps.order.payment.interface import (
    BillEntry,
    Buyer,
    Cashier,
    NewTrade,
    Notification,
    PaidTrade,
    PaymentProvider,
    RefundResult,
    TradeResult,
)
from luffy_api.apps.order.payment.providers import alipay, wechatpay

PROVIDERS: dict[PayType, PaymentProvider] = {
    PayType.ALIPAY: alipay.AlipayProvider(),
    PayType.WECHAT: wechatpay.WechatPayProvider(),
}


def register_credentials() -> None:
    """Let the SDK wrappers read the keys that `credentials` finds; called once, at the start."""
    alipay.register_credentials()
    wechatpay.register_credentials()


def methods() -> dict[PayType, tuple[PayMethod, ...]]:
    """The ways to pay of each provider that is configured. No network."""
    return {pay_type: ways for pay_type, each in PROVIDERS.items() if (ways := each.methods())}


def configured() -> list[PayType]:
    """The providers that take payments now."""
    return list(methods())


def open_cashier(order: Order, *, buyer: Buyer) -> Cashier:
    """A cashier for the open trade of this order, which works until the order expires.

    Raises TradeNumberUsed, and GatewayUnavailable without a trustworthy answer. It may wait for the
    network: never call it under a lock or in a transaction.
    """
    trade = NewTrade(
        number=order.trade_number,
        subject=order.subject,
        total_amount=order.total_amount,
        expires_at=order.expires_at,
        reference=references.reference_of(order),
    )
    with _asking(PayType(order.pay_type), "cashier"):
        return _provider(order).open_cashier(trade, method=PayMethod(order.pay_method), buyer=buyer)


def query_trade(order: Order, *, timeout: float | None = None) -> TradeResult:
    """What the provider knows about the open trade of the order; counted in GatewayCounter.

    `timeout` in seconds, the configured one by default. Raises GatewayUnavailable without a
    trustworthy answer. Waits for the network: never call it under a lock or in a transaction.
    """
    return query_number(PayType(order.pay_type), order.trade_number, timeout=timeout)


def query_number(pay_type: PayType, number: str, *, timeout: float | None = None) -> TradeResult:
    """Like `query_trade`, about any trade by our number."""
    try:
        with _asking(pay_type, "query"):
            result = PROVIDERS[pay_type].query(out_trade_no=number, timeout=timeout)
    except GatewayUnavailable:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise
    counters.count_answer(result.state)
    return result


def close_trade(order: Order) -> None:
    """Close the open trade, which waits for its buyer; waits for the network.

    Raises GatewayUnavailable without a trustworthy answer, and when the state of the trade forbids
    it: it may have been paid meanwhile.
    """
    close_number(PayType(order.pay_type), order.trade_number)


def close_number(pay_type: PayType, number: str) -> None:
    """Like `close_trade`, for any trade by our number."""
    try:
        with _asking(pay_type, "close"):
            PROVIDERS[pay_type].close(out_trade_no=number)
    except GatewayUnavailable:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise


def refund_trade(payment: OrderPayment, *, amount: Decimal, request_no: str) -> RefundResult:
    """Refund `amount` yuan of a payment, once for each `request_no`; waits for the network.

    Raises GatewayRefused, and GatewayUnavailable without a trustworthy answer: send the same
    `request_no` again then.
    """
    pay_type = PayType(payment.pay_type)
    with _asking(pay_type, "refund"):
        return PROVIDERS[pay_type].refund(
            _paid_trade(payment), amount=amount, request_no=request_no
        )


def query_refund(payment: OrderPayment, *, request_no: str) -> RefundResult:
    """What became of the refund that was asked for with `request_no`; waits for the network.

    Raises GatewayUnavailable without a trustworthy answer.
    """
    pay_type = PayType(payment.pay_type)
    with _asking(pay_type, "query_refund"):
        return PROVIDERS[pay_type].query_refund(_paid_trade(payment), request_no=request_no)


def parse_notification(
    fields: Sequence[tuple[str, str]], *, body: bytes = b"", pay_type: PayType = PayType.ALIPAY
) -> Notification:
    """Verify a notification of this provider; `fields` as posted, repeated names included.

    For WeChat Pay `fields` are the headers. Raises NotificationRejected; nothing of a rejected
    message may be used. Raises GatewayUnavailable when our own keys are not there: the provider
    will send it again.
    """
    return PROVIDERS[pay_type].parse_notification(fields, body=body)


def fetch_bill(pay_type: PayType, *, day: date) -> Iterator[BillEntry]:
    """The lines of a provider's bill of a day in Shanghai; waits for the network before the first.

    Raises BillNotFound, BillInvalid (possibly after some lines), GatewayRefused, and
    GatewayUnavailable without a trustworthy answer.
    """
    with _asking(pay_type, "bill"):
        yield from PROVIDERS[pay_type].fetch_bill(day=day)


def check_settings(pay_type: PayType | None = None) -> Iterator[CheckMessage]:
    """Check the settings of one or every provider, without the network."""
    for provider in _chosen(pay_type):
        yield from provider.check_settings()


def check_connection(pay_type: PayType | None = None) -> Iterator[CheckMessage]:
    """Check the connection to one or every provider; waits for the network."""
    for provider in _chosen(pay_type):
        yield from provider.check_connection()


@contextmanager
def _asking(pay_type: PayType, operation: str) -> Iterator[None]:
    """One call: in a batch it takes its turn, and it is counted and timed."""
    with slots.turn(pay_type), gateway_call(pay_type, operation):
        yield


def _chosen(pay_type: PayType | None) -> list[PaymentProvider]:
    return [PROVIDERS[pay_type]] if pay_type else list(PROVIDERS.values())


def _provider(order: Order) -> PaymentProvider:
    return PROVIDERS[PayType(order.pay_type)]


def _paid_trade(payment: OrderPayment) -> PaidTrade:
    return PaidTrade(trade_no=payment.trade_no, total_amount=payment.amount)

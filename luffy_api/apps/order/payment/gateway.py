"""The payment gateway: the only module that imports a provider's SDK wrapper.

A second provider is another class here and another entry of PROVIDERS.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.checks import CheckMessage

from luffy_api.apps.order.exceptions import (
    GatewayRefused,
    GatewayUnavailable,
    NotificationRejected,
)
from luffy_api.apps.order.models import GatewayCounter, Order, PaymentEvent, PayType
from luffy_api.apps.order.payment import counters, credentials
from luffy_api.apps.order.payment.interface import (
    Notification,
    NotificationKind,
    Payment,
    PaymentProvider,
    RefundResult,
    RefundState,
    TradeResult,
    TradeState,
)
from luffy_api.libs import alipay_v1
from luffy_api.libs.alipay_v1 import checks as alipay_checks

# Where Alipay posts its notifications; the route is in order/urls.py.
ALIPAY_NOTIFY_PATH = "/api/v1/order/success/"


class AlipayProvider:
    """Alipay by `luffy_api.libs.alipay_v1`."""

    def pay_url(
        self, *, out_trade_no: str, subject: str, total_amount: Decimal, expires_at: datetime
    ) -> str:
        """alipay.trade.page.pay, as a signed URL."""
        try:
            return alipay_v1.pay_page_url(
                out_trade_no=out_trade_no,
                subject=subject,
                total_amount=total_amount,
                expires_at=expires_at,
            )
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error

    def query(self, *, out_trade_no: str, timeout: float | None = None) -> TradeResult:
        """alipay.trade.query."""
        try:
            status = alipay_v1.query_trade(out_trade_no=out_trade_no, timeout=timeout)
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error
        state = TradeState(status.state.value)
        if state is not TradeState.PAID:
            return TradeResult(state)
        if status.total_amount is None:
            raise GatewayUnavailable
        payment = Payment(
            out_trade_no=status.out_trade_no,
            trade_no=status.trade_no,
            total_amount=status.total_amount,
            paid_at=status.paid_at,
            source=PaymentEvent.Source.QUERY,
        )
        return TradeResult(state, payment)

    def close(self, *, out_trade_no: str) -> None:
        """alipay.trade.close."""
        try:
            alipay_v1.close_trade(out_trade_no=out_trade_no)
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error

    def refund(self, *, out_trade_no: str, amount: Decimal, request_no: str) -> RefundResult:
        """alipay.trade.refund."""
        try:
            refund = alipay_v1.refund_trade(
                out_trade_no=out_trade_no, amount=amount, request_no=request_no
            )
        except alipay_v1.AlipayRefused as error:
            raise GatewayRefused(error.sub_code) from error
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error
        return RefundResult(
            RefundState.SUCCEEDED,
            refunded_total=refund.refunded_total,
            is_repeat=not refund.moved_money,
        )

    def query_refund(self, *, out_trade_no: str, request_no: str) -> RefundResult:
        """alipay.trade.fastpay.refund.query."""
        try:
            status = alipay_v1.query_refund(out_trade_no=out_trade_no, request_no=request_no)
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error
        return RefundResult(
            RefundState(status.state.value),
            amount=status.amount,
            finished_at=status.finished_at,
            word=status.word,
        )

    def parse_notification(self, fields: Sequence[tuple[str, str]]) -> Notification:
        """The form fields of an asynchronous notification."""
        try:
            notice = alipay_v1.parse_notification(fields)
        except alipay_v1.NotificationRejected as error:
            raise NotificationRejected(error.reason) from error
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error
        payment = Payment(
            out_trade_no=notice.out_trade_no,
            trade_no=notice.trade_no,
            total_amount=notice.total_amount,
            paid_at=notice.paid_at,
            source=PaymentEvent.Source.NOTIFICATION,
            refund_fee=notice.refund_fee,
        )
        return Notification(_kind(notice), notice.trade_status, payment)

    def check_settings(self) -> Iterator[CheckMessage]:
        """Both keys, the seller's number and the notification URL of `settings.ALIPAY`."""
        return alipay_checks.check_settings(
            notify_path=ALIPAY_NOTIFY_PATH, development=_is_local_gateway()
        )

    def check_connection(self) -> Iterator[CheckMessage]:
        """Queries an unknown trade, and posts a forged notification to the shop."""
        return alipay_checks.check_connection(
            notify_path=ALIPAY_NOTIFY_PATH, development=_is_local_gateway()
        )


PROVIDERS: dict[PayType, PaymentProvider] = {PayType.ALIPAY: AlipayProvider()}


def register_credentials() -> None:
    """Let the SDK wrappers read the keys that `credentials` finds; called once, at the start."""
    alipay_v1.register_loader(credentials.alipay_values)


def pay_url(order: Order) -> str:
    """The URL of the cashier for this order, which works until the order expires."""
    return _provider(order).pay_url(
        out_trade_no=order.out_trade_no,
        subject=order.subject,
        total_amount=order.total_amount,
        expires_at=order.expires_at,
    )


def query_trade(order: Order, *, timeout: float | None = None) -> TradeResult:
    """What the provider knows about the order; counted in GatewayCounter.

    `timeout` in seconds, the configured one by default. Raises GatewayUnavailable without a
    trustworthy answer. Waits for the network: never call it under a lock or in a transaction.
    """
    try:
        result = _provider(order).query(out_trade_no=order.out_trade_no, timeout=timeout)
    except GatewayUnavailable:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise
    counters.count_answer(result.state)
    return result


def close_trade(order: Order) -> None:
    """Close a trade that waits for its buyer; waits for the network.

    Raises GatewayUnavailable without a trustworthy answer, and when the state of the trade forbids
    it: it may have been paid meanwhile.
    """
    try:
        _provider(order).close(out_trade_no=order.out_trade_no)
    except GatewayUnavailable:
        counters.count_answer(GatewayCounter.Outcome.UNKNOWN)
        raise


def refund_trade(order: Order, *, amount: Decimal, request_no: str) -> RefundResult:
    """Refund `amount` yuan of a paid order, once for each `request_no`; waits for the network.

    Raises GatewayRefused, and GatewayUnavailable without a trustworthy answer: send the same
    `request_no` again then.
    """
    return _provider(order).refund(
        out_trade_no=order.out_trade_no, amount=amount, request_no=request_no
    )


def query_refund(order: Order, *, request_no: str) -> RefundResult:
    """What became of the refund that was asked for with `request_no`; waits for the network.

    Raises GatewayUnavailable without a trustworthy answer.
    """
    return _provider(order).query_refund(out_trade_no=order.out_trade_no, request_no=request_no)


def parse_notification(
    fields: Sequence[tuple[str, str]], *, pay_type: PayType = PayType.ALIPAY
) -> Notification:
    """Verify a notification of this provider; `fields` as posted, repeated names included.

    Raises NotificationRejected; nothing of a rejected message may be used. Raises
    GatewayUnavailable when our own keys are not there: the provider will send it again.
    """
    return PROVIDERS[pay_type].parse_notification(fields)


def check_settings() -> Iterator[CheckMessage]:
    """Check the settings of every provider, without the network."""
    for provider in PROVIDERS.values():
        yield from provider.check_settings()


def check_connection() -> Iterator[CheckMessage]:
    """Check the connection to every provider; waits for the network."""
    for provider in PROVIDERS.values():
        yield from provider.check_connection()


def _provider(order: Order) -> PaymentProvider:
    return PROVIDERS[PayType(order.pay_type)]


def _kind(notice: alipay_v1.PaymentNotice) -> NotificationKind:
    if notice.is_paid:
        return NotificationKind.PAID
    if notice.is_refunded_in_full:
        return NotificationKind.REFUNDED_IN_FULL
    return NotificationKind.OTHER


def _is_local_gateway() -> bool:
    return bool(settings.ALIPAY_GATEWAY == "local")

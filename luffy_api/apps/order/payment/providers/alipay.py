"""Alipay as a payment provider."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage

from luffy_api.apps.order.exceptions import (
    BillInvalid,
    BillNotFound,
    GatewayRefused,
    GatewayUnavailable,
    NotificationRejected,
)
from luffy_api.apps.order.models import PaymentEvent, PayMethod, PayType
from luffy_api.apps.order.numbers import order_number
from luffy_api.apps.order.payment import credentials
from luffy_api.apps.order.payment.interface import (
    BillEntry,
    BillEntryKind,
    BillEntryState,
    Buyer,
    Cashier,
    CredentialValue,
    NewTrade,
    Notification,
    NotificationKind,
    PaidTrade,
    Payment,
    RefundResult,
    RefundState,
    TradeResult,
)
from luffy_api.apps.order.payment.providers.translation import (
    CheckedProvider,
    credential_value,
    refund_result,
    trade_result,
    unknown_is_unavailable,
)
from luffy_api.libs import alipay_v1
from luffy_api.libs.alipay_v1 import checks as alipay_checks

# Where Alipay posts its notifications; the route is in order/urls.py.
NOTIFY_PATH = "/api/v1/order/success/"


class AlipayProvider(CheckedProvider):
    """Alipay by `luffy_api.libs.alipay_v1`."""

    checks = alipay_checks
    notify_path = NOTIFY_PATH

    def is_local(self) -> bool:
        """Whether ALIPAY_GATEWAY is local."""
        return bool(settings.ALIPAY_GATEWAY == "local")

    def methods(self) -> tuple[PayMethod, ...]:
        """On a desktop and on a phone, once there is an APPID."""
        has_app = bool(credentials.values_of(PayType.ALIPAY).get("APP_ID"))
        return (PayMethod.PAGE, PayMethod.WAP) if has_app else ()

    def open_cashier(self, trade: NewTrade, *, method: PayMethod, buyer: Buyer) -> Cashier:
        """alipay.trade.page.pay or alipay.trade.wap.pay, as a signed URL; nothing is sent."""
        with unknown_is_unavailable(alipay_v1.AlipayError):
            url = alipay_v1.pay_page_url(
                out_trade_no=trade.number,
                subject=trade.subject,
                total_amount=trade.total_amount,
                expires_at=trade.expires_at,
                on_phone=method is PayMethod.WAP,
                passback_params=trade.reference,
            )
        return Cashier(method, pay_url=url)

    def query(self, *, out_trade_no: str, timeout: float | None = None) -> TradeResult:
        """alipay.trade.query."""
        with unknown_is_unavailable(alipay_v1.AlipayError):
            status = alipay_v1.query_trade(out_trade_no=out_trade_no, timeout=timeout)
        return trade_result(
            status,
            pay_type=PayType.ALIPAY,
            trade_no=status.trade_no,
            reference=status.passback_params,
        )

    def close(self, *, out_trade_no: str) -> None:
        """alipay.trade.close."""
        with unknown_is_unavailable(alipay_v1.AlipayError):
            alipay_v1.close_trade(out_trade_no=out_trade_no)

    def refund(self, trade: PaidTrade, *, amount: Decimal, request_no: str) -> RefundResult:
        """alipay.trade.refund."""
        try:
            refund = alipay_v1.refund_trade(
                trade_no=trade.trade_no, amount=amount, request_no=request_no
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

    def query_refund(self, trade: PaidTrade, *, request_no: str) -> RefundResult:
        """alipay.trade.fastpay.refund.query."""
        with unknown_is_unavailable(alipay_v1.AlipayError):
            status = alipay_v1.query_refund(trade_no=trade.trade_no, request_no=request_no)
        return refund_result(status)

    def parse_notification(
        self, fields: Sequence[tuple[str, str]], *, body: bytes = b""
    ) -> Notification:
        """The form fields of an asynchronous notification."""
        try:
            notice = alipay_v1.parse_notification(fields)
        except alipay_v1.NotificationRejected as error:
            raise NotificationRejected(error.reason) from error
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error
        payment = Payment(
            out_trade_no=order_number(notice.out_trade_no),
            number=notice.out_trade_no,
            trade_no=notice.trade_no,
            total_amount=notice.total_amount,
            paid_at=notice.paid_at,
            source=PaymentEvent.Source.NOTIFICATION,
            refund_fee=notice.refund_fee,
            refund_request_no=notice.out_biz_no,
            reference=notice.passback_params,
        )
        return Notification(_kind(notice), notice.trade_status, payment)

    def read_credential(self, name: str, text: str) -> CredentialValue:
        """A number, key or certificate of `libs.alipay_v1`."""
        return credential_value(alipay_v1.read_field, name, text)

    def check_credentials(self, values: Mapping[str, Any]) -> Iterator[CheckMessage]:
        """Keys and certificates that do not belong together, are too short or have expired."""
        return alipay_checks.check_given(values)

    def fetch_bill(self, *, day: date) -> Iterator[BillEntry]:
        """alipay.data.dataservice.bill.downloadurl.query, and the file."""
        try:
            for line in alipay_v1.download_bill(day=day):
                yield _bill_entry(line)
        except alipay_v1.BillNotFound as error:
            raise BillNotFound from error
        except alipay_v1.BillInvalid as error:
            raise BillInvalid(str(error)) from error
        except alipay_v1.AlipayRefused as error:
            raise GatewayRefused(error.sub_code) from error
        except alipay_v1.AlipayError as error:
            raise GatewayUnavailable from error


def register_credentials() -> None:
    """Let the SDK wrapper read the keys that `credentials` finds."""
    alipay_v1.register_loader(partial(credentials.values_of, PayType.ALIPAY))


def _kind(notice: alipay_v1.PaymentNotice) -> NotificationKind:
    if notice.is_paid:
        return NotificationKind.PAID
    if notice.is_refunded_in_full:
        return NotificationKind.REFUNDED_IN_FULL
    if notice.is_closed_unpaid:
        return NotificationKind.CLOSED
    return NotificationKind.OTHER


def _bill_entry(line: alipay_v1.BillLine) -> BillEntry:
    return BillEntry(
        kind=BillEntryKind(line.kind.value),
        state=BillEntryState.DONE,  # a bill of Alipay lists what has happened
        trade_no=line.trade_no,
        out_trade_no=line.out_trade_no,
        request_no=line.request_no,
        amount=line.amount,
        fee=line.fee,
        net=line.net,
        finished_at=line.finished_at,
        subject=line.subject,
        buyer=line.buyer,
    )

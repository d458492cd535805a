"""WeChat Pay as a payment provider."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from functools import partial
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.checks import CheckMessage

from luffy_api.apps.order.exceptions import (
    BillInvalid,
    BillNotFound,
    GatewayRefused,
    GatewayUnavailable,
    NotificationRejected,
    OAuthFailed,
    TradeNumberUsed,
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
    TradeResult,
)
from luffy_api.apps.order.payment.providers.translation import (
    CheckedProvider,
    credential_value,
    refund_result,
    trade_result,
    unknown_is_unavailable,
)
from luffy_api.libs import wechat_oauth, wechatpay_v3
from luffy_api.libs.wechatpay_v3 import bill_file
from luffy_api.libs.wechatpay_v3 import checks as wechatpay_checks
from luffy_api.libs.wechatpay_v3.fields import read_field

# Where WeChat Pay posts its notifications; the route is in order/urls.py.
NOTIFY_PATH = "/api/v1/order/wechat/notify/"
values = partial(credentials.values_of, PayType.WECHAT)


class WechatPayProvider(CheckedProvider):
    """WeChat Pay by `luffy_api.libs.wechatpay_v3`."""

    checks = wechatpay_checks
    notify_path = NOTIFY_PATH

    def is_local(self) -> bool:
        """Whether WECHATPAY_GATEWAY is local."""
        return bool(settings.WECHATPAY_GATEWAY == "local")

    def methods(self) -> tuple[PayMethod, ...]:
        """Native and H5 for every merchant, JSAPI with the secret of its official account."""
        configured = values()
        if not configured.get("GATEWAY_URL") or not configured.get("MCH_ID"):
            return ()
        inside = (PayMethod.JSAPI,) if configured.get("APP_SECRET") else ()
        return (PayMethod.NATIVE, PayMethod.H5, *inside)

    def open_cashier(self, trade: NewTrade, *, method: PayMethod, buyer: Buyer) -> Cashier:
        """An order at /v3/pay/transactions; the same number gets the same trade."""
        order = wechatpay_v3.NewTrade(
            out_trade_no=trade.number,
            description=trade.subject,
            total_amount=trade.total_amount,
            expires_at=trade.expires_at,
            attach=trade.reference,
        )
        with unknown_is_unavailable(wechatpay_v3.WechatPayError):
            try:
                return _open(order, method, buyer)
            except wechatpay_v3.WechatPayRefused as error:
                if error.code in wechatpay_v3.NUMBER_USED:
                    raise TradeNumberUsed(error.code) from error
                raise

    def query(self, *, out_trade_no: str, timeout: float | None = None) -> TradeResult:
        """A trade by our number. WeChat Pay says of a refunded trade only that it was paid."""
        with unknown_is_unavailable(wechatpay_v3.WechatPayError):
            status = wechatpay_v3.query_trade(out_trade_no=out_trade_no, timeout=timeout)
        return trade_result(
            status,
            pay_type=PayType.WECHAT,
            trade_no=status.transaction_id,
            reference=status.attach,
        )

    def close(self, *, out_trade_no: str) -> None:
        """Close an unpaid trade."""
        with unknown_is_unavailable(wechatpay_v3.WechatPayError):
            wechatpay_v3.close_trade(out_trade_no=out_trade_no)

    def refund(self, trade: PaidTrade, *, amount: Decimal, request_no: str) -> RefundResult:
        """A refund at /v3/refund/domestic/refunds, most of them PROCESSING at first."""
        try:
            status = wechatpay_v3.refund_trade(
                transaction_id=trade.trade_no,
                total_amount=trade.total_amount,
                amount=amount,
                refund_no=request_no,
            )
        except wechatpay_v3.WechatPayRefused as error:
            raise GatewayRefused(f"{error.code} {error.message}") from error
        except wechatpay_v3.WechatPayError as error:
            raise GatewayUnavailable from error
        return refund_result(status)

    def query_refund(self, trade: PaidTrade, *, request_no: str) -> RefundResult:
        """A refund by our number, of this trade."""
        with unknown_is_unavailable(wechatpay_v3.WechatPayError):
            status = wechatpay_v3.query_refund(refund_no=request_no)
        found = status.state is not wechatpay_v3.RefundState.NOT_FOUND
        if found and status.transaction_id != trade.trade_no:
            raise GatewayUnavailable
        return refund_result(status)

    def parse_notification(
        self, fields: Sequence[tuple[str, str]], *, body: bytes = b""
    ) -> Notification:
        """The headers and the body of a notification about a payment or a refund."""
        try:
            notice = wechatpay_v3.parse_notification(dict(fields), body)
        except wechatpay_v3.NotificationRejected as error:
            is_forged = error.reason in wechatpay_v3.NOT_AUTHENTICATED
            raise NotificationRejected(error.reason, is_forged=is_forged) from error
        except wechatpay_v3.WechatPayError as error:
            raise GatewayUnavailable from error
        payment = Payment(
            out_trade_no=order_number(notice.out_trade_no),
            number=notice.out_trade_no,
            trade_no=notice.transaction_id,
            total_amount=notice.total_amount,
            paid_at=notice.paid_at,
            source=PaymentEvent.Source.NOTIFICATION,
            pay_type=PayType.WECHAT,
            refund_request_no=notice.refund.refund_no if notice.refund else "",
            reference=notice.attach,
        )
        kind = NotificationKind.REFUND if notice.refund else NotificationKind.PAID
        refund = refund_result(notice.refund) if notice.refund else None
        return Notification(kind, notice.event_type, payment, refund, notice.plain)

    def read_credential(self, name: str, text: str) -> CredentialValue:
        """A number, key or certificate of `libs.wechatpay_v3`."""
        return credential_value(read_field, name, text)

    def check_credentials(self, values: Mapping[str, Any]) -> Iterator[CheckMessage]:
        """Keys that are too short or not WeChat Pay's, halves that do not belong together."""
        return wechatpay_checks.check_given(values)

    def fetch_bill(self, *, day: date) -> Iterator[BillEntry]:
        """/v3/bill/tradebill, and the file."""
        with TemporaryFile() as file:
            try:
                if not wechatpay_v3.download_trade_bill(day, file):
                    raise BillNotFound
                file.seek(0)
                for line in bill_file.read_trade_bill(file, day=day):
                    yield _bill_entry(line)
            except bill_file.BillInvalid as error:
                raise BillInvalid(str(error)) from error
            except wechatpay_v3.WechatPayRefused as error:
                raise GatewayRefused(error.code) from error
            except wechatpay_v3.WechatPayError as error:
                raise GatewayUnavailable from error


def register_credentials() -> None:
    """Let the SDK wrappers read the keys that `credentials` finds."""
    wechatpay_v3.register_loader(values)
    wechat_oauth.register_loader(values)


def authorize_url(*, redirect_uri: str, state: str) -> str:
    """Where a buyer inside WeChat goes to be known by openid. Raises GatewayUnavailable."""
    try:
        return wechat_oauth.authorize_url(redirect_uri=redirect_uri, state=state)
    except wechat_oauth.OAuthUnavailable as error:
        raise GatewayUnavailable from error


def fetch_openid(code: str) -> str:
    """The openid that a code stands for. Raises OAuthFailed and GatewayUnavailable."""
    try:
        return wechat_oauth.fetch_openid(code)
    except wechat_oauth.CodeRejected as error:
        raise OAuthFailed from error
    except wechat_oauth.OAuthUnavailable as error:
        raise GatewayUnavailable from error


def _open(order: wechatpay_v3.NewTrade, method: PayMethod, buyer: Buyer) -> Cashier:
    if method is PayMethod.H5:
        back = _return_url(order)
        url = wechatpay_v3.h5_order(order, client_ip=buyer.client_ip, return_url=back)
        return Cashier(method, pay_url=url)
    if method is PayMethod.JSAPI:
        parameters = asdict(wechatpay_v3.jsapi_order(order, openid=buyer.openid))
        return Cashier(method, pay_url=_bridge_url(parameters, order), jsapi=parameters)
    return Cashier(method, qr_code=wechatpay_v3.native_order(order))


def _bridge_url(parameters: dict[str, str], order: wechatpay_v3.NewTrade) -> str:
    """The local gateway's stand-in for WeChat's bridge, which real browsers do not have."""
    bridge = values().get("BRIDGE_URL")
    if not bridge:
        return ""
    return f"{bridge}?{urlencode({**parameters, 'redirect_url': _return_url(order)})}"


def _return_url(order: wechatpay_v3.NewTrade) -> str:
    """The page that waits for the payment, which knows the order's number only."""
    return f"{values()['RETURN_URL']}?out_trade_no={order_number(order.out_trade_no)}"


BILL_STATES = {
    bill_file.BillLineState.SUCCESS: BillEntryState.DONE,
    bill_file.BillLineState.PROCESSING: BillEntryState.MOVING,
    bill_file.BillLineState.FAILED: BillEntryState.FAILED,
}


def _bill_entry(line: bill_file.TradeBillLine) -> BillEntry:
    return BillEntry(
        kind=BillEntryKind.REFUND if line.is_refund else BillEntryKind.PAYMENT,
        state=BILL_STATES[line.state],
        trade_no=line.transaction_id,
        out_trade_no=line.out_trade_no,
        request_no=line.out_refund_no,
        amount=line.amount,
        fee=line.fee,
        net=line.net,
        finished_at=line.at,
        subject=line.subject,
        buyer=line.buyer,
    )

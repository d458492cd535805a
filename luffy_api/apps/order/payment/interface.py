"""The interface of a payment provider, in types of our own.

docs/payments.md, "Writing a payment provider", is the contract that an implementation fulfils.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Protocol

from django.core.checks import CheckMessage

from luffy_api.apps.order.models import PaymentEvent, PayMethod, PayType


class TradeState(StrEnum):
    """The state of a trade at the provider; the values of GatewayCounter.Outcome."""

    PAID = "paid"
    WAITING = "waiting"
    CLOSED = "closed"  # not paid in time, closed on request, or refunded in full
    NOT_FOUND = "not_found"  # the buyer has not opened the pay URL yet


class NotificationKind(Enum):
    """What a notification does to an order."""

    PAID = "paid"
    REFUNDED_IN_FULL = "refunded_in_full"
    CLOSED = "closed"  # the trade ended without a payment
    REFUND = "refund"  # what became of one refund, in `Notification.refund`
    OTHER = "other"  # logged, changes nothing


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that the provider has proved. Amounts in yuan, times in UTC.

    `out_trade_no` is the order's number and `number` that of its trade, which differ when the
    student has changed the way to pay; `trade_no` is the provider's number; `refund_fee` the sum of
    refunds, None without any; `refund_request_no` the number of the refund that a notification is
    about; `reference` what the trade was opened with.
    """

    out_trade_no: str
    trade_no: str
    total_amount: Decimal
    paid_at: datetime | None
    source: PaymentEvent.Source
    pay_type: PayType = PayType.ALIPAY
    refund_fee: Decimal | None = None
    refund_request_no: str = ""
    number: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class TradeResult:
    """The answer to a query; `payment` is set exactly when the state is PAID."""

    state: TradeState
    payment: Payment | None = None


@dataclass(frozen=True, slots=True)
class PaidTrade:
    """A trade that paid: the provider's number, and its whole amount in yuan."""

    trade_no: str
    total_amount: Decimal


class RefundState(StrEnum):
    """The state of one refund at the provider."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"  # accepted and not finished: query again later
    NOT_FOUND = "not_found"  # never received: the same request number may be sent again
    CLOSED = "closed"  # ended without moving money: only another request number can


@dataclass(frozen=True, slots=True)
class RefundResult:
    """The answer to a refund or to a query about one. Amounts in yuan, times in UTC.

    `amount` is that of this very refund and `refunded_total` the sum of all refunds of the trade,
    each None where the provider does not say it. `is_repeat` says that the request number had been
    carried out before, so that no money moved now. `word` is the provider's own name of the state.
    """

    state: RefundState
    amount: Decimal | None = None
    refunded_total: Decimal | None = None
    is_repeat: bool = False
    finished_at: datetime | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """A verified notification.

    `trade_status` is the provider's own word, for PaymentEvent; `refund` is set for REFUND; `text`
    is what the log keeps instead of an encrypted body.
    """

    kind: NotificationKind
    trade_status: str
    payment: Payment
    refund: RefundResult | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class NewTrade:
    """What a buyer is to pay: yuan, an aware time; `number` is new or of an equal trade.

    The provider returns `reference` with the trade: see `payment.references`.
    """

    number: str
    subject: str
    total_amount: Decimal
    expires_at: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Where the buyer is: the client's address, and the openid inside WeChat."""

    client_ip: str = ""
    openid: str = ""


@dataclass(frozen=True, slots=True)
class Cashier:
    """How the buyer gets to pay, by `method`.

    PAGE, WAP and H5: `pay_url` is where the browser goes. NATIVE: `qr_code` is the text of a QR
    code, `pay_url` is blank. JSAPI: `jsapi` are the parameters of WeChat's bridge; `pay_url` is a
    page that stands in for the bridge, or blank with the real WeChat Pay.
    """

    method: PayMethod
    pay_url: str = ""
    qr_code: str | None = None
    jsapi: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CredentialValue:
    """A key, certificate or number that can be used, in its normal form.

    `fingerprint` is the SHA-256 of the public half of a key or of a certificate, in hexadecimal
    digits; empty for what has none. `expires_at` (UTC) is that of a certificate.
    """

    value: str = field(repr=False)
    fingerprint: str = ""
    expires_at: datetime | None = None


class BillEntryKind(Enum):
    """What a line of a bill is about; OTHER is something that the shop knows nothing of."""

    PAYMENT = "payment"
    REFUND = "refund"
    OTHER = "other"


class BillEntryState(Enum):
    """What became of the money: a refund may be on its way, or not have been possible."""

    DONE = "done"
    MOVING = "moving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BillEntry:
    """One line of a provider's bill. Amounts in yuan, times in UTC.

    `amount` is never negative; `fee` is what the provider charged, negative when it gave a fee
    back; `net` is what the merchant's balance gained. `request_no` is ours for a refund that we
    asked for; blank for a payment. `subject` and `buyer`, what the provider calls the buyer, are
    for people and never stored.
    """

    kind: BillEntryKind
    state: BillEntryState
    trade_no: str
    out_trade_no: str
    request_no: str
    amount: Decimal
    fee: Decimal
    net: Decimal
    finished_at: datetime
    subject: str = ""
    buyer: str = ""


class PaymentProvider(Protocol):
    """One provider.

    What uses the network (`open_cashier`, `query…`, `close`, `refund`, `check_connection`) raises
    GatewayUnavailable unless a trustworthy answer about this very trade came.
    """

    def methods(self) -> tuple[PayMethod, ...]:
        """The ways to pay that the settings allow; none for a provider that is not configured."""

    def open_cashier(self, trade: NewTrade, *, method: PayMethod, buyer: Buyer) -> Cashier:
        """A cashier in which the trade can be paid until `expires_at`.

        Raises TradeNumberUsed when the number belongs to a trade that is over or differs.
        """

    def query(self, *, out_trade_no: str, timeout: float | None = None) -> TradeResult:
        """The state of a trade; `timeout` in seconds, the configured one by default."""

    def close(self, *, out_trade_no: str) -> None:
        """Close an unpaid trade. Raises GatewayUnavailable also when its state forbids it."""

    def refund(self, trade: PaidTrade, *, amount: Decimal, request_no: str) -> RefundResult:
        """Refund `amount`, at most once for a `request_no`. Raises GatewayRefused."""

    def query_refund(self, trade: PaidTrade, *, request_no: str) -> RefundResult:
        """The state of the refund that was asked for with `request_no`."""

    def parse_notification(
        self, fields: Sequence[tuple[str, str]], *, body: bytes = b""
    ) -> Notification:
        """Verify a notification. Raises NotificationRejected.

        `fields` are the raw (name, value) pairs of the form, or of the headers for a provider that
        signs the `body`.
        """

    def read_credential(self, name: str, text: str) -> CredentialValue:
        """One of the provider's values as an admin enters it. Raises InvalidCredential."""

    def check_credentials(self, values: Mapping[str, Any]) -> Iterator[CheckMessage]:
        """Errors among the values that are there, such as two halves that are not a pair."""

    def fetch_bill(self, *, day: date) -> Iterator[BillEntry]:
        """The lines of the bill of a day in Shanghai; nothing is yielded before all has arrived.

        Raises BillNotFound, and BillInvalid, possibly after some lines; also GatewayRefused.
        """

    def check_settings(self) -> Iterator[CheckMessage]:
        """Check keys, identifiers and the notification URL without the network."""

    def check_connection(self) -> Iterator[CheckMessage]:
        """Check that the provider accepts the settings, and that the shop is reachable."""

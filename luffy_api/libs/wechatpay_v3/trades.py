"""Answers about trades and refunds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class TradeState(StrEnum):
    """The state of a trade at WeChat Pay."""

    PAID = "paid"  # also after refunds, of which a trade does not say how much
    WAITING = "waiting"
    CLOSED = "closed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class TradeStatus:
    """The answer to a query about a trade; yuan as Decimal, times in UTC.

    `transaction_id` and `total_amount` are always there when the state is PAID; `attach` is what
    the trade was opened with.
    """

    state: TradeState
    out_trade_no: str
    transaction_id: str = ""
    total_amount: Decimal | None = None
    paid_at: datetime | None = None
    attach: str = ""


class RefundState(StrEnum):
    """The state of one refund at WeChat Pay."""

    SUCCEEDED = "succeeded"
    # Also "ABNORMAL": the buyer's card takes no money, and a person chooses another account in the
    # merchant platform, after which it goes on.
    PROCESSING = "processing"
    CLOSED = "closed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """One refund; yuan as Decimal, times in UTC; `word` is WeChat Pay's own name of the state."""

    state: RefundState
    refund_no: str
    transaction_id: str = ""
    amount: Decimal | None = None
    finished_at: datetime | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class JsapiParameters:
    """What `WeixinJSBridge.invoke("getBrandWCPayRequest", …)` takes, under its names."""

    appId: str
    timeStamp: str
    nonceStr: str
    package: str
    signType: str
    paySign: str

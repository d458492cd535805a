"""Answers about trades and refunds."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class TradeState(StrEnum):
    """The state of a trade at Alipay."""

    PAID = "paid"
    WAITING = "waiting"
    CLOSED = "closed"  # never paid in time, closed on request, or fully refunded
    NOT_FOUND = "not_found"  # the buyer has not opened the cashier yet


@dataclass(frozen=True, slots=True)
class TradeStatus:
    """The answer of `alipay.trade.query`; yuan as Decimal, times in UTC.

    `trade_no` and `total_amount` are always there when the state is PAID. `passback_params` is what
    the cashier was opened with.
    """

    state: TradeState
    out_trade_no: str
    trade_no: str = ""
    total_amount: Decimal | None = None
    paid_at: datetime | None = None
    passback_params: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """The answer of `alipay.trade.refund`.

    `refunded_total` is the sum of all refunds of this trade in yuan. `moved_money` is False
    when the same request number had already been carried out.
    """

    trade_no: str
    refunded_total: Decimal
    moved_money: bool


class RefundState(StrEnum):
    """The state of one refund at Alipay."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    CLOSED = "closed"  # failed: no money moved
    NOT_FOUND = "not_found"  # never received, or refused


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """The answer of `alipay.trade.fastpay.refund.query`.

    `amount` is that of this refund in yuan, set when the state is SUCCEEDED; `finished_at` in UTC;
    `word` is Alipay's own name of the state.
    """

    state: RefundState
    amount: Decimal | None = None
    finished_at: datetime | None = None
    word: str = ""

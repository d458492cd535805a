"""How the lines of a bill compare with our payments and refunds.

A line belongs to the payment with its trade number, or to the refund with its request number,
whatever the day: the provider and we may see midnight between them. What of ours has no line is
looked for by day, see `bills`.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from luffy_api.apps.order.models import (
    BillResult,
    OrderPayment,
    PayType,
    Refund,
    RefundStatus,
)
from luffy_api.apps.order.numbers import order_number
from luffy_api.apps.order.payment.interface import BillEntry, BillEntryKind, BillEntryState

# For a refund of ours in one of these states the provider may state one of those.
AGREEING = {
    (RefundStatus.REFUNDED, BillEntryState.DONE),
    (RefundStatus.REFUNDED, BillEntryState.MOVING),
    (RefundStatus.PROCESSING, BillEntryState.MOVING),
    (RefundStatus.FAILED, BillEntryState.FAILED),
}


@dataclass(frozen=True, slots=True)
class Match:
    """The result for one line, with our row where there is one."""

    result: BillResult
    payment_id: int | None = None
    refund_id: int | None = None


class OurPayment(NamedTuple):
    """What of a payment is compared, in yuan. A bill is long: no model instances."""

    pk: int
    trade_no: str
    amount: Decimal
    out_trade_no: str


class OurRefund(NamedTuple):
    """What of a refund is compared, in yuan."""

    pk: int
    request_no: str
    amount: Decimal
    status: int
    trade_no: str


UNKNOWN = Match(BillResult.MISSING_OURS)


def difference_key(kind: int, trade_no: str, request_no: str, repeat: int = 0) -> str:
    """What identifies a difference within its bill: 64 hexadecimal digits.

    `repeat` counts earlier differences with the same numbers. A digest, because some databases
    compare the numbers without regard to case.
    """
    text = f"{kind} {trade_no} {request_no} {repeat}"
    return hashlib.sha256(text.encode()).hexdigest()


class Matcher:
    """Compares the lines of one bill, some hundred at a time."""

    def __init__(self, pay_type: PayType) -> None:
        self.pay_type = pay_type
        # Hashes of the numbers instead of the numbers: a bill may have 100,000 of them.
        self._seen: set[int] = set()
        self._console_refunds: set[int] = set()

    def match(self, entries: Sequence[BillEntry]) -> list[Match]:
        """The result for each line, in their order. Three queries at most."""
        payments = self._payments(entries)
        refunds = self._refunds(entries)
        console = self._refunds_of_console(entries, refunds)
        return [self._match(entry, payments, refunds, console) for entry in entries]

    def _match(
        self,
        entry: BillEntry,
        payments: dict[str, OurPayment],
        refunds: dict[str, OurRefund],
        console: list[OurRefund],
    ) -> Match:
        numbers = hash((entry.kind, entry.trade_no, entry.request_no))
        if numbers in self._seen:
            return UNKNOWN  # one row of ours cannot stand for two lines
        self._seen.add(numbers)
        if entry.kind is BillEntryKind.PAYMENT:
            payment = payments.get(entry.trade_no)
            return _match_payment(entry, payment) if payment else UNKNOWN
        if entry.kind is BillEntryKind.REFUND:
            refund = refunds.get(entry.request_no) or self._take(entry, console)
            return _match_refund(entry, refund) if refund else UNKNOWN
        return UNKNOWN

    def _payments(self, entries: Sequence[BillEntry]) -> dict[str, OurPayment]:
        numbers = [entry.trade_no for entry in entries if entry.kind is BillEntryKind.PAYMENT]
        rows = OrderPayment.objects.filter(pay_type=self.pay_type, trade_no__in=numbers)
        columns = ("pk", "trade_no", "amount", "order__out_trade_no")
        ours = (OurPayment(*row) for row in rows.values_list(*columns))
        return {payment.trade_no: payment for payment in ours}

    def _refunds(self, entries: Sequence[BillEntry]) -> dict[str, OurRefund]:
        numbers = [entry.request_no for entry in entries if entry.kind is BillEntryKind.REFUND]
        return {refund.request_no: refund for refund in self._of(out_request_no__in=set(numbers))}

    def _refunds_of_console(
        self, entries: Sequence[BillEntry], known: dict[str, OurRefund]
    ) -> list[OurRefund]:
        """Refunds that were made at the provider, whose request number we may not know."""
        numbers = {
            entry.trade_no
            for entry in entries
            if entry.kind is BillEntryKind.REFUND and entry.request_no not in known
        }
        origin = Refund.Origin.CONSOLE
        return list(self._of(payment__trade_no__in=numbers, origin=origin)) if numbers else []

    def _of(self, **conditions: object) -> Iterator[OurRefund]:
        rows = Refund.objects.filter(payment__pay_type=self.pay_type, **conditions)
        columns = ("pk", "out_request_no", "amount", "status", "payment__trade_no")
        return (OurRefund(*row) for row in rows.order_by("pk").values_list(*columns))

    def _take(self, entry: BillEntry, console: list[OurRefund]) -> OurRefund | None:
        """One refund of the console with this trade and amount, each once."""
        for refund in console:
            same = (refund.trade_no, refund.amount) == (entry.trade_no, entry.amount)
            if same and refund.pk not in self._console_refunds:
                self._console_refunds.add(refund.pk)
                return refund
        return None


def _match_payment(entry: BillEntry, payment: OurPayment) -> Match:
    result = BillResult.MATCHED
    # The bill has the number of the trade, of which an order may have had several.
    if payment.out_trade_no != order_number(entry.out_trade_no):
        result = BillResult.STATUS_DIFFERS
    if payment.amount != entry.amount:
        result = BillResult.AMOUNT_DIFFERS
    return Match(result, payment_id=payment.pk)


def _match_refund(entry: BillEntry, refund: OurRefund) -> Match:
    result = BillResult.MATCHED
    agrees = (RefundStatus(refund.status), entry.state) in AGREEING
    if not agrees or refund.trade_no != entry.trade_no:
        result = BillResult.STATUS_DIFFERS
    if refund.amount != entry.amount:
        result = BillResult.AMOUNT_DIFFERS
    return Match(result, refund_id=refund.pk)

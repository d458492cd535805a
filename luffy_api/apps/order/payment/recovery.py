"""What the providers know of a time that our database has lost, because an older one was restored.

First what can be asked at once: orders that were open, trades that they may have got since, and
numbers from logs. Then the bills of the lost days, which the providers make on the next morning.
Money is believed only from the answer to a query; a bill says what to query.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from luffy_api.apps.order.exceptions import (
    BillInvalid,
    BillNotFound,
    BillUnavailable,
    GatewayRefused,
    GatewayUnavailable,
    OrderNotRecreated,
    PaymentRejected,
)
from luffy_api.apps.order.models import (
    BillResult,
    Order,
    OrderPayment,
    PaymentEvent,
    PayType,
    Refund,
)
from luffy_api.apps.order.numbers import trade_number
from luffy_api.apps.order.payment import (
    bills,
    event_log,
    gateway,
    reconciliation,
    recreation,
    refund_records,
    refunds,
    services,
)
from luffy_api.apps.order.payment.bill_matching import Matcher
from luffy_api.apps.order.payment.interface import (
    BillEntry,
    BillEntryKind,
    Payment,
    RefundState,
    TradeState,
)
from luffy_api.apps.order.states import OrderStatus
from luffy_api.common.dates import SHANGHAI, today

logger = logging.getLogger(__name__)

BUDGET_SECONDS = 1800.0
# A student seldom changes the way to pay more often within the time limit of an order.
FURTHER_TRADES = 2
LINES_AT_ONCE = 500


class Outcome(StrEnum):
    """What came of a trade, a refund or a bill."""

    PAID = "已入账"
    RECREATED = "订单已重建"
    REFUNDED = "退款已补记"
    LOST = "无法恢复"
    UNKNOWN = "尚不清楚"


# Somebody has to look at these.
UNSOLVED = frozenset({Outcome.LOST, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was learnt. Yuan, UTC; `note` is a text for staff."""

    outcome: Outcome
    pay_type: PayType
    number: str = ""
    trade_no: str = ""
    amount: Decimal | None = None
    at: datetime | None = None
    note: str = ""

    @property
    def is_unsolved(self) -> bool:
        """Whether somebody has to look at it."""
        return self.outcome in UNSOLVED


def recover(*, since: datetime, numbers: Iterable[str] = ()) -> Iterator[Finding]:
    """Learn what was paid and refunded since the database was saved (UTC); yield as it is found.

    `numbers` are those of trades, from wherever they are known, such as logs. May be repeated, and
    run beside the shop: what is known is not yielded again. Waits for the network: never call it
    under a lock or in a transaction.
    """
    yield from _open_orders()
    for order in _open_at(since):
        yield from _further_trades(order)
    for number in numbers:
        yield from _anywhere(number)
    for pay_type in gateway.configured():
        for day in _days(since):
            yield from _bill(pay_type, day)
        note = f"{today()} 的账单明天上午才有，请在明天 10 点以后再运行一次"
        yield Finding(Outcome.UNKNOWN, pay_type, note=note)


def _days(since: datetime) -> list[date]:
    """From the day of `since` in Shanghai to yesterday."""
    first = since.astimezone(SHANGHAI).date()
    return [first + timedelta(days=n) for n in range((today() - first).days)]


def _open_orders() -> Iterator[Finding]:
    """Orders that the saved database knows as unpaid, and refunds that it knows as under way."""
    waiting = Order.objects.filter(next_query_at__isnull=False)
    waiting = waiting.exclude(order_status__in=reconciliation.PAID_STATES)
    open_ones = list(waiting.values_list("pk", flat=True))
    reconciliation.query_all_open(budget=BUDGET_SECONDS)
    refunds.finish_open(budget=BUDGET_SECONDS)
    for order in Order.objects.filter(pk__in=open_ones).order_by("pk"):
        about = (PayType(order.pay_type), order.out_trade_no, order.trade_no, order.total_amount)
        if order.order_status == OrderStatus.PAID:
            yield Finding(Outcome.PAID, *about, at=order.pay_time)
        elif order.query_failures:
            yield Finding(Outcome.UNKNOWN, *about, note="支付平台没有答复，系统会继续查询")


def _open_at(since: datetime) -> Iterator[Order]:
    """Orders that could be paid then and are not paid here: they may have got further trades."""
    rows = Order.objects.filter(created_time__lte=since, expires_at__gt=since)
    return rows.exclude(order_status__in=reconciliation.PAID_STATES).iterator()


def _further_trades(order: Order) -> Iterator[Finding]:
    for count in range(order.trade_count + 1, order.trade_count + 1 + FURTHER_TRADES):
        yield from _anywhere(trade_number(order.out_trade_no, count))


def _anywhere(number: str) -> Iterator[Finding]:
    """A trade of which it is not known at which provider it is, or whether there is one."""
    for pay_type in gateway.configured():
        yield from _trade(pay_type, number, close=True)


def _trade(pay_type: PayType, number: str, *, close: bool = False) -> Iterator[Finding]:
    """Ask about a trade; with `close` one that waits is closed, because nobody would watch it."""
    try:
        result = gateway.query_number(pay_type, number)
        if close and result.state is TradeState.WAITING:
            gateway.close_number(pay_type, number)
    except GatewayUnavailable:
        yield Finding(Outcome.UNKNOWN, pay_type, number, note="支付平台没有答复，请再运行一次")
        return
    if result.payment and not _is_known(result.payment):
        yield _record(result.payment)


def _is_known(payment: Payment) -> bool:
    rows = OrderPayment.objects.filter(pay_type=payment.pay_type, trade_no=payment.trade_no)
    return rows.exists()


def _record(payment: Payment, *, note: str = "") -> Finding:
    """Record a proved payment, of an order that is made again where its row was lost."""
    outcome = Outcome.PAID
    try:
        try:
            services.record_payment(payment)
        except PaymentRejected as error:
            if error.reason != PaymentEvent.Reason.UNKNOWN_ORDER:
                raise
            recreation.recreate(payment)
            outcome = Outcome.RECREATED
            services.record_payment(payment)
    except PaymentRejected as error:
        outcome, note = Outcome.LOST, _join(PaymentEvent.Reason(error.reason).label, note)
    except OrderNotRecreated as error:
        outcome, note = Outcome.LOST, _join(error.reason, note)
    about = (payment.pay_type, payment.number, payment.trade_no, payment.total_amount)
    return Finding(outcome, *about, at=payment.paid_at, note=note)


def _bill(pay_type: PayType, day: date) -> Iterator[Finding]:
    """What the bill of a day has and we do not; the rest is left to a comparison of the bill."""
    try:
        unknown = _unknown_entries(pay_type, day)
    except BillNotFound:
        return  # no trades on that day, or the comparison below says that it is missing
    except (BillInvalid, GatewayRefused, GatewayUnavailable) as error:
        logger.warning("no bill of %s for %s: %s", pay_type.label, day, type(error).__name__)
        yield Finding(Outcome.UNKNOWN, pay_type, note=f"{day} 的账单暂时无法获取，请再运行一次")
        return
    for entry in unknown:
        if entry.kind is BillEntryKind.PAYMENT:
            yield from _payment_of_bill(pay_type, entry)
    for entry in unknown:
        if entry.kind is BillEntryKind.REFUND:
            yield _refund_of_bill(pay_type, entry)
    if unknown:
        yield from _compare(pay_type, day)


def _compare(pay_type: PayType, day: date) -> Iterator[Finding]:
    """What is left becomes 对账差异, where a person says what was done about it."""
    try:
        bills.reconcile(pay_type=pay_type, day=day)
    except BillUnavailable as error:
        yield Finding(Outcome.UNKNOWN, pay_type, note=f"{day}：{error.reason}")


def _unknown_entries(pay_type: PayType, day: date) -> list[BillEntry]:
    matcher, unknown = Matcher(pay_type), []
    entries = gateway.fetch_bill(pay_type, day=day)
    while some := list(islice(entries, LINES_AT_ONCE)):
        for entry, match in zip(some, matcher.match(some), strict=True):
            if match.result == BillResult.MISSING_OURS:
                unknown.append(entry)
    return unknown


def _payment_of_bill(pay_type: PayType, entry: BillEntry) -> Iterator[Finding]:
    about = (pay_type, entry.out_trade_no, entry.trade_no, entry.amount, entry.finished_at)
    people = _join(entry.subject, f"付款人 {entry.buyer}" if entry.buyer else "")
    try:
        payment = gateway.query_number(pay_type, entry.out_trade_no).payment
    except (GatewayUnavailable, ValueError):
        yield Finding(Outcome.UNKNOWN, *about, note=_join("支付平台没有答复，请再运行一次", people))
        return
    if payment is None or payment.trade_no != entry.trade_no:
        note = "支付平台现在不再认为它已付款，可能已全额退款"
        yield Finding(Outcome.LOST, *about, note=_join(note, people))
    elif not _is_known(payment):
        yield _record(payment, note=people)


def _refund_of_bill(pay_type: PayType, entry: BillEntry) -> Finding:
    about = (pay_type, entry.request_no, entry.trade_no, entry.amount, entry.finished_at)
    rows = OrderPayment.objects.filter(pay_type=pay_type, trade_no=entry.trade_no)
    payment = rows.select_related("order").first()
    if payment is None:
        return Finding(Outcome.LOST, *about, note="这笔退款的付款不在账上")
    if not entry.request_no:
        return Finding(Outcome.LOST, *about, note="账单没有给出退款单号")
    try:
        result = gateway.query_refund(payment, request_no=entry.request_no)
    except GatewayUnavailable:
        return Finding(Outcome.UNKNOWN, *about, note="支付平台没有答复，请再运行一次")
    if result.state is RefundState.PROCESSING:
        return Finding(Outcome.UNKNOWN, *about, note="退款还在处理，完成后请再运行一次")
    recorded = result.state is RefundState.SUCCEEDED and refund_records.record_console_refund(
        payment, result, request_no=entry.request_no
    )
    if not recorded:
        return Finding(Outcome.LOST, *about, note="支付平台没有确认这笔退款")
    event_log.log_refund(Refund.objects.get(out_request_no=entry.request_no))
    whole = result.amount == payment.amount
    note = "" if whole else "只退了一部分，为哪门课程已无从得知，课程仍可学习"
    return Finding(Outcome.REFUNDED, *about, note=note)


def _join(*texts: str) -> str:
    return "，".join(text for text in texts if text)

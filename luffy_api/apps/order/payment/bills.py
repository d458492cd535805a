"""Reconciliation with the providers' bills: fetch, store, compare, tell.

A bill is of a day in Shanghai. Payments of ours belong to the day of the provider's own time of
payment. Our time of a refund may be a little later than the provider's, so those of the last
minutes of a day are expected in the next one's bill.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone as clock

from luffy_api.apps.monitoring import alerts
from luffy_api.apps.monitoring.alerts import Problem
from luffy_api.apps.order.exceptions import (
    BillInvalid,
    BillNotFound,
    BillUnavailable,
    GatewayRefused,
    GatewayUnavailable,
)
from luffy_api.apps.order.models import (
    Bill,
    BillDifference,
    BillLine,
    BillResult,
    OrderPayment,
    PayType,
    Refund,
)
from luffy_api.apps.order.payment import bill_store, gateway
from luffy_api.apps.order.payment.bill_differences import Difference, differing_lines
from luffy_api.apps.order.payment.interface import BillEntry
from luffy_api.common import audit_log
from luffy_api.common.dates import midnight, today
from luffy_api.common.transactions import retry_deadlocks

logger = logging.getLogger(__name__)

# So late on the next day every provider has made its bill: without one there was no trade.
FINAL_HOUR = 12
# Between the provider's time of a refund and ours.
REFUND_DELAY = timedelta(minutes=10)


def reconcile(*, pay_type: PayType, day: date) -> Bill:
    """Fetch the bill of a day in Shanghai, compare it with our rows, and return the result.

    May be repeated, and run several times at once. New differences are told by an alert. Raises
    BillUnavailable, whose reason is kept in `Bill.problem`; an earlier result stays in force then.
    Waits for the network: never call it under a lock or in a transaction.
    """
    if day >= today():
        raise BillUnavailable("账单在次日生成，只能核对昨天及以前的日期")
    bill = _attempted(pay_type, day)
    try:
        new = _load(bill)
    except BillUnavailable as error:
        Bill.objects.filter(pk=bill.pk).update(problem=error.reason)
        raise
    bill.refresh_from_db()
    if new:
        alerts.report(problem_of(bill), source="bill_differences", anew=True)
    return bill


def open_differences(bill: Bill) -> int:
    """How many differences of a bill somebody still has to look at."""
    return bill.differences.open().count()


@retry_deadlocks
@transaction.atomic
def write_note(difference: BillDifference, *, user_id: int, seen: str, note: str) -> bool:
    """Replace the note `seen`; False when somebody else wrote another one meanwhile."""
    if note == seen:
        return True
    rows = BillDifference.objects.filter(pk=difference.pk, note=seen)
    written = bool(rows.update(note=note))
    if written:
        message = f"备注：{note or '（删除）'}"
        audit_log.log_change(difference, user_id=user_id, message=message)
    return written


@retry_deadlocks
@transaction.atomic
def resolve(difference: BillDifference, *, user_id: int, resolved: bool) -> bool:
    """Mark a difference as 已处理 by this member of staff, or take that back; False if it was so.

    The first to resolve it stays the one who did.
    """
    rows = BillDifference.objects.filter(pk=difference.pk, resolved_at__isnull=resolved)
    who, when = (user_id, clock.now()) if resolved else (None, None)
    moved = bool(rows.update(resolved_by_id=who, resolved_at=when))
    if moved:
        message = "标为已处理" if resolved else "改回待处理"
        audit_log.log_change(difference, user_id=user_id, message=message)
    return moved


@retry_deadlocks  # of get_or_create
def _attempted(pay_type: PayType, day: date) -> Bill:
    bill, _ = Bill.objects.get_or_create(pay_type=pay_type, day=day)
    Bill.objects.filter(pk=bill.pk).update(attempted_at=clock.now())
    return bill


def _load(bill: Bill) -> int | None:
    load = bill_store.new_load()
    try:
        totals = bill_store.store_lines(bill, load, _entries(bill))
    except BaseException:
        # A process that is killed here leaves its lines to the next run.
        with suppress(Exception):
            bill_store.delete_load(bill.pk, load)
        raise
    differing = list(differing_lines(bill, load))
    missing = _not_among(differing, _missing_theirs(bill, load))
    totals.results[BillResult.MISSING_THEIRS] = len(missing)
    differences = differing + missing
    new = bill_store.publish(bill.pk, load, totals, differences)
    bill_store.delete_superseded(bill.pk)
    logger.info("bill %s compared: %s differences", bill, len(differences))
    return new


def _entries(bill: Bill) -> Iterator[BillEntry]:
    """The lines of the provider's bill. Raises BillUnavailable."""
    pay_type = PayType(bill.pay_type)
    name = pay_type.label
    try:
        yield from gateway.fetch_bill(pay_type, day=bill.day)
    except BillNotFound:
        _require_no_trades(bill)
    except BillInvalid as error:
        logger.error("the bill of %s for %s was refused: %s", name, bill.day, error)
        raise BillUnavailable(f"{name}的账单文件不完整或格式不对，没有采用") from error
    except GatewayRefused as error:
        raise BillUnavailable(f"{name}拒绝提供账单：{error.reason}"[:200]) from error
    except GatewayUnavailable as error:
        raise BillUnavailable(f"暂时无法从{name}获取账单，请稍后再试") from error


def _require_no_trades(bill: Bill) -> None:
    """A provider makes no bill of a day without trades: that is right if we had none either."""
    name = PayType(bill.pay_type).label
    final = midnight(bill.day + timedelta(days=1))
    if clock.now() < final + timedelta(hours=FINAL_HOUR):
        raise BillUnavailable(f"{name}还没有生成这一天的账单，一般在次日上午 9 点到 10 点之间")
    if _payments_of(bill).exists() or _refunds_of(bill).exists():
        raise BillUnavailable(f"{name}没有这一天的账单，而我方有收款或退款")


def _missing_theirs(bill: Bill, load: int) -> Iterator[Difference]:
    """Payments and refunds of ours on that day that are in no bill."""
    for payment in _without_line(_payments_of(bill), bill, load, "payment"):
        yield Difference(
            BillLine.Kind.PAYMENT,
            BillResult.MISSING_THEIRS,
            trade_no=payment.trade_no,
            out_trade_no=payment.order.out_trade_no,
            request_no="",
            our_amount=payment.amount,
            our_status="已付款",
            occurred_at=payment.paid_at,
        )
    for refund in _without_line(_refunds_of(bill), bill, load, "refund"):
        yield Difference(
            BillLine.Kind.REFUND,
            BillResult.MISSING_THEIRS,
            trade_no=refund.payment.trade_no,
            out_trade_no=refund.order.out_trade_no,
            request_no=refund.out_request_no,
            our_amount=refund.amount,
            our_status=refund.get_status_display(),
            occurred_at=refund.finished_at,
        )


def _not_among(differing: list[Difference], missing: Iterable[Difference]) -> list[Difference]:
    """Those whose numbers no line has.

    What was recorded after its line was compared would be a difference of both sides: it stays the
    line's, which the next comparison clears.
    """
    found = {each.numbers: each for each in missing}
    for each in differing if found else ():
        found.pop(each.numbers, None)
    return list(found.values())


def _without_line(rows: QuerySet[Any], bill: Bill, load: int, relation: str) -> Iterable[Any]:
    """Rows that neither this load nor another day's bill lists."""
    others = Q(load=F("bill__load")) & ~Q(bill=bill)
    lines = BillLine.objects.filter(Q(load=load, bill=bill) | others, **{relation: OuterRef("pk")})
    return rows.filter(~Exists(lines)).iterator(bill_store.CHUNK)


def _payments_of(bill: Bill) -> QuerySet[OrderPayment]:
    start, end = _span(bill.day)
    rows = OrderPayment.objects.filter(pay_type=bill.pay_type, paid_at__gte=start, paid_at__lt=end)
    return rows.select_related("order").order_by("paid_at", "pk")


def _refunds_of(bill: Bill) -> QuerySet[Refund]:
    start, end = (moment - REFUND_DELAY for moment in _span(bill.day))
    rows = Refund.objects.refunded().filter(
        payment__pay_type=bill.pay_type, finished_at__gte=start, finished_at__lt=end
    )
    return rows.select_related("order", "payment").order_by("finished_at", "pk")


def _span(day: date) -> tuple[datetime, datetime]:
    start = midnight(day)
    return start, start + timedelta(days=1)


def problem_of(bill: Bill) -> Problem:
    """The alert about a bill that differs."""
    counts = [
        f"{result.label} {getattr(bill, bill_store.COUNTERS[result])}"
        for result in BillResult
        if result != BillResult.MATCHED and getattr(bill, bill_store.COUNTERS[result])
    ]
    title = f"{PayType(bill.pay_type).label} {bill.day} 的账单与我方账目不一致"
    url = f"{settings.PUBLIC_URL}/admin/order/billdifference/?bill__id__exact={bill.pk}"
    return Problem(f"bill:{bill.pk}", title, f"{'、'.join(counts)}。请到后台“对账差异”核对：{url}")

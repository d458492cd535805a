"""Writes a bill: its lines first, then in one transaction everything that shows them.

Each run stores its lines under a number of its own, the load, which no reader follows yet. The
bill is then pointed at them together with its totals and differences. A run that dies leaves the
earlier result in force, and of two at once the one that began later wins.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from luffy_api.apps.order import locks
from luffy_api.apps.order.models import Bill, BillLine, BillResult, PayType
from luffy_api.apps.order.payment.bill_differences import Difference, replace_differences
from luffy_api.apps.order.payment.bill_matching import Match, Matcher
from luffy_api.apps.order.payment.interface import BillEntry, BillEntryKind, BillEntryState
from luffy_api.common.transactions import retry_deadlocks

# Lines of one transaction. MariaDB plans another query for a list of 1,000 and more.
CHUNK = 900
DELETED_AT_ONCE = 2000
# No run takes longer: what an older one has left behind belongs to nobody.
MAX_DURATION = timedelta(hours=1)
KINDS = {
    BillEntryKind.PAYMENT: BillLine.Kind.PAYMENT.value,
    BillEntryKind.REFUND: BillLine.Kind.REFUND.value,
    BillEntryKind.OTHER: BillLine.Kind.OTHER.value,
}
AMOUNT_FIELDS = ("amount", "fee", "net")
# What `_row` gives, in this order.
LINE_FIELDS = (
    *("bill", "load", "number", "kind", "trade_no", "out_trade_no", "request_no"),
    *("status", "result", "payment", "refund"),
    *(*AMOUNT_FIELDS, "finished_at"),
)
REFUND_STATUSES = {
    BillEntryState.DONE: "已退款",
    BillEntryState.MOVING: "退款处理中",
    BillEntryState.FAILED: "退款失败",
}
COUNTERS = {
    BillResult.MATCHED: "matched",
    BillResult.MISSING_OURS: "missing_ours",
    BillResult.MISSING_THEIRS: "missing_theirs",
    BillResult.AMOUNT_DIFFERS: "amount_differs",
    BillResult.STATUS_DIFFERS: "status_differs",
}


@dataclass(slots=True)
class Totals:
    """What the lines of a bill add up to, in yuan, and how many have which result."""

    payment_count: int = 0
    payment_amount: Decimal = Decimal(0)
    refund_count: int = 0
    refund_amount: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    results: dict[BillResult, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))

    def add(self, entry: BillEntry, result: BillResult) -> None:
        """Count one line."""
        if entry.kind is BillEntryKind.PAYMENT:
            self.payment_count += 1
            self.payment_amount += entry.amount
        if entry.kind is BillEntryKind.REFUND:
            self.refund_count += 1
            self.refund_amount += entry.amount
        self.fee += entry.fee
        self.net += entry.net
        self.results[result] += 1

    def columns(self) -> dict[str, int | Decimal]:
        """The columns of Bill."""
        names = ("payment_count", "payment_amount", "refund_count", "refund_amount", "fee", "net")
        values = {name: getattr(self, name) for name in names}
        return values | {COUNTERS[result]: count for result, count in self.results.items()}


def new_load(*, ago: timedelta = timedelta(0)) -> int:
    """A number for a run: later runs have greater ones, and no two are the same.

    Milliseconds since 1970 above 20 random bits. `ago` gives that of an earlier moment.
    """
    milliseconds = time.time_ns() // 1_000_000 - int(ago.total_seconds() * 1000)
    return milliseconds << 20 | secrets.randbits(20)


def store_lines(bill: Bill, load: int, entries: Iterable[BillEntry]) -> Totals:
    """Compare the lines and store them under `load`; return what they add up to.

    Raises whatever `entries` raises; nobody sees what was stored until then.
    """
    matcher = Matcher(PayType(bill.pay_type))
    totals, number = Totals(), 0
    remaining = iter(entries)
    while chunk := list(islice(remaining, CHUNK)):
        rows = []
        for entry, match in zip(chunk, matcher.match(chunk), strict=True):
            number += 1
            totals.add(entry, match.result)
            rows.append(_row(bill.pk, load, number, entry, match))
        _insert(rows)
    return totals


@retry_deadlocks
@transaction.atomic
def publish(
    bill_id: int, load: int, totals: Totals, differences: Sequence[Difference]
) -> int | None:
    """Put a load in force, with its totals and differences; return how many of those are new.

    None when a run that began later was faster: its result stays.
    """
    bill = locks.lock_bill(bill_id)
    if bill.load > load:
        return None
    new = replace_differences(bill, differences)
    Bill.objects.filter(pk=bill.pk).update(
        load=load, compared_at=timezone.now(), problem="", alerted_at=None, **totals.columns()
    )
    return new


def delete_superseded(bill_id: int) -> None:
    """Delete lines that are not in force: those before the current load, and of runs that died."""
    bill = Bill.objects.get(pk=bill_id)
    for load in _loads(bill, before=max(bill.load, new_load(ago=MAX_DURATION))):
        if load != bill.load:
            delete_load(bill.pk, load)


def delete_load(bill_id: int, load: int) -> None:
    """Delete the lines of a load in short transactions, so that nobody waits for them.

    By their numbers: each chunk is found in the index, wherever the lines are in the table.
    """
    lines = BillLine.objects.filter(bill=bill_id, load=load)
    last = lines.aggregate(last=Max("number"))["last"] or 0
    for first in range(1, last + 1, DELETED_AT_ONCE):
        _delete_chunk(lines.filter(number__gte=first, number__lt=first + DELETED_AT_ONCE))


@retry_deadlocks
def _delete_chunk(lines: QuerySet[BillLine]) -> None:
    lines.delete()


def _loads(bill: Bill, *, before: int) -> Iterator[int]:
    """The loads of a bill, the oldest first; for each a look into the index, not at its lines."""
    loads = bill.lines.filter(load__lt=before).order_by("load").values_list("load", flat=True)
    last = 0
    while (load := loads.filter(load__gt=last).first()) is not None:
        yield load
        last = load


@retry_deadlocks
@transaction.atomic
def _insert(rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert lines as rows of LINE_FIELDS. Instances of the model cost more than all the rest."""
    by_name = {field.name: field for field in BillLine._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(by_name[name].column)) for name in LINE_FIELDS)
    values = ", ".join(["%s"] * len(LINE_FIELDS))
    table = quote(BillLine._meta.db_table)
    # Numbers and texts go as they are, amounts and times in a form of each database.
    adapters = _adapters()
    plain = len(LINE_FIELDS) - len(adapters)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({values})",  # noqa: S608  # nosec B608
            [
                (
                    *row[:plain],
                    *(adapt(value) for adapt, value in zip(adapters, row[plain:], strict=True)),
                )
                for row in rows
            ],
        )


def _adapters() -> list[Callable[[Any], Any]]:
    """For each of AMOUNT_FIELDS and for `finished_at` what the fields themselves would call.

    A field looks the database up anew for each value, which takes longer than to store it.
    """
    operations = connection.ops
    adapters: list[Callable[[Any], Any]] = []
    for name in AMOUNT_FIELDS:
        field: Any = BillLine._meta.get_field(name)
        digits = {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
        adapters.append(partial(operations.adapt_decimalfield_value, **digits))
    return [*adapters, operations.adapt_datetimefield_value]


def _row(bill_id: int, load: int, number: int, entry: BillEntry, match: Match) -> tuple[Any, ...]:
    return (
        *(bill_id, load, number, KINDS[entry.kind]),
        *(entry.trade_no, entry.out_trade_no, entry.request_no),
        *(_status(entry), match.result.value, match.payment_id, match.refund_id),
        *(entry.amount, entry.fee, entry.net, entry.finished_at),
    )


def _status(entry: BillEntry) -> str:
    if entry.kind is BillEntryKind.REFUND:
        return REFUND_STATUSES[entry.state]
    return "已付款" if entry.kind is BillEntryKind.PAYMENT else "其他"

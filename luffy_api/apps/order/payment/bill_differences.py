"""What a comparison found, beside what earlier ones found and people wrote about it.

All lines of a bill may differ, such as those of a school whose database is new, so differences are
tuples, and everything is read and written in chunks.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from sys import intern
from typing import Any, NamedTuple

from luffy_api.apps.order.models import Bill, BillDifference, BillResult, RefundStatus
from luffy_api.apps.order.payment.bill_matching import difference_key

CHUNK = 500
# Rows of one UPDATE, which names each row for each column.
UPDATED_AT_ONCE = 50


class Difference(NamedTuple):
    """What a comparison says about a payment or refund. Not an instance: there may be 100,000.

    `repeat` counts earlier ones with the same numbers; all others are columns of BillDifference,
    where people write the rest.
    """

    kind: int
    result: int
    trade_no: str
    out_trade_no: str
    request_no: str
    occurred_at: datetime
    our_amount: Decimal | None = None
    our_status: str = ""
    their_amount: Decimal | None = None
    their_status: str = ""
    repeat: int = 0

    @property
    def numbers(self) -> tuple[int, str, str]:
        """What repeated ones have in common, and a row of ours with its line."""
        return self.kind, self.trade_no, self.request_no

    @property
    def key(self) -> str:
        """What identifies it within its bill."""
        return difference_key(self.kind, self.trade_no, self.request_no, self.repeat)

    @property
    def columns(self) -> dict[str, Any]:
        """Names and values of the columns."""
        return dict(zip(COMPARED_FIELDS, self, strict=False))


COMPARED_FIELDS = Difference._fields[:-1]


class _Existing(NamedTuple):
    """A row of an earlier comparison: `digest` is of its columns, see `_digest`."""

    pk: int
    result: int
    is_touched: bool
    digest: int


def differing_lines(bill: Bill, load: int) -> Iterator[Difference]:
    """The differences that the lines of a load show."""
    lines = bill.lines.filter(load=load).exclude(result=BillResult.MATCHED).order_by("number")
    rows = lines.values_list(
        *("number", "kind", "result", "trade_no", "out_trade_no", "request_no"),
        *("finished_at", "amount", "status", "payment__amount", "payment__order__out_trade_no"),
        *("refund__amount", "refund__status"),
        named=True,
    )
    repeats: dict[int, int] = {}
    last = 0
    # Not QuerySet.iterator(): the drivers of MySQL read a whole result into memory first.
    while chunk := list(rows.filter(number__gt=last)[:CHUNK]):
        for row in chunk:
            numbers = hash((row.kind, row.trade_no, row.request_no))
            repeat = repeats[numbers] = repeats.get(numbers, -1) + 1
            yield _difference(row, repeat)
        last = chunk[-1].number


def _difference(row: Any, repeat: int) -> Difference:
    our_amount, our_status = _our_side(row)
    return Difference(
        kind=row.kind,
        result=row.result,
        trade_no=row.trade_no,
        out_trade_no=row.out_trade_no,
        request_no=row.request_no,
        occurred_at=row.finished_at,
        our_amount=our_amount,
        our_status=our_status,
        their_amount=row.amount,
        their_status=intern(row.status),  # a few texts, each read anew for every line
        repeat=repeat,
    )


def _our_side(row: Any) -> tuple[Decimal | None, str]:
    if (number := row.payment__order__out_trade_no) is not None:
        other = number != row.out_trade_no
        return row.payment__amount, f"已付款，订单 {number}" if other else "已付款"
    if row.refund__status is not None:
        return row.refund__amount, RefundStatus(row.refund__status).label
    return None, ""


def replace_differences(bill: Bill, differences: Sequence[Difference]) -> int:
    """Write these differences, and remove or settle all others; return how many are new.

    A note stays whatever happens. 已处理 stays while the result is the same: another one is
    another matter. What has not changed is not written.
    """
    existing, new = _existing(bill), 0
    for start in range(0, len(differences), CHUNK):
        created, changed, reopened = [], [], []
        for difference in differences[start : start + CHUNK]:
            key = difference.key
            row = existing.pop(key, None)
            if row is None:
                created.append(BillDifference(bill=bill, key=key, **difference.columns))
            elif row.digest != _digest(difference):
                changed.append(BillDifference(pk=row.pk, **difference.columns))
                reopened += [row.pk] if row.result != difference.result else []
        BillDifference.objects.bulk_create(created)
        BillDifference.objects.bulk_update(changed, COMPARED_FIELDS, batch_size=UPDATED_AT_ONCE)
        of_rows = BillDifference.objects.filter(pk__in=reopened)
        of_rows.update(resolved_by=None, resolved_at=None)
        new += len(created) + len(reopened)
    _settle(existing.values())
    return new


def _existing(bill: Bill) -> dict[str, _Existing]:
    """The rows of earlier comparisons by their keys."""
    names = ("pk", "key", "note", "resolved_at")
    rows = bill.differences.order_by("pk").values_list(*names, *COMPARED_FIELDS)
    found: dict[str, _Existing] = {}
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        for pk, key, note, resolved_at, *columns in chunk:
            difference = Difference(*columns)
            is_touched = bool(note) or resolved_at is not None
            found[key] = _Existing(pk, difference.result, is_touched, _digest(difference))
        last = chunk[-1][0]
    return found


def _digest(difference: Difference) -> int:
    """Of the columns: equal ones have the same."""
    return hash(difference[:-1])


def _settle(gone: Iterable[_Existing]) -> None:
    """Delete differences that are no more; those that somebody had worked on are MATCHED then."""
    kept: list[int] = []
    untouched: list[int] = []
    for row in gone:
        (kept if row.is_touched else untouched).append(row.pk)
    for pks in _chunks(kept):
        BillDifference.objects.filter(pk__in=pks).update(result=BillResult.MATCHED)
    for pks in _chunks(untouched):
        BillDifference.objects.filter(pk__in=pks).delete()


def _chunks(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK))
